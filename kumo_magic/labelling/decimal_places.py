"""A column of floats → how many decimal places its values were written with. Knows no sums."""

from __future__ import annotations

import numpy as np
import pandas as pd

_MAX_PLACES = 9
_MAX_UNITS = 2.0**50  # beyond it a float64 that is multiplied by 10^places does not round to the right whole number
_SAMPLE = 1_000  # values that are tried first


def decimal_places(column: pd.Series) -> int | None:
    """The fewest places with which every value is the float nearest to a decimal: 2 for cents, 0 for whole numbers.

    None where there are none: the values are measurements, too large, or infinite. A float is never exactly 0.70, but
    where all values of a column are the nearest floats to decimals of few places, decimals are what was meant.

    Example:
        >>> decimal_places(pd.Series([0.10, 0.75, None]))
        2
    """
    if not pd.api.types.is_float_dtype(column.dtype):
        return None
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    few = numbers[:: max(1, len(numbers) // _SAMPLE)]
    return next(
        (places for places in range(_MAX_PLACES + 1) if _are_decimals(few, places) and _are_decimals(numbers, places)),
        None,
    )


def _are_decimals(numbers: np.ndarray, places: int) -> bool:
    scale = 10.0**places
    with np.errstate(invalid="ignore", over="ignore"):
        units = np.rint(numbers * scale)
        is_written_so = (units / scale == numbers) & (np.abs(units) <= _MAX_UNITS)
    return bool((is_written_so | np.isnan(numbers)).all())
