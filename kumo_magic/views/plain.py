"""A value of a frame → what JSON and people can read. Knows no frame."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

MISSING = "–"


def number(value: object) -> float | None:
    """The number; None for what is missing, infinite or none."""
    if isinstance(value, (bool, int, float, np.number, np.bool_)):
        found = float(value)
        return found if math.isfinite(found) else None
    return None


def text(value: object) -> str:
    """The value in words: times and numbers without what says nothing.

    Example:
        >>> text(12), text(0.1 + 0.2), text(None), text(pd.Timestamp("2024-03-01")), text(["a", "b"])
        ('12', '0.3', '–', '2024-03-01', "['a', 'b']")
    """
    match value:
        case pd.Timestamp():
            return moment(value)
        case float() | np.floating():
            return MISSING if np.isnan(value) else f"{float(value):.15g}"
        case _:
            return MISSING if value is None or value is pd.NA or value is pd.NaT else str(value)


def moment(time: pd.Timestamp) -> str:
    """The date, and the time of day where it is not midnight."""
    if time == time.normalize():
        return f"{time:%Y-%m-%d}"
    return f"{time:%Y-%m-%d %H:%M:%S}" if time.second else f"{time:%Y-%m-%d %H:%M}"


def moment_of_us(time_us: int) -> str:
    """The same of microseconds since 1970."""
    return moment(pd.Timestamp(time_us, unit="us"))
