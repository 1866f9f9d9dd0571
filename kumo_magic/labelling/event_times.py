"""A table → the time of each of its rows, its own or that of the rows it points at. Knows no plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.graph.event_time import dated_links
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.labelling.parent_rows import parent_rows

_NONE_US = int(np.iinfo(np.int64).min)  # as numpy stores a missing time
_KEPT_AS = "event times"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Times by table, and the version of the graph that they are of."""

    version: int
    times: dict[str, np.ndarray]


def event_times(graph: Graph, table: str) -> np.ndarray:
    """When each row happened, datetime64[us] [rows], not to be written; NaT where that is unknown.

    A row that points at several rows with times happened at the latest of them. Where one of them is missing, or has no
    time, the row's own time is unknown.
    """
    own = graph[table].time_column
    if own is not None:
        return graph[table].frame[own].dt.as_unit("us").to_numpy(dtype="datetime64[us]")
    kept = graph.derived.get(_KEPT_AS)
    if not isinstance(kept, _Kept) or kept.version != graph.version:
        kept = graph.derived[_KEPT_AS] = _Kept(version=graph.version, times={})
    if table not in kept.times:
        kept.times[table] = _inherited(graph, table)
    return kept.times[table]


def _inherited(graph: Graph, table: str) -> np.ndarray:
    latest = np.full(graph[table].num_rows, _NONE_US, dtype=np.int64)
    is_unknown = np.zeros(len(latest), dtype=bool)
    for link in dated_links(graph, table):
        times = _times_of_parents(graph, link)
        points = graph[table].frame[link.column].notna().to_numpy()
        is_unknown |= points & (times == _NONE_US)
        latest = np.maximum(latest, times)
    latest[is_unknown] = _NONE_US
    return latest.view("datetime64[us]")


def _times_of_parents(graph: Graph, link: Link) -> np.ndarray:
    parents = parent_rows(graph, link)
    times = event_times(graph, link.parent).astype(np.int64)
    return np.where(parents >= 0, times[parents], _NONE_US) if len(times) else np.full(len(parents), _NONE_US)
