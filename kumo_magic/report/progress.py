"""The events so far → what to say about them: stages, status, the curve. Values for any front end; draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from kumo_magic.progress.events import (
    BaselineScored,
    Event,
    FirstAnswer,
    LearnerScored,
    StageFinished,
    StageName,
    StageStarted,
    Stopped,
    TrainingStep,
    Warned,
)
from kumo_magic.report.curve import Curve, Named, Point, curve_of, thinned
from kumo_magic.report.findings import findings_text
from kumo_magic.report.first import FirstState, first_state
from kumo_magic.report.numbers import count, duration, number
from kumo_magic.report.race import Racer, race_of

TITLES: dict[StageName, str] = {
    "graph": "Graph",
    "labels": "Labels",
    "timeline": "Timeline",
    "baselines": "Baselines",
    "trees": "Boosted trees",
    "train": "Graph network",
    "refit": "Refit",
    "predict": "Prediction",
}
_MOST_POINTS = 160


class StageState(TypedDict):
    """One line of the list of stages. ``seconds`` is None while the stage runs."""

    title: str
    words: str
    started: float
    seconds: float | None


class ProgressState(TypedDict):
    """What the live widget draws; plain JSON."""

    title: str
    status: str
    stages: list[StageState]
    seconds: float
    budget_seconds: float
    is_stopping: bool
    metric: str
    starts: list[int]
    losses: list[Point]
    race: list[Racer]
    baseline: Named | None
    leader: str | None
    is_ahead: bool | None
    first: FirstState | None
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What happens before the run's own clock: importing PyTorch. ``seconds`` is None while it lasts."""

    words: str
    seconds: float | None = None


def progress_state(
    events: Sequence[Event],
    *,
    title: str,
    budget_seconds: float,
    preparation: Preparation,
    seconds: float,
    is_stopping: bool,
) -> ProgressState:
    """Everything to show after these events, ``seconds`` after the run began."""
    curve = curve_of(events)
    return ProgressState(
        title=title,
        status=status(events, preparation, is_stopping=is_stopping),
        stages=_stages(events, preparation),
        seconds=seconds,
        budget_seconds=budget_seconds,
        is_stopping=is_stopping,
        metric=curve.metric,
        starts=list(curve.starts),
        losses=list(thinned(curve.losses, _MOST_POINTS)),
        race=race_of(events),
        baseline=curve.baseline,
        leader=None if curve.leader is None else curve.leader[0],
        is_ahead=curve.is_ahead,
        warnings=[line for event in events if isinstance(event, Warned) for line in findings_text(event.findings)],
        first=next((first_state(event) for event in events if isinstance(event, FirstAnswer)), None),
    )


def status(events: Sequence[Event], preparation: Preparation, *, is_stopping: bool = False) -> str:
    """One line: what is happening, and the best so far."""
    if is_stopping:
        return "Stopping: what is best so far will answer."
    if not events:
        return preparation.words
    match events[-1]:
        case StageStarted() as event:
            return f"{TITLES[event.stage]}: {event.words}"
        case StageFinished() as event:
            return f"{TITLES[event.stage]}: {event.words}"
        case Stopped() as event:
            return f"Stopped during {TITLES[event.stage].lower()}: what is best so far answers."
        case Warned() as event:
            num_found = len(event.findings)
            return f"Found {count(num_found, 'thing')} to know before training." if num_found else "Nothing to warn of."
        case BaselineScored() as event:
            return f"Baseline {event.learner}: {event.metric} {number(event.score)} on the validation rows."
        case LearnerScored() as event:
            scored = f"{event.metric} {number(event.score)} on the validation rows"
            name = f"{event.learner[:1].upper()}{event.learner[1:]}"
            return f"{name} ({event.words}): {scored}. {best_words(curve_of(events))}"
        case FirstAnswer() as event:
            return f"{first_words(event)} {best_words(curve_of(events))}"
        case TrainingStep(stage="refit") as event:
            return f"Refit: step {event.step:,}, loss {number(event.loss)}."
        case TrainingStep() as event:
            curve = curve_of(events)
            which = f"network {len(curve.starts)}, " if len(curve.starts) > 1 else ""
            return f"Training: {which}epoch {event.epoch:.1f}, loss {number(event.loss)}. {best_words(curve)}".rstrip()


def first_words(event: FirstAnswer) -> str:
    """Whose first answer it is, and how good."""
    return f"First answer, by {event.learner}: {event.metric} {number(event.score)} on the validation rows."


def best_words(curve: Curve) -> str:
    """The best validation score that was learned beside the best baseline; empty while there is neither."""
    theirs = "" if curve.baseline is None else f"{curve.baseline[0]} {number(curve.baseline[1])}"
    if curve.leader is None:
        return f"To beat: {curve.metric} of {theirs}." if theirs else ""
    learner, score = curve.leader
    ours = f"Best {curve.metric} {number(score)} ({learner})"
    return f"{ours}; the best baseline: {theirs}." if theirs else f"{ours}."


def text_line(events: Sequence[Event], preparation: Preparation, *, seconds: float, budget_seconds: float) -> str:
    """The status and the clock in one line, for terminals."""
    return f"[{duration(seconds)} of {duration(budget_seconds)}] {status(events, preparation)}"


def _stages(events: Sequence[Event], preparation: Preparation) -> list[StageState]:
    lines = [StageState(title="Imports", words=preparation.words, started=0.0, seconds=preparation.seconds)]
    place: dict[StageName, int] = {}
    for event in events:
        match event:
            case StageStarted():
                place[event.stage] = len(lines)
                lines.append(
                    StageState(title=TITLES[event.stage], words=event.words, started=event.seconds, seconds=None)
                )
            case StageFinished():
                started = lines[place[event.stage]]["started"] if event.stage in place else event.seconds
                line = StageState(
                    title=TITLES[event.stage], words=event.words, started=started, seconds=event.seconds - started
                )
                if event.stage in place:
                    lines[place[event.stage]] = line
                else:
                    lines.append(line)
            case _:
                pass
    return lines
