"""An index of rows by parent, a parent and an anchor → its newest rows that are known then. Reads no columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.timeline.link_index import LinkIndex
from kumo_magic.timeline.neighbours import known_bounds
from kumo_magic.timeline.times import ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRows:
    """The newest rows of a parent that have a time, oldest first, and how many such rows there are in all."""

    rows: np.ndarray  # int64, positions in the child table
    times_us: np.ndarray  # int64, from when on each is known
    total: int


def past_rows(index: LinkIndex, parent_row: int, anchor_us: int, most: int) -> PastRows:
    """The parent's rows that are known at the anchor, itself included; those that are known at all times left out."""
    starts, stops = known_bounds(
        index.offsets,
        index.rows,
        index.row_times,
        np.array([parent_row], dtype=np.int64),
        np.array([anchor_us], dtype=np.int64),
    )
    known = index.rows[int(starts[0]) : int(stops[0])]
    timeless = int(np.searchsorted(index.row_times[known], ALWAYS, side="right"))
    newest = known[max(timeless, len(known) - most) :].astype(np.int64)
    return PastRows(rows=newest, times_us=index.row_times[newest], total=len(known) - timeless)
