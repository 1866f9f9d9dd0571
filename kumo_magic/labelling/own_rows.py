"""A user's own label table → its rows, checked: whom, when, which step, what, which split. Draws no split."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError
from kumo_magic.graph.key_rows import key_rows
from kumo_magic.labelling.asked_time import column_us
from kumo_magic.labelling.split import SPLITS
from kumo_magic.plan.bound import BoundAggregation, BoundColumn
from kumo_magic.plan.column_values import counted_values
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_NUMBERS = (TaskType.BINARY, TaskType.REGRESSION, TaskType.FORECASTING)
_SETS = (TaskType.LINK_PREDICTION, TaskType.MULTILABEL_RANKING, TaskType.MULTILABEL_CLASSIFICATION)


def own_rows(plan: PredictionPlan, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a user's label table, in its order.

    Columns: ``row`` (int64, of the entity table), ``label``, and where the user gave them ``anchor_us`` (int64),
    ``step`` (int64, of a FORECAST, whose labels may be missing) and ``split`` (its place in SPLITS).

    Raises:
        DataError: A column is missing, a key is unknown, a label, time or step is missing or cannot be used, or a row
            comes twice.
    """
    columns = _columns(plan, frame)
    for column in columns:
        if column not in frame:
            raise _wrong(f"has no column {column!r}: give {_listed(columns)}.", column)
    can_lack_labels = plan.task_type is TaskType.FORECASTING
    for column in columns:
        is_missing = frame[column].isna().to_numpy()
        if is_missing.any() and not (column == "label" and can_lack_labels):
            raise _wrong(f"has no {column} in row {int(is_missing.argmax()):,}.", column)
    rows = pd.DataFrame({"row": _entity_rows(plan, plan.keys_in(frame))})
    if "anchor_time" in columns:
        rows["anchor_us"] = column_us(plan, frame["anchor_time"], "labels")
    if "step" in columns:
        rows["step"] = _steps(plan, frame["step"])
    rows["label"] = _labels(plan, frame["label"])
    _refuse_twice(plan, frame, rows)
    if "split" in frame:
        rows["split"] = _splits(frame["split"])
    return rows


def _columns(plan: PredictionPlan, frame: pd.DataFrame) -> list[str]:
    """The columns that are read. A column's value needs no time, and may say so by leaving all of them empty."""
    has_times = "anchor_time" in frame and bool(frame["anchor_time"].notna().any())
    columns = [*plan.key_columns, *(["anchor_time"] if plan.is_temporal or has_times else []), "label"]
    if plan.forecast_steps > 1 or (plan.task_type is TaskType.FORECASTING and "step" in frame):
        columns.insert(-1, "step")
    return columns


def _entity_rows(plan: PredictionPlan, keys: pd.Series) -> np.ndarray:
    positions = key_rows(plan.graph[plan.entity_table], keys)
    is_unknown = positions < 0
    if is_unknown.any():
        raise DataError(
            f"{int(is_unknown.sum()):,} rows of your label table name a {plan.entity_key} that is not in "
            f"{plan.entity_table!r}.",
            table="labels",
            column=plan.entity_key,
            example=keys[is_unknown].iloc[0],
        )
    return positions


def _steps(plan: PredictionPlan, steps: pd.Series) -> np.ndarray:
    numbers = pd.to_numeric(steps, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    is_step = (numbers >= 1) & (numbers <= plan.forecast_steps) & (numbers == np.floor(numbers))
    if not is_step.all():
        place = int((~is_step).argmax())
        wrong = steps.iloc[place]
        raise _wrong(
            f"has step {shown(wrong)} in row {place:,}: the query asks for steps 1 to {plan.forecast_steps}, "
            "whole numbers.",
            "step",
            wrong,
        )
    return numbers.astype(np.int64)


def _labels(plan: PredictionPlan, labels: pd.Series) -> np.ndarray:
    if plan.task_type in _SETS:
        return _sets(labels)
    if plan.task_type not in _NUMBERS:
        return labels.to_numpy(dtype=object)
    labels = _as_truth(plan, labels)
    numbers = pd.to_numeric(labels, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    is_right = np.isin(numbers, (0, 1)) if plan.task_type is TaskType.BINARY else np.isfinite(numbers)
    is_wrong = ~is_right & labels.notna().to_numpy()
    if is_wrong.any():
        wrong = labels[is_wrong].iloc[0]
        wanted = "a number" if plan.task_type is not TaskType.BINARY else "true or false"
        if plan.positive_class is not None:
            wanted += f" (whether it is {plan.positive_class!r})"
        raise DataError(
            f"The label {shown(wrong)} is not {wanted}, as the query asks for.",
            table="labels",
            column="label",
            example=wrong,
        )
    if plan.task_type is TaskType.BINARY:
        return numbers.astype(bool)
    is_whole = pd.api.types.is_integer_dtype(labels.dtype) and labels.notna().all()
    return labels.to_numpy(dtype=np.int64) if is_whole else numbers


def _as_truth(plan: PredictionPlan, labels: pd.Series) -> pd.Series:
    """Labels that are the two values of the column that is asked for, as whether they are the one that is true."""
    target = plan.target
    column = target.column if isinstance(target, BoundAggregation) else target
    if plan.positive_class is None or not isinstance(column, BoundColumn):
        return labels
    known = labels.dropna()
    are_values = known.isin(counted_values(plan.graph, column.table, column.name).index).all()
    return known.isin([plan.positive_class]).reindex(labels.index) if are_values else labels


def _sets(labels: pd.Series) -> np.ndarray:
    """Each label as a list."""
    are_sets = labels.map(lambda label: isinstance(label, (list, tuple, set, frozenset, np.ndarray))).to_numpy(
        dtype=bool
    )
    if not are_sets.all():
        wrong = labels[~are_sets].iloc[0]
        raise DataError(
            f"The label {shown(wrong)} is not a list of values, as the query asks for.",
            table="labels",
            column="label",
            example=wrong,
        )
    return np.fromiter((list(label) for label in labels), dtype=object, count=len(labels))


def _refuse_twice(plan: PredictionPlan, frame: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Return when every row is about something else. A column has one value for an entity, whenever that is known."""
    about = ["row", *([name for name in ("anchor_us", "step") if name in rows] if plan.is_temporal else [])]
    twice = rows.duplicated(about).to_numpy()
    if not twice.any():
        return
    place = int(twice.argmax())
    key = plan.keys_in(frame).iloc[place]
    when = f" at {frame['anchor_time'].iloc[place]}" if plan.is_temporal else ""
    step = f" for step {rows['step'].iloc[place]}" if "step" in rows else ""
    raise _wrong(f"has {shown(key)} twice{when}{step}.", plan.entity_key, key)


def _splits(splits: pd.Series) -> np.ndarray:
    is_unknown = ~splits.isin(SPLITS)
    if is_unknown.any():
        wrong = splits[is_unknown].iloc[0]
        raise DataError(
            f"{shown(wrong)} is no split. Write train, val or test.", table="labels", column="split", example=wrong
        )
    return pd.Categorical(splits, categories=list(SPLITS)).codes.astype(np.int8)


def _wrong(what: str, column: str, example: object = None) -> DataError:
    return DataError(f"Your label table {what}", table="labels", column=column, example=example)


def _listed(columns: list[str]) -> str:
    *most, last = (repr(column) for column in columns)
    return f"{', '.join(most)} and {last}"


def shown(value: object) -> str:
    """A value as its user wrote it: plain numbers rather than NumPy's."""
    return repr(value.item() if isinstance(value, np.generic) else value)
