"""Seeds → the rows around them, hop by hop, each placed once per seed. Arrays and kernels, no tensors."""

from __future__ import annotations

import numpy as np

from kumo_magic.graph.link import Link
from kumo_magic.sampling.neighbours import place_all, random_states, step_to_children, step_to_parents
from kumo_magic.timeline.neighbours import known_bounds
from kumo_magic.timeline.timeline import Timeline


class _Nodes:
    """The sampled rows of one table, growing."""

    def __init__(self, capacity: int) -> None:
        self.number = 0
        self.placed = np.empty((capacity, 3), dtype=np.int64)  # seed, row, hop
        self.slots = np.empty(0, dtype=np.int32)
        self._make_slots(capacity)

    def reserve(self, extra: int) -> None:
        """Make room for that many more."""
        needed = self.number + extra
        if needed <= len(self.placed):
            return
        capacity = max(needed, 2 * len(self.placed))
        placed = np.empty((capacity, 3), dtype=np.int64)
        placed[: self.number] = self.placed[: self.number]
        self.placed = placed
        self._make_slots(capacity)
        place_all(self.slots, self.placed, self.number)

    def _make_slots(self, capacity: int) -> None:
        self.slots = np.full(1 << (2 * capacity).bit_length(), -1, dtype=np.int32)


class Neighbourhood:
    """Disjoint neighbourhoods of seeds, as of each seed's anchor.

    Args:
        timeline: The index of time.
        table: The seeds' table.
        rows: int64 [seeds].
        anchor_us: int64 [seeds].
        seed: Of the random draws.
        identities: uint64 [seeds], what tells the seeds' rows apart for the random draws.
    """

    def __init__(
        self,
        timeline: Timeline,
        table: str,
        rows: np.ndarray,
        anchor_us: np.ndarray,
        seed: int,
        identities: np.ndarray,
    ) -> None:
        self.timeline = timeline
        self.anchor_us = anchor_us
        self.hop = 0
        self._states = random_states(seed, identities, anchor_us)
        self._tables = {name: _Nodes(max(16, len(rows))) for name in timeline.row_times}
        self._parent_of = {link: np.empty(0, dtype=np.int64) for link in timeline.links}
        self._frontier: dict[str, tuple[int, int]] = dict.fromkeys(timeline.row_times, (0, 0))
        seeds = self._tables[table]
        seeds.number = len(rows)
        seeds.placed[: len(rows), 0] = np.arange(len(rows))
        seeds.placed[: len(rows), 1] = rows
        seeds.placed[: len(rows), 2] = 0
        place_all(seeds.slots, seeds.placed, len(rows))
        self._frontier[table] = (0, len(rows))

    def nodes(self, table: str) -> np.ndarray:
        """Seed, row and hop of each sampled row of the table, int64 [nodes, 3]."""
        nodes = self._tables[table]
        return nodes.placed[: nodes.number]

    def edges(self, link: Link) -> np.ndarray:
        """Child and parent node of each edge of the link, int64 [2, edges], in the order of the children."""
        parent_of = self._parent_of[link]
        children = np.flatnonzero(parent_of >= 0)
        return np.stack([children, parent_of[children]])

    def step(self, fan_out: int, num_newest: int) -> None:
        """Go one hop farther from all rows that were reached last, along every link in both directions.

        Of more children than the fan-out come the ``num_newest`` newest, and older ones drawn uniformly.
        """
        self.hop += 1
        before = {table: nodes.number for table, nodes in self._tables.items()}
        for link in self.timeline.links:
            self._step_down(link, fan_out, num_newest)
            self._step_up(link)
        self._frontier = {table: (before[table], nodes.number) for table, nodes in self._tables.items()}

    def _step_down(self, link: Link, fan_out: int, num_newest: int) -> None:
        first, last = self._frontier[link.parent]
        if first == last:
            return
        index, children = self.timeline.links[link], self._tables[link.table]
        children.reserve((last - first) * fan_out)
        self._cover(link)
        parents = self._tables[link.parent].placed
        anchors = self.anchor_us[parents[first:last, 0]]
        starts, stops = known_bounds(index.offsets, index.rows, index.row_times, parents[first:last, 1].copy(), anchors)
        children.number = step_to_children(
            index.rows,
            starts,
            stops,
            parents,
            first,
            self._states,
            fan_out,
            num_newest,
            children.slots,
            children.placed,
            children.number,
            self._parent_of[link],
            self.hop,
        )

    def _step_up(self, link: Link) -> None:
        first, last = self._frontier[link.table]
        if first == last:
            return
        parents = self._tables[link.parent]
        parents.reserve(last - first)
        self._cover(link)
        parents.number = step_to_parents(
            self.timeline.links[link].parent_rows,
            self.timeline.row_times[link.parent],
            self._tables[link.table].placed,
            first,
            last,
            self.anchor_us,
            parents.slots,
            parents.placed,
            parents.number,
            self._parent_of[link],
            self.hop,
        )

    def _cover(self, link: Link) -> None:
        """Let the link's edges cover every node that its child table has room for."""
        capacity = len(self._tables[link.table].placed)
        if len(self._parent_of[link]) < capacity:
            parent_of = np.full(capacity, -1, dtype=np.int64)
            parent_of[: len(self._parent_of[link])] = self._parent_of[link]
            self._parent_of[link] = parent_of
