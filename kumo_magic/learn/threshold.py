"""What a user says of the threshold → what is meant by it. Knows no rows; loads nothing heavy."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from kumo_magic.errors import OptionError
from kumo_magic.plan.task_type import TaskType

BY_F1 = "the best F1 on held-out rows"
BY_SHARE = "as large a share as came true on held-out rows"
ONE_CLASS = "held-out rows were all alike and could not place it"
LEARNED = frozenset({BY_F1, BY_SHARE, ONE_CLASS})
"""Why a threshold lies where held-out rows put it."""
EVEN = "as likely as not"
_CHOICES = "a probability such as 0.3, f1, top:500 (so many per anchor time) or cost:5:1 (of a miss, of a false alarm)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """When a probability counts as true.

    Attributes:
        least: From which probability on; None for the best F1 on the validation rows, or for a capacity.
        capacity: How many, the most probable ones of each anchor time.
        words: Why there, for people.
    """

    least: float | None = None
    capacity: int | None = None
    words: str = BY_F1


def parse_threshold(written: str | float | None, task_type: TaskType) -> Threshold | None:
    """The threshold a user asks for; None where none was asked for.

    Raises:
        OptionError: It cannot be used, or the task has none.
    """
    if written is None:
        return None
    are_classes = task_type is TaskType.MULTILABEL_CLASSIFICATION
    if task_type is not TaskType.BINARY and not are_classes:
        raise OptionError("A threshold is for questions of yes or no; this one has no probability to cut.")
    kind, _, rest = str(written).strip().lower().partition(":")
    if are_classes and kind == "top":
        raise OptionError(
            f"The threshold {written!r} says how many rows of an anchor time are true, and here each row has several "
            "classes. Give a probability such as 0.3, f1 or cost:5:1; for the best k classes of each row write "
            "CLASSIFY TOP k, or RANK TOP k."
        )
    match kind:
        case "f1" if not rest:
            return Threshold()
        case "top" if rest.isdecimal() and int(rest) > 0:
            return Threshold(capacity=int(rest), words=f"the {int(rest):,} most probable of each anchor time")
        case "cost" if costs := _costs(rest):
            miss, alarm = costs
            words = f"a miss costs {miss:g}, a false alarm {alarm:g}"
            return Threshold(least=alarm / (miss + alarm), words=words)
        case _:
            if not rest and 0 <= (least := _number(kind)) <= 1:
                return Threshold(least=least, words="as asked")
    raise OptionError(f"The threshold {written!r} cannot be used. Give {_CHOICES}.")


def _costs(written: str) -> tuple[float, float] | None:
    """Of a miss and of a false alarm; None for what is no two positive numbers."""
    parts = [_number(part) for part in written.split(":")]
    return (parts[0], parts[1]) if len(parts) == 2 and all(0 < part < math.inf for part in parts) else None


def _number(written: str) -> float:
    """The number; NaN for what is none."""
    return float(written) if re.fullmatch(r"\d*\.?\d+(e-?\d+)?", written) else math.nan
