"""A column of a graph → what it may be asked, without a look at all of its rows. The binder judges; this proposes."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.kind import sample_of
from kumo_magic.graph.stype import Stype
from kumo_magic.plan.bound import Kind
from kumo_magic.plan.column_type import ColumnType, ScalarType
from kumo_magic.query.position import Operand
from kumo_magic.query.predictive_query import Function, Operator, Scalar

_SAMPLE = 20_000
_KINDS = {
    Stype.NUMERICAL: Kind.NUMBER,
    Stype.CATEGORICAL: Kind.CATEGORY,
    Stype.MULTICATEGORICAL: Kind.SET,
    Stype.TEXT: Kind.TEXT,
    Stype.TIMESTAMP: Kind.TIMESTAMP,
    Stype.KEY: Kind.KEY,
}
_KIND_OF_SCALAR: dict[ScalarType, Kind] = {
    "number": Kind.NUMBER,
    "truth value": Kind.BOOLEAN,
    "timestamp": Kind.TIMESTAMP,
    "text": Kind.TEXT,
}
_SCALAR_OF_KIND: dict[Kind, ScalarType] = {
    Kind.NUMBER: "number",
    Kind.TEXT: "text",
    Kind.TIMESTAMP: "timestamp",
    Kind.BOOLEAN: "truth value",
}
_EQUAL = (Operator.EQ, Operator.NE)
_ORDER = (Operator.LT, Operator.LE, Operator.GT, Operator.GE)
_LISTED = (Operator.IN, Operator.NOT_IN)
_MEMBER = (Operator.CONTAINS, Operator.NOT_CONTAINS)
_TEXT = (*_MEMBER, Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.LIKE, Operator.NOT_LIKE)
_NULL = (Operator.IS_NULL, Operator.IS_NOT_NULL)
_OPERATORS: dict[ScalarType | None, tuple[Operator, ...]] = {
    "number": (*_EQUAL, *_ORDER, *_LISTED, Operator.BETWEEN, *_NULL),
    "timestamp": (*_EQUAL, *_ORDER, *_LISTED, Operator.BETWEEN, *_NULL),
    "truth value": (*_EQUAL, *_LISTED, *_NULL),
    "text": (*_EQUAL, *_LISTED, *_TEXT, *_NULL),
}


def type_of(graph: Graph, operand: Operand) -> ColumnType | None:
    """What an operand is; None where the graph has no such column."""
    match operand.function:
        case Function.COUNT | Function.COUNT_DISTINCT | Function.SUM | Function.AVG:
            return ColumnType(Kind.NUMBER, "number")
        case Function.EXISTS:
            return ColumnType(Kind.BOOLEAN, "truth value")
    if operand.table not in graph or operand.name not in graph[operand.table]:
        return None
    column = column_facts(graph, operand.table, operand.name)
    if operand.function == Function.LIST_DISTINCT:
        return ColumnType(Kind.SET, column.scalar, column.is_foreign_key)
    return column


def column_facts(graph: Graph, table: str, name: str) -> ColumnType:
    """The type of a column that exists, from its semantic type and its dtype alone."""
    column = graph[table]
    scalar = _scalar(column.frame[name].dtype)
    if any(link.column == name for link in graph.links_from(table)):
        return ColumnType(Kind.KEY, scalar, is_foreign_key=True)
    if name == column.primary_key:
        return ColumnType(Kind.KEY, scalar)
    kind = _KINDS.get(column[name].stype, _KIND_OF_SCALAR[scalar])
    if kind == Kind.CATEGORY and scalar == "truth value":
        kind = Kind.BOOLEAN
    return ColumnType(kind, _SCALAR_OF_KIND.get(kind, scalar))


def takes(function: Function, column: ColumnType, *, in_condition: bool) -> bool:
    """Whether an aggregation may be made of such a column; text and times only where the result is compared."""
    match function:
        case Function.SUM | Function.AVG:
            return column.kind == Kind.NUMBER
        case Function.MIN | Function.MAX:
            return column.kind in (Kind.NUMBER, Kind.TIMESTAMP, Kind.TEXT)
        case Function.FIRST | Function.LAST:
            return not column.is_foreign_key
        case Function.LIST_DISTINCT:
            is_listed = column.kind in (Kind.CATEGORY, Kind.BOOLEAN, Kind.SET) or column.is_foreign_key
            return is_listed or (in_condition and column.kind == Kind.TEXT)
        case _:
            return True


def operators_of(operand: ColumnType) -> tuple[Operator, ...]:
    """The operators that compare such an operand."""
    return (*_MEMBER, *_NULL) if operand.kind == Kind.SET else _OPERATORS[operand.scalar]


def values_of(graph: Graph, operand: Operand, operator: Operator) -> list[Scalar]:
    """Values of a category that the operator may be given, the most frequent first; none of other columns."""
    of = type_of(graph, operand)
    if of is None or operand.table not in graph or operand.name not in graph[operand.table]:
        return []
    column = column_facts(graph, operand.table, operand.name)
    if of.kind == Kind.BOOLEAN and operator in (*_EQUAL, *_LISTED):
        return [True, False]
    asks_equality = of.kind == Kind.CATEGORY and operator in (*_EQUAL, *_LISTED)
    asks_member = of.kind == Kind.SET and column.kind in (Kind.CATEGORY, Kind.SET) and operator in _MEMBER
    if not (asks_equality or asks_member):
        return []
    values = sample_of(graph[operand.table].frame[operand.name], _SAMPLE).dropna()
    if column.kind == Kind.SET:
        values = values.explode().dropna()
    return [value for value in values.value_counts().index.tolist() if _is_constant(value)]


def _is_constant(value: object) -> bool:
    """Whether the language can write the value."""
    return isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))


def _scalar(dtype: Any) -> ScalarType:  # pandas has no type for a dtype of any kind
    of: Any = dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype
    if pd.api.types.is_bool_dtype(of):
        return "truth value"
    if pd.api.types.is_numeric_dtype(of):
        return "number"
    return "timestamp" if pd.api.types.is_datetime64_any_dtype(of) else "text"
