"""Graph → Timeline: the time of every row, and the rows of every link grouped by parent and sorted by time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.timeline.grouping import group_by_parent
from kumo_magic.timeline.keys import match_keys
from kumo_magic.timeline.times import ALWAYS, NEVER, row_times


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIndex:
    """The child rows of each parent row, oldest first.

    Attributes:
        parent_rows: int32 [child rows], -1 for none.
        offsets: int64 [parent rows + 1]: group p is ``[offsets[p], offsets[p + 1])`` of ``rows``.
        rows: int32, child rows grouped by parent row, each group sorted by time, then row. Without the rows that never
            become known and those without a parent.
        times: int64, the times of ``rows``.
    """

    parent_rows: np.ndarray
    offsets: np.ndarray
    rows: np.ndarray
    times: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The one index of time. "The rows linked to this key with time <= t" is a binary search and a slice."""

    row_times: dict[str, np.ndarray]  # int64 [rows] of each table
    is_temporal: dict[str, bool]  # whether a table's rows have times, their own or those of the rows they point at
    links: dict[Link, LinkIndex]
    _composed: dict[tuple[Link, Link], LinkIndex] = field(default_factory=dict, repr=False, compare=False)

    @property
    def num_rows(self) -> dict[str, int]:
        """Rows of each table."""
        return {table: len(times) for table, times in self.row_times.items()}

    def along(self, path: tuple[Link, ...]) -> LinkIndex:
        """The index of a path of one or two links, the nearest to the parent first.

        For two links the rows are grandchildren. One is known from the later of its own time and its parent's on:
        before, nothing tells that it belongs here. Made on first use, then kept.
        """
        if len(path) == 1:
            return self.links[path[0]]
        near, far = path
        if (near, far) not in self._composed:
            self._composed[near, far] = self._compose(near, far)
        return self._composed[near, far]

    def _compose(self, near: Link, far: Link) -> LinkIndex:
        between = self.links[far].parent_rows  # rows of the table in the middle
        has_parent = between >= 0
        parent_rows = np.full(len(between), -1, dtype=np.int32)
        parent_rows[has_parent] = self.links[near].parent_rows[between[has_parent]]
        known_from = self.row_times[far.table].copy()
        known_from[has_parent] = np.maximum(known_from[has_parent], self.row_times[far.parent][between[has_parent]])
        return _index(parent_rows, known_from, _order(known_from), len(self.row_times[near.parent]))


def build_timeline(graph: Graph) -> Timeline:
    """Index every link of the graph as it is now; a later change of the graph needs a new timeline.

    Order lines often have no time of their own: a row of a table without a time column that nothing links to is known
    from the times of the rows it points at on. Otherwise a product would know the lines of orders to come.
    """
    parent_rows: dict[Link, np.ndarray] = {}
    for link in graph.links:
        parent = graph.tables[link.parent]
        assert parent.primary_key is not None
        parent_rows[link] = match_keys(graph.tables[link.table].frame[link.column], parent.frame[parent.primary_key])
    own_times = {name: row_times(table) for name, table in graph.tables.items()}
    times = dict(own_times)
    is_temporal = {name: table.time_column is not None for name, table in graph.tables.items()}
    linked_to = {link.parent for link in graph.links}
    for link in graph.links:
        lines, events = graph.tables[link.table], graph.tables[link.parent]
        if lines.time_column is None and link.table not in linked_to and events.time_column is not None:
            inherited = _inherited(
                own_times[link.parent], parent_rows[link], lines.frame[link.column].isna().to_numpy()
            )
            times[link.table] = np.maximum(times[link.table], inherited)
            is_temporal[link.table] = True
    orders = {table: _order(times[table]) for table in {link.table for link in graph.links}}
    links = {
        link: _index(rows, times[link.table], orders[link.table], graph.tables[link.parent].num_rows)
        for link, rows in parent_rows.items()
    }
    return Timeline(row_times=times, is_temporal=is_temporal, links=links)


def _inherited(parent_times: np.ndarray, parent_rows: np.ndarray, is_null: np.ndarray) -> np.ndarray:
    """The time of the row pointed at; ALWAYS for no pointer, NEVER for one at a row that is not there (yet)."""
    inherited = np.where(is_null, np.int64(ALWAYS), np.int64(NEVER))
    found = parent_rows >= 0
    inherited[found] = parent_times[parent_rows[found]]
    return inherited


def _order(times: np.ndarray) -> np.ndarray:
    """Rows that become known at some time, oldest first and ties in the order of the table, int32."""
    rows = np.arange(len(times), dtype=np.int32)
    if np.any(times[1:] < times[:-1]):
        rows = np.argsort(times, kind="stable").astype(np.int32)
    return rows[times[rows] != NEVER]


def _index(parent_rows: np.ndarray, times: np.ndarray, order: np.ndarray, num_parents: int) -> LinkIndex:
    offsets, rows = group_by_parent(parent_rows, order[parent_rows[order] >= 0], num_parents)
    return LinkIndex(parent_rows=parent_rows, offsets=offsets, rows=rows, times=times[rows])
