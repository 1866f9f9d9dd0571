"""Held-out rows → the same scores anchor time by anchor time, so that drift shows. Learns nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumo_magic.evaluation.answers import ScoredAnswers
from kumo_magic.evaluation.intervals import MOST_ROWS, draw_resamples
from kumo_magic.plan.task_type import TaskType

_FEWEST_ROWS_TO_RESAMPLE = 500


def scores_by_anchor(
    rows: pd.DataFrame,
    answers: Mapping[str, ScoredAnswers],
    *,
    task_type: TaskType,
    metric: str,
    model: str,
    baseline: str,
) -> pd.DataFrame:
    """A row per anchor time, the oldest first.

    Args:
        rows: A line per scored row, with the entity key first, and its anchor_time.
        answers: Learner → what it said of these rows.
        task_type: Says what else is worth knowing of an anchor.
        metric: The name of what is scored.
        model: The learner to score.
        baseline: The one to set beside it.
    """
    entities = pd.factorize(rows.iloc[:, 0])[0]
    groups = rows.groupby("anchor_time", dropna=False, sort=True).indices
    most_rows = max(_FEWEST_ROWS_TO_RESAMPLE, MOST_ROWS // max(1, len(groups)))
    found = []
    for time, positions in groups.items():
        places = np.asarray(positions)
        low, high = answers[model].interval(places, draw_resamples(entities[places], most_rows))
        facts = {
            "anchor_time": time,
            "rows": len(places),
            metric: answers[model].score(places),
            "low": low,
            "high": high,
            "best baseline": answers[baseline].score(places),
        }
        found.append(facts | _calibration(rows.iloc[places], task_type))
    return pd.DataFrame(found)


def is_covered(frame: pd.DataFrame) -> pd.Series:
    """Which labels lie inside their interval."""
    return (frame["low"] <= frame["label"]) & (frame["label"] <= frame["high"])


def _calibration(rows: pd.DataFrame, task_type: TaskType) -> dict[str, float]:
    """Whether probabilities or intervals meant what they say."""
    if task_type is TaskType.BINARY:
        return {"base rate": float(rows["label"].mean()), "mean predicted": float(rows["probability"].mean())}
    if "low" in rows:
        width = float((rows["high"] - rows["low"]).mean())
        return {"coverage": float(is_covered(rows).mean()), "mean width": width}
    return {}
