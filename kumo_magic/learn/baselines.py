"""Predictions without learning: the line that a model has to beat. Entity tasks; rankings have their own."""

from __future__ import annotations

import numpy as np

from kumo_magic.features.label_history import LABEL_FEATURES, LabelHistory, label_features
from kumo_magic.plan.task_type import TaskType


def constant(labels: np.ndarray, task_type: TaskType) -> float:
    """The best single answer: the median of numbers, the rate of truth values, the commonest class."""
    match task_type:
        case TaskType.REGRESSION:
            return float(np.median(labels))
        case TaskType.MULTICLASS:
            return float(np.bincount(labels.astype(np.int64)).argmax())
        case _:
            return float(labels.mean())


def entity_baselines(
    history: LabelHistory, entity_rows: np.ndarray, anchor_us: np.ndarray, constant_answer: float
) -> dict[str, np.ndarray]:
    """The answers of each baseline at the given rows; an entity without a past gets the constant."""
    num_entities = int(max(entity_rows.max(initial=0), history.entity_rows.max(initial=0))) + 1
    known = dict(zip(LABEL_FEATURES, label_features(history, num_entities, entity_rows, anchor_us).T, strict=True))
    past = {name: np.where(np.isnan(values), constant_answer, values) for name, values in known.items()}
    return {
        "constant": np.full(len(entity_rows), constant_answer),
        "past mean": past["mean of past"],
        "last value": past["last"],
    }
