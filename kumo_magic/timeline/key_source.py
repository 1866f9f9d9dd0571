"""A key column of a graph → what tells whether a later one only grew from it. Keeps no rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.graph.table import Table
from kumo_magic.timeline.keys import grows_evenly, match_grown_keys, match_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySource:
    """Which column was read, and how many of its rows there were."""

    origin: object
    num_rows: int
    column: str
    dtype: object
    grows_evenly: bool

    def grew_from(self, former: KeySource) -> bool:
        """Whether the first rows of the column are the former ones."""
        return (
            self.origin is former.origin
            and self.num_rows >= former.num_rows
            and (self.column, self.dtype) == (former.column, former.dtype)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSource:
    """The two columns that a link joins, as they were read, and which parent row each child row pointed at."""

    child: KeySource
    parent: KeySource
    parent_rows: np.ndarray


def match_link(graph: Graph, link: Link, former: LinkSource | None) -> LinkSource:
    """Which parent each child row points at now; where the tables only grew, only what is new is looked up."""
    child_table, parent_table = graph.tables[link.table], graph.tables[link.parent]
    key = parent_table.primary_key
    assert key is not None
    child, parent = _source(child_table, link.column), _source(parent_table, key)
    columns = child_table.frame[link.column], parent_table.frame[key]
    if former is None or not (child.grew_from(former.child) and parent.grew_from(former.parent)):
        parent_rows = match_keys(*columns)
    elif (child.num_rows, parent.num_rows) == (former.child.num_rows, former.parent.num_rows):
        parent_rows = former.parent_rows
    elif child.grows_evenly and parent.grows_evenly:
        parent_rows = match_grown_keys(*columns, former.parent_rows, former.parent.num_rows)
    else:
        parent_rows = match_keys(*columns)
    return LinkSource(child=child, parent=parent, parent_rows=parent_rows)


def _source(table: Table, column: str) -> KeySource:
    values = table.frame[column]
    return KeySource(
        origin=table.origin,
        num_rows=len(values),
        column=column,
        dtype=values.dtype,
        grows_evenly=grows_evenly(values),
    )
