"""A graph whose user said that rows are versions → the same graph with a table of things and one of their versions.

Knows which table gets what; how rows are taken apart is in `versions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.graph.composite import KeyColumns
from kumo_magic.graph.plain_values import plain_values
from kumo_magic.graph.snapshot import Snapshot
from kumo_magic.graph.table import Table
from kumo_magic.graph.versions import VersionedRows, Versions, are_versions, split_versions

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph


def take_versions_apart(
    graph: Graph,
    frames: Mapping[str, pd.DataFrame],
    keys: Mapping[str, KeyColumns | None],
    times: Mapping[str, str | None],
    end_times: Mapping[str, str | None],
) -> None:
    """Put a table of versions behind every table whose key repeats and of which a time and an end were said.

    Args:
        graph: Of tables without keys and links.
        frames: The rows as the user has them.
        keys: What the user said.
        times: The same.
        end_times: The same.

    Raises:
        DataError: Versions overlap, or lack a key or a beginning.
        GraphError: Time or end hold no times.
    """
    for name, table in list(graph.tables.items()):
        key, start, end = keys.get(name), times.get(name), end_times.get(name)
        if not are_versions(table.frame, key, start, end):
            continue
        assert isinstance(key, str)
        assert start is not None
        assert end is not None
        for column in (start, end):
            table.read_times(column)
        found = split_versions(table.frame, name, key, start, end)
        history = f"{name}_history"
        while history in graph.tables:
            history += "_"
        given = plain_values(frames[name][key].reset_index(drop=True)).given
        things = Snapshot(
            frame=found.things,
            aware=frozenset(table.aware & {start, end}),
            mixed={column: odd for column, odd in table.mixed.items() if column == key},
            notes=(*found.notes, f"What changes of {name} stands in {history}, which links to it."),
            given={} if given is None else {key: given.take(found.firsts).reset_index(drop=True)},
        )
        versions = Versions(history=history, key=key, start=start, end=end, has_gaps=found.has_gaps)
        graph.tables = _with(graph, name, Table(name, things, source=table.source, owner=graph), table, versions, found)


def _with(
    graph: Graph, name: str, things: Table, table: Table, versions: Versions, found: VersionedRows
) -> dict[str, Table]:
    """The graph's tables, the versions right behind their things."""
    things.versions = versions
    table.name, table.frame = versions.history, found.history
    tables: dict[str, Table] = {}
    for other, its in graph.tables.items():
        tables |= {name: things, versions.history: table} if other == name else {other: its}
    return tables


def with_new_versions(graph: Graph, things: Table, updated: Table) -> dict[str, Table]:
    """Both tables after new versions came: an open version ends where the next one of its thing begins.

    Args:
        graph: The graph before.
        things: Its table of things.
        updated: The table of versions with the new rows.

    Raises:
        DataError: Versions overlap, or lack a key or a beginning.
    """
    assert things.versions is not None
    versions = things.versions
    found = split_versions(updated.frame, things.name, versions.key, versions.start, versions.end)
    updated.frame = found.history
    fresh = Snapshot(
        frame=found.things,
        aware=frozenset(things.aware),
        mixed=things.mixed,
        notes=(*found.notes, *(note for note in things.notes if note not in found.notes)),
        given={key: _given(things, values, found.things[key]) for key, values in things.given.items()},
    )
    changed = things.with_rows(fresh, owner=graph)
    changed.versions = replace(versions, has_gaps=found.has_gaps)
    return {things.name: changed, updated.name: updated}


def _given(things: Table, given: pd.Series, keys: pd.Series) -> pd.Series:
    """The keys in the user's own type; those that came since as they are."""
    own = dict(zip(things.frame[things.primary_key].tolist(), given.tolist(), strict=True))
    return pd.Series([own.get(key, key) for key in keys.tolist()], dtype=object)


def home_of(graph: Graph, table: str, columns: KeyColumns) -> str:
    """The table that has the columns: that of the versions where the things have them not."""
    if table not in graph or (versions := graph[table].versions) is None:
        return table
    names = (columns,) if isinstance(columns, str) else columns
    return table if all(name in graph[table] for name in names) else versions.history


def link_versions(graph: Graph) -> None:
    """Let every version point at its thing and be known from its beginning on; its end is not read."""
    for name, table in graph.tables.items():
        if (versions := table.versions) is None:
            continue
        history = graph[versions.history]
        history.set_primary_key(None, "a row for every version")
        graph.link(versions.history, versions.key, name)
        history.set_time_column(versions.start, f"when a version of {name} begins")
