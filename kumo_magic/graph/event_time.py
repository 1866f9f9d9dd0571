"""A table → where its rows have their time from: a column of their own, or the rows that they point at. No rows.

Order lines rarely have a date of their own: a line happened when its order did.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from kumo_magic.graph.link import Link

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph


def dated_links(graph: Graph, table: str) -> tuple[Link, ...]:
    """The links whose parents' times are the times of the table's rows, the latest of them counts.

    None where the table has a time column of its own, and where rows of another table point at it: those are things,
    not events.
    """
    if graph[table].time_column is not None or any(link.table != table for link in graph.links_to(table)):
        return ()
    return tuple(link for link in graph.links_from(table) if graph[link.parent].time_column is not None)


def is_dated(graph: Graph, table: str, *, asked: Collection[str] = ()) -> bool:
    """Whether the table's rows have a time to be asked about.

    Args:
        graph: The linked tables.
        table: The table whose rows are counted.
        asked: Tables whose time is no time of an event: that of the entity, and of what is listed. A line does not
            happen when its product is released.
    """
    is_own = graph[table].time_column is not None
    return is_own or any(link.parent not in asked for link in dated_links(graph, table))


def time_words(graph: Graph, table: str) -> str:
    """The columns that say when a row of the table happened: ``orders.date``."""
    own = graph[table].time_column
    if own is not None:
        return f"{table}.{own}"
    parents = dict.fromkeys(link.parent for link in dated_links(graph, table))
    return " and ".join(f"{parent}.{graph[parent].time_column}" for parent in parents) or table


def time_zone(graph: Graph, table: str) -> str | None:
    """``UTC`` where the times of the table's rows are aware, else None."""
    tables = [table, *(link.parent for link in dated_links(graph, table))]
    return next((zone for name in tables if (zone := graph[name].time_zone)), None)
