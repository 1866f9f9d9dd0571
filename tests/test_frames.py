"""The frame of every task: columns, the key's own name and dtype, the entity table's order, files and merges."""

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import RankerSchedule, Schedule, TreeSchedule, TreeSettings

TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=10))
RANKER = Schedule(ranker=RankerSchedule(num_rounds=10, most_rows=400))
EACH = "FOR EACH users.user_id"
TASKS = {
    "binary": (f"PREDICT COUNT(orders.*, 0, 20) < 4 {EACH}", ["prediction", "probability"], 1),
    "multiclass": (
        f"PREDICT LAST(orders.status, 0, 20) {EACH}",
        ["prediction", "probability", "probability_late", "probability_open", "probability_paid"],
        1,
    ),
    "regression": (f"PREDICT SUM(orders.amount, 0, 20) {EACH}", ["prediction", "low", "high"], 1),
    "forecasting": (
        f"PREDICT SUM(orders.amount, 0, 20) FORECAST 2 TIMEFRAMES {EACH}",
        ["step", "window_end", "prediction", "low", "high"],
        2,
    ),
    "link prediction": (
        f"PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 3 {EACH}",
        ["rank", "item_id", "score"],
        3,
    ),
    "multilabel ranking": (
        f"PREDICT LIST_DISTINCT(orders.status, 0, 20) RANK TOP 2 {EACH}",
        ["rank", "status", "score"],
        2,
    ),
    "multilabel classification": (
        f"PREDICT LIST_DISTINCT(orders.status, 0, 20) CLASSIFY {EACH}",
        ["status", "prediction", "probability"],
        3,
    ),
}
every_task = pytest.mark.parametrize("task", TASKS)


@pytest.fixture(scope="module")
def users() -> pd.DataFrame:
    """Forty users whose keys are text and stand in no order."""
    keys = np.random.default_rng(0).permutation([f"u{number}" for number in range(40)])
    return pd.DataFrame({"user_id": keys, "tier": ["gold", "tin"] * 20})


@pytest.fixture(scope="module")
def shop(users: pd.DataFrame) -> km.Graph:
    random = np.random.default_rng(1)
    items = pd.DataFrame({"item_id": np.arange(9, dtype="int32") * 10, "price": np.arange(9.0)})
    orders = pd.DataFrame(
        {
            "user_id": random.choice(users["user_id"], 1200),
            "item_id": random.choice(items["item_id"], 1200),
            "amount": random.gamma(2.0, 10.0, 1200),
            "status": random.choice(["paid", "open", "late"], 1200),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 200 * 24, 1200), unit="h"),
        }
    )
    return km.Graph.from_data(
        {"users": users, "items": items, "orders": orders}, stypes={("orders", "status"): "categorical"}
    )


@pytest.fixture(scope="module")
def frame_of(shop: km.Graph) -> Callable[[str], pd.DataFrame]:
    """The frame of a task; each is computed once."""
    made: dict[str, pd.DataFrame] = {}

    def frame(task: str) -> pd.DataFrame:
        if task not in made:
            schedule = RANKER if task == "link prediction" else TREES
            made[task] = km.predict(TASKS[task][0], shop, schedule=schedule).frame
        return made[task]

    return frame


@every_task
def test_the_key_comes_first_then_the_time_then_the_columns_of_the_task(
    task: str, frame_of: Callable[[str], pd.DataFrame], shop: km.Graph
) -> None:
    frame = frame_of(task)

    assert type(frame) is pd.DataFrame
    assert list(frame) == ["user_id", "anchor_time", *TASKS[task][1]]
    assert frame["user_id"].dtype == shop["users"].frame["user_id"].dtype
    assert frame["anchor_time"].dtype.kind == "M"
    for column in {"item_id", "status"} & set(frame):
        table = "items" if column == "item_id" else "orders"
        assert frame[column].dtype == shop[table].frame[column].dtype


@every_task
def test_rows_keep_the_order_of_the_entity_table(
    task: str, frame_of: Callable[[str], pd.DataFrame], users: pd.DataFrame
) -> None:
    frame, rows_per_entity = frame_of(task), TASKS[task][2]

    assert frame["user_id"].tolist() == np.repeat(users["user_id"], rows_per_entity).tolist()
    assert frame.index.tolist() == list(range(len(users) * rows_per_entity))


@every_task
def test_a_frame_survives_files_pickling_and_a_merge(
    task: str, frame_of: Callable[[str], pd.DataFrame], users: pd.DataFrame, tmp_path: Path
) -> None:
    frame = frame_of(task)
    times = [name for name in frame if frame[name].dtype.kind == "M"]

    frame.to_parquet(tmp_path / "frame.parquet")
    frame.to_csv(tmp_path / "frame.csv", index=False)

    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "frame.parquet"), frame)
    pd.testing.assert_frame_equal(
        pd.read_csv(tmp_path / "frame.csv", parse_dates=times), frame, check_dtype=False, check_exact=False
    )
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(frame)), frame)
    merged = frame.merge(users)
    assert len(merged) == len(frame)
    assert merged["tier"].notna().all()


def test_an_item_column_that_is_called_as_the_key_gets_a_suffix() -> None:
    random = np.random.default_rng(2)
    people = pd.DataFrame({"person": np.arange(24)})
    follows = pd.DataFrame(
        {
            "follower": random.integers(0, 24, 900),
            "person": random.integers(0, 24, 900),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 200 * 24, 900), unit="h"),
        }
    )
    graph = km.Graph.from_data(
        {"people": people, "follows": follows},
        infer=False,
        keys={"people": "person"},
        times={"follows": "date"},
        links=[("follows", "follower", "people"), ("follows", "person", "people")],
    )
    query = "PREDICT LIST_DISTINCT(follows.person VIA follows.follower, 0, 20) RANK TOP 2 FOR EACH people.person"

    frame = km.predict(query, graph, schedule=RANKER).frame

    assert list(frame) == ["person", "anchor_time", "rank", "person_item", "score"]
