"""Fitted learners and a threshold → the same learners, cutting probabilities there. Fits nothing."""

from __future__ import annotations

import dataclasses

from kumo_magic.learn.answers import Readings, is_true
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.scores import HeldOut
from kumo_magic.learn.threshold import LEARNED, Threshold


def with_threshold(fitted: FittedLearners, threshold: Threshold | None) -> FittedLearners:
    """The same learners, whose answers and held-out rows are cut at the threshold; None leaves them as they are.

    A cost needs no search: of a calibrated probability p, saying true costs (1 − p) × alarm and false p × miss.
    """
    if threshold is None:
        return fitted
    is_by_f1 = threshold == Threshold()
    readings = dataclasses.replace(
        fitted.readings,
        threshold=fitted.readings.best_f1 if is_by_f1 else threshold.least,
        capacity=threshold.capacity,
        threshold_words=threshold.words,
    )
    held_out = {split: _cut(one, readings) for split, one in fitted.held_out.items()}
    return dataclasses.replace(fitted, readings=readings, held_out=held_out)


def cut_like(readings: Readings, other: Readings) -> Readings:
    """Readings of other learners of the same task, cut where the user asked for it; by their own rows otherwise."""
    if {
        readings.threshold_words,
        other.threshold_words,
    } <= LEARNED or other.threshold_words == readings.threshold_words:
        return readings
    return dataclasses.replace(
        readings, threshold=other.threshold, capacity=other.capacity, threshold_words=other.threshold_words
    )


def _cut(held_out: HeldOut, readings: Readings) -> HeldOut:
    frame = held_out.frame
    prediction = is_true(readings, frame["probability"].to_numpy(), frame["anchor_time"])
    return dataclasses.replace(held_out, frame=frame.assign(prediction=prediction))
