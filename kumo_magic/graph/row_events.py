"""A table of a graph → the events that belong to each of its rows. Reads links and times; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from kumo_magic.graph.validation import keys_of

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.link import Link

DAY_US = 86_400_000_000
MISSING_US = int(np.iinfo(np.int64).min)
"""A time that is missing, as pandas keeps it."""
_FIRST, _LAST = 0.0001, 0.9999
"""Shares of all times between which the history lies: a mistyped date is no end of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEvents:
    """The events of one table's rows, in any order, with the first and the last of each row."""

    rows: np.ndarray  # int64 [events], positions in the table
    times_us: np.ndarray  # int64 [events]
    first_us: np.ndarray  # int64 [rows], of rows without events the greatest number
    last_us: np.ndarray  # int64 [rows], of rows without events the least number

    @property
    def has_some(self) -> np.ndarray:
        """Which rows have an event, bool [rows]."""
        return self.first_us <= self.last_us

    @property
    def has_several(self) -> np.ndarray:
        """Which rows have events at different times, bool [rows]."""
        return self.first_us < self.last_us


def times_us(values: pd.Series) -> np.ndarray:
    """Times as int64 microseconds [rows], `MISSING_US` where there is none."""
    return values.to_numpy(dtype="datetime64[us]", na_value=np.datetime64("NaT")).view(np.int64)


def events_of_each_link(graph: Graph, table: str, *, most_links: int = 2) -> dict[str, RowEvents]:
    """The events of the table's rows by their own table, one link away or two; those without times are left out."""
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for link in _links_below(graph, table):
        parents = _parent_rows(graph, link)
        times = _event_times(graph, link.table, besides=table)
        if times is not None:
            found.setdefault(link.table, []).append((parents, times))
            continue
        for far in _links_below(graph, link.table) if most_links > 1 else ():
            times = _event_times(graph, far.table, besides=link.table)
            if times is not None and far.table != table:
                between = _parent_rows(graph, far)
                through = np.where(between >= 0, np.append(parents, -1)[between], -1)
                found.setdefault(far.table, []).append((through, times))
    num_rows = graph.tables[table].num_rows
    return {
        name: row_events(np.concatenate([rows for rows, _ in parts]), np.concatenate([us for _, us in parts]), num_rows)
        for name, parts in found.items()
    }


def row_events(rows: np.ndarray, times: np.ndarray, num_rows: int) -> RowEvents:
    """The events that have a row, -1 for none, and a time."""
    is_one = (rows >= 0) & (times != MISSING_US)
    rows, times = rows[is_one], times[is_one]
    first = np.full(num_rows, np.iinfo(np.int64).max)
    last = np.full(num_rows, np.iinfo(np.int64).min)
    np.minimum.at(first, rows, times)
    np.maximum.at(last, rows, times)
    return RowEvents(rows=rows, times_us=times, first_us=first, last_us=last)


def all_events(parts: dict[str, RowEvents], num_rows: int) -> RowEvents:
    """The events of all tables together."""
    rows = [np.empty(0, dtype=np.int64), *(part.rows for part in parts.values())]
    times = [np.empty(0, dtype=np.int64), *(part.times_us for part in parts.values())]
    return row_events(np.concatenate(rows), np.concatenate(times), num_rows)


def history_of(graph: Graph) -> tuple[int, int] | None:
    """When the tables' events begin and end, int64 microseconds, but for a few stray dates; None without any times."""
    dated = [table for table in graph.tables.values() if table.time_column is not None]
    events = [table for table in dated if graph.links_from(table.name)] or dated
    spans = [span_of(times_us(table.frame[str(table.time_column)])) for table in events]
    begun = [span for span in spans if span is not None]
    return (min(first for first, _ in begun), max(last for _, last in begun)) if begun else None


def span_of(times: np.ndarray) -> tuple[int, int] | None:
    """When most of the times begin and end; None when all are missing."""
    present = times[times != MISSING_US]
    if not len(present):
        return None
    first, last = np.quantile(present, _FIRST, method="higher"), np.quantile(present, _LAST, method="lower")
    return int(first), int(last)


def _links_below(graph: Graph, table: str) -> list[Link]:
    return [link for link in graph.links_to(table) if link.table != table]


def _event_times(graph: Graph, table: str, *, besides: str) -> np.ndarray | None:
    """When each row of the table happened; rows without a time that nothing links to have that of what they point at.

    ``besides`` is the table whose dates are judged: they cannot be their own witness.
    """
    source = graph.tables[table]
    if source.time_column is not None:
        return times_us(source.frame[source.time_column])
    if graph.links_to(table):
        return None
    times: np.ndarray | None = None
    for link in graph.links_from(table):
        above = graph.tables[link.parent]
        if link.parent != besides and above.time_column is not None:
            inherited = np.append(times_us(above.frame[above.time_column]), MISSING_US)[_parent_rows(graph, link)]
            times = inherited if times is None else np.maximum(times, inherited)
    return times


def _parent_rows(graph: Graph, link: Link) -> np.ndarray:
    """The parent row of each child row, int64 [rows]; -1 for none."""
    above = graph.tables[link.parent]
    child = keys_of(graph.tables[link.table].frame[link.column])
    parent = keys_of(above.frame[str(above.primary_key)])
    if child.type != parent.type:
        child, parent = child.cast(parent.type, safe=False), parent
    positions = pc.index_in(child, value_set=parent, skip_nulls=True)  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import
    return np.asarray(positions.fill_null(-1)).astype(np.int64)
