"""Graph → Timeline: the time of every row, and the rows of every link grouped by parent and sorted by time."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

import numpy as np

from kumo_magic.graph.event_time import dated_links
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.timeline.key_source import LinkSource, match_link
from kumo_magic.timeline.link_index import LinkIndex, grown_index, index_of, order_of_time
from kumo_magic.timeline.times import ALWAYS, NEVER, row_times

_LOG = logging.getLogger(__name__)
MAP_ABOVE_BYTES = 1 << 30
"""Indexes that are larger together (8 bytes per row and link) are mapped from files in the temporary folder."""
_BYTES_PER_ROW = 8  # parent and row
_KEPT_AS = "timeline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The one index of time. "The rows linked to this key with time <= t" is a binary search and a slice.

    Its arrays are not to be written: times may be the columns' own memory.
    """

    row_times: dict[str, np.ndarray]  # int64 [rows] of each table
    is_temporal: dict[str, bool]  # whether a table's rows have times, their own or those of the rows they point at
    links: dict[Link, LinkIndex]
    is_mapped: bool = False  # whether the indexes are in files
    _sources: dict[Link, LinkSource] = field(default_factory=dict, repr=False, compare=False)
    _composed: dict[tuple[Link, Link], LinkIndex] = field(default_factory=dict, repr=False, compare=False)
    _former_composed: dict[tuple[Link, Link], LinkIndex] = field(default_factory=dict, repr=False, compare=False)

    @property
    def num_rows(self) -> dict[str, int]:
        """Rows of each table."""
        return {table: len(times) for table, times in self.row_times.items()}

    @property
    def num_bytes(self) -> int:
        """Size of the indexes made so far, in memory or mapped, without the times of the rows."""
        return sum(index.num_bytes for index in (*self.links.values(), *self._composed.values()))

    def along(self, path: tuple[Link, ...]) -> LinkIndex:
        """The index of a path of one or two links, the nearest to the parent first.

        For two links the rows are grandchildren. One is known from the later of its own time and its parent's on:
        before, nothing tells that it belongs here. Made on first use, then kept.
        """
        if len(path) == 1:
            return self.links[path[0]]
        near, far = path
        if (near, far) not in self._composed:
            self._composed[near, far] = self._placed(self._compose(near, far))
        return self._composed[near, far]

    def _composed_so_far(self, links: tuple[Link, ...]) -> dict[tuple[Link, Link], LinkIndex]:
        """The indexes of paths along these links that a later timeline can build on."""
        composed = {**self._former_composed, **self._composed}
        return {path: index for path, index in composed.items() if set(path) <= set(links)}

    def _placed(self, index: LinkIndex) -> LinkIndex:
        """The index where this timeline keeps its indexes; in memory when the disk cannot take it."""
        if not self.is_mapped:
            return index
        try:
            return index.mapped()
        except OSError as error:
            _LOG.warning("An index stays in memory: %s", error)
            return index

    def _compose(self, near: Link, far: Link) -> LinkIndex:
        between = self.links[far].parent_rows  # rows of the table in the middle
        has_parent = between >= 0
        parent_rows = np.full(len(between), -1, dtype=np.int32)
        parent_rows[has_parent] = self.links[near].parent_rows[between[has_parent]]
        known_from = self.row_times[far.table].copy()
        known_from[has_parent] = np.maximum(known_from[has_parent], self.row_times[far.parent][between[has_parent]])
        num_parents = len(self.row_times[near.parent])
        former = self._former_composed.pop((near, far), None)
        index = None if former is None else grown_index(former, parent_rows, known_from, num_parents)
        return index or index_of(parent_rows, known_from, order_of_time(known_from), num_parents)


def build_timeline(graph: Graph, *, former: Timeline | None = None, map_above_bytes: int = MAP_ABOVE_BYTES) -> Timeline:
    """Index every link of the graph as it is now; a later change of the graph needs a new timeline.

    Order lines often have no time of their own: a row of a table without a time column that nothing links to is known
    from the times of the rows it points at on. Otherwise a product would know the lines of orders to come.

    Args:
        graph: The linked tables.
        former: A timeline of the same graph before it changed. What did not change is taken from it, and what grew is
            merged into it; the result is the same as without.
        map_above_bytes: From which size on the indexes are files in the temporary folder, not memory.
    """
    former_sources = {} if former is None else former._sources
    sources = {link: match_link(graph, link, former_sources.get(link)) for link in graph.links}
    times, is_temporal = _times(graph, sources)
    size = sum(_BYTES_PER_ROW * len(times[link.table]) for link in sources)
    timeline = Timeline(
        row_times=times,
        is_temporal=is_temporal,
        links={},
        is_mapped=size > map_above_bytes,
        _sources=sources,
        _former_composed={} if former is None else former._composed_so_far(graph.links),
    )
    orders: dict[str, np.ndarray] = {}
    for link, source in sources.items():
        row_times, num_parents = times[link.table], len(times[link.parent])
        before = None if former is None else former.links.get(link)
        index = None if before is None else grown_index(before, source.parent_rows, row_times, num_parents)
        if index is None:
            if link.table not in orders:
                orders = {link.table: order_of_time(row_times)}  # links come table by table
            index = index_of(source.parent_rows, row_times, orders[link.table], num_parents)
        timeline.links[link] = timeline._placed(index)
        sources[link] = replace(source, parent_rows=timeline.links[link].parent_rows)
    return timeline


def timeline_of(graph: Graph) -> Timeline:
    """The timeline of the graph as it is now: kept with the graph, and grown when the graph has changed since."""
    kept = graph.derived.get(_KEPT_AS)
    former = kept if isinstance(kept, _Kept) else None
    if former is not None and former.version == graph.version:
        return former.timeline
    version = graph.version
    timeline = build_timeline(graph, former=None if former is None else former.timeline)
    graph.derived[_KEPT_AS] = _Kept(version=version, timeline=timeline)
    return timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A timeline and the version of the graph that it is of."""

    version: int
    timeline: Timeline


def _times(graph: Graph, sources: dict[Link, LinkSource]) -> tuple[dict[str, np.ndarray], dict[str, bool]]:
    """From when on each row is known, int64 [rows] of each table, and whether it has a time at all."""
    own_times = {name: row_times(table) for name, table in graph.tables.items()}
    times = dict(own_times)
    is_temporal = {name: table.time_column is not None for name, table in graph.tables.items()}
    for link in (link for table in graph.tables for link in dated_links(graph, table)):
        is_null = graph.tables[link.table].frame[link.column].isna().to_numpy()
        inherited = _inherited(own_times[link.parent], sources[link].parent_rows, is_null)
        times[link.table] = np.maximum(times[link.table], inherited)
        is_temporal[link.table] = True
    return times, is_temporal


def _inherited(parent_times: np.ndarray, parent_rows: np.ndarray, is_null: np.ndarray) -> np.ndarray:
    """The time of the row pointed at; ALWAYS for no pointer, NEVER for one at a row that is not there (yet)."""
    inherited = np.where(is_null, np.int64(ALWAYS), np.int64(NEVER))
    found = parent_rows >= 0
    inherited[found] = parent_times[parent_rows[found]]
    return inherited
