"""Numbers → the way people read them. Strings only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MISSING = "–"
_MINUTE, _HOUR = 60, 3600


def number(value: float) -> str:
    """Three significant digits, thousands with commas, never an exponent for ordinary sizes.

    Example:
        >>> number(0.78349), number(1234.5), number(float("nan"))
        ('0.783', '1,234', '–')
    """
    return fixed(value, decimals([value]))


def fixed(value: float, places: int) -> str:
    """The value with that many decimals; a dash for what is not a number."""
    return f"{value:,.{places}f}" if math.isfinite(value) else MISSING


def decimals(values: Sequence[float]) -> int:
    """How many decimals show three significant digits of the largest of the values."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0.0 or largest >= 1:
        return 0 if largest == 0.0 or largest >= 100 else 1 if largest >= 10 else 2
    return min(8, 3 if largest >= 0.1 else 2 - math.floor(math.log10(largest)))


def count(value: int, noun: str = "", plural: str = "") -> str:
    """A count with commas, and its noun in the right number.

    Example:
        >>> count(1907, "row"), count(1, "row"), count(2, "entity", "entities")
        ('1,907 rows', '1 row', '2 entities')
    """
    if not noun:
        return f"{value:,}"
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def share(value: float) -> str:
    """A share as a percentage; what is not quite nothing or everything says so.

    Example:
        >>> share(0.314), share(0.004), share(0.998), share(0.0)
        ('31%', '<1%', '>99%', '0%')
    """
    if not math.isfinite(value):
        return MISSING
    if 0 < value < 0.01:
        return "<1%"
    if 0.99 < value < 1:
        return ">99%"
    return f"{100 * value:.0f}%"


def duration(seconds: float) -> str:
    """Seconds as people say them.

    Example:
        >>> duration(0.42), duration(58.3), duration(125), duration(3780)
        ('0.4 s', '58 s', '2 min 5 s', '1 h 3 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(round(whole / _MINUTE), _MINUTE)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def moment(time: pd.Timestamp) -> str:
    """The date, and the time of day where it is not midnight."""
    if time != time.normalize():
        return f"{time:%Y-%m-%d %H:%M}" if not time.second else f"{time:%Y-%m-%d %H:%M:%S}"
    return f"{time:%Y-%m-%d}"
