"""A column whose values are listed → how many there are to list, and what to say of a longer list. Knows no query."""

from __future__ import annotations

from kumo_magic.graph.graph import Graph
from kumo_magic.plan.column_values import FEWEST_ROWS, counted_values


def num_listed(graph: Graph, table: str, column: str) -> int:
    """Rows of the parent that a foreign key points at, or different values of any other column."""
    parent = _parent(graph, table, column)
    return len(counted_values(graph, table, column)) if parent is None else graph[parent].num_rows


def too_long(graph: Graph, table: str, column: str, k: int, asked: str) -> str | None:
    """What to say where the k that was asked for is more than there is; None where it is not.

    Args:
        graph: The tables.
        table: The table of the listed column.
        column: The listed column.
        k: How many are asked for.
        asked: What the user wrote, to begin the sentence.
    """
    parent, num_there = _parent(graph, table, column), num_listed(graph, table, column)
    if k <= num_there or graph[parent or table].num_rows < FEWEST_ROWS:
        return None
    there = f"{table}.{column} has {num_there:,} values" if parent is None else f"{parent!r} has {num_there:,} rows"
    return f"{asked} asks for more than there are: {there}, so that no list is longer than {num_there:,}."


def _parent(graph: Graph, table: str, column: str) -> str | None:
    return next((link.parent for link in graph.links_from(table) if link.column == column), None)
