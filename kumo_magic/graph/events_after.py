"""A date of a table's rows, and the rows that point at them → how they lie to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table

MAX_AFTER_END = 0.2
"""The greatest share of a row's events that may come after the day on which it ended."""
MAX_AHEAD = 0.5
"""The greatest share of the days on which rows ended that may lie after all of their events, as plans do."""
_NO_END = np.datetime64("2200-01-01", "us")  # dates from then on stand for none


def events_after(graph: Graph, table: Table, column: str) -> tuple[int, int]:
    """Of the rows that point at rows of the table with such a date, those that come after it; and all of them."""
    num_after = num_rows = 0
    for link in graph.links_to(table.name):
        child = graph[link.table]
        if child.time_column is None or link.table == table.name or table.primary_key is None:
            continue
        dates = table.frame.set_index(table.primary_key)[column].dropna()
        of_events = child.frame[link.column].map(dates)
        times = child.frame[child.time_column]
        both = (of_events.notna() & times.notna()).to_numpy(dtype=bool)
        num_rows += int(both.sum())
        num_after += int(np.count_nonzero((times[both] > of_events[both]).to_numpy(dtype=bool)))
    return num_after, num_rows


def share_ahead(graph: Graph, table: Table, column: str) -> float:
    """Of the table's dates those that lie after every row that points at it; dates that stand for none left out."""
    dates = table.frame[column].dropna().to_numpy(dtype="datetime64[us]")
    dates = dates[dates < _NO_END]
    events = [
        child.frame[child.time_column].max()
        for child in (graph[link.table] for link in graph.links_to(table.name) if link.table != table.name)
        if child.time_column is not None and child.frame[child.time_column].notna().any()
    ]
    return float((dates > max(events).to_datetime64()).mean()) if events and len(dates) else 0.0
