"""Stage name: every table, column and parameter exists, FOR names a primary key; or the nearest name is proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from kumo_magic.errors import QueryError, UnknownNameError
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.guess_keys import can_name_rows
from kumo_magic.graph.key_faults import key_fault
from kumo_magic.graph.kind import Kind
from kumo_magic.plan.question import Question
from kumo_magic.plan.walk import Place, parameters, places
from kumo_magic.query.predictive_query import Aggregation, Column, PredictiveQuery
from kumo_magic.spelling import nearest_name

TAKEN_NAMES = frozenset(
    {
        *("anchor_time", "label", "split", "step", "window_end", "rank", "score"),
        *("prediction", "probability", "median", "mean", "low", "high"),
    }
)
"""Columns of label tables and answers, beside which the entity's key stands under its own name."""
_MOST_LISTED = 12


def name_errors(question: Question) -> list[QueryError]:
    """The unknown names of the query."""
    query, params, source = question.query, question.params, question.source
    found: dict[tuple[int, int, str], QueryError] = {}
    for column in _columns(query):
        error = _unknown_column(column, question.graph, source)
        if error is not None:
            found.setdefault((error.span.start, error.span.end, error.problem), error)
    errors = list(found.values())
    if (mistaken_key := _wrong_key(question)) is not None:
        errors.append(mistaken_key)
    for place in places(query):
        for parameter in parameters(place.comparison.value if place.comparison else None):
            if parameter.name not in params:
                errors.append(
                    UnknownNameError(
                        f"The parameter ':{parameter.name}' has no value.",
                        span=parameter.span,
                        source=source,
                        hint=_proposal(parameter.name, params, "Known parameters:")
                        or f"Define {parameter.name} in the notebook, or pass params={{'{parameter.name}': ...}}.",
                    )
                )
    return errors


def _columns(query: PredictiveQuery) -> Iterator[Column]:
    yield query.entity
    for place in places(query):
        yield from _columns_of(place)


def _columns_of(place: Place) -> Iterator[Column]:
    match place.node:
        case Aggregation():
            yield place.node.column
            yield from place.node.via
        case Column():
            yield place.node


def _unknown_column(column: Column, graph: Graph, source: str) -> QueryError | None:
    if column.table not in graph.tables:
        return UnknownNameError(
            f"The graph has no table '{column.table}'.",
            span=column.table_span,
            source=source,
            hint=_proposal(column.table, graph.tables, "Its tables are"),
        )
    columns = graph[column.table].columns
    if column.parts:
        parts = (replace(column, name=part, parts=()) for part in column.parts)
        return next(filter(None, (_unknown_column(part, graph, source) for part in parts)), None)
    if column.name == "*" or column.name in columns:
        return None
    versions = graph[column.table].versions
    if versions is not None and column.name in graph[versions.history].columns:
        of_version = f"{versions.history}.{column.name}"
        return UnknownNameError(
            f"'{column.name}' changes with the versions of '{column.table}'; they stand in '{versions.history}'.",
            span=column.name_span,
            source=source,
            hint=f"Write LAST({of_version}, -INF, 0) in WHERE for the one valid at the anchor time, or predict "
            f"LAST({of_version}, 0, 30, days).",
        )
    elsewhere = [name for name, table in graph.tables.items() if column.name in table.columns]
    hint = _proposal(column.name, columns, "Its columns are")
    if elsewhere and not hint.startswith("Did"):
        hint = f"'{elsewhere[0]}' has one: {elsewhere[0]}.{column.name}. {hint}"
    return UnknownNameError(
        f"'{column.table}' has no column '{column.name}'.", span=column.name_span, source=source, hint=hint
    )


def _wrong_key(question: Question) -> QueryError | None:
    """FOR names a column that exists and is not the key of its table."""
    entity, graph = question.query.entity, question.graph
    named = entity.parts or (entity.name,)
    if entity.table not in graph.tables or any(part not in graph[entity.table].columns for part in named):
        return None
    table = graph[entity.table]
    key, taken = table.primary_key, [part for part in table.key_columns if part in TAKEN_NAMES]
    if entity.name == key and taken:
        return UnknownNameError(
            f"{entity.table}.{key} cannot name the rows of the answer, which has a column '{taken[0]}' of its own.",
            span=entity.span,
            source=question.source,
            hint=f"Rename the column before the graph is made: "
            f"{entity.table}.rename(columns={{{taken[0]!r}: '{entity.table}_{taken[0]}'}}).",
        )
    if entity.name == key:
        return None
    problem, hint = _no_key(question)
    return UnknownNameError(problem, span=entity.span, source=question.source, hint=hint)


def _no_key(question: Question) -> tuple[str, str]:
    """Why the column that FOR names does not name the table's rows, and what does, or would."""
    entity, table = question.query.entity, question.graph[question.query.entity.table]
    column, word = f"{entity.table}.{entity.name}", "FOR EACH" if question.query.each else "FOR"
    if entity.parts and table.primary_key is None:
        problem = f"'{entity.table}' has no primary key, so its rows cannot be named."
        return problem, f"Name one: graph[{entity.table!r}].primary_key = {entity.parts}"
    if entity.parts:
        return f"{column} is not the primary key.", f"Write {word} {entity.table}.{table.primary_key}."
    values = table.frame[entity.name]
    fault = key_fault(table.frame, entity.name, table.variable) if can_name_rows(values) else None
    if fault is not None and fault.is_small:
        return f"{column} is no primary key, because {fault.says}.", fault.next_step
    if table.primary_key is not None:
        return f"{column} is not the primary key.", f"Write {word} {entity.table}.{table.primary_key}."
    problem = f"'{entity.table}' has no primary key, so its rows cannot be named"
    if fault is None and table[entity.name].kind in (Kind.TEXT, Kind.WHOLE):
        return f"{problem}.", f"Make it the key: graph[{entity.table!r}].primary_key = {entity.name!r}"
    parents = [link.parent for link in question.graph.links_from(entity.table) if link.column == entity.name]
    if parents:
        return f"{problem}.", f"Write {word} {parents[0]}.{question.graph[parents[0]].primary_key}."
    why = "" if fault is None else f", and {entity.name} could not name them, because {fault.says}"
    guess = table.guesses.get("primary key")
    hint = guess.next_step if guess is not None else f"Name one: graph[{entity.table!r}].primary_key = ..."
    return f"{problem}{why}.", hint


def _proposal(name: str, choices: Collection[str], otherwise: str) -> str:
    if (best := nearest_name(name, choices)) is not None:
        return f"Did you mean '{best}'?"
    listed = ", ".join(list(choices)[:_MOST_LISTED])
    more = ", ..." if len(choices) > _MOST_LISTED else ""
    return f"{otherwise} {listed}{more}." if listed else ""
