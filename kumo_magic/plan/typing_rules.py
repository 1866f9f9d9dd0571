"""Stage type: functions, operators and constants fit their columns, and the target is a label."""

from __future__ import annotations

from dataclasses import replace

from kumo_magic.errors import QueryError, QueryTypeError
from kumo_magic.graph.numbers_in_text import number_code, words_lost
from kumo_magic.plan.bound import Kind
from kumo_magic.plan.column_type import ColumnType, column_type, operand_type
from kumo_magic.plan.named_row import named_row
from kumo_magic.plan.question import Question, name_of
from kumo_magic.plan.two_values import holds_zero_and_one
from kumo_magic.plan.values import typed_value
from kumo_magic.plan.walk import Clause, Place, places
from kumo_magic.query.formatter import format_node
from kumo_magic.query.predictive_query import Aggregation, Column, Function

_MOST_NAMED = 8
_NO_LABEL = {
    Kind.TEXT: ("is text", "Compare it, for example with LIKE, or make the column categorical if it has few values."),
    Kind.TIMESTAMP: ("is a timestamp", "Compare it with a date."),
    Kind.KEY: ("is a key", "Count it, or rank it with LIST_DISTINCT."),
}


def type_errors(question: Question) -> list[QueryError]:
    """Where types do not fit."""
    errors: list[QueryError] = []
    for place in places(question.query):
        misuse = _misuse(place, question)
        if misuse is not None:
            problem, hint = misuse
            errors.append(QueryTypeError(problem, span=place.node.span, source=question.source, hint=hint))
        elif place.comparison is not None and place.clause == Clause.SELECTION and question.query.entity.parts:
            _, found = named_row(place.comparison, question.graph, params=question.params, source=question.source)
            errors.extend(found)
        elif place.comparison is not None:
            _, found = typed_value(
                place.comparison,
                operand_type(question.graph, place.node),
                name_of(place.node),
                params=question.params,
                source=question.source,
                is_selection=place.clause == Clause.SELECTION,
            )
            errors.extend(found)
    return errors


def _misuse(place: Place, question: Question) -> tuple[str, str] | None:
    """What is wrong with the operand where it stands, and what to do."""
    node = place.node
    if isinstance(node, Aggregation):
        of_column = column_type(question.graph, node.column)
        wrong = _wrong_function(node, of_column, place, question)
        if wrong is not None:
            return wrong
        is_bare_condition = place.comparison is None and place.is_condition is False
        if is_bare_condition and (place.clause != Clause.TARGET or node is not question.query.target):
            return f"{name_of(node)} is no condition by itself.", "Compare it, for example > 0."
    elif node.name == "*":
        return f"{name_of(node)} stands for whole rows.", "Use it inside COUNT or EXISTS."
    if place.clause != Clause.TARGET or place.is_condition or place.inside is not None:
        return None
    own_key = (question.entity_table, question.graph[question.entity_table].primary_key)
    if isinstance(node, Column) and (node.table, node.name) == own_key:
        return None  # the clause stage's to say
    reason = _NO_LABEL.get(operand_type(question.graph, node).kind)
    if reason is None:
        return None
    return f"{name_of(node)} cannot be predicted: it {reason[0]}.", reason[1]


def _wrong_function(
    node: Aggregation, of_column: ColumnType, place: Place, question: Question
) -> tuple[str, str] | None:
    name, column = node.function, f"{node.column.table}.{node.column.name}"
    counts = (Function.COUNT, Function.EXISTS)
    if of_column.kind == Kind.ROW:
        return None if name in counts else (f"{name} needs a column, not '*'.", f"Write COUNT({column}).")
    is_flag = of_column.kind == Kind.CATEGORY and holds_zero_and_one(
        question.graph, node.column.table, node.column.name
    )
    match name:
        case Function.SUM | Function.AVG | Function.MIN | Function.MAX if is_flag:
            return None
        case Function.SUM | Function.AVG if of_column.kind != Kind.NUMBER:
            return f"{name} needs numbers, and {column} {_is_what(of_column)}.", _number_hint(node, of_column, question)
        case Function.MIN | Function.MAX if of_column.kind not in (Kind.NUMBER, Kind.TIMESTAMP, Kind.TEXT):
            return f"{name} needs an order, and {column} {_is_what(of_column)}.", _number_hint(
                node, of_column, question
            )
        case Function.FIRST | Function.LAST if of_column.is_foreign_key:
            return f"{name} does not take foreign keys such as {column}.", f"Write LIST_DISTINCT({column}, ...)."
        case Function.LIST_DISTINCT:
            return _wrong_list(node, of_column, place, question)
        case _:
            return None


def _wrong_list(node: Aggregation, of_column: ColumnType, place: Place, question: Question) -> tuple[str, str] | None:
    column = f"{node.column.table}.{node.column.name}"
    match of_column.kind:
        case Kind.CATEGORY | Kind.BOOLEAN | Kind.SET:
            return None
        case Kind.KEY if of_column.is_foreign_key:
            return None
        case Kind.TEXT if place.is_condition:
            return None
        case Kind.KEY if node.column.name == question.graph[node.column.table].primary_key:
            keys = [f"{link.table}.{link.column}" for link in question.graph.links_to(node.column.table)]
            hint = f"List a foreign key that points at it: {', '.join(keys)}." if keys else "Write COUNT instead."
            return f"LIST_DISTINCT does not list {column}: a primary key names its own row.", hint
        case Kind.KEY:
            return (
                f"{column} is a key that links to no table.",
                f"Link it first: graph.link({node.column.table!r}, {node.column.name!r}, <table>).",
            )
        case _:
            return (
                f"LIST_DISTINCT lists categories and foreign keys, and {column} {_is_what(of_column)}.",
                f"Count its values with {format_node(replace(node, function=Function.COUNT_DISTINCT))}; if there are "
                f"few, graph[{node.column.table!r}][{node.column.name!r}].stype = 'categorical' makes them categories.",
            )


def _is_what(of_column: ColumnType) -> str:
    match of_column.kind:
        case Kind.CATEGORY:
            return "is a category"
        case Kind.BOOLEAN:
            return "has truth values"
        case Kind.NUMBER:
            return "has numbers"
        case Kind.TEXT:
            return "is text"
        case kind:
            return f"is a {kind}"


def _number_hint(node: Aggregation, of_column: ColumnType, question: Question) -> str:
    """The table's columns that have numbers, or how to make this one numerical."""
    if of_column.kind == Kind.CATEGORY and of_column.scalar == "number":
        return f"If it is a quantity: graph[{node.column.table!r}][{node.column.name!r}].stype = 'numerical'."
    table = node.column.table
    if of_column.scalar == "text":
        values = question.graph[table].frame[node.column.name]
        code = number_code(values, f"{table}[{node.column.name!r}]")
        if code:
            return f"Make numbers of it before the graph is made: {code}{words_lost(values, code)}"
    named = [
        f"{table}.{name}"
        for name in question.graph[table].columns
        if column_type(question.graph, replace(node.column, name=name)).kind == Kind.NUMBER
    ]
    shown = ", ".join(named[:_MOST_NAMED]) + (", ..." if len(named) > _MOST_NAMED else "")
    what = f"The numbers of '{table}' are {shown}" if len(named) > 1 else f"The only number of '{table}' is {shown}"
    counts = "COUNT, COUNT_DISTINCT and EXISTS take any column."
    return f"{what}; {counts}" if named else f"'{table}' has no column of numbers; {counts}"
