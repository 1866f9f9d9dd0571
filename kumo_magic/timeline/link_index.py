"""Parents and times of rows → LinkIndex: the rows of each parent, oldest first. Knows no graph."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kumo_magic.timeline.grouping import group_by_parent, merge_groups, newly_grouped
from kumo_magic.timeline.mapped import MappedFolder
from kumo_magic.timeline.times import NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIndex:
    """The child rows of each parent row, oldest first.

    Attributes:
        parent_rows: int32 [child rows], -1 for none.
        offsets: int64 [parent rows + 1]: group p is ``[offsets[p], offsets[p + 1])`` of ``rows``.
        rows: int32, child rows grouped by parent row, each group sorted by time, then row. Without the rows that never
            become known and those without a parent.
        row_times: int64 [child rows], from when on each child row is known. Links of one table share the array.
    """

    parent_rows: np.ndarray
    offsets: np.ndarray
    rows: np.ndarray
    row_times: np.ndarray
    _folder: MappedFolder | None = field(default=None, repr=False, compare=False)

    @property
    def num_bytes(self) -> int:
        """Size of what the index holds by itself, in memory or mapped."""
        return self.parent_rows.nbytes + self.offsets.nbytes + self.rows.nbytes

    def mapped(self) -> LinkIndex:
        """The same index in files.

        Raises:
            OSError: The disk is full, or the folder for temporary files cannot be written.
        """
        if self._folder is not None:
            return self
        folder = MappedFolder()
        return LinkIndex(
            parent_rows=folder.keep("parent_rows", self.parent_rows),
            offsets=folder.keep("offsets", self.offsets),
            rows=folder.keep("rows", self.rows),
            row_times=self.row_times,
            _folder=folder,
        )


def order_of_time(times: np.ndarray) -> np.ndarray:
    """Rows that become known at some time, oldest first and ties in the order of the table, int32."""
    if np.any(times[1:] < times[:-1]):
        order = np.argsort(times, kind="stable").astype(np.int32)
    else:
        order = np.arange(len(times), dtype=np.int32)
    return order[: np.count_nonzero(times != NEVER)]  # NEVER is the greatest


def index_of(parent_rows: np.ndarray, row_times: np.ndarray, order: np.ndarray, num_parents: int) -> LinkIndex:
    """The index of child rows with these parents and times, in this order of time."""
    offsets, rows = group_by_parent(parent_rows, order, num_parents)
    return LinkIndex(parent_rows=parent_rows, offsets=offsets, rows=rows, row_times=row_times)


def grown_index(
    former: LinkIndex, parent_rows: np.ndarray, row_times: np.ndarray, num_parents: int
) -> LinkIndex | None:
    """What `index_of` gives, by merging the rows that joined since into the former groups.

    Rows joined when they are new, or got a parent or a time. The result is None when rows that were in a group left
    it or changed, or parents went: then there is nothing to build on.
    """
    if len(row_times) < len(former.row_times) or num_parents < len(former.offsets) - 1:
        return None
    is_grown, joining = newly_grouped(parent_rows, row_times, former.parent_rows, former.row_times)
    if not is_grown:
        return None
    if not len(joining) and num_parents == len(former.offsets) - 1:
        offsets, rows = former.offsets, former.rows
        if parent_rows is former.parent_rows and np.array_equal(row_times, former.row_times):
            return former
    else:
        joining = joining[np.argsort(row_times[joining], kind="stable")]
        offsets, rows = group_by_parent(parent_rows, joining, num_parents)
        offsets, rows = merge_groups(former.offsets, former.rows, offsets, rows, row_times)
    return LinkIndex(parent_rows=parent_rows, offsets=offsets, rows=rows, row_times=row_times)
