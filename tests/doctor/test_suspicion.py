"""When a score is suspicious, and which column a feature's gain belongs to."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.doctor.freshness import freshness
from kumo_magic.doctor.importance import is_suspicious
from kumo_magic.finding import Finding
from kumo_magic.learn.scores import HeldOut
from kumo_magic.plan.task_type import TaskType
from kumo_magic.timeline.times import ALWAYS, NEVER

DAY = 86_400_000_000


def held_out(metric: str, model: float, *baselines: float) -> HeldOut:
    scores = {"trees": {metric: model}} | {f"baseline {n}": {metric: score} for n, score in enumerate(baselines)}
    return HeldOut(
        split="val",
        task_type=TaskType.BINARY,
        primary_metric=metric,
        scores=scores,
        num_learners=0,
        frame=pd.DataFrame(),
    )


@pytest.mark.parametrize(
    ("metric", "model", "baselines", "expected"),
    [
        ("AUROC", 0.99, (0.5, 0.7), True),
        ("AUROC", 0.99, (0.5, 0.985), False),  # the question is easy
        ("AUROC", 0.9, (0.5, 0.6), False),
        ("AUROC", np.nan, (np.nan,), False),
        ("AUROC", 0.99, (np.nan,), False),
        ("MAE", 1.0, (50.0, 40.0), True),
        ("MAE", 1.0, (50.0, 2.0), False),
        ("MAE", 20.0, (50.0, 40.0), False),
    ],
)
def test_only_a_score_far_beyond_every_baseline_is_suspicious(
    metric: str, model: float, baselines: tuple[float, ...], expected: bool
) -> None:
    assert is_suspicious(held_out(metric, model, *baselines)) == expected


def test_freshness_reads_nothing_after_the_prediction_anchor() -> None:
    times = np.concatenate([np.arange(0, 90) * DAY, [95 * DAY, ALWAYS, NEVER]])
    anchors = np.array([30, 50, 70]) * DAY

    found = freshness(times, anchors, 94 * DAY, 10 * DAY)

    assert found is not None
    assert found.lag_us == 5 * DAY
    assert found.usual_lag_us == DAY
    assert (found.num_rows, found.fewest_rows) == (5, 10)


def test_a_finding_is_two_lines() -> None:
    assert str(Finding(about="a.b", says="What.", next_step="Do.")) == "What. Do."
