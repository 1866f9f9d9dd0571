"""Predictions without learning: the line that a model has to beat. Entity tasks; rankings have their own."""

from __future__ import annotations

import numpy as np

from kumo_magic.features.label_history import LABEL_FEATURES, LabelHistory, label_features
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.class_past import past_classes
from kumo_magic.tasks.set_past import past_sets
from kumo_magic.tasks.windows import PastWindows

_LITTLE = 1e-3


def constant(labels: np.ndarray, task_type: TaskType) -> float:
    """The best single answer: the median of numbers, the rate of truth values."""
    return float(np.median(labels) if task_type is TaskType.REGRESSION else labels.mean())


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


def forecast_baselines(
    past: PastWindows, entity_rows: np.ndarray, anchor_us: np.ndarray, steps: np.ndarray, constant_answer: float
) -> dict[str, np.ndarray]:
    """The answers of each baseline at the given steps: the newest closed window repeated, and the one a cycle ago.

    Cycles that no row looks back on are left out.
    """
    last = past.back(entity_rows, anchor_us, 0)
    last = np.where(np.isnan(last), constant_answer, last)
    mean = past.mean(entity_rows, anchor_us)
    answers = {
        "constant": np.full(len(entity_rows), constant_answer),
        "past mean": np.where(np.isnan(mean), constant_answer, mean),
        "last window": last,
    }
    for season in past.seasons:
        same = past.same_season(season, entity_rows, anchor_us, steps)
        if not np.isnan(same).all():
            answers[f"same time a {season.name} ago"] = np.where(np.isnan(same), last, same)
    return answers


def class_baselines(
    history: LabelHistory | None, shares: np.ndarray, entity_rows: np.ndarray, anchor_us: np.ndarray
) -> dict[str, np.ndarray]:
    """The probability of each class by each baseline, float64 [n, classes]; without a past the shares answer.

    Args:
        history: Past labels as codes; None where nothing has a past.
        shares: How often each class is among the training rows.
        entity_rows: int64 [n].
        anchor_us: int64 [n].
    """
    commonest = np.tile(shares, (len(entity_rows), 1))
    if history is None:
        return {"commonest class": commonest}
    num_entities = int(max(entity_rows.max(initial=0), history.entity_rows.max(initial=0))) + 1
    counts, last = past_classes(history, len(shares), num_entities, entity_rows, anchor_us)
    has_past = last >= 0
    last_class = commonest.copy()
    last_class[has_past] = np.eye(len(shares))[last[has_past]]
    past_shares = (counts + shares) / (counts.sum(axis=1, keepdims=True) + 1)
    return {"commonest class": commonest, "last class": last_class, "past shares": past_shares}


def set_baselines(
    history: LabelHistory | None, shares: np.ndarray, entity_rows: np.ndarray, anchor_us: np.ndarray
) -> dict[str, np.ndarray]:
    """The probability that a set holds each class by each baseline, float64 [n, classes].

    "past shares" counts the share of all rows like one past label more; "last set" tells the last label again, and
    orders by those shares what it holds and what it does not.

    Args:
        history: Past labels with their members; None where nothing has a past.
        shares: How many of the training labels hold each class.
        entity_rows: int64 [n].
        anchor_us: int64 [n].
    """
    of_all = np.tile(shares, (len(entity_rows), 1))
    if history is None:
        return {"class shares": of_all}
    num_entities = int(max(entity_rows.max(initial=0), history.entity_rows.max(initial=0))) + 1
    num_past, counts, last = past_sets(history, len(shares), num_entities, entity_rows, anchor_us)
    has_past = num_past[:, None] > 0
    return {
        "class shares": of_all,
        "last set": np.where(has_past, (last + _LITTLE * of_all) / (1 + _LITTLE), of_all),
        "past shares": (counts + of_all) / (num_past[:, None] + 1),
    }
