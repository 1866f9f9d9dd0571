"""The events of a run → what was tried, what it scored and how long it took. Reads events; scores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kumo_magic.progress.events import Event, LearnerScored, StageFinished, StageStarted, TrainingStep
from kumo_magic.report.markup import Markup, element, muted, table
from kumo_magic.report.numbers import duration, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One thing that was tried. ``score`` is on the validation rows, NaN when they were never looked at."""

    learner: str
    words: str
    metric: str
    score: float
    seconds: float


def attempts(events: Sequence[Event]) -> tuple[Attempt, ...]:
    """Settings of the trees, networks and their blend, in the order in which they were done."""
    found: list[Attempt] = []
    steps: list[TrainingStep] = []
    since = 0.0
    for event in events:
        match event:
            case TrainingStep(stage="train"):
                if steps and event.step <= steps[-1].step:
                    found.append(_network(steps, since))
                    since, steps = steps[-1].seconds, []
                steps.append(event)
            case StageStarted() | StageFinished() | LearnerScored():
                if steps:
                    found.append(_network(steps, since))
                    since, steps = steps[-1].seconds, []
                if isinstance(event, LearnerScored):
                    found.append(_scored(event, since))
                since = event.seconds
            case _:
                pass
    return (*found, _network(steps, since)) if steps else tuple(found)


def tried_html(tried: Sequence[Attempt]) -> Markup:
    """A row per attempt."""
    rows = [[one.learner, one.words, number(one.score), duration(one.seconds)] for one in tried]
    metric = tried[0].metric
    return element(
        "div",
        table(["learner", "what was tried", f"{metric} (validation)", "time"], rows, numeric=(2, 3)),
        muted("The validation rows chose among these."),
    )


def _scored(event: LearnerScored, since: float) -> Attempt:
    return Attempt(
        learner=event.learner,
        words=event.words,
        metric=event.metric,
        score=event.score,
        seconds=event.seconds - since,
    )


def _network(steps: Sequence[TrainingStep], since: float) -> Attempt:
    last = steps[-1]
    scores = [step.score for step in steps if step.score is not None and step.score == step.score]
    choose = max if last.higher_is_better else min
    return Attempt(
        learner=last.learner,
        words=f"{last.step:,} steps, {last.epoch:.1f} epochs",
        metric=last.metric,
        score=choose(scores, default=float("nan")),
        seconds=last.seconds - since,
    )
