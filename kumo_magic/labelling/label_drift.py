"""Labels of the last anchors against earlier ones → whether they differ by more than chance. No SQL."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.labelling.anchor_times import day
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_LEAST_Z = 3.0
_LEAST_CHANGE = 0.1
_FEWEST_ROWS = 30


def label_drift(plan: PredictionPlan, labels: LabelTable) -> str | None:
    """How the labels of the last anchors differ from all earlier ones; None where chance would do.

    The last anchors are those after training, or those that test, whichever differ more. The means are compared with a
    two-sample z-test with unequal variances, which for truth values is the two-proportion test (unpooled). One entity
    at several anchors counts as several rows, so the test is on the eager side: z must reach 3 (two tries by chance:
    1 in 185), and the mean must have moved by a tenth of what it was.
    """
    values, what, is_share = _measured(plan, labels)
    split = labels.frame["split"].to_numpy()
    changes = [_change(values, labels.anchor_us, before) for before in (split == "train", split != "test")]
    change = max((change for change in changes if change is not None), key=lambda change: abs(change.z), default=None)
    if change is None:
        return None
    shown = f"{{:{'.1%' if is_share else ',.4g'}}}".format
    return (
        f"The labels drift: {what} {shown(change.before)} at the earlier anchors ({change.num_before:,} rows) and "
        f"{shown(change.after)} from {day(change.since_us)} on ({change.num_after:,} rows), more than chance would do "
        f"(z = {change.z:+.1f})."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """Means on both sides of a moment; ``z`` is infinite where neither side varies."""

    before: float
    after: float
    num_before: int
    num_after: int
    since_us: int
    z: float


def _change(values: np.ndarray, anchor_us: np.ndarray, is_before: np.ndarray) -> _Change | None:
    """What changed after the last anchor of some rows; None where nothing much did."""
    cut = anchor_us[is_before].max()
    known = ~np.isnan(values)
    is_late = known & (anchor_us > cut)
    early, late = values[known & is_before], values[is_late]
    if min(len(early), len(late)) < _FEWEST_ROWS:
        return None
    before, after = float(early.mean()), float(late.mean())
    if after == before or abs(after - before) < _LEAST_CHANGE * abs(before):
        return None
    error = math.sqrt(early.var() / len(early) + late.var() / len(late))
    z = (after - before) / error if error > 0 else math.copysign(math.inf, after - before)
    if abs(z) < _LEAST_Z:
        return None
    return _Change(
        before=before,
        after=after,
        num_before=len(early),
        num_after=len(late),
        since_us=int(anchor_us[is_late].min()),
        z=z,
    )


def _measured(plan: PredictionPlan, labels: LabelTable) -> tuple[np.ndarray, str, bool]:
    """A number per row, NaN where undefined; what its mean is called; and whether that is a share."""
    column = labels.frame["label"]
    match plan.task_type:
        case TaskType.BINARY:
            return column.to_numpy(dtype=np.float64), "the share of true labels is", True
        case TaskType.MULTICLASS:
            often = column[labels.frame["split"] == "train"].value_counts().index[0]
            return (column == often).to_numpy(dtype=np.float64), f"the share of {often!r}, the most frequent, is", True
        case TaskType.REGRESSION | TaskType.FORECASTING:
            return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan), "the mean label is", False
        case _:
            return column.map(len).to_numpy(dtype=np.float64), "the mean number of items is", False
