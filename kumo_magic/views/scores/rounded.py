"""Numbers of arrays → numbers of JSON, with as many digits as a picture shows; None for what is not a number."""

from __future__ import annotations

import math
from collections.abc import Iterable

_DIGITS = 5


def rounded(value: float) -> float | int | None:
    """Five significant digits."""
    if not math.isfinite(value):
        return None
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short == int(short) and abs(short) < 1e15 else short


def rounded_all(values: Iterable[float]) -> list[float | int | None]:
    """Five significant digits of each."""
    return [rounded(float(value)) for value in values]


def whole(values: Iterable[int]) -> list[int]:
    """Counts as JSON has them."""
    return [int(value) for value in values]
