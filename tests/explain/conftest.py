"""Shops in which a planted cause decides, and models of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.trained_model import Model

Frames = dict[str, pd.DataFrame]
FIRST = pd.Timestamp("2024-01-01")
NUM_DAYS = 240
QUERY = "PREDICT COUNT(orders.*, 0, 20, days) > 0 FOR EACH users.user_id"
KEYS = {
    "users": "user_id",
    "orders": "order_id",
    "visits": "visit_id",
    "calls": "call_id",
    "items": "item_id",
}
NUMBERS = {("users", "age"), ("orders", "amount"), ("visits", "pages"), ("items", "price")}
TREES = TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5, feature_share=0.9), num_rounds=60)
NETWORK = NetworkSchedule(
    settings=NetworkSettings(channels=16, hops=3, fan_out=8, batch_size=64, learning_rate=0.01),
    train_steps=(60,),
    refit_steps=(60,),
)
BOTH = Schedule(trees=TREES, networks=NETWORK)


def random_days(random: np.random.Generator, number: int) -> pd.Series:
    return pd.Series(FIRST + pd.to_timedelta(random.integers(0, NUM_DAYS * 24, number), unit="h"))


def bystanders(random: np.random.Generator, num_users: int) -> Frames:
    """Users, items, and calls that mean nothing."""
    calls = pd.DataFrame(
        {
            "call_id": np.arange(800),
            "user_id": random.integers(0, num_users, 800),
            "topic": random.choice(["bill", "help", "sale"], 800),
            "date": random_days(random, 800),
        }
    )
    return {
        "users": pd.DataFrame({"user_id": np.arange(num_users), "age": random.normal(40, 10, num_users)}),
        "items": pd.DataFrame({"item_id": np.arange(10), "price": random.gamma(2.0, 5.0, 10)}),
        "calls": calls,
    }


def visits_decide() -> Frames:
    """Only who visited in the last twenty days orders in the next twenty."""
    random = np.random.default_rng(3)
    num_users = 80
    frames = bystanders(random, num_users)
    visits, orders = [], []
    for start in range(0, NUM_DAYS, 20):
        active = random.random(num_users) < 0.5
        for user in np.flatnonzero(active):
            visits.append((user, start + random.uniform(0, 19), random.integers(1, 9)))
            if start + 40 <= NUM_DAYS:
                orders.append((user, start + 20 + random.uniform(1, 19), random.gamma(2.0, 10.0)))
    frames["visits"] = pd.DataFrame(visits, columns=["user_id", "date", "pages"])
    frames["orders"] = pd.DataFrame(orders, columns=["user_id", "date", "amount"])
    return finished(frames, random)


def items_decide() -> Frames:
    """Users see one item ever; those who saw a dear one order all the time, those who saw a cheap one never do."""
    random = np.random.default_rng(4)
    num_users = 80
    frames = bystanders(random, num_users)
    frames["items"]["price"] = np.where(np.arange(10) < 5, 1.0, 100.0) + random.random(10)
    saw = random.integers(0, 10, num_users)
    visits = [(user, random.uniform(0, 30), 3, saw[user]) for user in range(num_users)]
    visits += [(user, random.uniform(30, NUM_DAYS), 3, saw[user]) for user in range(num_users) for _ in range(3)]
    orders = [
        (user, start + random.uniform(0.1, 19.9), 10.0)
        for user in range(num_users)
        for start in range(40, NUM_DAYS, 20)
        if (saw[user] >= 5) == (random.random() < 0.97)
    ]
    frames["visits"] = pd.DataFrame(visits, columns=["user_id", "date", "pages", "item_id"])
    frames["orders"] = pd.DataFrame(orders, columns=["user_id", "date", "amount"])
    return finished(frames, random)


def finished(frames: Frames, random: np.random.Generator) -> Frames:
    """With dates for days, keys, and an item for each order."""
    for name in ("visits", "orders"):
        frame = frames[name]
        frame["date"] = FIRST + pd.to_timedelta(frame["date"], unit="D")
        frame.insert(0, KEYS[name], np.arange(len(frame)))
        if "item_id" not in frame:
            frame["item_id"] = random.integers(0, 10, len(frame))
    return frames


def graph_of(frames: Frames) -> km.Graph:
    return km.Graph.from_data(
        frames,
        name="planted",
        infer=False,
        keys=KEYS,
        times={"orders": "date", "visits": "date", "calls": "date"},
        links=[
            ("orders", "user_id", "users"),
            ("orders", "item_id", "items"),
            ("visits", "user_id", "users"),
            ("visits", "item_id", "items"),
            ("calls", "user_id", "users"),
        ],
        stypes={
            **dict.fromkeys(sorted(NUMBERS), "numerical"),
            ("calls", "topic"): "categorical",
        },
    )


@dataclass(frozen=True)
class Planted:
    """Frames with a cause in them, and a model of them."""

    frames: Frames
    model: Model


@pytest.fixture(scope="session")
def visits_model() -> Planted:
    frames = visits_decide()
    model = km.fit(QUERY, graph_of(frames), schedule=BOTH, seed=1)
    return Planted(frames, model)


@pytest.fixture(scope="session")
def items_model() -> Planted:
    frames = items_decide()
    model = km.fit(QUERY, graph_of(frames), schedule=BOTH, seed=1)
    return Planted(frames, model)


@pytest.fixture(scope="session")
def as_graph() -> Callable[[Frames], km.Graph]:
    """Frames as the graph that the models learned from."""
    return graph_of
