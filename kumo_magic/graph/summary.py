"""Graph → its description as text, for a terminal and for `print`. Computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kumo_magic.graph.stype import Stype

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table

_LEFT_OUT = (Stype.KEY,)
_MAX_NOTES = 12


def summarise(graph: Graph) -> str:
    """Tables with rows, keys, times and columns by stype; then every link, then the notes; one per line."""
    tables, links = len(graph.tables), len(graph.links)
    lines = [f"Graph {graph.name!r}: {tables} {_plural('table', tables)}, {links} {_plural('link', links)}"]
    for table in graph.tables.values():
        lines.append(f"  {table.name}: {', '.join(_facts(table))}")
        lines += [f"      {stype}: {', '.join(names)}" for stype, names in columns_by_stype(table).items()]
    lines += [f"  {link}" for link in graph.links]
    return "\n".join([*lines, *_notes(graph.notes)])


def _notes(notes: Sequence[str]) -> list[str]:
    """The first notes, those that matter most, and how many more there are."""
    lines = [f"  Note: {note}" for note in notes[:_MAX_NOTES]]
    more = len(notes) - _MAX_NOTES
    return [*lines, f"  and {more} more: graph.notes"] if more > 0 else lines


def columns_by_stype(table: Table) -> dict[Stype, list[str]]:
    """Names of the columns that are neither key nor the table's own time, by stype, in the order of the stypes."""
    own = {table.primary_key, table.time_column, table.end_time_column}
    found = {
        stype: [name for name, column in table.columns.items() if column.stype is stype and name not in own]
        for stype in Stype
        if stype not in _LEFT_OUT
    }
    return {stype: names for stype, names in found.items() if names}


def explain(graph: Graph) -> str:
    """Why each key, time column, stype and link is what it is, one line each."""
    lines: list[str] = []
    for table in graph.tables.values():
        lines += [f"{table.name}: {what} {reason}" for what, reason in table.reasons.items()]
        lines += [f"{table.name}.{name}: {column.stype}, {column.reason}" for name, column in table.columns.items()]
    lines += [f"{link}: {reason}" for link, reason in graph.link_reasons.items()]
    return "\n".join(lines)


def _facts(table: Table) -> list[str]:
    zone = f" ({table.time_zone})" if table.time_zone else ""
    facts = [f"{table.num_rows:,} {_plural('row', table.num_rows)}"]
    facts += [f"key {table.primary_key}"] if table.primary_key else ["no key"]
    facts += [f"time {table.time_column}{zone}"] if table.time_column else []
    facts += [f"end {table.end_time_column}"] if table.end_time_column else []
    return facts


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
