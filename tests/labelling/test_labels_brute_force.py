"""Labels agree, row for row, with loops over rows, on drawn tables and drawn queries."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumo_magic.labelling.label_rows import label_expression
from kumo_magic.labelling.source import open_source
from kumo_magic.plan import bind
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

SLOW_DRAWS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
MOMENTS = [
    dt.datetime(2024, month, day, hour)
    for month, day in [(1, 29), (1, 31), (2, 1), (2, 28), (2, 29), (3, 1), (3, 30), (3, 31), (4, 30), (5, 31)]
    for hour in (0, 12)
]
NUMBERS = [None, -1.0, 0.0, 0.5, 2.0]
STATUSES = [None, "open", "paid", "pa_d"]
maybe_moment = st.one_of(st.none(), st.sampled_from(MOMENTS))


def _numbered(key: str, most: int, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    rows = st.lists(st.fixed_dictionaries(columns), max_size=most)
    return st.permutations(range(1, most + 1)).flatmap(
        lambda keys: rows.map(lambda drawn: [{key: number, **row} for number, row in zip(keys, drawn, strict=False)])
    )


tables = st.fixed_dictionaries(
    {
        "users": _numbered(
            "user_id",
            3,
            tier=st.sampled_from([None, "gold", "tin"]),
            age=st.sampled_from(NUMBERS),
            joined=st.one_of(st.none(), st.sampled_from(MOMENTS[:4])),
            closed=st.one_of(st.none(), st.sampled_from(MOMENTS[-6:])),
        ),
        "items": st.lists(st.sampled_from("abc"), unique=True).flatmap(
            lambda keys: st.tuples(*(st.sampled_from(NUMBERS) for _ in keys)).map(
                lambda prices: [{"item_id": key, "price": price} for key, price in zip(keys, prices, strict=True)]
            )
        ),
        "orders": _numbered(
            "order_id",
            8,
            user_id=st.sampled_from([None, 1, 1, 2, 3, 9]),
            item_id=st.sampled_from([None, "a", "a", "b", "z"]),
            amount=st.sampled_from(NUMBERS),
            status=st.sampled_from(STATUSES),
            paid=st.sampled_from([None, True, False]),
            date=maybe_moment,
        ),
        "returns": _numbered(
            "return_id",
            5,
            order_id=st.sampled_from([None, 1, 2, 3, 9]),
            reason=st.sampled_from([None, "late", "torn"]),
            date=maybe_moment,
        ),
    }
)


def _constant(value: object) -> Constant:
    return Constant(value=value)  # pyright: ignore[reportArgumentType]


def _compared(operand: Column | Aggregation, kind: str) -> st.SearchStrategy[Comparison]:
    """A comparison that fits the kind of its operand."""
    one = {"number": [-1, 0, 0.5, 1, 2], "text": ["open", "paid", "a"], "truth": [True, False], "key": [1, 2, 3]}
    constants = st.sampled_from(one["text" if kind == "set" else kind])
    lists = st.lists(constants, min_size=1, max_size=2)

    def with_value(operators: list[Operator], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Comparison]:
        return st.builds(Comparison, operand=st.just(operand), operator=st.sampled_from(operators), value=values)

    of_constants = constants.map(_constant)
    of_lists = lists.map(lambda values: ConstantList(items=tuple(_constant(value) for value in values)))
    null = with_value([Operator.IS_NULL, Operator.IS_NOT_NULL], st.none())
    if kind == "set":
        return st.one_of(null, with_value([Operator.CONTAINS, Operator.NOT_CONTAINS], of_constants))
    found = [null, with_value([Operator.EQ, Operator.NE], of_constants)]
    found.append(with_value([Operator.IN, Operator.NOT_IN], of_lists))
    if kind in ("number", "key"):
        found.append(with_value([Operator.LT, Operator.LE, Operator.GT, Operator.GE], of_constants))
        pairs = st.tuples(constants, constants).map(
            lambda pair: ConstantList(items=(_constant(pair[0]), _constant(pair[1])))
        )
        found.append(with_value([Operator.BETWEEN], pairs))
    if kind == "text":
        found.append(with_value([Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH], of_constants))
        patterns = st.sampled_from(["pa%", "%d", "%a%", "pa_d", "%"]).map(_constant)
        found.append(with_value([Operator.LIKE, Operator.NOT_LIKE], patterns))
    return st.one_of(found)


def _combined(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A leaf, or NOT, AND, OR of leaves."""
    pairs = st.tuples(leaf, leaf)
    return st.one_of(
        leaf,
        leaf.map(lambda condition: Not(condition=condition)),
        pairs.map(lambda both: And(conditions=both)),
        pairs.map(lambda both: Or(conditions=(both[0], Not(condition=both[1])))),
    )


def _column(table: str, name: str) -> Column:
    return Column(table=table, name=name)


def windows(least: int, most: int) -> st.SearchStrategy[Window]:
    bounds = st.lists(st.integers(least, most), min_size=2, max_size=2, unique=True).map(sorted)
    units = st.sampled_from([Unit.HOURS, Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.QUARTERS, Unit.YEARS])
    finite = st.builds(lambda pair, unit: Window(start=pair[0], end=pair[1], unit=unit), bounds, units)
    days = bounds.map(lambda pair: Window(start=30 * pair[0], end=30 * pair[1], unit=Unit.DAYS))
    if least >= 0:
        return st.one_of(finite, days)
    return st.one_of(finite, days, st.just(Window(start=None, end=0, unit=Unit.DAYS)))


CHOICES = {
    "orders": [
        *((function, "amount", "number") for function in ("SUM", "AVG", "MIN", "MAX", "FIRST", "LAST")),
        ("COUNT", "*", "number"),
        ("COUNT", "amount", "number"),
        ("COUNT_DISTINCT", "status", "number"),
        ("COUNT_DISTINCT", "item_id", "number"),
        ("EXISTS", "*", "truth"),
        ("EXISTS", "amount", "truth"),
        ("FIRST", "status", "text"),
        ("LAST", "status", "text"),
        ("LAST", "paid", "truth"),
        ("FIRST", "order_id", "key"),
        ("LIST_DISTINCT", "status", "set"),
        ("LIST_DISTINCT", "item_id", "set"),
    ],
    "returns": [
        ("COUNT", "*", "number"),
        ("EXISTS", "*", "truth"),
        ("LAST", "reason", "text"),
        ("LIST_DISTINCT", "reason", "set"),
    ],
}


def filters(table: str, entity: str, bounds: tuple[int, int]) -> st.SearchStrategy[Any]:
    """A condition inside an aggregation: its own row, parents, and aggregations of its children."""
    if table == "returns":
        return _combined(_compared(_column("returns", "reason"), "text"))
    leaves = [
        _compared(_column("orders", "amount"), "number"),
        _compared(_column("orders", "status"), "text"),
        _compared(_column("orders", "paid"), "truth"),
    ]
    if entity != "items":
        leaves.append(_compared(_column("items", "price"), "number"))
    if entity != "users":
        leaves.append(_compared(_column("users", "tier"), "text"))
    if entity != "orders":
        nested = windows(*bounds).map(
            lambda window: Aggregation(function=Function.EXISTS, column=_column("returns", "*"), window=window)
        )
        leaves += [nested, nested.map(lambda node: Not(condition=node))]
    return _combined(st.one_of(leaves))


@st.composite
def aggregations(
    draw: Callable[..., Any], entity: str, bounds: tuple[int, int], is_label: bool
) -> tuple[Aggregation, str]:
    tables_below = {"users": ["orders", "returns"], "items": ["orders", "returns"], "orders": ["returns"]}[entity]
    table = draw(st.sampled_from(tables_below))
    choices = [
        choice
        for choice in CHOICES[table]
        if not (is_label and choice[2] == "key")
        and not (entity == "items" and choice[:2] == ("LIST_DISTINCT", "item_id"))
    ]
    function, column, kind = draw(st.sampled_from(choices))
    inner = (-3, 0) if bounds[0] < 0 else (-2, 3)
    node = Aggregation(
        function=Function(function),
        column=_column(table, column),
        window=draw(windows(*bounds)),
        where=draw(st.one_of(st.none(), filters(table, entity, inner))),
    )
    return node, kind


def conditions(entity: str, bounds: tuple[int, int]) -> st.SearchStrategy[Any]:
    leaf = aggregations(entity, bounds, False).flatmap(
        lambda found: st.just(found[0]) if found[0].function == "EXISTS" else _compared(*found)
    )
    return _combined(leaf)


@st.composite
def queries(draw: Callable[..., Any]) -> PredictiveQuery:
    entity = draw(st.sampled_from(["users", "users", "items", "orders"]))
    key = {"users": "user_id", "items": "item_id", "orders": "order_id"}[entity]
    bare = {"users": ("users", "age"), "items": ("items", "price"), "orders": ("users", "age")}[entity]
    where = st.one_of(conditions(entity, (-3, 0)), _combined(_compared(_column(*bare), "number")))
    target = st.one_of(aggregations(entity, (0, 3), True).map(lambda found: found[0]), conditions(entity, (0, 3)))
    return PredictiveQuery(
        target=draw(target),
        entity=_column(entity, key),
        where=draw(st.one_of(st.none(), where)),
        assuming=draw(st.one_of(st.none(), st.none(), conditions(entity, (0, 3)))),
        text="drawn",
    )


anchor_lists = st.lists(st.sampled_from(MOMENTS[2:]), min_size=1, max_size=3, unique=True).map(sorted)


def _microseconds(anchors: list[dt.datetime]) -> np.ndarray:
    return np.array(anchors, dtype="datetime64[us]").astype(np.int64)


def _check(world: Any, query: PredictiveQuery, worlds: list[Any], anchors: list[dt.datetime]) -> None:
    """One query's SQL, made once, on several small worlds."""
    plan = bind(query, world().graph())
    source = open_source(plan)
    text = source.backend.compile(label_expression(plan, source, _microseconds(anchors)))
    for rows in worlds:
        brute = world(rows)
        for name in source.tables:
            source.connection.register(name, brute.arrow(name))

        found = source.connection.sql(text).to_arrow_table().to_pylist()

        moment = [(row["row"], row["anchor_time"]) for row in found]
        known = [row["came_true"] and row["label"] is not None for row in found]
        labels = {at: row["label"] for at, row, is_known in zip(moment, found, known, strict=True) if is_known}
        assert sorted(moment) == sorted(brute.population(query, anchors))
        assert labels == brute.labels(query, anchors)


@settings(max_examples=24, deadline=None, suppress_health_check=SLOW_DRAWS)
@given(query=queries(), worlds=st.lists(tables, min_size=13, max_size=13), anchors=anchor_lists)
def test_labels_are_those_of_loops_over_rows(world: Any, query: PredictiveQuery, worlds: Any, anchors: Any) -> None:
    _check(world, query, worlds, anchors)


@pytest.mark.slow
@settings(max_examples=160, deadline=None, suppress_health_check=SLOW_DRAWS)
@given(query=queries(), worlds=st.lists(tables, min_size=13, max_size=13), anchors=anchor_lists)
def test_many_labels_are_those_of_loops_over_rows(
    world: Any, query: PredictiveQuery, worlds: Any, anchors: Any
) -> None:
    _check(world, query, worlds, anchors)
