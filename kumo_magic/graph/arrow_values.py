"""A column of Arrow's → the same values in pandas, none of them changed. Knows no meaning."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_MONTH_SECONDS, _DAY_SECONDS = 30 * 86_400, 86_400  # a month as DuckDB counts it


def from_arrow(values: pa.ChunkedArray) -> pd.Series:
    """Arrow's values in pandas: whole numbers with nulls stay whole, dates are times, decimals are decimals still."""
    values = _unwrapped(values)
    kind = values.type
    if pa.types.is_interval(kind):
        return pd.Series([_seconds(value) for value in values.to_pylist()], dtype="float64")
    if values.null_count and pa.types.is_integer(kind):
        whole = values.to_pandas(integer_object_nulls=True)
        return pd.Series(pd.array(whole, dtype="UInt64" if pa.types.is_uint64(kind) else "Int64"))
    if values.null_count and pa.types.is_boolean(kind):
        return pd.Series(pd.array(values.to_pandas(), dtype="boolean"))
    if pa.types.is_nested(kind) or pa.types.is_null(kind):
        # Arrow makes floats of whole numbers in lists with a null inside, and knows no pandas type of some lists.
        return pd.Series(values.to_pylist(), dtype=object)
    return values.to_pandas(date_as_object=False)


def _unwrapped(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values without what only says how they are stored."""
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType) and not isinstance(kind, pa.UuidType):
        stored = pa.chunked_array([chunk.storage for chunk in values.chunks], type=kind.storage_type)
        return _unwrapped(stored.cast(pa.bool_()) if isinstance(kind, pa.Bool8Type) else stored)
    if pa.types.is_dictionary(kind):
        members = _without_views(kind.value_type)
        chunks = [chunk.dictionary.cast(members).take(chunk.indices) for chunk in values.chunks]
        return _unwrapped(pa.chunked_array(chunks, type=members))
    if pa.types.is_run_end_encoded(kind):
        chunks = [pc.run_end_decode(chunk) for chunk in values.chunks]  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import
        return _unwrapped(pa.chunked_array(chunks, type=kind.value_type))
    return values


def _without_views(kind: pa.DataType) -> pa.DataType:
    """The type, or the one that Arrow can take single values of."""
    if pa.types.is_string_view(kind):
        return pa.large_string()
    return pa.large_binary() if pa.types.is_binary_view(kind) else kind


def _seconds(interval: pa.MonthDayNano | None) -> float | None:
    if interval is None:
        return None
    return interval.months * _MONTH_SECONDS + interval.days * _DAY_SECONDS + interval.nanoseconds / 1e9
