"""A shop, the same with what came later, and a model of it that is saved."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import (
    LinearSchedule,
    NetworkSchedule,
    NetworkSettings,
    Schedule,
    TreeSchedule,
    TreeSettings,
)
from kumo_magic.trained_model import Model

Frames = dict[str, pd.DataFrame]


def make_frames() -> Frames:
    random = np.random.default_rng(1)
    num_users, num_orders = 30, 900
    level = random.gamma(2.0, 1.0, num_users)
    users = pd.DataFrame(
        {
            "user_id": [f"u{number}" for number in range(num_users)],
            "tier": random.choice(["gold", "silver", "iron"], num_users),
            "age": np.where(np.arange(num_users) % 5 == 0, np.nan, 20 + 10 * level),
            "joined": pd.Timestamp("2023-12-01") + pd.to_timedelta(np.arange(num_users), unit="D"),
        }
    )
    items = pd.DataFrame({"item_id": np.arange(8), "price": random.gamma(2.0, 5.0, 8)})
    orders = pd.DataFrame(
        {
            "order_id": np.arange(num_orders),
            "user_id": users["user_id"].to_numpy()[random.choice(num_users, num_orders, p=level / level.sum())],
            "item_id": random.integers(0, 8, num_orders),
            "amount": random.gamma(2.0, 10.0, num_orders).round(2),
            "status": random.choice(["paid", "open", "late"], num_orders, p=[0.6, 0.3, 0.1]),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 240 * 24, num_orders), unit="h"),
        }
    )
    return {"users": users, "items": items, "orders": orders}


def graph_of(frames: Frames, **declared: object) -> km.Graph:
    known = {
        "keys": {"users": "user_id", "items": "item_id", "orders": "order_id"},
        "times": {"users": "joined", "orders": "date"},
        "links": [("orders", "user_id", "users"), ("orders", "item_id", "items")],
        "stypes": {("users", "tier"): "categorical", ("orders", "status"): "categorical"},
        "infer": False,
    }
    return km.Graph.from_data(frames, name="shop", **{**known, **declared})


def newer(frames: Frames) -> Frames:
    """The same with what came later: users and an item that were not there, a tier and a status never seen."""
    users = pd.DataFrame({"user_id": [f"new{n}" for n in range(20)], "tier": ["none", *["iron"] * 19], "age": 33.0})
    users["joined"] = pd.Timestamp("2024-08-30")
    items = pd.DataFrame({"item_id": [99], "price": [1e6]})
    orders = pd.DataFrame(
        {
            "order_id": np.arange(5000, 5040),
            "user_id": [f"new{n}" for n in range(20)] * 2,
            "item_id": [99, 1] * 20,
            "amount": 1e5,
            "status": "lost",
            "date": pd.date_range("2024-09-01", periods=40, freq="D"),
        }
    )
    more = {"users": users, "items": items, "orders": orders}
    return {name: pd.concat([frame, more[name]], ignore_index=True) for name, frame in frames.items()}


@pytest.fixture(scope="session")
def frames() -> Frames:
    return make_frames()


@pytest.fixture(scope="session")
def newer_frames(frames: Frames) -> Frames:
    return newer(frames)


@pytest.fixture(scope="session")
def as_graph() -> Callable[..., km.Graph]:
    """Frames, and what is declared otherwise, as a graph."""
    return graph_of


@pytest.fixture(scope="session")
def both() -> Schedule:
    """A few trees and a network of a few steps."""
    return Schedule(
        networks=NetworkSchedule(
            settings=NetworkSettings(channels=8, hops=1, fan_out=4, batch_size=64, learning_rate=0.01),
            train_steps=(20,),
            refit_steps=(20,),
        ),
        trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=20),
        linear=LinearSchedule(),
    )


@pytest.fixture(scope="session")
def churn_query() -> str:
    return "PREDICT COUNT(orders.*, 0, 20) = :few FOR EACH users.user_id"


@pytest.fixture(scope="session")
def churn(frames: Frames, churn_query: str, both: Schedule) -> Model:
    """A model whose trees and network both count."""
    model = km.fit(churn_query, graph_of(frames), schedule=both, params={"few": 0}, seed=3)
    assert min(model.fitted.weights.values()) > 0
    return model


@pytest.fixture(scope="session")
def kept(churn: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "churn"
    churn.save(folder)
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(kept, tmp_path / "churn"))
