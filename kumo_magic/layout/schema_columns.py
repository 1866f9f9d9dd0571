"""A graph → its tables in a few columns from left to right: what is pointed at stands left. Knows no pixels."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

_MOST_COLUMNS = 4
_MOST_IN_A_RANK = 4
_SWEEPS = 4


def columns_of_tables(graph: Graph, heights: Mapping[str, float]) -> list[list[str]]:
    """The tables of each column, top to bottom; links lead to the left where they can."""
    ranks = _ranks(graph)
    by_rank = [[name for name in graph.tables if ranks[name] == rank] for rank in sorted(set(ranks.values()))]
    if len(by_rank) <= _MOST_COLUMNS and max(len(names) for names in by_rank) <= _MOST_IN_A_RANK:
        columns = by_rank
    else:
        num_columns = min(_MOST_COLUMNS, 3 if len(graph.tables) <= 9 else _MOST_COLUMNS)
        columns = _split([name for names in by_rank for name in names], heights, num_columns)
    return _untangle(graph, columns)


def _ranks(graph: Graph) -> dict[str, int]:
    """How many links deep each table is; links that close a circle are passed over."""
    ranks: dict[str, int] = {}
    parents = {name: [link.parent for link in graph.links_from(name)] for name in graph.tables}
    for start in graph.tables:
        on_the_way = [start]
        while on_the_way:
            name = on_the_way[-1]
            ahead = [other for other in parents[name] if other not in ranks and other not in on_the_way]
            if ahead:
                on_the_way.append(ahead[0])
                continue
            ranks[on_the_way.pop()] = 1 + max(
                (ranks.get(other, -1) for other in parents[name] if other != name), default=-1
            )
    for name in sorted(ranks, key=lambda name: -ranks[name]):  # a parent moves next to its nearest child
        children = [ranks[link.table] for link in graph.links_to(name) if ranks[link.table] > ranks[name]]
        ranks[name] = max(ranks[name], min(children) - 1) if children else ranks[name]
    return ranks


def _split(names: list[str], heights: Mapping[str, float], num_columns: int) -> list[list[str]]:
    """The names in order, cut into columns so that the tallest is as low as can be."""
    tops = [0.0, *accumulate(heights[name] for name in names)]
    best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}
    for column in range(1, num_columns + 1):
        for end in range(len(names) + 1):
            options = [
                (max(best[column - 1, start][0], tops[end] - tops[start]), start)
                for start in range(end + 1)
                if (column - 1, start) in best
            ]
            best[column, end] = min(options)
    cuts = [len(names)]
    for column in range(num_columns, 0, -1):
        cuts.append(best[column, cuts[-1]][1])
    cuts.reverse()
    columns = [names[start:end] for start, end in pairwise(cuts)]
    return [column for column in columns if column]


def _untangle(graph: Graph, columns: list[list[str]]) -> list[list[str]]:
    """The same columns, each ordered by where the tables that its own are linked with stand."""
    neighbours = {
        name: [link.parent for link in graph.links_from(name)] + [link.table for link in graph.links_to(name)]
        for name in graph.tables
    }
    for _ in range(_SWEEPS):
        for place, column in enumerate(columns):
            height_of = {
                name: (row + 0.5) / len(other)
                for number, other in enumerate(columns)
                for row, name in enumerate(other)
                if number != place
            }
            own = {name: (row + 0.5) / len(column) for row, name in enumerate(column)}
            column.sort(
                key=lambda name, own=own, height_of=height_of: _mean_height(neighbours[name], height_of, own[name])
            )
    return columns


def _mean_height(neighbours: list[str], height_of: Mapping[str, float], own: float) -> float:
    heights = [height_of[other] for other in neighbours if other in height_of]
    return sum(heights) / len(heights) if heights else own
