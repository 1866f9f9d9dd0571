"""A second implementation of labels: loops over rows, on tables that are lists of rows. Shares only the parser."""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from kumo_magic.graph import Graph, Stype
from kumo_magic.query import predictive_query as tree

Row = dict[str, Any]


def as_written(values: list[float]) -> Decimal:
    """The sum of the decimals that were written: 0.1 and 0.7 are 0.8."""
    return sum((Decimal(repr(value)) for value in values), Decimal())


KEYS = {
    "cities": "city_id",
    "users": "user_id",
    "makers": "maker_id",
    "items": "item_id",
    "orders": "order_id",
    "returns": "return_id",
}
LINKS = {
    ("users", "city_id"): "cities",
    ("items", "maker_id"): "makers",
    ("orders", "user_id"): "users",
    ("orders", "item_id"): "items",
    ("returns", "order_id"): "orders",
    ("messages", "sender_id"): "users",
    ("messages", "reader_id"): "users",
}
TIMES = {"users": "joined", "orders": "date", "returns": "date", "messages": "sent"}
ENDS = {"users": "closed"}
PATHS = {
    ("cities", "users"): ["users.city_id"],
    ("cities", "orders"): ["users.city_id", "orders.user_id"],
    ("cities", "returns"): ["users.city_id", "orders.user_id", "returns.order_id"],
    ("users", "orders"): ["orders.user_id"],
    ("users", "returns"): ["orders.user_id", "returns.order_id"],
    ("users", "items"): ["orders.user_id", "orders.item_id"],
    ("users", "makers"): ["orders.user_id", "orders.item_id", "items.maker_id"],
    ("makers", "orders"): ["items.maker_id", "orders.item_id"],
    ("items", "orders"): ["orders.item_id"],
    ("items", "returns"): ["orders.item_id", "returns.order_id"],
    ("orders", "returns"): ["returns.order_id"],
}
"""The only path between two tables, from the entity outwards, as the reference says it is followed without VIA."""
TIME = "datetime64[us]"
DTYPES = {
    "cities": {"city_id": "str", "size": "float64"},
    "users": {
        "user_id": "int64",
        **dict.fromkeys(["city_id", "tier"], "str"),
        "age": "float64",
        **dict.fromkeys(["joined", "closed"], TIME),
    },
    "makers": {"maker_id": "int64", "rank": "float64"},
    "items": {"item_id": "str", "maker_id": "Int64", "price": "float64"},
    "orders": {"order_id": "int64", "user_id": "Int64", **dict.fromkeys(["item_id", "status", "note"], "str")}
    | {"amount": "float64", "paid": "boolean", "tags": "object", "due": TIME, "date": TIME},
    "returns": {"return_id": "int64", "order_id": "Int64", "reason": "str", "date": TIME},
    "messages": {"sender_id": "Int64", "reader_id": "float64", "length": "float64", "sent": TIME},
}
STYPES = {
    **dict.fromkeys(["cities.size", "users.age", "makers.rank", "items.price"], Stype.NUMERICAL),
    **dict.fromkeys(["orders.amount", "messages.length"], Stype.NUMERICAL),
    **dict.fromkeys(["users.tier", "orders.status", "orders.paid", "returns.reason"], Stype.CATEGORICAL),
    "orders.tags": Stype.MULTICATEGORICAL,
    "orders.note": Stype.TEXT,
    "orders.due": Stype.TIMESTAMP,
}


@dataclass
class World:
    """Tables as lists of rows; a missing value is None. Times are UTC where there is a zone."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    zone: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    def graph(self) -> Graph:
        """The tables as a user would give them: aware times in their zone."""
        frames = {}
        for name, dtypes in DTYPES.items():
            frame = pd.DataFrame(self.tables.get(name, []), columns=list(dtypes)).astype(dtypes)
            for column in [column for column, dtype in dtypes.items() if dtype.startswith("datetime")]:
                if self.zone is not None:
                    frame[column] = frame[column].dt.tz_localize("UTC").dt.tz_convert(self.zone)
            frames[name] = frame
        links = [(child, column, parent) for (child, column), parent in LINKS.items()]
        graph = Graph.from_data(frames, name="shop", infer=False, keys=KEYS, times=TIMES, links=links)
        for name, column in ENDS.items():
            graph[name].end_time_column = column
        for name, stype in STYPES.items():
            table, column = name.split(".")
            graph[table][column].stype = stype
        return graph

    def labels(
        self, query: tree.PredictiveQuery, anchors: list[dt.datetime]
    ) -> dict[tuple[int, dt.datetime, int], Any]:
        """Label by entity row, anchor and step; undefined ones and those that ASSUMING leaves out are not there."""
        base, found = query.entity.table, {}
        for position, anchor in self.population(query, anchors):
            row = self.tables[base][position]
            if query.assuming is not None and not self.truth(query.assuming, base, row, anchor):
                continue
            for step in range(1, steps_of(query) + 1):
                label = self.label(framed(query.target, step), base, row, anchor)
                if label is not None:
                    found[position, anchor, step] = label
        return found

    def label(self, target: Any, base: str, row: Row, anchor: dt.datetime) -> Any:
        if isinstance(target, tree.Aggregation | tree.Column):
            return self.value(target, base, row, anchor)
        return self.truth(target, base, row, anchor) if self.is_defined(target, base, row, anchor) else None

    def population(self, query: tree.PredictiveQuery, anchors: list[dt.datetime]) -> list[tuple[int, dt.datetime]]:
        found = []
        for anchor in anchors:
            for position, row in enumerate(self.tables[query.entity.table]):
                created, closed = (row.get(columns.get(query.entity.table, "")) for columns in (TIMES, ENDS))
                if (created is not None and created > anchor) or (closed is not None and closed <= anchor):
                    continue
                if query.where is None or self.truth(query.where, query.entity.table, row, anchor):
                    found.append((position, anchor))
        return found

    def truth(self, node: Any, base: str, row: Row, anchor: dt.datetime) -> bool:
        match node:
            case tree.Not():
                return not self.truth(node.condition, base, row, anchor)
            case tree.And():
                return all(self.truth(part, base, row, anchor) for part in node.conditions)
            case tree.Or():
                return any(self.truth(part, base, row, anchor) for part in node.conditions)
            case tree.Aggregation():
                return self.value(node, base, row, anchor)
            case _:
                return compare(self.value(node.operand, base, row, anchor), node, self.params)

    def is_defined(self, node: Any, base: str, row: Row, anchor: dt.datetime) -> bool:
        match node:
            case tree.Not():
                return self.is_defined(node.condition, base, row, anchor)
            case tree.And() | tree.Or():
                return all(self.is_defined(part, base, row, anchor) for part in node.conditions)
            case tree.Comparison():
                asks_about_null = node.operator in (tree.Operator.IS_NULL, tree.Operator.IS_NOT_NULL)
                return asks_about_null or self.value(node.operand, base, row, anchor) is not None
            case _:
                return self.value(node, base, row, anchor) is not None

    def value(self, node: tree.Column | tree.Aggregation, base: str, row: Row, anchor: dt.datetime) -> Any:
        if isinstance(node, tree.Column):
            if node.table == base:
                return row[node.name]
            link = next(key for key, parent in LINKS.items() if key[0] == base and parent == node.table)
            parents = self.parents(row, link[1], node.table)
            return parents[0][node.name] if parents else None
        assert node.window is not None
        end = moved(anchor, node.window.end, node.window.unit)
        start = dt.datetime.min if node.window.start is None else moved(anchor, node.window.start, node.window.unit)
        rows = [
            (time, here)
            for time, here in self.events(node, base, row)
            if time is not None
            and start < time <= end
            and (node.where is None or self.truth(node.where, node.column.table, here, anchor))
        ]
        return self.reduced(node, rows)

    def events(self, node: tree.Aggregation, base: str, row: Row) -> list[tuple[dt.datetime | None, Row]]:
        """The rows that the path leads to, each with the time of the lowest row on its way."""
        way = [f"{link.table}.{link.name}" for link in node.via] or PATHS[base, node.column.table]
        here = base
        rows: list[tuple[dt.datetime | None, Row]] = [(None, row)]
        for child, column in (link.split(".") for link in way):
            if child == here:
                here = LINKS[child, column]
                rows = [(time, parent) for time, low in rows for parent in self.parents(low, column, here)]
            else:
                key, here, time_column = KEYS[here], child, TIMES.get(child, "")
                rows = [
                    (low.get(time_column), low)
                    for _, high in rows
                    for low in self.tables[child]
                    if low[column] == high[key]
                ]
        return rows

    def parents(self, row: Row, column: str, parent: str) -> list[Row]:
        return [other for other in self.tables[parent] if other[KEYS[parent]] == row[column]]

    def reduced(self, node: tree.Aggregation, rows: list[tuple[dt.datetime, Row]]) -> Any:
        table, name = node.column.table, node.column.name
        places = {id(row): place for place, row in enumerate(self.tables[table])}
        ordered = sorted(rows, key=lambda pair: (pair[0], pair[1].get(KEYS.get(table, ""), 0), places[id(pair[1])]))
        values: list[Any] = [row if name == "*" else row[name] for _, row in ordered]
        values = [value for value in values if value is not None]
        members = [one for value in values for one in (value if isinstance(value, list) else [value])]
        match node.function:
            case tree.Function.SUM:
                return float(as_written(values))
            case tree.Function.AVG:
                return float(as_written(values) / len(values)) if values else None
            case tree.Function.MIN:
                return min(values, default=None)
            case tree.Function.MAX:
                return max(values, default=None)
            case tree.Function.COUNT:
                return len(values)
            case tree.Function.COUNT_DISTINCT:
                return len(set(members))
            case tree.Function.EXISTS:
                return bool(values)
            case tree.Function.FIRST:
                return values[0] if values else None
            case tree.Function.LAST:
                return values[-1] if values else None
            case tree.Function.LIST_DISTINCT:
                if (parent := LINKS.get((table, name))) is not None:
                    members = [key for key in members if key in [row[KEYS[parent]] for row in self.tables[parent]]]
                return sorted(set(members)) or None


def steps_of(query: tree.PredictiveQuery) -> int:
    return query.output.steps if isinstance(query.output, tree.Forecast) else 1


def framed(target: Any, step: int) -> Any:
    """The target of a FORECAST step: its window moved on by its own length."""
    if step == 1:
        return target
    window = target.window
    by = (step - 1) * (window.end - window.start)
    return replace(target, window=tree.Window(start=window.start + by, end=window.end + by, unit=window.unit))


def moved(anchor: dt.datetime, count: int, unit: tree.Unit) -> dt.datetime:
    months = {tree.Unit.MONTHS: 1, tree.Unit.QUARTERS: 3, tree.Unit.YEARS: 12}.get(unit)
    if months is None:
        return anchor + dt.timedelta(**{str(unit): count})
    number = anchor.year * 12 + anchor.month - 1 + count * months
    year, month = number // 12, number % 12 + 1
    return anchor.replace(year=year, month=month, day=min(anchor.day, calendar.monthrange(year, month)[1]))


def constant(node: Any, like: Any, params: Mapping[str, Any]) -> Any:
    """The Python value; a date, quoted or not, is midnight where it meets a time."""
    if isinstance(node, tree.ConstantList):
        return [constant(item, like, params) for item in node.items]
    value = (
        params[node.name]
        if isinstance(node, tree.Parameter)
        else node.value
        if isinstance(node, tree.Constant)
        else None
    )
    if isinstance(value, (list, tuple, pd.Series, pd.Index)):
        return list(value)
    return dt.datetime.fromisoformat(str(value)) if isinstance(like, dt.datetime) else value


def compare(found: Any, node: tree.Comparison, params: Mapping[str, Any]) -> bool:
    if node.operator in (tree.Operator.IS_NULL, tree.Operator.IS_NOT_NULL):
        return (found is None) == (node.operator == tree.Operator.IS_NULL)
    if found is None:
        return False
    given = constant(node.value, found, params)
    as_pattern = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in str(given))
    decide: dict[tree.Operator, Callable[[], bool]] = {
        tree.Operator.EQ: lambda: found == given,
        tree.Operator.NE: lambda: found != given,
        tree.Operator.LT: lambda: found < given,
        tree.Operator.LE: lambda: found <= given,
        tree.Operator.GT: lambda: found > given,
        tree.Operator.GE: lambda: found >= given,
        tree.Operator.IN: lambda: found in given,
        tree.Operator.NOT_IN: lambda: found not in given,
        tree.Operator.BETWEEN: lambda: given[0] <= found <= given[1],
        tree.Operator.CONTAINS: lambda: given in found,
        tree.Operator.NOT_CONTAINS: lambda: given not in found,
        tree.Operator.STARTS_WITH: lambda: found.startswith(given),
        tree.Operator.ENDS_WITH: lambda: found.endswith(given),
        tree.Operator.LIKE: lambda: re.fullmatch(as_pattern, found) is not None,
        tree.Operator.NOT_LIKE: lambda: re.fullmatch(as_pattern, found) is None,
    }
    return decide[node.operator]()


@pytest.fixture(scope="session")
def world() -> type[World]:
    """The second implementation: ``world(tables).labels(query, anchors)``."""
    return World
