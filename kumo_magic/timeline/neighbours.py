"""A group of rows sorted by time and an anchor → which of them are known then.

The single place of the rule "nothing after the anchor": features and sampling call these functions and compare no times
of rows themselves. A row at the anchor's own instant is known.

Callers are compiled with these functions inside; `compiled` keeps no caller that was compiled with another version.
"""

from __future__ import annotations

import numpy as np

from kumo_magic.timeline.compiled import compiled


@compiled
def is_known(time: int, anchor_us: int) -> bool:
    """Whether a row of this time is known at the anchor. ALWAYS is known at each, NEVER at none."""
    return time <= anchor_us


def known_mask(times: np.ndarray, anchor_us: int | np.ndarray) -> np.ndarray:
    """The same rule for whole arrays, bool [rows]."""
    return times <= anchor_us


@compiled
def first_unknown(times: np.ndarray, start: int, stop: int, anchor_us: int) -> int:
    """The first position in ``[start, stop)`` of ascending times that is later than the anchor; ``stop`` for none."""
    low, high = start, stop
    while low < high:
        middle = (low + high) // 2
        if is_known(times[middle], anchor_us):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def first_unknown_row(rows: np.ndarray, row_times: np.ndarray, start: int, stop: int, anchor_us: int) -> int:
    """The first position in ``rows[start:stop]``, in order of time, whose row is later than the anchor; or ``stop``."""
    low, high = start, stop
    while low < high:
        middle = (low + high) // 2
        if is_known(int(row_times[rows[middle]]), anchor_us):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def num_known(offsets: np.ndarray, times: np.ndarray, parent_rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
    """How many rows of each parent's group are known at its anchor, int64 [n]; 0 for a parent row of -1.

    Args:
        offsets: int64 [parents + 1], where each group starts.
        times: int64 [rows], ascending within each group.
        parent_rows: int64 [n].
        anchor_us: int64 [n].
    """
    known = np.zeros(len(parent_rows), dtype=np.int64)
    for position in range(len(parent_rows)):
        parent = parent_rows[position]
        if parent >= 0:
            start, stop = int(offsets[parent]), int(offsets[parent + 1])
            known[position] = first_unknown(times, start, stop, int(anchor_us[position])) - start
    return known


@compiled
def known_bounds(
    offsets: np.ndarray, rows: np.ndarray, row_times: np.ndarray, parent_rows: np.ndarray, anchor_us: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where the known rows of each parent's group begin and end in ``rows``, both int64 [n].

    The searches go on side by side, a step of each in turn: they wait for memory together, not one after the other.

    Args:
        offsets: int64 [parents + 1], where each group starts.
        rows: int32, the groups, each in order of time.
        row_times: int64 [child rows].
        parent_rows: int64 [n], each with a group.
        anchor_us: int64 [n].
    """
    number = len(parent_rows)
    starts, stops, ends = np.empty(number, np.int64), np.empty(number, np.int64), np.empty(number, np.int64)
    longest = 0
    for position in range(number):
        start, end = offsets[parent_rows[position]], offsets[parent_rows[position] + 1]
        starts[position] = start
        stops[position] = start
        ends[position] = end
        longest = max(longest, end - start)
    while longest > 0:
        for position in range(number):
            low, high = stops[position], ends[position]
            if low < high:
                middle = (low + high) // 2
                is_early = is_known(int(row_times[rows[middle]]), int(anchor_us[position]))
                stops[position] = middle + 1 if is_early else low
                ends[position] = high if is_early else middle
        longest //= 2
    return starts, stops
