"""An excerpt and scenarios → one graph that holds a copy of the excerpt per scenario. Copies no whole table.

Block 0 is the excerpt as it is. Each scenario has a block of its own with the private rows once more; what the
scenario hides has the time NEVER there, as a row that was never written down. Rows that are not private are shared by
all blocks, as they are: a private row's children are the private ones of its block and the shared ones.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch

from kumo_magic.explain.excerpt import Excerpt, Rows, segments
from kumo_magic.explain.scenario import Scenario
from kumo_magic.graph.event_time import dated_links
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.graph.table import Table
from kumo_magic.sampling.bags import Bag
from kumo_magic.sampling.encoding import EncodedGraph, EncodedTable
from kumo_magic.sampling.schema import TableSchema
from kumo_magic.timeline.grouping import group_by_parent
from kumo_magic.timeline.link_index import LinkIndex, order_of_time
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the rows of a table lie: first those of the excerpt, then the private ones once per scenario.

    Attributes:
        rows: int64 [excerpt rows], positions in the table.
        private: int64 [private rows], positions in ``rows``.
        place: int64 [excerpt rows], positions in ``private``; -1 for a shared row.
        sources: int64 [all rows], positions in the table.
    """

    rows: np.ndarray
    private: np.ndarray
    place: np.ndarray
    sources: np.ndarray

    def find(self, rows: np.ndarray) -> np.ndarray:
        """Positions in the excerpt of positions in the table; -1 for what is not in it."""
        if not len(self.rows):
            return np.full(len(rows), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[found] == rows, found, -1)

    def in_block(self, block: int, positions: np.ndarray) -> np.ndarray:
        """Where rows of the excerpt lie in a block; shared ones where they lie for all. -1 stays -1."""
        if block == 0:
            return positions
        place = np.where(positions >= 0, self.place[positions], -1)
        return np.where(place >= 0, len(self.rows) + (block - 1) * len(self.private) + place, positions)

    def block(self, block: int) -> slice:
        """The private rows of a scenario's block."""
        begin = len(self.rows) + (block - 1) * len(self.private)
        return slice(begin, begin + len(self.private))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicas:
    """The blocks side by side, as graph, timeline and encoded rows.

    Attributes:
        entity_rows: int64 [scenarios + 1], the entity in each block.
    """

    excerpt: Excerpt
    layouts: dict[str, Layout]
    graph: Graph
    timeline: Timeline
    encoded: EncodedGraph
    entity_rows: np.ndarray

    @property
    def num_blocks(self) -> int:
        """Scenarios and the excerpt as it is."""
        return len(self.entity_rows)


def lay_out(
    excerpt: Excerpt, scenarios: Sequence[Scenario], *, private: Rows, graph: Graph, encoded: EncodedGraph
) -> Replicas:
    """A block for each scenario, and the excerpt as it is in block 0.

    Args:
        excerpt: What the answer can depend on.
        scenarios: What is hidden in each block; hidden rows are private ones.
        private: Rows of the excerpt of which each block has its own.
        graph: Where the columns are.
        encoded: The same as tensors.
    """
    timeline = excerpt.timeline
    layouts = {
        table: _layout(excerpt.rows.get(table), private.get(table), len(scenarios)) for table in timeline.row_times
    }
    times = {table: timeline.row_times[table][layout.sources] for table, layout in layouts.items()}
    for block, scenario in enumerate(scenarios, start=1):
        for table, rows in scenario.rows.items():
            layout = layouts[table]
            hidden = layout.find(rows)
            places = layout.place[hidden[hidden >= 0]]
            times[table][layout.block(block)][places[places >= 0]] = NEVER
    parents = {link: _parent_rows(layouts, link, index.parent_rows) for link, index in timeline.links.items()}
    _hide_what_has_its_time_from_hidden_rows(graph, parents, times)
    links = {link: _index(layouts, link, parents[link], times[link.table], len(scenarios)) for link in timeline.links}
    entity = layouts[excerpt.table].find(np.array([excerpt.entity_row]))
    blocks = range(len(scenarios) + 1)
    return Replicas(
        excerpt=excerpt,
        layouts=layouts,
        graph=_graph(graph, layouts, scenarios, entity, excerpt.table),
        timeline=Timeline(row_times=times, is_temporal=timeline.is_temporal, links=links),
        encoded=_encoded(encoded, layouts, scenarios, entity, excerpt.table),
        entity_rows=np.array([layouts[excerpt.table].in_block(block, entity)[0] for block in blocks], dtype=np.int64),
    )


def _layout(rows: np.ndarray | None, private: np.ndarray | None, num_scenarios: int) -> Layout:
    none = np.empty(0, dtype=np.int64)
    rows, private = none if rows is None else rows, none if private is None else private
    own = np.searchsorted(rows, private)
    place = np.full(len(rows), -1, dtype=np.int64)
    place[own] = np.arange(len(own))
    sources = np.concatenate([rows, np.tile(private, num_scenarios)])
    return Layout(rows=rows, private=own, place=place, sources=sources)


def _parent_rows(layouts: dict[str, Layout], link: Link, parent_rows: np.ndarray) -> np.ndarray:
    """Which row of the same block, or which shared one, each row points at, int32; -1 for none in the excerpt."""
    child, parent = layouts[link.table], layouts[link.parent]
    targets = parent.find(parent_rows[child.rows])
    if not len(child.private):
        return targets.astype(np.int32)
    num_blocks = (len(child.sources) - len(child.rows)) // len(child.private)
    blocks = [parent.in_block(block, targets[child.private]) for block in range(1, num_blocks + 1)]
    return np.concatenate([targets, *blocks]).astype(np.int32)


def _hide_what_has_its_time_from_hidden_rows(
    graph: Graph, parents: dict[Link, np.ndarray], times: dict[str, np.ndarray]
) -> None:
    """Rows without a time column that nothing links to are known from the rows that they point at on."""
    for link in (link for table in graph.tables for link in dated_links(graph, table)):
        rows = parents[link]
        pointing = np.flatnonzero(rows >= 0)
        is_hidden = times[link.parent][rows[pointing]] == NEVER
        times[link.table][pointing[is_hidden]] = NEVER


def _index(
    layouts: dict[str, Layout], link: Link, parent_rows: np.ndarray, times: np.ndarray, num_scenarios: int
) -> LinkIndex:
    """The known children of each row, oldest first."""
    child, parent = layouts[link.table], layouts[link.parent]
    num_rows = len(child.rows)
    offsets, rows = group_by_parent(parent_rows[:num_rows], order_of_time(times[:num_rows]), len(parent.rows))
    starts, stops = offsets[parent.private], offsets[parent.private + 1]
    members = rows[segments(starts, stops)].astype(np.int64)  # of the private rows, as they are in the excerpt
    owners = np.repeat(np.arange(len(parent.private)), stops - starts)
    counts, parts = [np.diff(offsets)], [rows]
    for block in range(1, num_scenarios + 1):
        there = child.in_block(block, members)
        is_known = times[there] != NEVER
        counts.append(np.bincount(owners[is_known], minlength=len(parent.private)))
        parts.append(there[is_known].astype(np.int32))
    return LinkIndex(
        parent_rows=parent_rows,
        offsets=np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64),
        rows=np.concatenate(parts).astype(np.int32),
        row_times=times,
    )


def _hidden_cells(
    layouts: dict[str, Layout], scenarios: Sequence[Scenario], entity: np.ndarray, entity_table: str
) -> dict[tuple[str, str], np.ndarray]:
    """(table, column) → where its values are missing, int64."""
    found: dict[tuple[str, str], list[np.ndarray]] = {}
    for block, scenario in enumerate(scenarios, start=1):
        for table, column in scenario.columns:
            here = layouts[table].block(block)
            found.setdefault((table, column), []).append(np.arange(here.start, here.stop))
        for column in scenario.own_columns:
            found.setdefault((entity_table, column), []).append(layouts[entity_table].in_block(block, entity))
    return {place: np.concatenate(rows) for place, rows in found.items()}


def _graph(
    graph: Graph, layouts: dict[str, Layout], scenarios: Sequence[Scenario], entity: np.ndarray, entity_table: str
) -> Graph:
    """A view of the graph with the replicated rows. Primary keys repeat in it, so it is for reading alone."""
    hidden = _hidden_cells(layouts, scenarios, entity, entity_table)
    view = copy.copy(graph)
    view.derived = {}
    view.tables = {}
    for name, table in graph.tables.items():
        cells = {column: rows for (owner, column), rows in hidden.items() if owner == name and column in table.frame}
        view.tables[name] = _table(table, layouts[name].sources, cells)
    return view


def _table(table: Table, sources: np.ndarray, cells: dict[str, np.ndarray]) -> Table:
    view = copy.copy(table)
    frame = table.frame.take(sources).reset_index(drop=True)
    for column, rows in cells.items():
        frame[column] = without_values(frame[column], rows)
    view.frame = frame
    view.origin = object()
    return view


def without_values(column: pd.Series, rows: np.ndarray) -> pd.Series:
    """The column with missing values at the positions; whole numbers and truth values become nullable ones."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "iub":
        column = column.astype(pd.api.types.pandas_dtype(_nullable(dtype)))
    is_kept = np.ones(len(column), dtype=bool)
    is_kept[rows] = False
    return column.where(is_kept)


def _nullable(dtype: np.dtype) -> str:
    name = dtype.name
    if name == "bool":
        return "boolean"
    return f"UInt{name[4:]}" if name.startswith("uint") else f"Int{name[3:]}"


def _encoded(
    encoded: EncodedGraph, layouts: dict[str, Layout], scenarios: Sequence[Scenario], entity: np.ndarray, table: str
) -> EncodedGraph:
    hidden = _hidden_cells(layouts, scenarios, entity, table)
    tables = {}
    for name, whole in encoded.tables.items():
        cells = {column: rows for (owner, column), rows in hidden.items() if owner == name}
        tables[name] = _encoded_table(whole, encoded.schema.tables[name], layouts[name].sources, cells)
    return replace(encoded, tables=tables)


def _encoded_table(
    whole: EncodedTable, schema: TableSchema, sources: np.ndarray, cells: dict[str, np.ndarray]
) -> EncodedTable:
    numerical = whole.numerical.numpy().take(sources, axis=0)
    categorical = whole.categorical.numpy().take(sources, axis=0)
    timestamps = whole.timestamps_us.take(sources, axis=0)
    bags = {name: Bag(distinct=bag.distinct.take(sources), codes=bag.codes) for name, bag in whole.bags.items()}
    for column, rows in cells.items():
        if column in schema.numerical:
            numerical[rows, schema.numerical.index(column)] = np.nan
        for position, (name, _) in enumerate(schema.categorical):
            if name == column:
                categorical[rows, position] = 0
        if column in schema.timestamps:
            timestamps[rows, schema.timestamps.index(column)] = NEVER
        if column in bags:
            bags[column].distinct[rows] = len(bags[column].codes) - 1  # the empty cell is the last one
    return EncodedTable(
        numerical=torch.from_numpy(numerical),
        categorical=torch.from_numpy(categorical),
        bags=bags,
        timestamps_us=timestamps,
        is_known_ahead=whole.is_known_ahead,
        key=None if whole.key is None else whole.key.take(sources).reset_index(drop=True),
    )
