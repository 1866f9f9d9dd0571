"""A graph → the same graph without some columns, for those who must not see them. Copies no rows."""

from __future__ import annotations

import copy
from collections.abc import Collection

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.table import Table


def without_columns(graph: Graph, hidden: Collection[tuple[str, str]]) -> Graph:
    """The graph with the same keys, times and links, its tables lacking the (table, column) pairs.

    The graph itself when there is nothing to hide.

    Args:
        graph: Any graph; it stays as it is.
        hidden: Columns that are no key, no time and no foreign key.
    """
    if not hidden:
        return graph
    view = copy.copy(graph)
    view.derived = {}
    view.tables = {
        name: _table_without(table, {column for owner, column in hidden if owner == name})
        for name, table in graph.tables.items()
    }
    return view


def _table_without(table: Table, columns: set[str]) -> Table:
    if not columns:
        return table
    view = copy.copy(table)
    view.frame = table.frame.drop(columns=sorted(columns))
    view.columns = {name: column for name, column in table.columns.items() if name not in columns}
    return view
