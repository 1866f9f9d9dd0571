"""The times of rows → those that stand for no date: 1900-01-01, 1970-01-01 and their like, far from all others."""

from __future__ import annotations

import numpy as np
import pandas as pd

_PLACEHOLDERS = ("0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1970-01-01")
_MIN_YEARS_APART = 5
_MAX_SHARE = 0.5


def placeholders_in(times: pd.Series) -> np.ndarray:
    """Which rows have a placeholder for their time, bool [rows]; none where other times lie near it."""
    values = times.to_numpy(dtype="datetime64[us]")
    is_placeholder = np.isin(values, np.array(_PLACEHOLDERS, dtype="datetime64[us]"))
    others = values[~is_placeholder & ~np.isnat(values)]
    if not is_placeholder.any() or not len(others) or is_placeholder.mean() > _MAX_SHARE:
        return np.zeros(len(values), dtype=bool)
    apart = others.min() - values[is_placeholder].max()
    is_far = apart > np.timedelta64(_MIN_YEARS_APART * 365, "D")
    return is_placeholder & is_far
