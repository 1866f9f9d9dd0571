"""FOR, a key of several columns and ``= (a, b)`` → the row's key as the graph has it, or what does not fit."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kumo_magic.errors import QueryClauseError, QueryError
from kumo_magic.graph.graph import Graph
from kumo_magic.plan.column_type import column_type
from kumo_magic.plan.question import name_of
from kumo_magic.plan.values import typed_value
from kumo_magic.query.formatter import format_node
from kumo_magic.query.predictive_query import Column, Comparison, Constant, ConstantList, Operator, Parameter


def named_row(
    selection: Comparison, graph: Graph, *, params: Mapping[str, object], source: str
) -> tuple[str | None, list[QueryError]]:
    """The key of the row that the values name, and every reason why they name none.

    Args:
        selection: The comparison after FOR, of a key of several columns.
        graph: Has the key.
        params: Values of the parameters.
        source: The query's text.
    """
    key = selection.operand
    assert isinstance(key, Column)
    assert selection.value is not None
    form = f"{format_node(key)} = ({', '.join('...' for _ in key.parts)})"
    hint = f"Write FOR {form} for one row; for several write FOR EACH, or in Python model.predict(rows)."
    if selection.operator is not Operator.EQ:
        problem = f"A key of several columns takes '=' and its values, not {selection.operator}."
        return None, [QueryClauseError(problem, span=selection.operator_span, source=source, hint=hint)]
    items = _items(selection, params)
    if len(items) != len(key.parts):
        problem = f"{name_of(key)} has {len(key.parts)} columns, and here {_number(len(items))}."
        return None, [QueryClauseError(problem, span=selection.value.span, source=source, hint=hint)]
    values: dict[str, pd.Series] = {}
    errors: list[QueryError] = []
    for part, item in zip(key.parts, items, strict=True):
        column = Column(table=key.table, name=part, span=key.span)
        asked = Comparison(operand=column, operator=Operator.EQ, value=item, operator_span=selection.operator_span)
        value, found = typed_value(asked, column_type(graph, column), name_of(column), params=params, source=source)
        values[part] = pd.Series([value])
        errors += found
    return (None, errors) if errors else (str(graph[key.table].keys_in(pd.DataFrame(values)).iloc[0]), [])


def _items(selection: Comparison, params: Mapping[str, object]) -> list[Constant | Parameter]:
    match selection.value:
        case ConstantList():
            return list(selection.value.items)
        case Parameter() as parameter if isinstance(given := params.get(parameter.name), (tuple, list)):
            return [Constant(value=value, span=parameter.span) for value in given]
        case Constant() | Parameter() as one:
            return [one]
        case _:
            return []


def _number(count: int) -> str:
    return "is one value" if count == 1 else f"are {count} values"
