"""A table → the time of each of its rows, int64 microseconds since 1970. Knows no other table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.graph.table import Table

ALWAYS = int(np.iinfo(np.int64).min)
"""The time of rows of a table without a time column: they are visible at every anchor."""
NEVER = int(np.iinfo(np.int64).max)
"""A missing time: the row is in no window and never an input."""
DAY_US = 86_400_000_000


def row_times(table: Table) -> np.ndarray:
    """The time of each row, int64 [rows]: ALWAYS without a time column, NEVER where the column has no value."""
    if table.time_column is None:
        return np.full(table.num_rows, ALWAYS, dtype=np.int64)
    return microseconds(table.frame[table.time_column])


def microseconds(column: pd.Series) -> np.ndarray:
    """Times as int64 microseconds [rows], NEVER where missing; whatever unit pandas keeps them in.

    Where nothing is missing the result is the column's own memory when it can be: it must not be written.

    Example:
        >>> microseconds(pd.Series(pd.to_datetime(["1970-01-01 00:00:01", None]).astype("datetime64[ns]")))
        array([            1000000, 9223372036854775807])
    """
    values = column.to_numpy(dtype="datetime64[us]", na_value=np.datetime64("NaT"))
    times = np.ascontiguousarray(values).view(np.int64)
    # NaT is stored as the least int64, which is ALWAYS here: a row without a time must not become visible at all times.
    if len(times) and times.min() == ALWAYS:
        return np.where(times == ALWAYS, np.int64(NEVER), times)
    return _like_writable(times)


def _like_writable(values: np.ndarray) -> np.ndarray:
    """The array with the flag of arrays that can be written, for which kernels are compiled; a copy if that is refused.

    pandas hands out its memory with the flag down.
    """
    try:
        values.flags.writeable = True
    except ValueError:
        return values.copy()
    return values


def days_before(
    values_us: np.ndarray, anchor_us: np.ndarray, *, is_known_ahead: bool | np.ndarray = False
) -> np.ndarray:
    """Days from each time to its anchor, float64; NaN for ALWAYS, and for what is later than the anchor or NEVER.

    A time after the anchor counts as unknown, because nothing tells whether it was written down by then, unless it is
    known when its row is written: then it is as many days below 0 as lie ahead. The row itself must be known.
    """
    usable = (values_us != ALWAYS) & (values_us != NEVER) & (is_known_ahead | (values_us <= anchor_us))
    return np.where(usable, (anchor_us - np.where(usable, values_us, anchor_us)) / DAY_US, np.nan)
