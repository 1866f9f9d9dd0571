"""Fitted trees and their validation scores → the one column that decides nearly everything, where that is suspicious.

Honest columns decide much, too; only together with a score that few real questions reach is it worth a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.graph import Graph
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.scores import HeldOut
from kumo_magic.learners.label_trees import LabelTrees, class_groups
from kumo_magic.learners.trees import Trees
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.tasks.multilabel import MultilabelObjective
from kumo_magic.tasks.set_metrics import MACRO_PRECISION

_LEAST_SHARE = 0.55
"""Of the trees' gain."""
_HIGH = {"AUROC": 0.97, "average precision": 0.97, MACRO_PRECISION: 0.97, "accuracy": 0.97, "macro F1": 0.97}
_MOST_ERROR_LEFT = 0.25
"""Of the best baseline's error: where a baseline is nearly as good, the question is easy and nothing leaks."""
_MOST_LOSS_LEFT = 0.1
"""The same of metrics that are errors themselves, such as MAE."""


def concentrated_importance(plan: PredictionPlan, fitted: FittedLearners) -> Iterator[Finding]:
    """The column with more than half of the gain, where the validation score is suspiciously high."""
    trees = next((learner for learner in fitted.learners if isinstance(learner, (Trees, LabelTrees))), None)
    if trees is None or not is_suspicious(fitted.held_out["val"]):
        return
    names = fitted.preparation.names
    gains = gain_by_column(plan.graph, gain_by_feature(trees, fitted.objective, len(names)), names)
    total = sum(gains.values())
    if not total:
        return
    about, gain = max(gains.items(), key=lambda item: item[1])
    if gain < _LEAST_SHARE * total or not about:
        return
    held_out = fitted.held_out["val"]
    score = next(iter(held_out.scores.values()))[held_out.primary_metric]
    yield Finding(
        about=about,
        says=f"{about} alone decides: it has {gain / total:.0%} of the trees' gain, and the validation "
        f"{held_out.primary_metric} of {score:.3g} is better than honest data often allow.",
        next_step=f"Ask whether {about} is known at the anchor, or written down after the event; "
        f"if after, leave it out: --stype {about}=ignored on the %graph line.",
        severity=Severity.LEAK,
    )


def is_suspicious(held_out: HeldOut) -> bool:
    """Whether the model is nearly perfect, and every baseline is far from it."""
    metric, model = held_out.primary_metric, next(iter(held_out.scores))
    score = held_out.scores[model][metric]
    baselines = [
        scores[metric] for scores in list(held_out.scores.values())[1 + held_out.num_learners :] if metric in scores
    ]
    known = [one for one in baselines if not np.isnan(one)]
    if not known or np.isnan(score):
        return False
    if metric in _HIGH:
        return score >= _HIGH[metric] and 1 - score <= _MOST_ERROR_LEFT * (1 - max(known))
    return score <= _MOST_LOSS_LEFT * min(known)


def gain_by_feature(trees: Trees | LabelTrees, objective: object, num_features: int) -> np.ndarray:
    """The gain of all boosters by the feature that they split by, float64 [features]."""
    read = [np.arange(num_features)] * len(trees.boosters)
    if isinstance(objective, MultilabelObjective):
        read = [group.columns for group in class_groups(objective, num_features) for _ in group.codes]
    gains = np.zeros(num_features)
    for columns, boosters in zip(read, trees.boosters, strict=True):
        for booster in boosters:
            gains[columns] += booster.feature_importance("gain", iteration=trees.num_rounds)
    return gains


def gain_by_column(graph: Graph, gains: np.ndarray, names: list[str]) -> dict[str, float]:
    """The gain of features by the column that they read; "" for those of past labels and of the calendar.

    Args:
        graph: Its tables and columns are found in the names.
        gains: float64 [features].
        names: Of the features.
    """
    columns = sorted(
        (f"{name}.{column}" for name, table in graph.tables.items() for column in table.columns), key=len, reverse=True
    )
    found: dict[str, float] = {}
    for name, gain in zip(names, gains.tolist(), strict=True):
        about = _column_of(graph, columns, name)
        found[about] = found.get(about, 0.0) + gain
    return found


def _column_of(graph: Graph, columns: list[str], name: str) -> str:
    """The column that a feature's name tells of; of counts and gaps the time column of the table."""
    named = next((column for column in columns if column in name), None)
    if named is not None:
        return named
    table = name.removeprefix("rank of ").partition(":")[0]
    if table not in graph.tables:
        return ""
    time_column = graph[table].time_column
    return table if time_column is None else f"{table}.{time_column}"
