"""An evaluation → what it says in words. Computes no score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kumo_magic.plan.task_type import TaskType

if TYPE_CHECKING:
    from kumo_magic.evaluation.evaluation import Evaluation

_SPLIT_WORDS = {"test": "test", "val": "validation"}


def sentence(evaluation: Evaluation) -> str:
    """The model beside the best baseline: which rows, which regime, which of both is better."""
    times = [f"{time:%Y-%m-%d}" for time in evaluation.anchor_times]
    span = f" at {len(times)} anchor times from {times[0]} to {times[-1]}" if times else ""
    when = f" at {times[0]}" if len(times) == 1 else span
    where = f"On {evaluation.num_rows:,} {_SPLIT_WORDS[evaluation.split]} rows{when} ({evaluation.regime})"
    model, baseline, metric = evaluation.model, evaluation.best_baseline, evaluation.primary_metric
    ours, theirs = evaluation.score(model), evaluation.score(baseline)
    if math.isnan(ours):
        return f"{where} {metric} has no value, so that nothing tells the {model} from the baselines."
    are_many = model.endswith("s")
    if evaluation.is_model_better:
        reach = "reach" if are_many else "reaches"
        return f"{where} the {model} {reach} {metric} {_shown(ours)}, the best baseline ({baseline}) {_shown(theirs)}."
    return (
        f"{where} the {model} {'do' if are_many else 'does'} not beat the baseline: {metric} {_shown(ours)} "
        f"against {_shown(theirs)} of {baseline}, which needs no learning. Prefer that one."
    )


def why_unknown(evaluation: Evaluation) -> str:
    """Why scores are missing; empty when none is."""
    metrics = evaluation.metrics[evaluation.main_metrics]
    names = " or ".join(str(name) for name in metrics.columns[metrics.isna().any()])
    if not names:
        return ""
    if evaluation.task_type is TaskType.BINARY:
        value = bool(evaluation.frame["label"].iloc[0])
        return f"No {names}: the labels of these rows are all {value}, and it takes both kinds to compare them."
    if evaluation.task_type is TaskType.MULTILABEL_CLASSIFICATION:
        return f"No {names}: every class is in all of these labels or in none, and it takes both kinds to compare them."
    return f"No {names} where predictions or labels are all the same: there is no order to compare."


def _shown(score: float) -> str:
    """Three digits, a final zero too; whole numbers from 100 on."""
    return f"{score:,.0f}" if abs(score) >= 100 else f"{score:#.3g}"
