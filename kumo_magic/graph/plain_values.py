"""A column as the user has it → the same values in a plain dtype, and a note on what was changed. Knows no keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from kumo_magic.graph.arrow_values import from_arrow
from kumo_magic.graph.plain_column import PlainValues, as_text, texts_of
from kumo_magic.graph.plain_lists import is_list, plain_lists
from kumo_magic.graph.plain_objects import plain_objects
from kumo_magic.graph.plain_times import plain_times


def plain_values(values: pd.Series) -> PlainValues:
    """The column in a plain dtype: no categories, no Arrow types, no objects where a dtype would do."""
    match values.dtype:
        case pd.CategoricalDtype():
            return _plain_categories(values)
        case pd.SparseDtype():
            return plain_values(values.sparse.to_dense())
        case pd.ArrowDtype():
            return plain_values(from_arrow(pa.chunked_array(pa.array(values.array))))
        case pd.PeriodDtype():
            found = plain_times(values.dt.start_time)
            return replace(found, change="holds periods; each is read as its start")
        case pd.IntervalDtype():
            return as_text(values, "holds intervals; they are read as text")
        case pd.DatetimeTZDtype():
            return plain_times(values, is_aware=True)
        case pd.StringDtype():
            return _plain_text(values)
    if values.dtype == object:
        return plain_lists(values, plain_values) if _are_lists(values) else plain_objects(values)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return plain_times(values)
    if pd.api.types.is_timedelta64_dtype(values.dtype):
        return PlainValues(values=values.dt.total_seconds(), change="holds durations; they are read as seconds")
    if pd.api.types.is_complex_dtype(values.dtype):
        return as_text(values, "holds complex numbers; they are read as text")
    if pd.api.types.is_float_dtype(values.dtype) and values.dtype not in (np.float32, np.float64):
        return PlainValues(values=values.astype("float64"))
    return PlainValues(values=values.copy())


def _are_lists(values: pd.Series) -> bool:
    present = values.dropna()
    return len(present) > 0 and all(map(is_list, present.tolist()))


def _plain_text(values: pd.Series) -> PlainValues:
    # pandas' own text has NaN for null; the older one with pd.NA is read again, so that there is one kind.
    is_own = getattr(values.dtype, "na_value", pd.NA) is not pd.NA
    if is_own and getattr(values.dtype, "storage", "") == "pyarrow":  # which holds no half characters
        return PlainValues(values=values.copy())
    texts, repaired = texts_of(values)
    return PlainValues(values=texts, change=repaired)


def _plain_categories(values: pd.Series) -> PlainValues:
    """Each row's category, missing where it has none: whole numbers stay whole."""
    found = plain_values(pd.Series(values.cat.categories))
    codes = values.cat.codes.to_numpy()
    categories = found.values
    if (codes < 0).any() and pd.api.types.is_integer_dtype(categories.dtype):
        categories = categories.astype("UInt64" if categories.dtype == np.uint64 else "Int64")
    if (codes < 0).any() and pd.api.types.is_bool_dtype(categories.dtype):
        categories = categories.astype("boolean")
    rows = pd.Series(categories.array.take(codes, allow_fill=True))
    return replace(found, values=rows, given=None if found.change else values)
