"""The registered graphs and the runs of this kernel → plain facts for the front end's panel. Computes no answer.

Of each graph: its tables with their columns, the links, and which tables a question about an entity may be asked of.
How a query spells a name is said with it, so that the front end needs no rules of its own. Knows no front end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from kumo_magic.magic.options import quoted
from kumo_magic.session import runs

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.link import Link
    from kumo_magic.plan.bound import Path
    from kumo_magic.prediction import Prediction

_KEPT_AS = "inventory"
_MOST_COLUMNS = 500
_MOST_VALUES = 20
_MOST_WAYS = 5
_LONGEST_VALUE = 100


class ValueFacts(TypedDict):
    """A value of a category, and how a query writes it."""

    shown: str
    written: str


class ColumnFacts(TypedDict):
    """A column. ``written`` is its name in a query, None where no query can name it; ``parent`` what it points at."""

    name: str
    written: str | None
    stype: str
    kind: str
    parent: str | None
    values: list[ValueFacts]


class TableFacts(TypedDict):
    """A table; ``columns`` are the first ones of ``num_columns``."""

    name: str
    written: str | None
    num_rows: int
    key: str | None
    time: str | None
    num_columns: int
    columns: list[ColumnFacts]


class LinkFacts(TypedDict):
    """``table.column`` points at ``parent``."""

    table: str
    column: str
    parent: str


class PathFacts(TypedDict):
    """A way from an entity to the rows that a window of its future holds; ``via`` where a query has to name it."""

    entity: str
    table: str
    written: str
    via: list[str]
    words: str


class GraphFacts(TypedDict):
    """A graph; ``written`` is its name in the line of a magic, None where no line can name it."""

    name: str
    written: str | None
    tables: list[TableFacts]
    links: list[LinkFacts]
    paths: list[PathFacts]


class RunFacts(TypedDict):
    """A run, its scores and its time as people read them; ``written`` is the graph in the line of a magic."""

    number: int
    graph: str
    written: str | None
    query: str
    metric: str
    score: str
    baseline: str
    baseline_score: str
    time: str


class Inventory(TypedDict):
    """All that a panel shows. ``first_graph`` is the line that makes a graph of the notebook's frames."""

    graphs: list[GraphFacts]
    runs: list[RunFacts]
    first_graph: str


def take_inventory(namespace: Mapping[str, object]) -> Inventory:
    """What this kernel has. Loads nothing heavy before there is a graph."""
    from kumo_magic.magic.graph_magic import first_graph_line

    registry: Any = sys.modules.get("kumo_magic.graph.registry")
    graphs: dict[str, Graph] = {} if registry is None else registry.graphs()
    return Inventory(
        graphs=[graph_facts(graph) for graph in graphs.values()],
        runs=[_run_facts(number, prediction) for number, prediction in runs().items()],
        first_graph=first_graph_line(dict(namespace)),
    )


def graph_facts(graph: Graph) -> GraphFacts:
    """The facts of a graph, which are kept with it until it changes."""
    kept: Any = graph.derived.get(_KEPT_AS)
    if kept is None or kept[0] != graph.version:
        kept = (graph.version, _facts_of(graph))
        graph.derived[_KEPT_AS] = kept
    return kept[1]


def _facts_of(graph: Graph) -> GraphFacts:
    return GraphFacts(
        name=graph.name,
        written=quoted(graph.name),
        tables=[_table_facts(graph, name) for name in graph.tables],
        links=[LinkFacts(table=link.table, column=link.column, parent=link.parent) for link in graph.links],
        paths=[facts for entity in graph.tables for facts in _paths_of(graph, entity)],
    )


def _table_facts(graph: Graph, name: str) -> TableFacts:
    table = graph[name]
    return TableFacts(
        name=name,
        written=_written(name),
        num_rows=table.num_rows,
        key=table.primary_key,
        time=table.time_column,
        num_columns=len(table.columns),
        columns=[_column_facts(graph, name, column) for column in list(table.columns)[:_MOST_COLUMNS]],
    )


def _column_facts(graph: Graph, table: str, name: str) -> ColumnFacts:
    from kumo_magic.magic.column_facts import column_facts, values_of
    from kumo_magic.query.formatter import format_scalar
    from kumo_magic.query.position import Operand
    from kumo_magic.query.predictive_query import Operator

    written = [
        ValueFacts(shown=str(value), written=format_scalar(value))
        for value in values_of(graph, Operand(table=table, name=name), Operator.EQ)[:_MOST_VALUES]
    ]
    return ColumnFacts(
        name=name,
        written=_written(table, name),
        stype=str(graph[table][name].stype),
        kind=str(column_facts(graph, table, name).kind),
        parent=next((link.parent for link in graph.links_from(table) if link.column == name), None),
        values=[value for value in written if len(value["written"]) <= _LONGEST_VALUE],
    )


def _paths_of(graph: Graph, entity: str) -> Iterator[PathFacts]:
    """The ways to rows with a time, the shortest first, of an entity that FOR EACH can name."""
    from kumo_magic.graph.event_time import is_dated
    from kumo_magic.plan.paths import paths_from

    key = graph[entity].primary_key
    if key is None or _written(entity, *graph[entity].key_columns) is None:
        return
    nearest_first = sorted(paths_from(graph, entity).items(), key=lambda found: _num_links(found[1][0]))
    for table, paths in nearest_first:
        written = _written(table)
        if written is None:
            continue
        for path in paths[:_MOST_WAYS]:
            spelled = [_written_link(graph, link) for link in (*path.down, *path.up)]
            via = [name for name in spelled if name is not None] if len(paths) > 1 else []
            is_spelled = len(paths) == 1 or len(via) == _num_links(path)
            if not is_spelled or not is_dated(graph, path.event_table, asked={entity}):
                continue
            words = str(path) if via else ""
            yield PathFacts(entity=entity, table=table, written=written, via=via, words=words)


def _written_link(graph: Graph, link: Link) -> str | None:
    """A foreign key as VIA has it."""
    parts = graph[link.table].columns_of(link.column)
    written = [_written(part) for part in (link.table, *parts)]
    if len(parts) == 1 or None in written:
        return _written(link.table, link.column)
    return f"{written[0]}.({', '.join(filter(None, written[1:]))})"


def _num_links(path: Path) -> int:
    return len(path.down) + len(path.up)


def _run_facts(number: int, prediction: Prediction) -> RunFacts:
    from kumo_magic.report.run_list import run_line

    line = run_line(number, prediction)
    return RunFacts(
        number=line.number,
        graph=line.graph,
        written=quoted(line.graph),
        query=line.query,
        metric=line.metric,
        score=line.score,
        baseline=line.baseline,
        baseline_score=line.baseline_score,
        time=line.time,
    )


def _written(*names: str) -> str | None:
    """Names with dots between them as a query has them; None where one of them has a sign that no query can hold."""
    from kumo_magic.query.formatter import format_name

    if any(not name or "`" in name or "\n" in name or "\r" in name for name in names):
        return None
    return ".".join(format_name(name) for name in names)
