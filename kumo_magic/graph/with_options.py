"""A graph and what is said about its dates → the same graph read so. The one that was given stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.inference import infer_creation_times


def with_options(
    graph: Graph,
    *,
    times: Mapping[str, str | None] | None = None,
    known: Iterable[tuple[str, str]] = (),
    keep: Iterable[tuple[str, str]] = (),
) -> Graph:
    """The graph with these times and readings of dates, the graph itself where nothing is said. Copies no rows.

    Args:
        graph: Any graph.
        times: Table → time column; None for a table that is known at all times.
        known: (table, column) of dates known when their row is written: what lies ahead of an anchor counts.
        keep: (table, column) of dates that are read although they are overwritten until today.

    Raises:
        GraphError: A table or column is unknown, or holds no dates.
        DataError: Text that cannot be read as dates.
    """
    times, known, keep = times or {}, tuple(known), tuple(keep)
    if not (times or known or keep):
        return graph
    other = graph.copied()
    for table, column in times.items():
        other[table].time_column = column
    infer_creation_times(other, times)
    other.declare_dates(known=known, keep=keep)
    return other
