"""The events of a run → its learning curve as numbers. No drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from kumo_magic.progress.events import BaselineScored, Event, LearnerScored, TrainingStep

Point = tuple[int, float]
"""Step, value. Steps count on where one network ends and the next begins."""
Named = tuple[str, float]
"""A learner and its score."""
_NETWORK = "graph network"
_Place = TypeVar("_Place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How training went: loss and validation score by step, and the line to beat.

    Attributes:
        metric: The validation score's name; empty before the first score.
        starts: The step at which each network began; several may be trained in a row, from different seeds.
        losses: Mean loss since the look before.
        scores: Validation scores.
        best: The best validation score of the curve.
        baseline: The best baseline, by name, and its score on the same rows.
        learner: The best of the learners without a curve, by name, and its score on the same rows.
    """

    metric: str
    higher_is_better: bool
    starts: tuple[int, ...]
    losses: tuple[Point, ...]
    scores: tuple[Point, ...]
    best: Point | None
    baseline: Named | None
    learner: Named | None

    @property
    def leader(self) -> Named | None:
        """The best score that was learned, whoever reached it."""
        known = [] if self.best is None else [(_NETWORK, self.best[1])]
        if self.learner is not None:
            known.append(self.learner)
        return (max if self.higher_is_better else min)(known, key=lambda named: named[1], default=None)

    @property
    def is_ahead(self) -> bool | None:
        """Whether the best score that was learned beats the best baseline; None while one of them is unknown."""
        if self.leader is None or self.baseline is None:
            return None
        ours, theirs = self.leader[1], self.baseline[1]
        return ours > theirs if self.higher_is_better else ours < theirs


def curve_of(events: Sequence[Event]) -> Curve:
    """The curve of the training so far; the refit, which has no validation rows, is left out."""
    steps = [event for event in events if isinstance(event, TrainingStep) and event.stage == "train"]
    baselines = [event for event in events if isinstance(event, BaselineScored) and event.score == event.score]
    learners = [event for event in events if isinstance(event, LearnerScored) and event.score == event.score]
    starts, places = _places([event.step for event in steps])
    placed = list(zip(places, steps, strict=True))
    scores = tuple((place, event.score) for place, event in placed if event.score is not None)
    told = [*steps, *baselines, *learners]
    higher = told[0].higher_is_better if told else True
    choose = max if higher else min
    best_baseline = choose(baselines, key=lambda event: event.score, default=None)
    best_learner = choose(learners, key=lambda event: event.score, default=None)
    return Curve(
        metric=told[0].metric if told else "",
        higher_is_better=higher,
        starts=starts,
        losses=tuple((place, event.loss) for place, event in placed),
        scores=scores,
        best=choose(scores, key=lambda point: point[1], default=None),
        baseline=None if best_baseline is None else (best_baseline.learner, best_baseline.score),
        learner=None if best_learner is None else (best_learner.learner, best_learner.score),
    )


def of_each_network(points: Sequence[Point], starts: Sequence[int]) -> list[list[Point]]:
    """The points of each network; networks without any are left out."""
    ends = [*starts[1:], None]
    parts = [
        [point for point in points if start < point[0] and (end is None or point[0] <= end)]
        for start, end in zip(starts, ends, strict=True)
    ]
    return [part for part in parts if part]


def thinned(points: Sequence[_Place], most: int) -> tuple[_Place, ...]:
    """At most that many of the points, evenly chosen; the first and the last stay."""
    if len(points) <= most:
        return tuple(points)
    places = {round(place * (len(points) - 1) / (most - 1)) for place in range(most)}
    return tuple(points[place] for place in sorted(places))


def _places(steps: Sequence[int]) -> tuple[tuple[int, ...], list[int]]:
    """Where each network starts, and steps that count on; a step that does not grow belongs to a new network."""
    starts, places = [0], []
    before = 0
    for step in steps:
        if step <= before:
            starts.append(places[-1])
        places.append(starts[-1] + step)
        before = step
    return tuple(starts), places
