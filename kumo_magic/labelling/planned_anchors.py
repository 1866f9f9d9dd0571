"""A plan → the anchors it would be labelled at, before any label is computed. Reads times, no other values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.labelling.anchor_times import Step, closed, step_of
from kumo_magic.labelling.asked_time import date_us
from kumo_magic.labelling.schedule import Scheduler
from kumo_magic.labelling.split import Splits
from kumo_magic.labelling.time_span import time_span
from kumo_magic.plan.offset import Offset
from kumo_magic.plan.plan import PredictionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAnchors:
    """Anchors as labelling would set them if each of them has a label.

    Attributes:
        splits: The anchors of each split, int64 microseconds.
        closed_us: When the last window of train, val and test ends.
        prediction_us: When the future begins.
        step: The distance that was asked for: the window's length unless given.
        notes: What a reader should know of the times.
    """

    splits: Splits
    closed_us: tuple[int, int, int]
    prediction_us: int
    step: Offset
    notes: tuple[str, ...]


def planned_anchors(plan: PredictionPlan, *, step: Step | None = None, at: object = None) -> PlannedAnchors:
    """The anchors of a plan with a temporal target.

    Raises:
        TooFewLabelsError: No row has a time, or no window is over.
        OptionError: A date or step that cannot be used.
    """
    at_us = None if at is None else date_us(plan, at, "at")
    span = time_span(plan, at_us)
    if span is None:
        raise TooFewLabelsError(f"{', '.join(plan.target_tables)}: no row has a time, so nothing can be learned.")
    scheduler = Scheduler(plan=plan, span=span, with_labels=_all_of_them)
    splits = scheduler.splits(anchor_times=None, step=step)
    ends = [int(closed(plan, anchors[-1:])[0]) for anchors in (splits.train, splits.val, splits.test)]
    return PlannedAnchors(
        splits=splits,
        closed_us=(ends[0], ends[1], ends[2]),
        prediction_us=span.last_us if at_us is None else at_us,
        step=step_of(plan, step),
        notes=(*span.notes, *scheduler.notes),
    )


def _all_of_them(anchors: np.ndarray) -> np.ndarray:
    """Takes every anchor to have a label: only labelling can tell."""
    return anchors
