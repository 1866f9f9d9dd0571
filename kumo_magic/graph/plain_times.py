"""Times of any unit and zone → naive times in microseconds, UTC where they had a zone. Knows no text."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.graph.plain_column import PlainValues

_LAST = np.iinfo(np.int64).max
_PER_MICROSECOND = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 1}


def plain_times(values: pd.Series, *, is_aware: bool = False) -> PlainValues:
    """The times as datetime64[us]. What no calendar reaches, such as DuckDB's ``infinity``, is missing."""
    naive = values.dt.tz_convert(None) if isinstance(values.dtype, pd.DatetimeTZDtype) else values
    times = naive.to_numpy().copy()
    unit, _ = np.datetime_data(times.dtype)
    counts = times.view(np.int64)
    last = _LAST // _PER_MICROSECOND[unit]
    # The least number of all is numpy's NaT; DuckDB's infinities are the largest and its negative.
    is_endless = ((counts >= last) | (counts <= -last)) & ~np.isnat(times)
    times[is_endless] = np.datetime64("NaT")
    change = ""
    if is_endless.any():
        first = int(is_endless.argmax())
        change = f"has {int(is_endless.sum()):,} infinite times (row {first:,}); they count as missing, as no end"
    return PlainValues(values=pd.Series(times.astype("datetime64[us]")), change=change, is_aware=is_aware)
