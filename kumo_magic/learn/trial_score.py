"""What is told of one trial of a race."""

from __future__ import annotations

import numpy as np

from kumo_magic.progress.events import LearnerScored
from kumo_magic.tasks.metrics import is_higher_better
from kumo_magic.tasks.objective import EntityObjective


def trial_score(
    learner: str, words: str, objective: EntityObjective, raw: np.ndarray, held_out: np.ndarray, seconds: float
) -> LearnerScored:
    """The score of a trial's raw outputs on held-out rows.

    Args:
        learner: Whose trial it is.
        words: What was tried, for people.
        objective: Of the task.
        raw: A line per held-out row.
        held_out: Positions of these rows in the examples, int64.
        seconds: Since the run began.
    """
    metric = objective.metric
    return LearnerScored(
        learner=learner,
        words=words,
        metric=metric,
        score=objective.scores(objective.read(raw), held_out)[metric],
        higher_is_better=is_higher_better(metric),
        seconds=seconds,
    )
