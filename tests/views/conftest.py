"""Runs with frames that a reader can check by hand, and two small real ones."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings
from kumo_magic.plan.task_type import TaskType
from kumo_magic.prediction import Prediction

DAY = pd.Timestamp("2024-03-01")
NOW = pd.Timestamp("2024-06-01")


@pytest.fixture
def run_of() -> Callable[..., Any]:
    """A run of a frame without its key and anchor, one row per user 1, 2, 3, ... unless the frame has them."""

    def make(task_type: TaskType, frame: pd.DataFrame, **changes: Any) -> Any:
        users = pd.DataFrame(
            {"user_id": range(1, 8), "city": ["Rome", "Oslo", "Paris", "Bonn", "Roma", "Lima", "Cairo"]}
        )
        graph = km.Graph.from_data(
            {"users": users}, name="shop", keys={"users": "user_id"}, stypes={("users", "city"): "text"}
        )
        if "user_id" not in frame:
            frame = frame.assign(user_id=users["user_id"].iloc[: len(frame)].to_numpy())
        frame = frame.assign(anchor_time=pd.Series([DAY] * len(frame), dtype="datetime64[us]"))
        first = ["user_id", "anchor_time"]
        plan = SimpleNamespace(
            task_type=task_type,
            entity_table="users",
            entity_key="user_id",
            key_columns=("user_id",),
            keys_in=graph["users"].keys_in,
            graph=graph,
            positive_class=None,
        )
        parts = {"frame": frame[[*first, *frame.columns.difference(first, sort=False)]], "plan": plan, "threshold": 0.5}
        return SimpleNamespace(**(parts | changes))

    return make


@pytest.fixture(scope="session")
def shop_run() -> Prediction:
    """Who orders in the next 20 days, as of day 100; user 1 does every ten days, user 2 never, others now and then."""
    days = [(1, day) for day in range(0, 140, 10)]
    days += [(user, day) for user in range(3, 31) for day in range(user % 7, 140, 5 + user % 11)]
    orders = pd.DataFrame(days, columns=["user_id", "day"])
    orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(orders.pop("day"), unit="D")
    orders.insert(0, "order_id", range(len(orders)))
    orders["paid_on"] = orders["date"] + pd.Timedelta(days=3)
    orders["amount"] = orders["order_id"] + 0.5
    graph = km.Graph.from_data(
        {
            "users": pd.DataFrame({"user_id": range(1, 31), "age": [20.0 + user for user in range(30)]}),
            "orders": orders,
        },
        name="shop",
        keys={"users": "user_id", "orders": "order_id"},
        times={"orders": "date"},
    )
    trees = TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=3), num_rounds=20)
    query = "PREDICT COUNT(orders.*, 0, 20, days) > 0 FOR EACH users.user_id"
    return km.predict(query, graph, at="2024-04-10", schedule=Schedule(trees=trees), seed=1)


@pytest.fixture(scope="session")
def run() -> Prediction:
    """40 users, user n orders on every (n % 5 + 2)-th day of 2024, items in turn; lines of orders have no date."""
    days = [(user, day) for user in range(40) for day in range(0, 240, user % 5 + 2)]
    orders = pd.DataFrame(days, columns=["user_id", "day"])
    orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(orders.pop("day"), unit="D")
    orders["paid_on"] = orders["date"] + pd.Timedelta(days=20)
    orders.insert(0, "order_id", np.arange(len(orders)))
    lines = pd.DataFrame(
        {
            "line_id": np.arange(len(orders)),
            "order_id": orders["order_id"],
            # What is first bought in June is an item that nobody knew before.
            "item_id": np.where(orders["date"] > NOW, "late", np.array(["a", "b", "c"])[orders["user_id"] % 3]),
        }
    )
    graph = km.Graph.from_data(
        {
            "users": pd.DataFrame({"user_id": np.arange(40), "tier": ["gold", "silver"] * 20}),
            "items": pd.DataFrame({"item_id": ["a", "b", "c", "late"], "price": [1.0, 2.0, 3.0, 999.0]}),
            "orders": orders,
            "lines": lines,
        },
        name="shop",
        times={"orders": "date"},
    )
    schedule = Schedule(trees=TreeSchedule(settings=TreeSettings(), num_rounds=3))
    return km.predict("PREDICT COUNT(orders.*, 0, 10) FOR EACH users.user_id", graph, at=NOW, schedule=schedule, seed=1)
