"""An excerpt → the near rows of which every scenario can have its own. Those that too many rows point at are shared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.explain.excerpt import Excerpt, Rows
from kumo_magic.timeline.neighbours import known_bounds

MOST_LINKED = 60_000
"""Rows linked to what the entity's own rows point at, that each scenario lists for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateRows:
    """Rows of which every scenario has its own.

    Attributes:
        rows: By table.
        num_linked: How many rows point at them, the same row once per link.
        num_shared: How many near rows are left out.
    """

    rows: Rows
    num_linked: int
    num_shared: int

    @property
    def size(self) -> int:
        """Rows and places in groups that a scenario takes."""
        return sum(len(rows) for rows in self.rows.values()) + self.num_linked


def private_rows(excerpt: Excerpt) -> PrivateRows:
    """The entity's own rows, and of those that they point at the least shared ones, as many as can be borne."""
    events = {path.table for path in excerpt.paths if path.is_event}
    linked = {table: _num_linked(excerpt, table, rows) for table, rows in excerpt.near.items()}
    is_own = {
        table: (rows == excerpt.entity_row) if table == excerpt.table else np.full(len(rows), table in events)
        for table, rows in excerpt.near.items()
    }
    sizes = np.sort(np.concatenate([linked[table][~own] for table, own in is_own.items()]))
    is_bearable = sizes.cumsum() <= MOST_LINKED
    most = sizes[is_bearable][-1] if is_bearable.any() else 0
    if not is_bearable.all():
        most = min(most, sizes[~is_bearable][0] - 1)  # of those alike all or none
    is_kept = {table: own | (linked[table] <= most) for table, own in is_own.items()}
    return PrivateRows(
        rows={table: rows[is_kept[table]] for table, rows in excerpt.near.items()},
        num_linked=int(sum(linked[table][is_kept[table]].sum() for table in linked)),
        num_shared=int(sum((~kept).sum() for kept in is_kept.values())),
    )


def all_rows(excerpt: Excerpt) -> PrivateRows:
    """Everything in the excerpt."""
    num_linked = sum(len(excerpt.rows.get(link.table, ())) for link in excerpt.timeline.links)
    return PrivateRows(rows=excerpt.rows, num_linked=num_linked, num_shared=0)


def _num_linked(excerpt: Excerpt, table: str, rows: np.ndarray) -> np.ndarray:
    """How many known rows point at each row, int64 [rows]."""
    anchors = np.full(len(rows), excerpt.anchor_us, dtype=np.int64)
    number = np.zeros(len(rows), dtype=np.int64)
    for link, index in excerpt.timeline.links.items():
        if link.parent == table and len(index.rows):
            starts, stops = known_bounds(index.offsets, index.rows, index.row_times, rows, anchors)
            number += stops - starts
    return number
