"""A table with times → whether its rows are over at once, as orders are, or live on, as people and products do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kumo_magic.graph.dates import dated_rows
from kumo_magic.graph.row_events import events_of_each_link, history_of

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

_MOST_OF_HISTORY = 0.15
_NEARLY_ALL = 0.9
"""Of what belongs to a row, that happens within so much of the history: returns come soon, visits do not."""


def is_instant(graph: Graph, table: str) -> bool:
    """Whether a row happened when its time says, because what belongs to it comes soon after it.

    Where nothing with a time belongs to the rows, those that point at others happened: orders of which lines are known.
    """
    time, history = graph[table].time_column, history_of(graph)
    if time is None or history is None:
        return False
    rows = dated_rows(graph[table], time, events_of_each_link(graph, table, most_links=1), history)
    has_date = rows.has_date[rows.events.rows]
    delays = rows.events.times_us[has_date] - rows.dates_us[rows.events.rows[has_date]]
    if not len(delays):
        return any(link.parent != table for link in graph.links_from(table))
    begin, end = history
    return float(np.quantile(delays, _NEARLY_ALL)) <= _MOST_OF_HISTORY * (end - begin)
