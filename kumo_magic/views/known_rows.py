"""A sampled neighbourhood → its rows and edges in one list, and from when on each belongs to it. No values."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kumo_magic.graph.link import Link
from kumo_magic.sampling.neighbourhood import Neighbourhood
from kumo_magic.timeline.neighbours import known_bounds
from kumo_magic.timeline.times import ALWAYS

_Node = tuple[str, int]
"""A table and the number of a row in its part of the neighbourhood."""
_Edge = tuple[_Node, _Node, Link]
"""Child, parent, and what links them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """A row of the neighbourhood.

    Attributes:
        table: Whose row it is.
        row: Position in the table.
        hop: Hops from the entity.
        time_us: From when on the row itself is known; `ALWAYS` for rows without a time.
        known_us: From when on it is known and linked with the entity through rows that are known.
        parent: The row that leads from it to the entity, by its place in the list; -1 of the entity.
        num_left_out: Rows known at the anchor that point at it and are not in the list.
    """

    table: str
    row: int
    hop: int
    time_us: int
    known_us: int
    parent: int
    num_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRows:
    """The entity first, then its neighbours hop by hop; edges as places of child and parent, and their link."""

    rows: tuple[KnownRow, ...]
    edges: tuple[tuple[int, int, Link], ...]


def known_rows(neighbourhood: Neighbourhood, table: str, hops: int) -> KnownRows:
    """The rows around the one seed of the neighbourhood, nearest first, newest first among the children of a row."""
    timeline, anchor_us = neighbourhood.timeline, int(neighbourhood.anchor_us[0])
    nodes = {name: neighbourhood.nodes(name) for name in timeline.row_times}
    numbers = {name: dict[int, int]() for name in nodes}  # node of a table → place in the list, once it has one
    neighbours: dict[_Node, list[_Node]] = {}
    edges: list[_Edge] = []
    for link in timeline.links:
        for child, parent in neighbourhood.edges(link).T.tolist():
            edges.append(((link.table, child), (link.parent, parent), link))
            neighbours.setdefault((link.table, child), []).append((link.parent, parent))
            neighbours.setdefault((link.parent, parent), []).append((link.table, child))

    def time_us(node: _Node) -> int:
        name, number = node
        return int(timeline.row_times[name][nodes[name][number, 1]])

    order: list[tuple[_Node, int]] = [((table, 0), -1)]
    numbers[table][0] = 0
    for place, (node, _) in enumerate(order):  # grows as it is read: breadth first
        ahead = [other for other in neighbours.get(node, []) if other[1] not in numbers[other[0]]]
        for other in sorted(set(ahead), key=lambda other: (other[0], -time_us(other), other[1])):
            numbers[other[0]][other[1]] = len(order)
            order.append((other, place))
    known_us = _known_from((table, 0), neighbours, time_us)
    drawn = _num_children(edges)
    rows = tuple(
        KnownRow(
            table=node[0],
            row=int(nodes[node[0]][node[1], 1]),
            hop=int(nodes[node[0]][node[1], 2]),
            time_us=time_us(node),
            known_us=known_us[node],
            parent=parent,
            num_left_out=_num_left_out(neighbourhood, node, drawn, anchor_us)
            if nodes[node[0]][node[1], 2] < hops
            else 0,
        )
        for node, parent in order
    )
    places = tuple((numbers[child[0]][child[1]], numbers[parent[0]][parent[1]], link) for child, parent, link in edges)
    return KnownRows(rows=rows, edges=places)


def _known_from(seed: _Node, neighbours: dict[_Node, list[_Node]], time_us: Callable[[_Node], int]) -> dict[_Node, int]:
    """Of each node the earliest time at which a way from the seed has only known rows on it.

    A product without a time is known once the first order of it is: the latest row of a way decides, and the best of
    all ways counts.
    """
    found: dict[_Node, int] = {}
    waiting = [(time_us(seed), seed)]
    while waiting:
        known_us, node = heapq.heappop(waiting)
        if node in found:
            continue
        found[node] = known_us
        for other in neighbours.get(node, []):
            if other not in found:
                heapq.heappush(waiting, (max(known_us, time_us(other)), other))
    return found


def _num_children(edges: list[_Edge]) -> dict[tuple[Link, int], int]:
    """How many children each parent node has in the neighbourhood, by link."""
    counts: dict[tuple[Link, int], int] = {}
    for _, (_, parent), link in edges:
        counts[link, parent] = counts.get((link, parent), 0) + 1
    return counts


def _num_left_out(neighbourhood: Neighbourhood, node: _Node, drawn: dict[tuple[Link, int], int], anchor_us: int) -> int:
    """How many rows that are known at the anchor and point at the node's row are not in the neighbourhood."""
    name, number = node
    timeline, row = neighbourhood.timeline, neighbourhood.nodes(name)[number, 1]
    rows, anchors = np.array([row], dtype=np.int64), np.array([anchor_us], dtype=np.int64)
    left_out = 0
    for link, index in timeline.links.items():
        if link.parent == name:
            starts, stops = known_bounds(index.offsets, index.rows, index.row_times, rows, anchors)
            left_out += int(stops[0] - starts[0]) - drawn.get((link, number), 0)
    return left_out


def has_time(row: KnownRow) -> bool:
    """Whether the row has a time, its own or that of the row it points at."""
    return row.time_us != ALWAYS
