"""A group of rows sorted by time and an anchor → which of them are known then.

The single place of the rule "nothing after the anchor": features and sampling call these functions and compare no times
of rows themselves. A row at the anchor's own instant is known.

Numba keeps compiled callers beside their own source: after a change here, delete the `__pycache__` of those two rooms.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def is_known(time: int, anchor_us: int) -> bool:
    """Whether a row of this time is known at the anchor. ALWAYS is known at each, NEVER at none."""
    return time <= anchor_us


def known_mask(times: np.ndarray, anchor_us: int | np.ndarray) -> np.ndarray:
    """The same rule for whole arrays, bool [rows]."""
    return times <= anchor_us


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
