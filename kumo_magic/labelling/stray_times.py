"""The times of a table's rows → the stretch in which rows arrive at their usual rate. Knows no table, no anchor."""

from __future__ import annotations

import numpy as np
import pandas as pd

_DAY_US = 86_400_000_000
_FARTHEST_US = int(pd.Timestamp("2200-01-01").as_unit("us").value)
_STRAY_SHARE = 0.05
"""Of all rows, at most; and of those that a stretch as long usually holds."""
_MIN_ROWS_BEFORE = 10
"""Rows for each stray one, in the stretch before the silence that is as long as theirs."""
_ROWS_BEFORE_SHARE, _ENOUGH_ROWS_BEFORE = 0.1, 100
"""Of all rows, those in the stretch before the silence that is as long as it: a fading rate leaves few."""
_TIMES_THE_LONGEST = 3
"""How much longer such a silence is than any among the others: seasons and holidays come again."""
_MIN_REACH_SHARE, _MIN_REACH_SHARE_BACK = 0.02, 0.5
"""How far strays reach beyond the others, of their span: what lies before the start does not move now."""
_MIN_REACH_US = 21 * _DAY_US
_MIN_ROWS_OF_BOTH_ENDS = 20
_MIN_YEARS_US = 2 * 365 * _DAY_US


def usual_stretch(times: np.ndarray) -> tuple[int, int]:
    """The first and the last time at which rows still arrive at their usual rate; int64 microseconds, both included.

    A mistyped year, a placeholder of 1900 or 9999, a day of test rows: few rows, beyond a silence that the table has
    never known, where as long a stretch usually holds many. A season's first day, a fading shop, a sparse table and
    the last, unfinished day are none of these.

    Args:
        times: int64 microseconds, at least one, in any order.
    """
    ordered = np.sort(times)
    num_plausible = int(np.searchsorted(ordered, _FARTHEST_US))
    ordered = ordered[:num_plausible] if num_plausible else ordered
    most = max(1, int(_STRAY_SHARE * len(times)))
    last = len(ordered) - _num_strays(ordered, most, reach_share=_MIN_REACH_SHARE)
    first = _num_strays(-ordered[::-1], most, reach_share=_MIN_REACH_SHARE_BACK)
    return (int(ordered[first]), int(ordered[last - 1])) if first < last else (int(ordered[0]), int(ordered[-1]))


def _num_strays(ordered: np.ndarray, most: int, *, reach_share: float) -> int:
    """How many of the last of ascending times are strays: they reach beyond the others by a share of their span."""
    num_times = len(ordered)
    if num_times < 4:
        return 0
    cuts = np.arange(max(num_times - 1 - most, 2), num_times - 1)  # the newest usual row, if a cut is right
    silence = ordered[cuts + 1] - ordered[cuts]
    reach = ordered[-1] - ordered[cuts]
    num_after = num_times - 1 - cuts
    # Strays at the other end must not make a long silence look usual.
    begin = min(most, int(cuts[0]) - 1) if num_times >= _MIN_ROWS_OF_BOTH_ENDS else 0
    silences = np.maximum.accumulate(np.diff(ordered[begin:]))
    longest = silences[cuts - 1 - begin]
    span = ordered[cuts] - ordered[begin]
    is_years_off = (silence > _MIN_YEARS_US) & (silence > span)
    usual = (cuts - begin) * (reach / np.maximum(span, 1))
    before_reach = cuts + 1 - np.searchsorted(ordered, ordered[cuts] - reach)
    before_silence = cuts + 1 - np.searchsorted(ordered, ordered[cuts] - silence)
    enough = min(max(1.5 * _MIN_ROWS_BEFORE, _ROWS_BEFORE_SHARE * num_times), _ENOUGH_ROWS_BEFORE)
    is_stray = (
        (num_after <= _STRAY_SHARE * usual)
        & (silence > _TIMES_THE_LONGEST * longest)
        & (reach >= np.maximum(reach_share * span, np.minimum(span // 4, _MIN_REACH_US)))
        & (before_reach >= _MIN_ROWS_BEFORE * num_after)
        & (before_silence >= enough)
    )
    found = np.flatnonzero(is_stray | is_years_off)
    return int(num_after[found[0]]) if len(found) else 0
