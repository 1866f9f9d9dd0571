"""What a user holds of a why: effects as frames, in words and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.explain.faithfulness import Faithfulness
from kumo_magic.plan.task_type import TaskType

if TYPE_CHECKING:
    from kumo_magic.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why the model answers so for one row: exact occlusion, the same model without a part of the past.

    An effect is the answer less the answer without that part: "as if it had never happened", with the entity's own past
    labels, counts, ranks and sampled neighbours as they would have been then. What everyone else did stays as it is:
    the entity is ranked among the others as they were, and the past labels of its peers are not computed anew.
    Effects do not add up: parts can stand in for one another.

    Attributes:
        row: The entity's key and the anchor time.
        answer_name: What is explained: "probability", "probability of <class>" or "prediction".
        prediction: The answer.
        baseline: The answer when nothing is known but that the entity is there.
        tables: A row for each table: name, rows (hidden), without (the answer then), effect, logit_effect (for
            probabilities), strongest first. Of the entity table, its own columns are hidden and its other rows.
        paths: The same for each way from the entity, with how many hops it has.
        columns: The same for each column, its values missing in all rows.
        windows: The same for what happened in a window of time before the anchor, newest first.
        rows: The same for each of the newest events linked to the entity, with table, key and time.
        events: The ten of ``rows`` that moved the answer most, in order of time.
        flip: Of ``rows`` those that together flip the decision when they are hidden, as few as a greedy search found;
            None where none do, or nothing is decided.
        faithfulness: Whether hiding rows in order of effect moves the answer faster than at random; None without rows.
        words: The explanation in plain words.
        notes: What a reader should know.
    """

    row: tuple[object, pd.Timestamp]
    entity_key: str
    task_type: TaskType
    answer_name: str
    prediction: float
    baseline: float
    tables: pd.DataFrame
    paths: pd.DataFrame
    columns: pd.DataFrame
    windows: pd.DataFrame
    rows: pd.DataFrame
    events: pd.DataFrame
    flip: pd.DataFrame | None
    faithfulness: Faithfulness | None
    words: str
    notes: tuple[str, ...] = ()

    def plot(self) -> Picture:
        """Tables, columns, the events in time, and the deletion curve, as one figure."""
        from kumo_magic.explain.plots import plot  # matplotlib is not for those who only read numbers

        return plot(self)

    def __str__(self) -> str:
        return "\n".join([self.words, *self.notes])

    __repr__ = __str__
