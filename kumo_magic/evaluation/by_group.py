"""Groups of held-out rows → the same scores group by group, so that drift and weak spots show. Learns nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from kumo_magic.evaluation.answers import ScoredAnswers
from kumo_magic.evaluation.entity_lines import entity_codes
from kumo_magic.evaluation.intervals import MOST_ROWS, draw_resamples
from kumo_magic.evaluation.row_groups import RowGroup
from kumo_magic.plan.task_type import TaskType

_FEWEST_ROWS_TO_RESAMPLE = 500


def scores_by_group(
    rows: pd.DataFrame,
    groups: Sequence[RowGroup],
    answers: Mapping[str, ScoredAnswers],
    *,
    task_type: TaskType,
    metric: str,
    model: str,
    baseline: str,
) -> list[dict[str, float]]:
    """Of each group how many rows, the model's metric with its 95% interval, the best baseline's, and more.

    Args:
        rows: A line per scored row, with the entity key first.
        groups: Which of the rows to score together.
        answers: Learner → what it said of these rows.
        task_type: Says what else is worth knowing of a group.
        metric: The name of what is scored.
        model: The learner to score.
        baseline: The one to set beside it.
    """
    entities = entity_codes(rows)
    most_rows = max(_FEWEST_ROWS_TO_RESAMPLE, MOST_ROWS // max(1, len(groups)))
    found = []
    for group in groups:
        places = group.rows
        low, high = answers[model].interval(places, draw_resamples(entities[places], most_rows))
        facts = {
            "rows": len(places),
            metric: answers[model].score(places),
            "low": low,
            "high": high,
            "best baseline": answers[baseline].score(places),
        }
        found.append(facts | _calibration(rows.iloc[places], task_type))
    return found


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
