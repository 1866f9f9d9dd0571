"""Rows in order of time → rows grouped by parent, still in order of time within each group. Counting sorts."""

from __future__ import annotations

import numpy as np

from kumo_magic.timeline.compiled import compiled
from kumo_magic.timeline.times import NEVER


@compiled
def group_by_parent(
    parent_rows: np.ndarray, ordered_rows: np.ndarray, num_parents: int
) -> tuple[np.ndarray, np.ndarray]:
    """Where each parent's group starts, int64 [parents + 1], and the rows group by group, int32.

    Args:
        parent_rows: int32 [child rows]; rows with -1 are in no group.
        ordered_rows: int32, the child rows to group, in the order that each group keeps.
        num_parents: Number of groups.
    """
    offsets = np.zeros(num_parents + 1, dtype=np.int64)
    for row in ordered_rows:
        if parent_rows[row] >= 0:
            offsets[parent_rows[row] + 1] += 1
    for parent in range(num_parents):
        offsets[parent + 1] += offsets[parent]
    free = offsets[:-1].copy()
    grouped = np.empty(offsets[num_parents], dtype=np.int32)
    for row in ordered_rows:
        parent = parent_rows[row]
        if parent >= 0:
            grouped[free[parent]] = row
            free[parent] += 1
    return offsets, grouped


@compiled
def newly_grouped(
    parent_rows: np.ndarray, times: np.ndarray, former_parent_rows: np.ndarray, former_times: np.ndarray
) -> tuple[bool, np.ndarray]:
    """Whether every row that was in a group is there still, at the same time, and the rows that join one, int32.

    A row is in a group when it has a parent and its time is not NEVER.

    Args:
        parent_rows: int32 [child rows].
        times: int64 [child rows].
        former_parent_rows: int32 [former child rows], not more than there are now.
        former_times: int64 [former child rows].
    """
    num_former = len(former_times)
    joining = np.empty(len(times), dtype=np.int32)
    num_joining = 0
    for row in range(len(times)):
        is_in = parent_rows[row] >= 0 and times[row] != NEVER
        if row < num_former and former_parent_rows[row] >= 0 and former_times[row] != NEVER:
            if former_parent_rows[row] != parent_rows[row] or former_times[row] != times[row]:
                return False, joining[:0].copy()
        elif is_in:
            joining[num_joining] = row
            num_joining += 1
    return True, joining[:num_joining].copy()


@compiled
def merge_groups(
    offsets: np.ndarray, rows: np.ndarray, new_offsets: np.ndarray, new_rows: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The groups with the new rows among the old ones, by time, then row; what `group_by_parent` gives for all of them.

    Args:
        offsets: int64 [former parents + 1].
        rows: int32, the former groups.
        new_offsets: int64 [parents + 1], at least as many.
        new_rows: int32, the new rows in groups of the same parents.
        times: int64 [child rows].
    """
    num_former, num_parents = len(offsets) - 1, len(new_offsets) - 1
    merged_offsets = np.empty(num_parents + 1, dtype=np.int64)
    merged = np.empty(len(rows) + len(new_rows), dtype=np.int32)
    place = 0
    for parent in range(num_parents):
        merged_offsets[parent] = place
        old, old_stop = offsets[min(parent, num_former)], offsets[min(parent + 1, num_former)]
        for new in range(new_offsets[parent], new_offsets[parent + 1]):
            row = new_rows[new]
            while old < old_stop and (
                times[rows[old]] < times[row] or (times[rows[old]] == times[row] and rows[old] < row)
            ):
                merged[place] = rows[old]
                place += 1
                old += 1
            merged[place] = row
            place += 1
        while old < old_stop:
            merged[place] = rows[old]
            place += 1
            old += 1
    merged_offsets[num_parents] = place
    return merged_offsets, merged
