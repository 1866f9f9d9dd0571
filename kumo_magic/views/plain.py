"""A value of a frame → what JSON and people can read. Knows no frame."""

from __future__ import annotations

import datetime
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
    """The value as people write it; a dash for a missing one.

    Example:
        >>> text(3.0), text(0.1 + 0.2), text(None), text(pd.Timestamp("2024-03-01")), text(["a", "b"])
        ('3', '0.3', '–', '2024-03-01', 'a, b')
    """
    if isinstance(value, (list, tuple, np.ndarray)):
        return ", ".join(text(member) for member in value)
    if pd.isna(value):  # pyright: ignore[reportArgumentType, reportCallIssue]  # a single value by now
        return MISSING
    if isinstance(value, (datetime.datetime, np.datetime64)):
        return moment(pd.Timestamp(value))
    if isinstance(value, (float, np.floating)):
        return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:,.10g}"
    return in_utf8(str(value))


def in_utf8(words: str) -> str:
    """The words, with a question mark for each sign that neither Arrow nor a message to a front end can hold."""
    return words.encode("utf-8", "replace").decode("utf-8")


def moment(time: pd.Timestamp) -> str:
    """The date, and the time of day where it is not midnight."""
    if time == time.normalize():
        return f"{time:%Y-%m-%d}"
    return f"{time:%Y-%m-%d %H:%M:%S}" if time.second else f"{time:%Y-%m-%d %H:%M}"


def moment_of_us(time_us: int) -> str:
    """The same of microseconds since 1970."""
    return moment(pd.Timestamp(time_us, unit="us"))


def shortened(words: str, longest: int) -> str:
    """The words, with an ellipsis where there were more."""
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
