"""A column that is asked for → its two values, where it has two and they say yes and no. Knows no labels."""

from __future__ import annotations

import pandas as pd

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.column import SET_BY_YOU
from kumo_magic.graph.graph import Graph
from kumo_magic.plan.bound import BoundAggregation, BoundColumn, BoundTarget, Kind
from kumo_magic.plan.column_values import FEWEST_ROWS, counted_values, present_values
from kumo_magic.query.predictive_query import Function

_LOOKED_AT = 1_000
_FEWEST_ROWS = 20
_NO = frozenset(
    {"no", "n", "non", "nein", "nee", "nej", "nie", "não", "nao", "false", "f", "off", "0", "none", "absent"}
)
"""Words that mean no: the other one of two values is true."""


def two_values(graph: Graph, target: BoundTarget) -> tuple[object, object] | None:
    """The value that counts as false and the one that counts as true, of a column or the FIRST or LAST of one.

    Categories have two values, whatever they are; numbers have them where they are 0 and 1 and nobody said that they
    are a quantity. Truth values need none. A sketch of a table only tells it of a bare category.
    """
    column = _asked_column(target)
    if column is None or column.kind not in (Kind.CATEGORY, Kind.NUMBER):
        return None
    values = _different(graph, column.table, column.name)
    is_sketch = graph[column.table].num_rows < FEWEST_ROWS and not (column is target and column.kind is Kind.CATEGORY)
    if len(values) != 2 or is_sketch:
        return None
    if set(values) == {0, 1}:
        is_quantity = column.kind is Kind.NUMBER and graph[column.table][column.name].reason == SET_BY_YOU
        return None if is_quantity else (0, 1)
    return None if column.kind is Kind.NUMBER else _false_first(values)


def holds_zero_and_one(graph: Graph, table: str, column: str) -> bool:
    """Whether a column of numbers holds 0 and 1 alone, so that it can be added up and be asked for as yes or no."""
    values = _different(graph, table, column)
    return bool(values) and all(isinstance(value, (int, float)) and value in (0, 1) for value in values)


def two_other_numbers(graph: Graph, target: BoundTarget) -> list[Finding]:
    """What to say of a column of numbers with two values that are not 0 and 1: it stays a number."""
    column = _asked_column(target)
    if column is None or column.kind is not Kind.NUMBER or graph[column.table][column.name].reason == SET_BY_YOU:
        return []
    values = _different(graph, column.table, column.name)
    if len(values) != 2 or set(values) == {0, 1} or len(graph[column.table].frame) < _FEWEST_ROWS:
        return []
    name = f"{column.table}.{column.name}"
    low, high = (f"{value:g}" for value in sorted(values))  # pyright: ignore[reportArgumentType]  # numbers
    return [
        Finding(
            about=name,
            says=f"{name} holds {low} and {high} alone, and is predicted as a number.",
            next_step=f"--stype {name}=categorical asks which of the two it will be.",
            severity=Severity.GUESS,
        )
    ]


def _asked_column(target: BoundTarget) -> BoundColumn | None:
    match target:
        case BoundColumn():
            return target
        case BoundAggregation(function=Function.FIRST | Function.LAST):
            return target.column
        case _:
            return None


def _different(graph: Graph, table: str, column: str) -> list[object]:
    """The different values of a column; more than two are not counted to the end."""
    first = present_values(graph, table, column).head(_LOOKED_AT)
    if len(first) and pd.api.types.is_list_like(first.iloc[0]):
        return []
    some = first.unique().tolist()
    return some if len(some) > 2 else counted_values(graph, table, column).index.tolist()


def _false_first(values: list[object]) -> tuple[object, object]:
    """In the order of the values, whatever their case; but what means no is false."""
    first, second = sorted(values, key=lambda value: str(value).casefold() if isinstance(value, str) else value)  # pyright: ignore[reportArgumentType, reportCallIssue]  # of one kind
    means_no = [str(value).strip().casefold() in _NO for value in (first, second)]
    return (second, first) if means_no == [False, True] else (first, second)
