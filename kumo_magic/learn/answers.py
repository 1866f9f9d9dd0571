"""Outputs of a head → the columns of the frame a user gets, by what the validation rows taught."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import softmax

from kumo_magic.learn.calibrate import PlattScaling, best_f1_threshold, conformal_margin, fit_platt
from kumo_magic.learn.target import Target
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_COVERAGE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """How to read outputs: learned on the validation rows, used for every later answer."""

    task_type: TaskType
    platt: PlattScaling = field(default_factory=PlattScaling)
    threshold: float | None = None
    margin: float = 0.0
    classes: tuple[object, ...] = ()


def fit_readings(target: Target, outputs: np.ndarray, rows: np.ndarray) -> Readings:
    """Calibrate on the validation rows: probability and F1 threshold, or the margin of the 80% interval."""
    labels = target.values[rows] if len(target.values) else np.empty(0)
    match target.task_type:
        case TaskType.BINARY:
            platt = fit_platt(outputs.astype(np.float64), labels)
            threshold = best_f1_threshold(labels, platt.probability(outputs.astype(np.float64)))
            return Readings(task_type=target.task_type, platt=platt, threshold=threshold)
        case TaskType.REGRESSION:
            margin = conformal_margin(labels, outputs[:, 0], outputs[:, 2], _COVERAGE)
            return Readings(task_type=target.task_type, margin=margin)
        case _:
            return Readings(task_type=target.task_type, classes=target.classes)


def answer_frame(readings: Readings, outputs: np.ndarray, rows: pd.DataFrame, plan: PredictionPlan) -> pd.DataFrame:
    """The frame of a task (columns as the contract has them), rows in the given order.

    Args:
        readings: What the validation rows taught.
        outputs: One entry per row, as the objective gives them.
        rows: [entity key, anchor_time].
        plan: For the names of columns, and the items of a ranking.
    """
    frame = rows[[plan.entity_key, "anchor_time"]].reset_index(drop=True)
    match readings.task_type:
        case TaskType.BINARY:
            probability = readings.platt.probability(outputs.astype(np.float64))
            return frame.assign(prediction=probability >= (readings.threshold or 0.5), probability=probability)
        case TaskType.REGRESSION:
            low = np.minimum(outputs[:, 0] - readings.margin, outputs[:, 1])
            high = np.maximum(outputs[:, 2] + readings.margin, outputs[:, 1])
            return frame.assign(prediction=outputs[:, 1], low=low, high=high)
        case TaskType.MULTICLASS:
            probability = softmax(outputs.astype(np.float64), axis=1)
            best = probability.argmax(axis=1)
            frame["prediction"] = pd.Series(readings.classes).take(best).array
            frame["probability"] = probability.max(axis=1)
            for code, name in enumerate(readings.classes):
                frame[f"probability_{name}"] = probability[:, code]
            return frame
        case _:
            return _ranked_frame(outputs, frame, plan)


def _ranked_frame(outputs: np.ndarray, frame: pd.DataFrame, plan: PredictionPlan) -> pd.DataFrame:
    """One row per entity and rank; places that no existing item fills are left out."""
    assert plan.item_table is not None
    assert plan.item_link is not None
    num_ranked = outputs.shape[1]
    items = plan.graph[plan.item_table]
    column = plan.item_link.column
    name = column if column != plan.entity_key else f"{column}_item"
    ranked = frame.loc[frame.index.repeat(num_ranked)].reset_index(drop=True)
    ranked["rank"] = np.tile(np.arange(1, num_ranked + 1), len(frame))
    ranked[name] = items.frame[items.primary_key].take(outputs[:, :, 0].astype(np.int64).ravel()).array
    ranked["score"] = outputs[:, :, 1].ravel()
    return ranked[np.isfinite(ranked["score"])].reset_index(drop=True)
