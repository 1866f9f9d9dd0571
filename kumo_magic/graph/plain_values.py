"""A column as the user has it → the same values in a plain dtype, and a note on what was changed. Knows no keys."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

_LISTS = (list, tuple, set, frozenset, np.ndarray)
_TOO_LARGE = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainValues:
    """One column, clean.

    Attributes:
        values: Text as pandas' own text, times as naive datetime64[us], lists as Python lists.
        change: What was changed, as the end of a sentence; empty when nothing worth telling was.
        odd: Two values of different kinds, when the column mixed them and is text now.
        is_aware: Whether the times had a zone; they are UTC now.
    """

    values: pd.Series
    change: str = ""
    odd: tuple[object, object] | None = None
    is_aware: bool = False


def plain_values(values: pd.Series) -> PlainValues:
    """The column in a plain dtype: no categories, no Arrow types, no objects where a dtype would do."""
    match values.dtype:
        case pd.CategoricalDtype():
            return plain_values(values.astype(values.dtype.categories.dtype))
        case pd.SparseDtype():
            return plain_values(values.sparse.to_dense())
        case pd.ArrowDtype():
            return plain_values(from_arrow(pa.chunked_array(pa.array(values.array))))
        case pd.PeriodDtype():
            return PlainValues(
                values=_microseconds(values.dt.start_time), change="holds periods; each is read as its start"
            )
        case pd.IntervalDtype():
            return PlainValues(values=_texts(values), change="holds intervals; they are read as text")
        case pd.DatetimeTZDtype():
            return PlainValues(values=_naive(values), is_aware=True)
        case pd.StringDtype():
            # pandas' own text has NaN for null; the older one with pd.NA is read again, so that there is one kind.
            is_own = getattr(values.dtype, "na_value", pd.NA) is not pd.NA
            return PlainValues(values=values.copy() if is_own else _texts(values))
    if values.dtype == object:
        return _plain_objects(values)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return PlainValues(values=_microseconds(values))
    if pd.api.types.is_timedelta64_dtype(values.dtype):
        return PlainValues(values=values.dt.total_seconds(), change="holds durations; they are read as seconds")
    if pd.api.types.is_complex_dtype(values.dtype):
        return PlainValues(values=_texts(values), change="holds complex numbers; they are read as text")
    if pd.api.types.is_float_dtype(values.dtype) and pd.api.types.is_extension_array_dtype(values.dtype):
        return PlainValues(values=values.astype("float64"))
    return PlainValues(values=values.copy())


def from_arrow(values: pa.ChunkedArray) -> pd.Series:
    """Arrow's values in pandas: whole numbers with nulls stay whole, dates are times, decimals are decimals still."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if values.null_count and pa.types.is_integer(values.type):
        return pd.Series(pd.array(values.to_pandas(integer_object_nulls=True), dtype="Int64"))
    if values.null_count and pa.types.is_boolean(values.type):
        return pd.Series(pd.array(values.to_pandas(), dtype="boolean"))
    return values.to_pandas(date_as_object=False)


def _plain_objects(values: pd.Series) -> PlainValues:
    present = values.dropna()
    kind = pd.api.types.infer_dtype(present, skipna=True)
    match kind:
        case "empty":
            return PlainValues(values=pd.Series([None] * len(values), dtype=object))
        case "string":
            return PlainValues(values=_texts(values))
        case "boolean":
            return PlainValues(values=values.astype("boolean"))
        case "floating" | "mixed-integer-float":
            return PlainValues(values=values.astype("float64"))
        case "timedelta":
            return plain_values(pd.to_timedelta(values))
    members = present.tolist()
    if all(isinstance(value, _LISTS) for value in members):
        return PlainValues(values=_each(values, list))
    if kind == "integer":
        if all(-_TOO_LARGE <= value < _TOO_LARGE for value in members):
            return _plain_integers(values)
        return _as_text(values, "holds numbers beyond 64 bits; they are read as text")
    if kind == "decimal":
        if all(
            value.is_finite() and value == value.to_integral_value() and abs(value) < _TOO_LARGE for value in members
        ):
            return _plain_integers(_each(values, int))
        numbers = _each(values, float).astype("float64")
        return PlainValues(values=numbers, change="holds decimals; they are read as floating-point numbers")
    if all(isinstance(value, datetime.date) for value in members):
        return _plain_times(values)
    if all(isinstance(value, uuid.UUID) for value in members):
        return PlainValues(values=_texts(values))
    if len(types := {type(value) for value in members}) == 1:
        return _as_text(values, f"holds values of type {types.pop().__name__}; they are read as text")
    return _mixed(values)


def _plain_integers(values: pd.Series) -> PlainValues:
    whole = values.astype("Int64")
    return PlainValues(values=whole if whole.hasnans else whole.astype("int64"))


def _plain_times(values: pd.Series) -> PlainValues:
    aware = values.map(lambda value: getattr(value, "tzinfo", None) is not None, na_action="ignore").dropna()
    if aware.any() and not aware.all():
        return _mixed(values)
    if aware.any():
        return PlainValues(values=_naive(pd.to_datetime(values, utc=True)), is_aware=True)
    array = np.array([None if value is pd.NaT else value for value in values.tolist()], dtype="datetime64[us]")
    return PlainValues(values=pd.Series(array))


def _mixed(values: pd.Series) -> PlainValues:
    """The values as text, with one value of the most frequent type and one of another."""
    members = values.dropna().tolist()
    (usual, _), *_ = Counter(type(value) for value in members).most_common()
    first = next(value for value in members if type(value) is usual)
    odd = (first, next((value for value in members if type(value) is not usual), members[-1]))
    change = f"mixes kinds of values (for example {odd[0]!r} and {odd[1]!r}); it is read as text"
    return PlainValues(values=_texts(values), change=change, odd=odd)


def _as_text(values: pd.Series, change: str) -> PlainValues:
    return PlainValues(values=_texts(values), change=change)


def _texts(values: pd.Series) -> pd.Series:
    texts = _each(values.astype(object), str)
    # pandas makes its own text dtype of texts and None; a column without any value says nothing about its type.
    return pd.Series(texts.tolist()) if texts.notna().any() else texts


def _each(values: pd.Series, convert: Callable[..., object]) -> pd.Series:
    missing = values.isna().to_numpy()
    converted = np.empty(len(values), dtype=object)
    for row, value in enumerate(values.tolist()):
        converted[row] = None if missing[row] else convert(value)
    return pd.Series(converted)


def _naive(values: pd.Series) -> pd.Series:
    return values.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[us]")


def _microseconds(values: pd.Series) -> pd.Series:
    return values.astype("datetime64[us]").copy()
