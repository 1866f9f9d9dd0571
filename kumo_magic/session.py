"""The runs of this kernel: the newest ten, by number. The one place that remembers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

_MOST_RUNS = 10
_runs: dict[int, Prediction] = {}
_next_number = 1


def add(prediction: Prediction) -> int:
    """Keep a run under the next number, which is returned; the eleventh oldest is forgotten."""
    global _next_number
    number = _next_number
    _next_number += 1
    _runs[number] = prediction
    while len(_runs) > _MOST_RUNS:
        del _runs[min(_runs)]
    return number


def runs() -> dict[int, Prediction]:
    """The runs kept, by number, oldest first."""
    return dict(_runs)
