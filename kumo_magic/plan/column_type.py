"""A column or aggregation → what kind of values it has. Looks at values only where a dtype says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.stype import Stype
from kumo_magic.plan.bound import Kind
from kumo_magic.query.predictive_query import Aggregation, Column, Function

ScalarType = Literal["text", "number", "truth value", "timestamp"]

_KIND_OF_STYPE = {
    Stype.NUMERICAL: Kind.NUMBER,
    Stype.CATEGORICAL: Kind.CATEGORY,
    Stype.MULTICATEGORICAL: Kind.SET,
    Stype.TEXT: Kind.TEXT,
    Stype.TIMESTAMP: Kind.TIMESTAMP,
}
_KIND_OF_SCALAR: dict[ScalarType | None, Kind] = {
    "number": Kind.NUMBER,
    "truth value": Kind.BOOLEAN,
    "timestamp": Kind.TIMESTAMP,
    "text": Kind.TEXT,
}
_SCALAR_OF_KIND: dict[Kind, ScalarType] = {
    Kind.NUMBER: "number",
    Kind.TEXT: "text",
    Kind.TIMESTAMP: "timestamp",
}


@dataclass(frozen=True, slots=True)
class ColumnType:
    """The kind of a column, and what one value (of a set: one member) is; None where an empty column does not tell."""

    kind: Kind
    scalar: ScalarType | None
    is_foreign_key: bool = False
    time_zone: str | None = None


def column_type(graph: Graph, column: Column) -> ColumnType:
    """The type of a column that exists; ``*`` is a row."""
    if column.name == "*":
        return ColumnType(Kind.ROW, None)
    table = graph[column.table]
    if column.parts:
        return ColumnType(Kind.KEY, "text", table.is_foreign_key(column.name))
    scalar = _scalar_type(table.frame[column.name])
    is_foreign_key = table.is_foreign_key(column.name)
    stype = table[column.name].stype
    if is_foreign_key or stype == Stype.KEY or column.name == table.primary_key:
        return ColumnType(Kind.KEY, scalar, is_foreign_key)
    kind = _KIND_OF_STYPE.get(stype) or _KIND_OF_SCALAR.get(scalar, Kind.TEXT)
    if kind == Kind.CATEGORY and scalar == "truth value":
        kind = Kind.BOOLEAN
    return ColumnType(kind, _SCALAR_OF_KIND.get(kind) or scalar, time_zone=table.time_zone)


def operand_type(graph: Graph, operand: Aggregation | Column) -> ColumnType:
    """The type of a bare column, or of an aggregation's result."""
    if isinstance(operand, Column):
        return column_type(graph, operand)
    match operand.function:
        case Function.COUNT | Function.COUNT_DISTINCT | Function.SUM | Function.AVG:
            return ColumnType(Kind.NUMBER, "number")
        case Function.EXISTS:
            return ColumnType(Kind.BOOLEAN, "truth value")
        case Function.LIST_DISTINCT:
            member = column_type(graph, operand.column)
            return ColumnType(Kind.SET, member.scalar, member.is_foreign_key)
        case Function.MIN | Function.MAX if column_type(graph, operand.column).kind == Kind.CATEGORY:
            return ColumnType(Kind.NUMBER, "number")  # of 0 and 1: other categories have no order
        case _:
            return column_type(graph, operand.column)


def _scalar_type(values: pd.Series) -> ScalarType | None:
    dtype = values.dtype.categories.dtype if isinstance(values.dtype, pd.CategoricalDtype) else values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "truth value"
    if pd.api.types.is_numeric_dtype(dtype):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "timestamp"
    present = values.dropna()
    if present.empty:
        return None
    first = present.iloc[0]
    if pd.api.types.is_list_like(first):
        return _scalar_type(pd.Series([member for members in present.head(100) for member in members]))
    match pd.api.types.infer_dtype(present.head(1_000), skipna=True):
        case "boolean":
            return "truth value"
        case "integer" | "floating" | "decimal" | "mixed-integer-float":
            return "number"
        case "datetime" | "datetime64" | "date":
            return "timestamp"
        case _:
            return "text"
