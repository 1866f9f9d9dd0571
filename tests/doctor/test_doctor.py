"""What leaked or went stale is told, each with its column; its innocent twin is not."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.finding import Severity
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings
from kumo_magic.prediction import Prediction

NUM_ORDERS = 6000
DAYS = 240
END = pd.Timestamp("2024-01-01") + pd.Timedelta(days=DAYS)
STAYS = "PREDICT COUNT(orders.*, 0, 20) > 0 FOR EACH users.user_id WHERE EXISTS(orders.*, -INF, 0)"
TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=20))

Frames = dict[str, pd.DataFrame]


def make_frames() -> Frames:
    """Three hundred users who order and click at rates of their own, clicks every hour."""
    random = np.random.default_rng(11)
    rate = random.gamma(0.5, size=300)
    users = pd.DataFrame({"user_id": np.arange(300), "tier": random.choice(["gold", "tin"], 300)})
    tables = {
        name: pd.DataFrame(
            {
                "user_id": random.choice(300, NUM_ORDERS, p=rate / rate.sum()),
                "amount": random.gamma(2.0, 10.0, NUM_ORDERS),
                "date": pd.Timestamp("2024-01-01")
                + pd.to_timedelta(random.integers(0, DAYS * 24, NUM_ORDERS), unit="h"),
            }
        )
        for name in ("orders", "clicks")
    }
    return {"users": users, **tables}


def run(frames: Frames, query: str = STAYS, at: pd.Timestamp | None = None) -> Prediction:
    graph = km.Graph.from_data(
        frames,
        infer=False,
        keys={"users": "user_id"},
        times={"orders": "date", "clicks": "date"},
        links=[("orders", "user_id", "users"), ("clicks", "user_id", "users")],
        stypes={
            (name, column): stype
            for name, frame in frames.items()
            for column, stype in (("status", "categorical"), ("amount", "numerical"), ("views", "numerical"))
            if column in frame
        },
    )
    return km.predict(query, graph, schedule=TREES, learners=["trees"], at=at)


def age_of(frame: pd.DataFrame) -> np.ndarray:
    """Days from each row to the end of the data."""
    return ((END - frame["date"]) / pd.Timedelta(days=1)).to_numpy()


def close_orders_later(frames: Frames) -> Frames:
    """Status is open for about ten days, then closed in place."""
    orders, random = frames["orders"], np.random.default_rng(3)
    is_open = age_of(orders) < random.exponential(15.0, len(orders))
    return frames | {"orders": orders.assign(status=np.where(is_open, "open", "closed"))}


def close_orders_at_once(frames: Frames) -> Frames:
    orders, random = frames["orders"], np.random.default_rng(3)
    return frames | {"orders": orders.assign(status=random.choice(["open", "closed"], len(orders), p=[0.1, 0.9]))}


def close_more_orders_every_month(frames: Frames) -> Frames:
    """A trend over the whole history: the newest rows differ from the old ones as these do among themselves."""
    orders, random = frames["orders"], np.random.default_rng(3)
    is_open = random.random(len(orders)) < 1 - age_of(orders) / DAYS
    return frames | {"orders": orders.assign(status=np.where(is_open, "open", "closed"))}


def count_views_in_place(frames: Frames) -> Frames:
    """Views gather for some days after a row was written."""
    clicks, random = frames["clicks"], np.random.default_rng(3)
    return frames | {"clicks": clicks.assign(views=random.poisson(np.minimum(age_of(clicks), 20.0)))}


def count_views_at_once(frames: Frames) -> Frames:
    clicks, random = frames["clicks"], np.random.default_rng(3)
    return frames | {"clicks": clicks.assign(views=random.poisson(20.0, len(clicks)))}


def number_rows(frames: Frames) -> Frames:
    """A number that only grows, as those of invoices do."""
    clicks = frames["clicks"].sort_values("date", ignore_index=True)
    return frames | {"clicks": clicks.assign(views=np.arange(len(clicks)))}


def note_refunds_later(frames: Frames) -> Frames:
    """A column of a table beside the target's that is empty until about ten days have passed."""
    clicks, random = frames["clicks"], np.random.default_rng(3)
    is_known = age_of(clicks) > random.exponential(15.0, len(clicks))
    return frames | {"clicks": clicks.assign(views=np.where(is_known, random.normal(size=len(clicks)), np.nan))}


def note_refunds_at_once(frames: Frames) -> Frames:
    clicks, random = frames["clicks"], np.random.default_rng(3)
    is_known = random.random(len(clicks)) > 0.3
    return frames | {"clicks": clicks.assign(views=np.where(is_known, random.normal(size=len(clicks)), np.nan))}


@pytest.mark.parametrize(
    ("plant", "about", "words"),
    [
        (close_orders_later, "orders.status", "open in "),
        (count_views_in_place, "clicks.views", "the median is "),
        (note_refunds_later, "clicks.views", "filled in "),
    ],
)
def test_a_column_that_is_written_later_is_told(plant: Callable[[Frames], Frames], about: str, words: str) -> None:
    prediction = run(plant(make_frames()))

    (found,) = [one for one in prediction.warnings if one.about == about]
    assert f"{about} depends on how old its row is: {words}" in found.says
    assert f"--stype {about}=ignored" in found.next_step
    assert found.severity is Severity.LEAK
    assert str(found) == f"{found.says} {found.next_step}"
    assert str(found) in prediction.notes


@pytest.mark.parametrize(
    "plant",
    [
        close_orders_at_once,
        close_more_orders_every_month,
        count_views_at_once,
        number_rows,
        note_refunds_at_once,
    ],
)
def test_columns_that_are_final_at_once_are_not_told(plant: Callable[[Frames], Frames]) -> None:
    assert run(plant(make_frames())).warnings == ()


def test_a_column_that_the_target_names_is_not_told() -> None:
    frames = close_orders_later(make_frames())

    prediction = run(frames, "PREDICT COUNT(orders.* WHERE orders.status = 'open', 0, 20) > 0 FOR EACH users.user_id")

    assert [one for one in prediction.warnings if one.about == "orders.status"] == []


def test_a_column_that_is_filled_late_is_told_once() -> None:
    """The label room finds a column of the target's table that is empty in the newest rows; the doctor agrees."""
    frames = make_frames()
    orders = frames["orders"]
    amount = orders["amount"].where(age_of(orders) > 20)

    prediction = run(frames | {"orders": orders.assign(amount=amount)})

    assert [found.about for found in prediction.warnings] == ["orders.amount"]
    assert len([note for note in prediction.notes if note.startswith("orders.amount ")]) == 1


def test_a_table_that_ends_long_before_the_prediction_anchor_is_told() -> None:
    frames = make_frames()
    clicks = frames["clicks"]

    prediction = run(frames | {"clicks": clicks[age_of(clicks) > 9]})

    (found,) = prediction.warnings
    assert found.about == "clicks.date"
    assert "clicks.date ends 9.1 days before the prediction anchor" in found.says
    assert "Load the newest rows of clicks" in found.next_step


def test_a_table_that_was_loaded_in_part_is_told() -> None:
    frames = make_frames()
    clicks = frames["clicks"]
    is_kept = (age_of(clicks) > 18) | (np.arange(len(clicks)) % 10 == 0)

    prediction = run(frames | {"clicks": clicks[is_kept]})

    (found,) = prediction.warnings
    assert found.about == "clicks.date"
    assert "rows in the last 20 days before the prediction anchor" in found.says


def test_a_table_that_pauses_now_and_then_is_not_told() -> None:
    frames = make_frames()
    clicks = frames["clicks"]
    is_pause = (age_of(clicks) % 40) < 9

    prediction = run(frames | {"clicks": clicks[~is_pause]})

    assert prediction.warnings == ()


def test_a_table_that_is_written_once_a_week_is_not_told() -> None:
    """With windows of a week its last one may be empty."""
    frames = make_frames()
    clicks = frames["clicks"]
    weekly = clicks.assign(date=(clicks["date"] + pd.Timedelta(days=3)).dt.to_period("W").dt.start_time)
    weekly = weekly[age_of(weekly) > 7]

    prediction = run(frames | {"clicks": weekly}, STAYS.replace("20", "7"))

    assert prediction.warnings == ()


def test_rows_after_the_prediction_anchor_do_not_make_a_table_fresh() -> None:
    frames = make_frames()
    clicks, at = frames["clicks"], END - pd.Timedelta(days=60)
    is_gap = (age_of(clicks) >= 60) & (age_of(clicks) < 70)

    prediction = run(frames | {"clicks": clicks[~is_gap]}, at=at)

    assert [one.about for one in prediction.warnings] == ["clicks.date"]


def plant_the_label(frames: Frames, *, noise: float) -> Frames:
    """A click before each anchor of the label table, whose amount nearly is the label; the amounts of others are 50."""
    graph = km.Graph.from_data(
        {name: frames[name] for name in ("users", "orders")},
        infer=False,
        keys={"users": "user_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users")],
    )
    labels = km.labels(STAYS, graph)
    random = np.random.default_rng(4)
    flips = random.random(len(labels)) < noise
    clicks = pd.DataFrame(
        {
            "user_id": labels["user_id"],
            "amount": np.where(labels["label"] ^ flips, 70.0, 30.0) + random.normal(0, 5, len(labels)),
            "date": labels["anchor_time"] - pd.Timedelta(hours=1),
        }
    )
    last = pd.DataFrame({"user_id": range(300), "amount": 50.0, "date": END - pd.Timedelta(hours=2)})
    return frames | {"clicks": pd.concat([clicks, last], ignore_index=True)}


def test_one_column_that_decides_nearly_perfectly_is_told() -> None:
    """Not so nearly that it gives the label away by itself: that the label room tells."""
    prediction = run(plant_the_label(make_frames(), noise=0.025))

    (found,) = prediction.warnings
    assert found.about == "clicks.amount"
    assert "clicks.amount alone decides: it has " in found.says
    assert "--stype clicks.amount=ignored" in found.next_step


def test_a_column_that_gives_the_label_away_is_told_once() -> None:
    prediction = run(plant_the_label(make_frames(), noise=0.0))

    assert [found.about for found in prediction.warnings] == ["clicks.amount"]
    assert "gives the label away" in prediction.warnings[0].says
    assert len([note for note in prediction.notes if note.startswith("clicks.amount ")]) == 1


def test_one_column_that_decides_and_errs_is_not_told() -> None:
    prediction = run(plant_the_label(make_frames(), noise=0.15))

    assert not any("alone decides" in one.says for one in prediction.warnings)


@pytest.mark.parametrize(
    "query",
    [
        "PREDICT COUNT(invoices.*, 0, 30) = 0 FOR EACH customers.customer_id WHERE COUNT(invoices.*, -60, 0) > 0",
        "PREDICT SUM(invoice_lines.amount, 0, 14) FOR EACH customers.customer_id",
        pytest.param("PREDICT COUNT(invoice_lines.*, 0, 7) FOR EACH products.stock_code", marks=pytest.mark.slow),
    ],
)
def test_the_packaged_retail_data_give_no_alarm_of_a_leak(query: str) -> None:
    graph = km.Graph.from_data(km.datasets.online_retail())

    prediction = km.predict(query, graph, schedule=TREES, learners=["trees"])

    assert [one for one in prediction.warnings if one.severity is Severity.LEAK] == []


def test_one_column_that_alone_tells_sets_of_classes_is_told() -> None:
    random = np.random.default_rng(0)
    secret, other = random.normal(size=400), random.normal(size=400)
    tags = [[f"t{int(one > 0)}", f"u{int(one > 1)}"] for one in secret]
    guests = pd.DataFrame({"guest_id": np.arange(400), "secret": secret, "age": other, "tags": tags})

    prediction = km.predict(
        "PREDICT guests.tags CLASSIFY FOR EACH guests.guest_id",
        km.Graph.from_data({"guests": guests}, keys={"guests": "guest_id"}),
        schedule=TREES,
        learners=["trees"],
    )

    (found,) = prediction.warnings
    assert found.about == "guests.secret"
    assert "macro average precision" in found.says
