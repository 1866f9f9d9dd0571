"""Nothing after an anchor reaches an answer: the whole house, with every row of the future changed."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import (
    LinearSchedule,
    NetworkSchedule,
    NetworkSettings,
    RankerSchedule,
    Schedule,
    TreeSchedule,
    TreeSettings,
)
from kumo_magic.views.answers import answer_of
from kumo_magic.views.row import row_meant

NOW = pd.Timestamp("2024-06-01")
SETTINGS = NetworkSettings(channels=16, fan_out=4, batch_size=64)
TREES = TreeSchedule(settings=TreeSettings(half_life=0.5), num_rounds=30)
SCHEDULE = Schedule(
    networks=NetworkSchedule(settings=SETTINGS, evaluate_every=3, train_steps=(6, 3), refit_steps=(6, 3)),
    trees=TREES,
    linear=LinearSchedule(),
    ranker=RankerSchedule(num_rounds=20, most_rows=400),
)

CHURN = "PREDICT COUNT(orders.*, 0, 20) = 0 FOR EACH users.user_id WHERE COUNT(orders.*, -60, 0) > 0"
SPEND = "PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id"
NEXT_ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 5 FOR EACH users.user_id"
NEXT_WEEKS = "PREDICT SUM(orders.amount, 0, 7) FORECAST 3 TIMEFRAMES FOR EACH users.user_id"
LAST_STATUS = "PREDICT LAST(orders.status, 0, 20) FOR EACH users.user_id"
WHICH_STATUS = "PREDICT LIST_DISTINCT(orders.status, 0, 20) CLASSIFY FOR EACH users.user_id"
TOP_STATUS = "PREDICT LIST_DISTINCT(orders.status, 0, 20) RANK TOP 2 FOR EACH users.user_id"
QUERIES = [
    pytest.param(CHURN, id="binary"),
    pytest.param(SPEND, id="regression"),
    pytest.param(NEXT_ITEMS, id="ranking"),
    pytest.param(NEXT_WEEKS, id="forecast", marks=pytest.mark.slow),
    pytest.param(LAST_STATUS, id="multiclass", marks=pytest.mark.slow),
    pytest.param(WHICH_STATUS, id="multilabel"),
    pytest.param(TOP_STATUS, id="multilabel-ranking", marks=pytest.mark.slow),
]

Frames = dict[str, pd.DataFrame]


def make_frames() -> Frames:
    random = np.random.default_rng(7)
    num_users, num_items, num_orders = 60, 20, 2500
    rate = random.gamma(1.0, size=num_users)
    users = pd.DataFrame(
        {
            "user_id": np.arange(100, 100 + num_users),
            "age": random.integers(18, 80, num_users).astype(float),
            "joined": pd.Timestamp("2023-12-01") + pd.to_timedelta(random.integers(0, 260, num_users), unit="D"),
        }
    )
    items = pd.DataFrame({"item_id": [f"i{n}" for n in range(num_items)], "price": random.gamma(2.0, 10.0, num_items)})
    orders = pd.DataFrame(
        {
            "order_id": np.arange(num_orders),
            "user_id": random.choice(users["user_id"], num_orders, p=rate / rate.sum()),
            "item_id": random.choice(items["item_id"], num_orders),
            "amount": random.gamma(2.0, 10.0, num_orders).round(2),
            "status": random.choice(["paid", "open", "late"], num_orders),
            "note": random.choice(["red wine glass", "blue tea cup", "old clock"], num_orders),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 260 * 24, num_orders), unit="h"),
        }
    )
    orders["due"] = orders["date"] + pd.to_timedelta(random.integers(1, 60, num_orders), unit="D")
    return {"users": users, "items": items, "orders": orders}


def delete_the_future(frames: Frames) -> Frames:
    return {
        "users": frames["users"][frames["users"]["joined"] <= NOW],
        "items": frames["items"],
        "orders": frames["orders"][frames["orders"]["date"] <= NOW],
    }


def permute_the_future(frames: Frames) -> Frames:
    orders = frames["orders"].copy()
    later = orders.index[orders["date"] > NOW]
    columns = ["user_id", "item_id", "amount", "status", "note", "due"]
    orders.loc[later, columns] = orders.loc[later[::-1], columns].to_numpy()
    return frames | {"orders": orders}


def corrupt_the_future(frames: Frames) -> Frames:
    orders, users = frames["orders"].copy(), frames["users"].copy()
    later = orders["date"] > NOW
    orders.loc[later, "amount"] = 1e6
    orders.loc[later, "status"] = "a new category"
    orders.loc[later, "note"] = "words never seen"
    orders.loc[later, "date"] += pd.Timedelta(days=400)
    orders.loc[later, "due"] = NOW + pd.Timedelta(days=2)
    users.loc[users["joined"] > NOW, "age"] = 999.0
    return frames | {"orders": orders, "users": users}


def reorder_the_future(frames: Frames) -> Frames:
    orders = frames["orders"]
    is_later = orders["date"] > NOW
    return frames | {"orders": pd.concat([orders[is_later].sample(frac=1, random_state=3), orders[~is_later]])}


def answer(query: str, frames: Frames) -> pd.DataFrame:
    graph = km.Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"users": "joined", "orders": "date"},
        stypes={("orders", "note"): "text", ("orders", "status"): "categorical"},
        known=[("orders", "due")],
    )
    return km.predict(query, graph, at=NOW, schedule=SCHEDULE, seed=3).frame


def plant_the_answer_in_the_future(frames: Frames) -> Frames:
    """Later rows tell of their user how much the user buys from now on, and which item most."""
    orders, users = frames["orders"].copy(), frames["users"].copy()
    later = orders["date"] > NOW
    of_user = orders[later].groupby("user_id")
    orders.loc[later, "amount"] = orders.loc[later, "user_id"].map(of_user["amount"].sum())
    orders.loc[later, "note"] = orders.loc[later, "user_id"].map(of_user["item_id"].agg(lambda items: items.mode()[0]))
    orders.loc[later, "status"] = np.where(orders.loc[later, "amount"] > orders.loc[later, "amount"].median(), "a", "b")
    users.loc[users["joined"] > NOW, "age"] = users["user_id"].map(of_user.size())
    return frames | {"orders": orders, "users": users}


CHANGES = [
    delete_the_future,
    permute_the_future,
    corrupt_the_future,
    reorder_the_future,
    plant_the_answer_in_the_future,
]


class Answers(dict[str, pd.DataFrame]):
    """The answer to each query on the unchanged frames, once it is asked for."""

    def __missing__(self, query: str) -> pd.DataFrame:
        self[query] = answer(query, make_frames())
        return self[query]


@pytest.fixture(scope="module")
def honest_answers() -> Answers:
    return Answers()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("query", QUERIES)
def test_predictions_are_bit_identical_whatever_the_future_holds(
    query: str, change: Callable[[Frames], Frames], honest_answers: dict[str, pd.DataFrame]
) -> None:
    changed = answer(query, change(make_frames()))

    pd.testing.assert_frame_equal(changed, honest_answers[query], check_exact=True)


@pytest.mark.parametrize("query", QUERIES)
def test_predictions_change_when_the_past_does(query: str, honest_answers: dict[str, pd.DataFrame]) -> None:
    frames = make_frames()
    recent = (frames["orders"]["date"] <= NOW) & (frames["orders"]["date"] > NOW - pd.Timedelta(days=10))
    frames["orders"].loc[recent, "amount"] *= 50

    changed = answer(query, frames)

    last = changed.columns[-1]
    assert not np.array_equal(changed[last].to_numpy(), honest_answers[query][last].to_numpy())


def test_the_same_schedule_and_seed_give_the_same_frame(honest_answers: dict[str, pd.DataFrame]) -> None:
    again = answer(CHURN, make_frames())

    pd.testing.assert_frame_equal(again, honest_answers[CHURN], check_exact=True)


def unknown_dates(frames: Frames) -> pd.DataFrame:
    """The answer where nobody said that due dates are known when an order is placed."""
    graph = km.Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"users": "joined", "orders": "date"},
    )
    return km.predict(CHURN, graph, at=NOW, schedule=SCHEDULE, seed=3).frame


def test_dates_after_the_anchor_change_no_answer_unless_they_are_known() -> None:
    frames = make_frames()
    changed = frames["orders"].copy()
    changed.loc[changed["due"] > NOW, "due"] = NOW + pd.Timedelta(days=999)

    pd.testing.assert_frame_equal(unknown_dates(frames | {"orders": changed}), unknown_dates(frames), check_exact=True)
    assert not answer(CHURN, frames | {"orders": changed}).equals(answer(CHURN, frames))


def answer_as_of_then(query: str, frames: Frames) -> pd.DataFrame:
    """A run on all there is, asked again as of the same day."""
    graph = km.Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"users": "joined", "orders": "date"},
        stypes={("orders", "note"): "text", ("orders", "status"): "categorical"},
        known=[("orders", "due")],
    )
    return km.predict(query, graph, schedule=SCHEDULE, seed=3).at(NOW).frame


@pytest.mark.parametrize("change", [delete_the_future, corrupt_the_future])
@pytest.mark.parametrize("query", [pytest.param(CHURN, id="binary"), pytest.param(SPEND, id="regression")])
def test_a_run_asked_again_as_of_then_is_bit_identical_whatever_came_after(
    query: str, change: Callable[[Frames], Frames], honest_answers: dict[str, pd.DataFrame]
) -> None:
    asked_again = answer_as_of_then(query, make_frames())
    changed = answer_as_of_then(query, change(make_frames()))

    pd.testing.assert_frame_equal(asked_again, honest_answers[query], check_exact=True)
    pd.testing.assert_frame_equal(changed, honest_answers[query], check_exact=True)


def history_of(frames: Frames) -> object:
    """What is shown of the past of the first user who is predicted, as of that day, by a run on all there is."""
    graph = km.Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"users": "joined", "orders": "date"},
        stypes={("orders", "note"): "text", ("orders", "status"): "categorical"},
        known=[("orders", "due")],
    )
    run = km.predict(CHURN, graph, at=NOW, schedule=Schedule(trees=TREES), seed=3)
    return answer_of(run, {"type": "history", "row": row_meant(run).named})


def test_the_history_shows_nothing_of_the_future() -> None:
    honest = history_of(make_frames())

    assert history_of(plant_the_answer_in_the_future(make_frames())) == honest
    assert history_of(delete_the_future(make_frames())) == honest


def known_then(frames: Frames) -> dict[str, object]:
    """What the view tells of three hops around a user, as of that day, in a run that knows more."""
    graph = km.Graph.from_data(
        frames | {"lines": frames["orders"][["order_id", "item_id"]].assign(line_id=range(len(frames["orders"])))},
        keys={"users": "user_id", "items": "item_id", "orders": "order_id", "lines": "line_id"},
        times={"users": "joined", "orders": "date", "lines": None},
    )
    run = km.predict(SPEND, graph, schedule=Schedule(trees=TREES), seed=3)
    row = {"user_id": 101, "anchor_time": NOW + pd.Timedelta(days=60)}
    answer = dict(run.view("neighbourhood", row=row, at=NOW, hops=3).answer())
    return {name: answer[name] for name in answer if name != "row"}


def plant_later_rows(frames: Frames) -> Frames:
    """After that day the user buys an item that nobody has bought before, and pays a sum that gives it away."""
    planted = pd.DataFrame(
        {
            "order_id": [9_000_001, 9_000_002],
            "user_id": [101, 101],
            "item_id": ["planted", "planted"],
            "amount": [987_654.0, 987_655.0],
            "status": ["planted", "planted"],
            "note": ["planted", "planted"],
            "date": [NOW + pd.Timedelta("1us"), NOW + pd.Timedelta(days=30)],
        }
    )
    return frames | {
        "orders": pd.concat([frames["orders"], planted], ignore_index=True),
        "items": pd.concat(
            [frames["items"], pd.DataFrame({"item_id": ["planted"], "price": [123_456.0]})], ignore_index=True
        ),
    }


def test_a_neighbourhood_tells_nothing_that_came_after_its_day() -> None:
    frames = make_frames()
    frames["users"].loc[frames["users"]["user_id"] == 101, "joined"] = NOW - pd.Timedelta(days=150)

    honest, planted = known_then(frames), known_then(plant_later_rows(frames))

    assert planted == honest
    assert "planted" not in str(planted)
    assert len(planted["nodes"]) > 10  # type: ignore[arg-type]
    dates = [node["time"] for node in planted["nodes"] if node["time"]]  # type: ignore[union-attr]
    assert max(dates) <= f"{NOW:%Y-%m-%d}"
