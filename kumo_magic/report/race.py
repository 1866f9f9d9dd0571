"""The events so far → the race of the learners: who had which best score when. No drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from kumo_magic.progress.events import Event, LearnerScored, TrainingStep
from kumo_magic.report.curve import thinned

_MOST_LOOKS = 120

Moment = tuple[float, float]
"""Seconds since the run began, score on the validation rows."""


class Racer(TypedDict):
    """A learner's way: each look at it, and where its best score changed."""

    learner: str
    looks: list[Moment]
    best: list[Moment]


def race_of(events: Sequence[Event]) -> list[Racer]:
    """Every learner that was looked at, in the order of their first looks; the refit has no validation rows."""
    looks: dict[str, list[Moment]] = {}
    is_higher = True
    for event in events:
        match event:
            case TrainingStep(stage="train", score=float(score)) | LearnerScored(score=float(score)) if score == score:
                looks.setdefault(event.learner, []).append((event.seconds, score))
                is_higher = event.higher_is_better
            case _:
                pass
    return [
        Racer(learner=learner, looks=list(thinned(seen, _MOST_LOOKS)), best=_records(seen, is_higher))
        for learner, seen in looks.items()
    ]


def _records(looks: Sequence[Moment], is_higher: bool) -> list[Moment]:
    """The looks that were better than all before."""
    found: list[Moment] = []
    for moment in looks:
        if not found or (moment[1] > found[-1][1] if is_higher else moment[1] < found[-1][1]):
            found.append(moment)
    return found
