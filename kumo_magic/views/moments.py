"""An anchor and the times of events before it → the moments of a slider, and ages in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kumo_magic.timeline.times import DAY_US
from kumo_magic.views.plain import moment_of_us

NUM_MOMENTS = 40
_SECOND_US, _MINUTE_US, _HOUR_US = 1_000_000, 60_000_000, 3_600_000_000
_UNITS = ((DAY_US, "day"), (_HOUR_US, "hour"), (_MINUTE_US, "minute"), (_SECOND_US, "second"))


def moments_until(anchor_us: int, times_us: Sequence[int]) -> tuple[np.ndarray, list[str]]:
    """About 40 moments from the first of the times up to the anchor, ascending: int64 microseconds, and in words.

    All but the anchor are whole days, hours, minutes or seconds, so that the words are exact.
    """
    first_us = min([anchor_us, *times_us])
    unit_us = next((unit for unit, _ in _UNITS if anchor_us - first_us >= 2 * NUM_MOMENTS * unit), _SECOND_US)
    evenly = np.linspace(first_us, anchor_us, NUM_MOMENTS + 1).astype(np.int64)
    whole = -(-evenly // unit_us) * unit_us
    moments = np.unique(np.append(whole[whole < anchor_us], anchor_us))
    return moments, [moment_of_us(each) for each in moments.tolist()]


def ahead_words(date_us: int, anchor_us: int) -> str:
    """How long after the anchor a date lies that is known by then; nothing for one that does not.

    Example:
        >>> ahead_words(3 * 86_400_000_000, 0), ahead_words(0, 0)
        ('in 3 days', '')
    """
    words = _whole_words(date_us - anchor_us)
    return f"in {words}" if words else ""


def age_words(age_us: int) -> str:
    """How long before the anchor something was.

    Example:
        >>> age_words(12 * 86_400_000_000), age_words(90 * 60_000_000), age_words(0)
        ('12 days before the anchor', '1 hour before the anchor', 'at the anchor')
    """
    words = _whole_words(age_us)
    return f"{words} before the anchor" if words else "at the anchor"


def _whole_words(us: int) -> str:
    """A duration in whole units of the largest that fits; nothing below a second."""
    for unit_us, name in _UNITS:
        if us >= unit_us:
            number = us // unit_us
            return f"{number:,} {name if number == 1 else name + 's'}"
    return ""
