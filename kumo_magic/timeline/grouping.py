"""Rows in order of time → rows grouped by parent, still in order of time within each group. A counting sort."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def group_by_parent(
    parent_rows: np.ndarray, ordered_rows: np.ndarray, num_parents: int
) -> tuple[np.ndarray, np.ndarray]:
    """Where each parent's group starts, int64 [parents + 1], and the rows group by group, int32.

    Args:
        parent_rows: int32 [child rows].
        ordered_rows: int32, the child rows to group, in the order that each group keeps; all have a parent.
        num_parents: Number of groups.
    """
    offsets = np.zeros(num_parents + 1, dtype=np.int64)
    for row in ordered_rows:
        offsets[parent_rows[row] + 1] += 1
    for parent in range(num_parents):
        offsets[parent + 1] += offsets[parent]
    free = offsets[:-1].copy()
    grouped = np.empty(len(ordered_rows), dtype=np.int32)
    for row in ordered_rows:
        parent = parent_rows[row]
        grouped[free[parent]] = row
        free[parent] += 1
    return offsets, grouped
