"""Stage time: windows are there, start before they end, and look where their clause may look."""

from __future__ import annotations

from collections.abc import Iterator

from kumo_magic.errors import QueryError, WindowError
from kumo_magic.graph.event_time import is_dated, time_words, time_zone
from kumo_magic.graph.guess_times import time_candidates
from kumo_magic.plan.offset import Offset
from kumo_magic.plan.paths import candidate_paths, path_via
from kumo_magic.plan.question import Question, name_of
from kumo_magic.plan.walk import Clause, Place, leaves, places
from kumo_magic.query.predictive_query import Aggregation, Column, Comparison, Function, Window
from kumo_magic.span import Span

LONGEST_DAYS = 365_250
"""A thousand years: starts beyond it count as -INF, ends beyond it are refused."""

_Found = tuple[str, Span, str]


def time_errors(question: Question) -> list[QueryError]:
    """The windows that are missing, empty, or in the wrong place."""
    found: list[_Found] = []
    has_temporal_target = any(_has_window(leaf) for leaf in leaves(question.query.target))
    for place in places(question.query):
        if isinstance(place.node, Aggregation):
            found.extend(_aggregation_errors(place, place.node, question, has_temporal_target))
        elif place.clause == Clause.ASSUMING and place.inside is None:
            hint = "Aggregate over a future window, or move it to WHERE."
            found.append(
                (f"ASSUMING is about the future, and {name_of(place.node)} has no window.", place.node.span, hint)
            )
    found.extend(_mixed_target(question))
    if question.query.assuming is not None and not has_temporal_target:
        hint = "Leave ASSUMING out, or predict an aggregation over a window."
        found.append(("ASSUMING needs a target with a window.", question.query.assuming.span, hint))
    found.extend(_mixed_time_zones(question))
    return [WindowError(problem, span=span, source=question.source, hint=hint) for problem, span, hint in found]


def has_time(question: Question, place: Place) -> bool:
    """Whether the aggregated rows have a time: that of the event table of a path that may be meant."""
    assert isinstance(place.node, Aggregation)
    return bool(_time_tables(place.node, _base_table(place, question), question))


def _base_table(place: Place, question: Question) -> str:
    return place.inside.column.table if place.inside is not None else question.entity_table


def _time_tables(node: Aggregation, base: str, question: Question) -> list[str]:
    """Event tables with a time column, of the paths that may be meant."""
    graph, table = question.graph, node.column.table
    if node.via:
        path = path_via(graph, base, table, [(column.table, column.name) for column in node.via])
        events = [table] if isinstance(path, str) else [path.event_table]
    else:
        events = [path.event_table for path in candidate_paths(graph, base, table)] or [table]
    asked = {base, *(link.parent for link in graph.links_from(table) if link.column == node.column.name)}
    return [name for name in dict.fromkeys(events) if is_dated(graph, name, asked=asked)]


def _aggregation_errors(
    place: Place, node: Aggregation, question: Question, has_temporal_target: bool
) -> Iterator[_Found]:
    name, window = name_of(node), node.window
    if window is None:
        if not _may_drop_window(place, node, question):
            hint = (
                f"Write {name[:-1]}, 0, 30, days)."
                if place.clause != Clause.WHERE
                else f"Write {name[:-1]}, -30, 0, days)."
            )
            yield f"{name} needs a window.", node.span, hint
        return
    if not has_time(question, place):
        table = node.column.table
        problem = f"'{table}' has no time column, so its rows are in no window{_why_none(table, question)}."
        yield problem, node.span, _dating_hint(table, question)
        return
    if window.start is not None and window.start >= window.end:
        yield (
            f"The window starts at {window.start}, not before its end {window.end}.",
            window.start_span,
            _ordered_bounds(place, window),
        )
        return
    if Offset(window.end, window.unit).approx_days > LONGEST_DAYS:
        yield "The window reaches further than a thousand years.", window.end_span, "Make it shorter."
    looks_back = window.start is None or window.start < 0
    match place.clause:
        case Clause.TARGET if place.inside is None and looks_back:
            yield (
                "A target is about the future: its window cannot start before 0.",
                window.start_span,
                "Start at 0, or later.",
            )
        case Clause.ASSUMING if place.inside is None and looks_back:
            hint = "Let the window start at 0, or move the condition to WHERE."
            yield f"ASSUMING is about the future, and {name} looks into the past.", node.span, hint
        case Clause.WHERE if window.end > 0:
            hint = "Let the window end at 0, or move the condition to ASSUMING."
            yield f"WHERE may not look into the future, and {name} does.", node.span, hint
        case Clause.WHERE if not has_temporal_target and place.inside is None:
            hint = "Filter by columns, or predict an aggregation over a window."
            yield "A condition over a window needs a target with a window.", node.span, hint
        case _:
            return


def _dating_hint(table: str, question: Question) -> str:
    """How the rows get a time: from the events that they point at, or by naming a column."""
    graph, own = question.graph, question.graph[table]
    for link in graph.links_from(table):
        parent = graph[link.parent]
        if link.parent != question.entity_table and parent.time_column is not None and graph.links_from(link.parent):
            dates = f"{parent.variable}.set_index({parent.primary_key!r})[{parent.time_column!r}]"
            what = f"Give them {link.parent}.{parent.time_column} of the row they point at"
            return f"{what}: {own.variable}[{parent.time_column!r}] = {own.variable}[{link.column!r}].map({dates})"
    likeliest = next((repr(column) for column in time_candidates(own)), "...")
    return f"Name one: graph[{table!r}].time_column = {likeliest}, or aggregate a table of events."


def _why_none(table: str, question: Question) -> str:
    """What keeps the columns that could be the time from being it, where there are such."""
    _, _, reason = question.graph[table].reasons.get("time column", "").partition("none: ")
    return f": {reason}" if reason.endswith(")") else ""


def _ordered_bounds(place: Place, window: Window) -> str:
    """The bounds in their order, on the side of the anchor time that the clause may look at."""
    assert window.start is not None
    is_past = place.clause == Clause.WHERE
    if window.start == window.end:
        return f"A window has a length; write for example {'-30, 0' if is_past else '0, 30'}."
    low, high = sorted((-abs(bound) if is_past else bound) for bound in (window.start, window.end))
    return f"Write the earlier bound first: {low}, {high}."


def _may_drop_window(place: Place, node: Aggregation, question: Question) -> bool:
    """LIST_DISTINCT of a foreign key as the whole target, in a graph without time."""
    if node is not question.query.target or node.function != Function.LIST_DISTINCT or place.inside is not None:
        return False
    links = question.graph.links_from(node.column.table)
    is_timeless = all(table.time_column is None for table in question.graph.tables.values())
    return is_timeless and any(link.column == node.column.name for link in links)


def _has_window(leaf: Comparison | Aggregation | Column) -> bool:
    operand = leaf.operand if isinstance(leaf, Comparison) else leaf
    return isinstance(operand, Aggregation) and operand.window is not None


def _mixed_target(question: Question) -> Iterator[_Found]:
    parts = list(leaves(question.query.target))
    static = [leaf for leaf in parts if isinstance(leaf.operand if isinstance(leaf, Comparison) else leaf, Column)]
    if len(static) == len(parts):
        return
    for leaf in static:
        hint = "Move the static part to WHERE."
        yield "A target is wholly over windows or wholly over columns, not both.", leaf.span, hint


def _mixed_time_zones(question: Question) -> Iterator[_Found]:
    """Aware and naive times cannot be compared."""
    graph, first = question.graph, None
    for place in places(question.query):
        if not isinstance(place.node, Aggregation) or place.node.window is None:
            continue
        for table in _time_tables(place.node, _base_table(place, question), question)[:1]:
            entity_time = graph[question.entity_table].time_column
            if first is None and entity_time is not None:
                first = (graph[question.entity_table].time_zone, f"{question.entity_table}.{entity_time}")
            here = (time_zone(graph, table), time_words(graph, table))
            first = first or here
            if first[0] != here[0]:
                aware, naive = (first[1], here[1]) if first[0] else (here[1], first[1])
                hint = "Give both a time zone, or neither."
                yield f"{aware} has a time zone and {naive} has none.", place.node.span, hint
