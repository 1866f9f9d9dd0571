"""Stage clause: FOR selects as it may, and FORECAST, RANK and CLASSIFY go with what is asked."""

from __future__ import annotations

from kumo_magic.errors import QueryClauseError, QueryError
from kumo_magic.graph.event_time import is_dated
from kumo_magic.graph.stype import Stype
from kumo_magic.plan.bound import Kind
from kumo_magic.plan.column_type import operand_type
from kumo_magic.plan.listed import num_listed
from kumo_magic.plan.question import Question, name_of
from kumo_magic.plan.walk import Clause, is_condition, leaves, names_only, places
from kumo_magic.query.predictive_query import (
    Aggregation,
    Classify,
    Column,
    Comparison,
    ConstantList,
    Forecast,
    Function,
    Operator,
    Parameter,
    Rank,
)
from kumo_magic.span import Span

MOST_TIMEFRAMES = 10_000
MOST_CLASSES = 1_000


def clause_errors(question: Question) -> list[QueryError]:
    """The clauses that this target or entity does not allow."""
    found = [
        *_selection_errors(question),
        *_own_key_errors(question),
        *_output_errors(question),
        *_backward_lists(question),
    ]
    return [QueryClauseError(problem, span=span, source=question.source, hint=hint) for problem, span, hint in found]


_Found = tuple[str, Span, str]


def _selection_errors(question: Question) -> list[_Found]:
    query, selection = question.query, question.query.selection
    key = f"{query.entity.table}.{query.entity.name}"
    if selection is None:
        return (
            []
            if query.each
            else [("FOR needs to know which.", query.entity.span, f"Write FOR EACH {key}, or FOR {key} = ...")]
        )
    if query.each:
        span = selection.operator_span
        return [
            (
                "FOR EACH asks about every entity.",
                span,
                f"Write FOR {key} {selection.operator} ..., or move it to WHERE.",
            )
        ]
    if query.entity.parts:
        return []  # the type stage has judged it
    if selection.operator not in (Operator.EQ, Operator.IN):
        return [
            (
                f"'{selection.operator}' does not select entities.",
                selection.operator_span,
                "Write = or IN, or use FOR EACH ... WHERE.",
            )
        ]
    assert selection.value is not None
    is_list = isinstance(selection.value, ConstantList)
    if isinstance(selection.value, Parameter):
        value = question.params[selection.value.name]
        is_list = not isinstance(value, (str, bytes)) and hasattr(value, "__len__")
    if is_list and selection.operator == Operator.EQ:
        shown = selection.value.span.text(question.source) or "(...)"
        return [("'=' takes one value, not a list.", selection.value.span, f"Write IN {shown}.")]
    if not is_list and selection.operator == Operator.IN:
        shown = selection.value.span.text(question.source) or "..."
        return [("IN needs a list.", selection.operator_span, f"Write = {shown}, or IN ({shown}).")]
    return []


def _own_key_errors(question: Question) -> list[_Found]:
    own = (question.entity_table, question.graph[question.entity_table].primary_key)
    return [
        ("The key of an entity is known and cannot be predicted.", leaf.span, "Name another column, or an aggregation.")
        for leaf in leaves(question.query.target)
        if isinstance(leaf, Column) and (leaf.table, leaf.name) == own
    ]


def _output_errors(question: Question) -> list[_Found]:
    target, output = question.query.target, question.query.output
    if output is None:
        return []
    word = type(output).__name__.upper()
    is_set = isinstance(target, (Aggregation, Column)) and operand_type(question.graph, target).kind == Kind.SET
    match output:
        case Rank() | Classify() if not is_set:
            return [_no_set(word, output.span, question)]
        case Rank() | Classify() if output.k is not None and output.k < 1:
            return [("TOP needs a whole number of at least 1.", output.k_span, f"Write {word} TOP 10.")]
        case Classify() if (num_classes := _num_classes(question)) > MOST_CLASSES:
            hint = "RANK has no such limit."
            return [(f"CLASSIFY takes up to {MOST_CLASSES:,} classes, not {num_classes:,}.", output.span, hint)]
        case Forecast() if not 1 <= output.steps <= MOST_TIMEFRAMES:
            hint = "Write FORECAST 1 TIMEFRAMES for the next window alone, FORECAST 4 TIMEFRAMES for four in a row."
            if output.steps > MOST_TIMEFRAMES:
                hint = "Write fewer, or make each window longer."
            return [(f"The number of timeframes goes from 1 to {MOST_TIMEFRAMES:,}.", output.steps_span, hint)]
        case Forecast() if isinstance(target, Column):
            return [
                (
                    "FORECAST needs an aggregation over a window.",
                    output.span,
                    "A column has no timeframes: leave it out.",
                )
            ]
        case Forecast() if is_condition(target) or isinstance(target, Comparison):
            return [
                ("FORECAST continues a number, and a condition is none.", output.span, "Forecast the number itself.")
            ]
        case Forecast() if isinstance(target, Aggregation) and operand_type(question.graph, target).kind != Kind.NUMBER:
            return [(f"FORECAST continues a number, and {name_of(target)} is none.", output.span, "")]
        case _:
            return []


def _no_set(word: str, span: Span, question: Question) -> _Found:
    """RANK or CLASSIFY behind a target that has one value: which sets there are, or to leave it out."""
    graph, target = question.graph, question.query.target
    sets = [
        f"{question.entity_table}.{name}"
        for name, column in graph[question.entity_table].columns.items()
        if column.stype == Stype.MULTICATEGORICAL
    ]
    for back in graph.links_to(question.entity_table):
        for link in graph.links_from(back.table):
            listed = link.parent
            if listed != question.entity_table and is_dated(graph, back.table, asked={listed, question.entity_table}):
                sets.append(f"LIST_DISTINCT({link.table}.{link.column}, 0, 30)")
    what = "a condition is true or false"
    if isinstance(target, (Aggregation, Column)):
        what = f"{name_of(target)} has one value per row of '{question.entity_table}'"
    example = f" A set would be {sets[0]}." if sets else ""
    return f"{word} needs a target that is a set, and {what}.", span, f"Leave {word} out.{example}"


def _num_classes(question: Question) -> int:
    """Rows of the listed parent, or different values of the listed column."""
    target = question.query.target
    assert isinstance(target, (Aggregation, Column))
    column = target.column if isinstance(target, Aggregation) else target
    return num_listed(question.graph, column.table, column.name)


def _backward_lists(question: Question) -> list[_Found]:
    """LIST_DISTINCT over the foreign key that points back at the entity has one member, the entity."""
    found: list[_Found] = []
    for place in places(question.query):
        node = place.node
        if not isinstance(node, Aggregation) or node.function != Function.LIST_DISTINCT or place.inside is not None:
            continue
        links = question.graph.links_from(node.column.table)
        back = [link for link in links if link.parent == question.entity_table]
        is_via_itself = any((column.table, column.name) == (node.column.table, node.column.name) for column in node.via)
        if is_via_itself or ([link.column for link in back] == [node.column.name] and not node.via):
            others = [link.parent for link in links if link.parent != question.entity_table]
            others_words = " or ".join(f"FOR EACH {name}.{question.graph[name].primary_key}" for name in others)
            problem = f"{node.column.table}.{node.column.name} points back at {question.entity_table} itself."
            found.append((problem, node.span, f"This list goes with {others_words}." if others else ""))
        elif place.clause == Clause.TARGET and node.where is not None and names_only(node.where, question.entity_table):
            found.extend(_entity_filter(node, question))
    return found


def _entity_filter(node: Aggregation, question: Question) -> list[_Found]:
    if not operand_type(question.graph, node).is_foreign_key:
        return []
    assert node.where is not None
    problem = f"The filter of this list only names {question.entity_table}, whose rows are the same for all of it."
    return [(problem, node.where.span, "Move it to WHERE after FOR EACH.")]
