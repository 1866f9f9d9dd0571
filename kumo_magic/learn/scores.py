"""Held-out rows → scores of the model and of every baseline on exactly the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.features.item_events import ItemEvents
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.learn.answers import Readings, answer_frame
from kumo_magic.learn.baselines import entity_baselines
from kumo_magic.learn.examples import Examples
from kumo_magic.learn.metrics import binary_scores, class_scores, ranking_scores, regression_scores
from kumo_magic.learn.ranking import ranking_baselines
from kumo_magic.learn.target import Target
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

NETWORK = "graph network"

Scores = dict[str, dict[str, float]]
"""Learner → metric → score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What happened on the rows of one split."""

    split: str
    primary_metric: str
    scores: Scores  # the network first, then the baselines
    frame: pd.DataFrame  # entity key, anchor_time, label, and the prediction columns


def baseline_scores(
    target: Target,
    examples: Examples,
    rows: np.ndarray,
    *,
    constant_answer: float,
    history: LabelHistory | None,
    events: ItemEvents | None,
    horizon_days: float,
    k: int,
) -> Scores:
    """Every baseline's scores at the given rows of the examples."""
    entity_rows, anchor_us = examples.entity_rows[rows], examples.anchor_us[rows]
    if target.is_ranking:
        assert events is not None
        true_items = [target.true_items[row] for row in rows]
        rankings = ranking_baselines(events, entity_rows, anchor_us, horizon_days, k)
        return {name: ranking_scores(true_items, ranked, k) for name, ranked in rankings.items()}
    labels = target.values[rows]
    if history is None:
        return {"constant": class_scores(labels, np.full(len(rows), constant_answer))}
    answers = entity_baselines(history, entity_rows, anchor_us, constant_answer)
    score = binary_scores if target.task_type is TaskType.BINARY else regression_scores
    return {name: score(labels, answer) for name, answer in answers.items()}


def network_scores(
    target: Target, readings: Readings, outputs: np.ndarray, rows: np.ndarray, k: int
) -> dict[str, float]:
    """The network's scores at the given rows, its probabilities calibrated."""
    match target.task_type:
        case TaskType.BINARY:
            return binary_scores(target.values[rows], readings.platt.probability(outputs.astype(np.float64)))
        case TaskType.REGRESSION:
            return regression_scores(target.values[rows], outputs[:, 1])
        case TaskType.MULTICLASS:
            return class_scores(target.values[rows], outputs.argmax(axis=1))
        case _:
            return ranking_scores([target.true_items[row] for row in rows], outputs[:, :, 0].astype(np.int64), k)


def held_out_frame(
    readings: Readings, outputs: np.ndarray, label_rows: pd.DataFrame, plan: PredictionPlan
) -> pd.DataFrame:
    """Labels beside predictions: [entity key, anchor_time, label, prediction columns].

    A ranking has a row per rank, with the entity's true items as a list in every one of them.
    """
    predicted = answer_frame(readings, outputs, label_rows, plan)
    keys = [plan.entity_key, "anchor_time"]
    labelled = predicted.merge(label_rows[[*keys, "label"]], on=keys, how="left", validate="many_to_one")
    return labelled[[*keys, "label", *[column for column in predicted if column not in keys]]]
