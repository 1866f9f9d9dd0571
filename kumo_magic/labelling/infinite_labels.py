"""A plan, or its labels → refused where they are infinite. Nothing is read as something else here."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError
from kumo_magic.graph.infinite import made_missing
from kumo_magic.graph.kind import first_of
from kumo_magic.labelling.anchor_times import day
from kumo_magic.plan.bound import named_columns
from kumo_magic.plan.plan import PredictionPlan

_LARGEST = float(np.finfo(np.float32).max)
"""Learners add squares of labels up in numbers that end here."""


def refuse_infinite_target(plan: PredictionPlan) -> None:
    """Return when no column that the target reads has infinite numbers: read as missing, they would change the label.

    Raises:
        DataError: One has; the message names the first with its row.
    """
    for table, column in sorted(named_columns(plan.target)):
        found = plan.graph[table].infinite.get(column)
        if found is None:
            continue
        raise DataError(
            f"The target reads {table}.{column}, which has {found.count:,} infinite "
            f"value{'s' if found.count > 1 else ''}: no such label can be learned.",
            table=table,
            column=column,
            example=f"{found.first} in row {found.row:,}",
            hint=f"Make them missing first: {made_missing(table, column)}",
        )


def refuse_huge_labels(plan: PredictionPlan, frame: pd.DataFrame, anchor_us: np.ndarray) -> None:
    """Return when every number among the labels can be learned.

    Raises:
        DataError: One is beyond the numbers that learners calculate with; the message names it with its key.
    """
    labels = frame["label"]
    if not pd.api.types.is_float_dtype(labels.dtype):
        return
    numbers = labels.to_numpy(dtype=np.float64, na_value=np.nan)
    is_huge = np.abs(numbers) > _LARGEST
    if not is_huge.any():
        return
    row = int(is_huge.argmax())
    table, column = next(named for named in sorted(named_columns(plan.target)) if named[1] != "*")
    key = first_of(plan.keys_in(frame.iloc[[row]]))
    raise DataError(
        f"The label of {key!r} at {day(int(anchor_us[row]))} is {numbers[row]:g}: "
        f"no learner calculates with numbers beyond {_LARGEST:.3g}.",
        table=table,
        column=column,
        example=f"{numbers[row]:g}",
        hint=f"Choose a larger unit, or bound the values: {table}[{column!r}] = {table}[{column!r}].clip(-1e12, 1e12)",
    )
