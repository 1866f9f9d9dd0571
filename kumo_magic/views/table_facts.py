"""A graph → facts of its tables and links, found once per version of the graph and kept with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kumo_magic.graph.link import Link
from kumo_magic.views.column_facts import column_facts
from kumo_magic.views.link_health import link_health
from kumo_magic.views.plain import moment

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table

_KEPT_AS = "facts of tables"
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFacts:
    """What has been found out so far about the tables of one version of a graph."""

    graph: Graph
    version: int
    _columns: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict, repr=False)
    _links: dict[Link, dict[str, object]] = field(default_factory=dict, repr=False)

    def column(self, table: str, name: str) -> dict[str, object]:
        """How the column's values are distributed."""
        if (table, name) not in self._columns:
            self._columns[table, name] = column_facts(self.graph.tables[table], name, _MOST_ROWS)
        return self._columns[table, name]

    def link(self, link: Link) -> dict[str, object]:
        """How well the link is kept."""
        if link not in self._links:
            self._links[link] = link_health(self.graph, link)
        return self._links[link]

    def known_link(self, link: Link) -> dict[str, object] | None:
        """The same where it has been found out already."""
        return self._links.get(link)


def facts_of(graph: Graph) -> GraphFacts:
    """The facts of the graph as it is now."""
    kept = graph.derived.get(_KEPT_AS)
    if isinstance(kept, GraphFacts) and kept.version == graph.version and kept.graph is graph:
        return kept
    facts = GraphFacts(graph=graph, version=graph.version)
    graph.derived[_KEPT_AS] = facts
    return facts


def num_columns(graph: Graph) -> int:
    """Of all tables."""
    return sum(len(table.columns) for table in graph.tables.values())


def table_facts(table: Table) -> dict[str, object]:
    """Keys and times with the reasons for them, and the span of time."""
    first, last = _span(table)
    return {
        "primary_key": table.primary_key,
        "time_column": table.time_column,
        "end_time_column": table.end_time_column,
        "first": first,
        "last": last,
        "reasons": dict(table.reasons),
    }


def _span(table: Table) -> tuple[str | None, str | None]:
    """The first and the last time of all rows."""
    if table.time_column is None:
        return None, None
    times = table.frame[table.time_column].dropna()
    return (None, None) if times.empty else (moment(times.min()), moment(times.max()))
