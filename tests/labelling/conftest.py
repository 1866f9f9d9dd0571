"""A second implementation of labels, in loops over rows, and the graph it is compared on."""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from kumo_magic.graph import Graph, Stype
from kumo_magic.labelling.source import ROW
from kumo_magic.query.predictive_query import (
    Aggregation,
    And,
    Column,
    Comparison,
    Constant,
    ConstantList,
    Function,
    Not,
    Operator,
    Or,
    PredictiveQuery,
    Unit,
    Window,
)

Row = dict[str, Any]

KEYS = {"users": "user_id", "items": "item_id", "orders": "order_id", "returns": "return_id"}
LINKS = {("orders", "users"): "user_id", ("orders", "items"): "item_id", ("returns", "orders"): "order_id"}
TIMES = {"users": "joined", "orders": "date", "returns": "date"}
DTYPES = {
    "users": {
        "user_id": "int64",
        "tier": "str",
        "age": "float64",
        "joined": "datetime64[us]",
        "closed": "datetime64[us]",
    },
    "items": {"item_id": "str", "price": "float64"},
    "orders": {
        "order_id": "int64",
        "user_id": "Int64",
        "item_id": "str",
        "amount": "float64",
        "status": "str",
        "paid": "boolean",
        "date": "datetime64[us]",
    },
    "returns": {"return_id": "int64", "order_id": "Int64", "reason": "str", "date": "datetime64[us]"},
}
ARROW = {
    "int64": pa.int64(),
    "Int64": pa.int64(),
    "str": pa.large_string(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "datetime64[us]": pa.timestamp("us"),
}
STYPES = {
    ("users", "tier"): Stype.CATEGORICAL,
    ("users", "age"): Stype.NUMERICAL,
    ("items", "price"): Stype.NUMERICAL,
    ("orders", "amount"): Stype.NUMERICAL,
    ("orders", "status"): Stype.CATEGORICAL,
    ("orders", "paid"): Stype.CATEGORICAL,
    ("returns", "reason"): Stype.CATEGORICAL,
}


@dataclass
class World:
    """Tables as lists of rows; a missing value is None."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def graph(self) -> Graph:
        frames = {
            name: pd.DataFrame(self.tables.get(name, []), columns=list(dtypes)).astype(dtypes)
            for name, dtypes in DTYPES.items()
        }
        graph = Graph.from_data(frames, name="shop", infer=False)
        for name, key in KEYS.items():
            graph[name].primary_key = key
        for (child, parent), column in LINKS.items():
            graph.link(child, column, parent)
        for name, column in TIMES.items():
            graph[name].time_column = column
        graph["users"].end_time_column = "closed"
        for (name, column), stype in STYPES.items():
            graph[name][column].stype = stype
        return graph

    def arrow(self, name: str) -> pa.Table:
        """A table as the label room's source has it."""
        rows = self.tables[name]
        arrays = {
            column: pa.array([row[column] for row in rows], ARROW[dtype]) for column, dtype in DTYPES[name].items()
        }
        return pa.table(arrays | {ROW: pa.array(range(len(rows)), pa.int64())})

    def labels(self, query: PredictiveQuery, anchors: list[dt.datetime]) -> dict[tuple[int, dt.datetime], Any]:
        """Label by entity row and anchor; undefined ones and those that ASSUMING leaves out are not there."""
        found = {}
        for position, anchor in self.population(query, anchors):
            row = self.tables[query.entity.table][position]
            if query.assuming is not None and not self.truth(query.assuming, query.entity.table, row, anchor):
                continue
            target, base = query.target, query.entity.table
            if isinstance(target, Aggregation):
                label = self.value(target, base, row, anchor)
            elif self.is_defined(target, base, row, anchor):
                label = self.truth(target, base, row, anchor)
            else:
                label = None
            if label is not None:
                found[position, anchor] = label
        return found

    def population(self, query: PredictiveQuery, anchors: list[dt.datetime]) -> list[tuple[int, dt.datetime]]:
        found = []
        for anchor in anchors:
            for position, row in enumerate(self.tables[query.entity.table]):
                created, closed = row.get(TIMES.get(query.entity.table, "")), row.get("closed")
                if (created is not None and created > anchor) or (closed is not None and closed <= anchor):
                    continue
                if query.where is None or self.truth(query.where, query.entity.table, row, anchor):
                    found.append((position, anchor))
        return found

    def truth(self, node: Any, base: str, row: Row, anchor: dt.datetime) -> bool:
        match node:
            case Not():
                return not self.truth(node.condition, base, row, anchor)
            case And():
                return all(self.truth(part, base, row, anchor) for part in node.conditions)
            case Or():
                return any(self.truth(part, base, row, anchor) for part in node.conditions)
            case Aggregation():
                return self.value(node, base, row, anchor)
            case _:
                return compare(self.value(node.operand, base, row, anchor), node)

    def is_defined(self, node: Any, base: str, row: Row, anchor: dt.datetime) -> bool:
        match node:
            case Not():
                return self.is_defined(node.condition, base, row, anchor)
            case And() | Or():
                return all(self.is_defined(part, base, row, anchor) for part in node.conditions)
            case Comparison():
                asks_about_null = node.operator in (Operator.IS_NULL, Operator.IS_NOT_NULL)
                return asks_about_null or self.value(node.operand, base, row, anchor) is not None
            case _:
                return self.value(node, base, row, anchor) is not None

    def value(self, node: Column | Aggregation, base: str, row: Row, anchor: dt.datetime) -> Any:
        if isinstance(node, Column):
            if node.table == base:
                return row[node.name]
            parent = self.parent(base, row, node.table)
            return None if parent is None else parent[node.name]
        window = node.window
        assert window is not None
        start, end = (
            (None if window.start is None else moved(anchor, window.start, window)),
            moved(anchor, window.end, window),
        )
        rows = [
            event
            for event in self.children(base, row, node.column.table)
            if event["date"] is not None
            and event["date"] <= end
            and (start is None or event["date"] > start)
            and (node.where is None or self.truth(node.where, node.column.table, event, anchor))
        ]
        return self.reduced(node, rows)

    def parent(self, table: str, row: Row, parent: str) -> Row | None:
        wanted = row[LINKS[table, parent]]
        return next(
            (other for other in self.tables[parent] if wanted is not None and other[KEYS[parent]] == wanted), None
        )

    def children(self, base: str, row: Row, table: str) -> list[Row]:
        if (table, base) in LINKS:
            column = LINKS[table, base]
            return [child for child in self.tables[table] if child[column] == row[KEYS[base]]]
        return [
            grandchild
            for child in self.children(base, row, "orders")
            for grandchild in self.children("orders", child, table)
        ]

    def reduced(self, node: Aggregation, rows: list[Row]) -> Any:
        key = KEYS[node.column.table]
        ordered = sorted(rows, key=lambda row: (row["date"], row[key]))
        values: list[Any] = list(ordered) if node.column.name == "*" else [row[node.column.name] for row in ordered]
        values = [value for value in values if value is not None]
        match node.function:
            case Function.SUM:
                return sum(values)
            case Function.AVG:
                return sum(values) / len(values) if values else None
            case Function.MIN:
                return min(values, default=None)
            case Function.MAX:
                return max(values, default=None)
            case Function.COUNT:
                return len(values)
            case Function.COUNT_DISTINCT:
                return len(set(values))
            case Function.EXISTS:
                return bool(values)
            case Function.FIRST:
                return values[0] if values else None
            case Function.LAST:
                return values[-1] if values else None
            case Function.LIST_DISTINCT:
                if node.column.name == "item_id":
                    there = {item["item_id"] for item in self.tables["items"]}
                    values = [value for value in values if value in there]
                return sorted(set(values)) or None


def moved(anchor: dt.datetime, count: int, window: Window) -> dt.datetime:
    months = {Unit.MONTHS: 1, Unit.QUARTERS: 3, Unit.YEARS: 12}.get(window.unit)
    if months is None:
        return anchor + dt.timedelta(**{str(window.unit): count})
    number = anchor.year * 12 + anchor.month - 1 + count * months
    year, month = number // 12, number % 12 + 1
    return anchor.replace(year=year, month=month, day=min(anchor.day, calendar.monthrange(year, month)[1]))


def compare(found: Any, node: Comparison) -> bool:
    if node.operator == Operator.IS_NULL:
        return found is None
    if node.operator == Operator.IS_NOT_NULL:
        return found is not None
    if found is None:
        return False
    given: Any = None
    match node.value:
        case ConstantList():
            given = [item.value for item in node.value.items if isinstance(item, Constant)]
        case Constant():
            given = node.value.value
    as_pattern = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in str(given))
    decide: dict[Operator, Callable[[], bool]] = {
        Operator.EQ: lambda: found == given,
        Operator.NE: lambda: found != given,
        Operator.LT: lambda: found < given,
        Operator.LE: lambda: found <= given,
        Operator.GT: lambda: found > given,
        Operator.GE: lambda: found >= given,
        Operator.IN: lambda: found in given,
        Operator.NOT_IN: lambda: found not in given,
        Operator.BETWEEN: lambda: given[0] <= found <= given[1],
        Operator.CONTAINS: lambda: given in found,
        Operator.NOT_CONTAINS: lambda: given not in found,
        Operator.STARTS_WITH: lambda: found.startswith(given),
        Operator.ENDS_WITH: lambda: found.endswith(given),
        Operator.LIKE: lambda: re.fullmatch(as_pattern, found) is not None,
        Operator.NOT_LIKE: lambda: re.fullmatch(as_pattern, found) is None,
    }
    return decide[node.operator]()


@pytest.fixture(scope="session")
def world() -> type[World]:
    """The second implementation: ``world(tables).labels(query, anchors)``."""
    return World
