"""A graph → what its drawing shows: boxes and lines with their places, and facts of every table and link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.errors import OptionError
from kumo_magic.layout.schema_boxes import Box, PlacedRow
from kumo_magic.layout.schema_layout import Line, lay_out
from kumo_magic.views.link_health import link_rows
from kumo_magic.views.plain import shortened
from kumo_magic.views.query_path import NO_QUERY, QueryPath, query_path
from kumo_magic.views.table_facts import GraphFacts, facts_of, num_columns, table_facts

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.link import Link
    from kumo_magic.plan.plan import PredictionPlan
    from kumo_magic.views.answers import Answer

_MOST_LINK_ROWS = 2_000_000
"""Up to so many keys are looked up before the graph is shown; of larger graphs the kernel is asked table by table."""
_MOST_COLUMNS = 120
"""Up to so many columns are described at once; the answer of a graph with more holds only their names and types."""
_LONGEST_REASON = 160
_LONGEST_NOTE = 600
_MOST_NOTES = 20


def graph_answer(graph: Graph, plan: PredictionPlan | None = None) -> Answer:
    """The whole drawing. With a plan, what its query is about stands out."""
    layout, facts = lay_out(graph), facts_of(graph)
    path = NO_QUERY if plan is None else query_path(plan)
    is_small, is_narrow = link_rows(graph) <= _MOST_LINK_ROWS, num_columns(graph) <= _MOST_COLUMNS
    return {
        "type": "graph",
        "name": graph.name,
        "width": round(layout.width, 1),
        "height": round(layout.height, 1),
        "query": None if plan is None else plan.entity,
        "tables": [_table(graph, box, path, facts, is_narrow=is_narrow) for box in layout.boxes],
        "links": [_line(graph, line, path, facts, is_small=is_small) for line in layout.lines],
        "notes": _notes(graph),
    }


def _notes(graph: Graph) -> list[str]:
    """The notes, those that matter most first, whole so that the options in them can be copied."""
    shown = [shortened(note, _LONGEST_NOTE) for note in graph.notes[:_MOST_NOTES]]
    more = len(graph.notes) - len(shown)
    return [*shown, f"and {more:,} more: graph.notes"] if more else shown


def table_answer(graph: Graph, name: object) -> Answer:
    """The columns and links of one table, of a graph that is too large to look at all of them at once.

    Raises:
        OptionError: The graph has no such table.
    """
    if not isinstance(name, str) or name not in graph.tables:
        raise OptionError(f"The graph {graph.name!r} has no table {name!r}. It has {', '.join(graph.tables)}.")
    facts = facts_of(graph)
    links = dict.fromkeys((*graph.links_from(name), *graph.links_to(name)))
    return {
        "type": "table",
        "table": name,
        "columns": [facts.column(name, column) for column in graph.tables[name].columns],
        "links": [{**_link(link), "health": facts.link(link)} for link in links],
    }


def _table(graph: Graph, box: Box, path: QueryPath, facts: GraphFacts, *, is_narrow: bool) -> dict[str, object]:
    table = graph.tables[box.card.name]
    return {
        "name": box.card.name,
        "rows": box.card.num_rows,
        "x": round(box.x, 1),
        "y": round(box.y, 1),
        "width": round(box.width, 1),
        "height": round(box.height, 1),
        "hue": box.hue,
        "role": path.roles.get(box.card.name),
        "title": box.labels[0].text,
        "count": box.labels[1].text,
        "shown": [_shown(placed) for placed in box.rows],
        "more": box.card.hidden,
        **table_facts(table),
        "columns": list(table.columns),
        "stypes": " ".join(column.stype for column in table.columns.values()),  # one line of a notebook's file
        "found": [facts.column(table.name, name) for name in table.columns] if is_narrow else None,
    }


def _shown(placed: PlacedRow) -> dict[str, object]:
    text, *kind = placed.texts
    return {"text": text, "kind": "".join(kind), "mark": placed.row.mark, "hue": placed.hue}


def _line(graph: Graph, line: Line, path: QueryPath, facts: GraphFacts, *, is_small: bool) -> dict[str, object]:
    link = line.link
    return {
        **_link(link),
        "reason": shortened(graph.link_reasons[link], _LONGEST_REASON),
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in line.points),
        "hue": line.hue,
        "is_on_path": link in path.links,
        "health": facts.link(link) if is_small else facts.known_link(link),
    }


def _link(link: Link) -> dict[str, object]:
    return {"table": link.table, "column": link.column, "parent": link.parent}
