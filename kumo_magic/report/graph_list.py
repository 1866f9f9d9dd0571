"""The graphs of a kernel → a table of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kumo_magic.report.markup import box, element, muted, table
from kumo_magic.report.numbers import count
from kumo_magic.report.record import Record
from kumo_magic.report.scores import aligned

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

_COLUMNS = ("graph", "tables", "rows", "links")


def graph_list(graphs: Mapping[str, Graph]) -> Record:
    """A line per graph: its tables, rows and links."""
    if not graphs:
        words = "No graphs yet. Make one of your DataFrames: %graph shop users orders"
        return Record(html=box(muted(words)), text=words)
    rows = [
        [
            name,
            ", ".join(graph.tables),
            count(sum(table.num_rows for table in graph.tables.values())),
            count(len(graph.links)),
        ]
        for name, graph in graphs.items()
    ]
    return Record(
        html=box(table(_COLUMNS, [[element("b", row[0]), *row[1:]] for row in rows], numeric=(2, 3))),
        text=aligned([_COLUMNS, *rows], num_left=2),
    )
