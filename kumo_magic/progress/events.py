"""What a run tells while it works. Values only; who shows them is not known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kumo_magic.finding import Finding

if TYPE_CHECKING:
    import pandas as pd

StageName = Literal["graph", "labels", "timeline", "baselines", "trees", "train", "refit", "predict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStarted:
    """A stage of the run begins. ``words`` says what is happening, for people."""

    stage: StageName
    words: str
    seconds: float  # since the run began


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFinished:
    """A stage of the run is done. ``words`` says what it found: "1,907 customers, 31% leave; 6 anchor times"."""

    stage: StageName
    words: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What a reader should know before anything is trained, the worst first."""

    findings: tuple[Finding, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineScored:
    """A baseline's score on the validation anchors: the line to beat."""

    learner: str
    metric: str
    score: float
    higher_is_better: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerScored:
    """A learner's score on the validation rows. ``words`` says what was tried, and what it brought."""

    learner: str
    words: str
    metric: str
    score: float
    higher_is_better: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswer:
    """Predictions of the first learner that is fitted, while the run goes on.

    Attributes:
        learner: Whose they are.
        metric: Of its score on the validation rows.
        score: That score.
        frame: Of the first rows that are asked about, with the columns of the task.
        num_asked: About how many rows the run is asked.
        seconds: Since the run began.
    """

    learner: str
    metric: str
    score: float
    frame: pd.DataFrame
    num_asked: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStep:
    """One look at the network: loss since the last look, and the validation score when there is one."""

    stage: StageName  # train or refit
    learner: str
    epoch: float
    step: int
    loss: float
    metric: str
    score: float | None
    best_score: float | None
    higher_is_better: bool
    seconds: float
    seconds_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The user stopped the run; what is best so far answers."""

    stage: StageName
    seconds: float


Event = StageStarted | StageFinished | Warned | BaselineScored | LearnerScored | FirstAnswer | TrainingStep | Stopped
Notify = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""
    del event
