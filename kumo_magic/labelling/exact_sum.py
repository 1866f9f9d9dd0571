"""A column of numbers → its sum as an Ibis expression, the same bit for bit in whatever order the rows lie. No windows.

Values that were written as decimals are added up as whole numbers of their last place: 0.10 + 0.70 is the float64 that
0.8 is, as a DECIMAL's sum would be, and not one below it.

Adding other floats rounds, and how it rounds depends on the order. So each value is split into a few parts, multiples
of powers of two coarse enough that each kind of part adds up without rounding (pre-rounding; Demmel and Nguyen, 2013).
The parts together are the whole value; where a few do not hold it, the values are sorted before they are added.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from kumo_magic.labelling.decimal_places import decimal_places

_DIGITS = 53  # binary digits of a float64
_LEAST_EXPONENT, _LARGEST_EXPONENT = -1000, 900  # far from where a float64 underflows or overflows
_MOST_PARTS = 4


def exact_sum(value: Any, column: pd.Series, most_terms: int) -> Any:
    """The sum of a numerical Ibis column over each group, as float64.

    Args:
        value: The Ibis column.
        column: All the values that it can have.
        most_terms: No group has more rows.
    """
    if value.type().is_integer():
        return value.sum().cast("float64")
    if value.type().is_boolean():
        return value.cast("int64").sum().cast("float64")
    value = value.cast("float64")
    if (places := decimal_places(column)) is not None:
        return _units(value, places) / 10.0**places
    pivots = None
    if pd.api.types.is_float_dtype(column.dtype):
        pivots = rounding_pivots(column.to_numpy(dtype=np.float64, na_value=np.nan), most_terms)
    if pivots is None:
        return value.collect(order_by=value).sums()
    total: Any = None
    for pivot in pivots:
        part = (value + pivot) - pivot
        value -= part
        total = part.sum() if total is None else total + part.sum()
    return value.sum() if total is None else total + value.sum()


def exact_average(value: Any, column: pd.Series, most_terms: int, num_terms: Any) -> Any:
    """The sum divided by the number of terms, as float64; of decimals the float64 nearest to their average."""
    if (places := decimal_places(column)) is not None:
        return _units(value.cast("float64"), places) / (num_terms.cast("float64") * 10.0**places)
    return exact_sum(value, column, most_terms) / num_terms


def _units(value: Any, places: int) -> Any:
    """The sum in units of the last place. It does not round, so that only the division after it does, once."""
    return (value * 10.0**places).round().cast("int64").sum().cast("float64")


def rounding_pivots(numbers: np.ndarray, most_terms: int) -> tuple[float, ...] | None:
    """Adding and taking away each pivot in turn splits off a part that adds up without rounding, as does what is left.

    None where what is left after the last does not.
    """
    rest = np.nan_to_num(numbers, nan=0.0, posinf=np.inf, neginf=-np.inf)
    largest = max(float(rest.max(initial=0.0)), -float(rest.min(initial=0.0)))
    if not math.isfinite(largest):
        return None
    count_bits = max(1, (most_terms - 1).bit_length())
    exponent = math.frexp(largest)[1] + count_bits + 1 - _DIGITS  # multiples of 2^exponent add up without rounding
    pivots: list[float] = []
    while _LEAST_EXPONENT < exponent < _LARGEST_EXPONENT:
        scaled = rest * math.ldexp(1.0, -exponent)
        if np.array_equal(scaled, np.rint(scaled)):
            return tuple(pivots)
        if len(pivots) == _MOST_PARTS - 1:
            return None
        pivots.append(math.ldexp(1.5, exponent + _DIGITS - 1))
        rest -= (rest + pivots[-1]) - pivots[-1]
        exponent += count_bits - _DIGITS
    return None
