"""Predictions without learning: the line that a model has to beat. Entity tasks; rankings have their own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.features.label_history import LabelHistory
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


def past_labels(history: LabelHistory, entity_rows: np.ndarray, anchor_us: np.ndarray) -> pd.DataFrame:
    """Each row's ``last`` and ``mean`` of its entity's labels whose window had closed by the row's anchor.

    NaN where there is none. The order of the rows is kept.
    """
    known = pd.DataFrame({"entity": history.entity_rows, "closed": history.closed_us, "last": history.values})
    known = known.sort_values("closed", kind="stable")
    by_entity = known.groupby("entity")["last"]
    known["mean"] = by_entity.cumsum() / (by_entity.cumcount() + 1)
    rows = pd.DataFrame({"entity": entity_rows, "anchor": anchor_us, "position": np.arange(len(entity_rows))})
    matched = pd.merge_asof(
        rows.sort_values("anchor", kind="stable"), known, by="entity", left_on="anchor", right_on="closed"
    )
    return matched.set_index("position").sort_index()[["last", "mean"]]


def entity_baselines(
    history: LabelHistory, entity_rows: np.ndarray, anchor_us: np.ndarray, constant_answer: float
) -> dict[str, np.ndarray]:
    """The answers of each baseline at the given rows; an entity without a past gets the constant."""
    past = past_labels(history, entity_rows, anchor_us).fillna(constant_answer)
    return {
        "constant": np.full(len(entity_rows), constant_answer),
        "past mean": past["mean"].to_numpy(dtype=float),
        "last value": past["last"].to_numpy(dtype=float),
    }
