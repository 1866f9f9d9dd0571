"""Queries become plans: task, path, windows, constants and notes."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from kumo_magic.graph import Graph, Link
from kumo_magic.plan import PredictionPlan, TaskType, bind
from kumo_magic.plan.bound import BoundAggregation, BoundColumn, BoundComparison, named_columns
from kumo_magic.plan.offset import Offset
from kumo_magic.query import parse
from kumo_magic.query.predictive_query import Unit

EACH = "FOR EACH users.user_id"


def plan_of(text: str, graph: Graph, **params: object) -> PredictionPlan:
    return bind(parse(text), graph, params)


def where_value(plan: PredictionPlan) -> object:
    assert isinstance(plan.where, BoundComparison)
    return plan.where.value


@pytest.mark.parametrize(
    ("target", "task_type"),
    [
        ("COUNT(orders.*, 0, 30) = 0", TaskType.BINARY),
        ("EXISTS(orders.*, 0, 30)", TaskType.BINARY),
        ("NOT EXISTS(orders.*, 0, 30)", TaskType.BINARY),
        ("users.active", TaskType.BINARY),
        ("users.tier", TaskType.BINARY),  # two values
        ("regions.climate", TaskType.MULTICLASS),
        ("LAST(orders.status, 0, 30)", TaskType.MULTICLASS),
        ("users.age", TaskType.REGRESSION),
        ("SUM(orders.amount, 0, 30)", TaskType.REGRESSION),
        ("COUNT_DISTINCT(orders.item_id, 0, 30)", TaskType.REGRESSION),
        ("SUM(orders.amount, 0, 30) FORECAST 3 TIMEFRAMES", TaskType.FORECASTING),
        ("LIST_DISTINCT(orders.item_id, 0, 30)", TaskType.LINK_PREDICTION),
        ("LIST_DISTINCT(orders.item_id, 0, 30) CLASSIFY", TaskType.MULTILABEL_CLASSIFICATION),
        ("LIST_DISTINCT(orders.status, 0, 30) RANK TOP 2", TaskType.MULTILABEL_RANKING),
    ],
)
def test_what_is_asked_decides_the_task(store: Graph, target: str, task_type: TaskType) -> None:
    assert plan_of(f"PREDICT {target} {EACH}", store).task_type == task_type


def test_a_list_of_tags_is_ranked(store: Graph) -> None:
    plan = plan_of("PREDICT items.tags RANK TOP 3 FOR EACH items.item_id", store)

    assert (plan.task_type, plan.k) == (TaskType.MULTILABEL_RANKING, 3)


def test_a_ranking_knows_its_items_and_their_link(store: Graph) -> None:
    plan = plan_of(f"PREDICT LIST_DISTINCT(orders.item_id, 0, 30) {EACH}", store)

    assert (plan.item_table, plan.item_link, plan.k) == ("items", Link("orders", "item_id", "items"), 10)
    assert any("RANK TOP 10" in note for note in plan.notes)


def test_the_only_longer_path_is_followed_with_a_note(store: Graph) -> None:
    plan = plan_of(f"PREDICT COUNT(returns.*, 0, 30) {EACH}", store)

    assert isinstance(plan.target, BoundAggregation)
    assert plan.target.path.to_entity == (Link("returns", "order_id", "orders"), Link("orders", "user_id", "users"))
    assert any("only path" in note for note in plan.notes)


def test_via_goes_down_and_up(store: Graph) -> None:
    plan = plan_of(f"PREDICT LIST_DISTINCT(items.kind VIA orders.user_id, orders.item_id, 0, 30) {EACH}", store)

    assert isinstance(plan.target, BoundAggregation)
    assert (plan.target.path.event_table, plan.target.path.table) == ("orders", "items")
    assert plan.target_tables == ("orders",)


def test_a_bare_column_may_belong_to_a_parent(store: Graph) -> None:
    plan = plan_of(f"PREDICT COUNT(orders.*, 0, 30) {EACH} WHERE regions.people > 10", store)

    assert isinstance(plan.where, BoundComparison)
    assert isinstance(plan.where.operand, BoundColumn)
    assert plan.where.operand.link == Link("users", "region_id", "regions")


def test_windows_add_up(store: Graph) -> None:
    plan = plan_of(f"PREDICT COUNT(orders.*, 10, 30) > 0 OR COUNT(visits.*, 5, 20) > 0 {EACH}", store)

    assert plan.horizon == Offset(30, Unit.DAYS)
    assert plan.window_length == Offset(25, Unit.DAYS)
    assert plan.target_tables == ("orders", "visits")


def test_a_forecast_looks_as_far_as_its_last_step(store: Graph) -> None:
    plan = plan_of(f"PREDICT SUM(orders.amount, 1, 3, months) FORECAST 4 TIMEFRAMES {EACH}", store)

    assert plan.window_length == Offset(2, Unit.MONTHS)
    assert plan.horizon == Offset(9, Unit.MONTHS)
    assert plan.forecast_steps == 4


def test_mixed_units_are_noted(store: Graph) -> None:
    plan = plan_of(f"PREDICT COUNT(orders.*, 0, 1, months) > 0 AND SUM(orders.amount, 0, 30) > 10 {EACH}", store)

    assert any("30 days" in note for note in plan.notes)


def test_a_filter_that_only_names_the_entity_is_noted(store: Graph) -> None:
    plan = plan_of(f"PREDICT COUNT(orders.* WHERE users.age > 3, 0, 30) {EACH}", store)

    assert any("only names users" in note for note in plan.notes)


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        (18, 18),
        (np.int64(18), 18),
        (np.float64(1.5), 1.5),
    ],
)
def test_a_parameter_becomes_a_plain_constant(store: Graph, value: object, bound: object) -> None:
    plan = plan_of(f"PREDICT COUNT(orders.*, 0, 30) {EACH} WHERE users.age >= :limit", store, limit=value)

    assert where_value(plan) == bound


def test_a_series_is_a_list(store: Graph) -> None:
    plan = plan_of("PREDICT COUNT(orders.*, 0, 30) FOR users.user_id IN :who", store, who=pd.Series([2, 1]))

    assert plan.selection is not None
    assert plan.selection.value == (2, 1)


@pytest.mark.parametrize("date", ["2024-01-31", "'2024-01-31'", ":date"])
def test_dates_compare_with_timestamps(store: Graph, date: str) -> None:
    plan = plan_of(f"PREDICT COUNT(orders.*, 0, 30) {EACH} WHERE users.born < {date}", store, date=dt.date(2024, 1, 31))

    assert where_value(plan) == dt.datetime(2024, 1, 31)


def test_the_plan_says_what_it_asks(store: Graph) -> None:
    plan = plan_of(f"PREDICT COUNT(orders.*, 0, 90) = 0 {EACH} WHERE EXISTS(orders.*, -90, 0)", store)

    assert plan.describe().splitlines() == [
        "For every user with an order in the last 90 days: will they have no order in the next 90 days?",
        "It is a binary classification: the answer is true or false.",
    ]


def test_the_columns_that_a_target_names_are_those_of_its_filters_too(store: Graph) -> None:
    target = "SUM(orders.amount WHERE orders.status = 'paid', 0, 30) > 5 AND NOT EXISTS(orders.*, 0, 30)"

    plan = plan_of(f"PREDICT {target} {EACH} WHERE users.age > 30", store)

    assert named_columns(plan.target) == {("orders", "amount"), ("orders", "status"), ("orders", "*")}
