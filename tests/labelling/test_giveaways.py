"""Columns that give the label away are named wherever they are: at parents, in event tables, filled in later."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.datasets import online_retail
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table
from kumo_magic.labelling.giveaways import Giveaway, giveaways
from kumo_magic.labelling.relatives_at_anchors import events_at_anchors
from kumo_magic.plan import bind
from kumo_magic.query import parse

NUM_USERS = 120
START = pd.Timestamp("2024-01-01")
CHURN = "PREDICT COUNT(orders.*, 0, 30) = 0 FOR EACH users.user_id WHERE COUNT(orders.*, -60, 0) > 0"


def found(query: str, graph: Graph) -> list[Giveaway]:
    plan = bind(parse(query), graph)
    return giveaways(plan, build_label_table(plan))


def shop(**columns: pd.Series) -> dict[str, pd.DataFrame]:
    """Users who order every five days or so until a day of their own; a third of them never stop."""
    rng = np.random.default_rng(0)
    stops = np.where(np.arange(NUM_USERS) % 3, rng.integers(90, 400, NUM_USERS), 10_000)
    days = [(user, day) for user in range(NUM_USERS) for day in range(user % 5, min(stops[user], 420), 5)]
    orders = pd.DataFrame(days, columns=["user_id", "day"])
    orders["date"] = START + pd.to_timedelta(orders["day"], unit="D")
    orders["amount"] = rng.normal(size=len(orders))
    orders["left"] = np.maximum(0, stops[orders["user_id"]] - orders.pop("day"))
    orders.insert(0, "order_id", np.arange(len(orders)))
    users = pd.DataFrame({"user_id": np.arange(NUM_USERS), "joined": START})
    return {"users": users, "orders": orders.assign(**columns)}


def test_a_clean_shop_has_no_giveaway() -> None:
    frames = shop()
    frames["orders"] = frames["orders"].drop(columns="left")
    frames["orders"]["coupon"] = np.where(np.arange(len(frames["orders"])) % 4, np.nan, 5.0)

    assert found(CHURN, Graph.from_data(frames, name="shop")) == []


def test_the_last_events_value_at_the_anchor_gives_it_away() -> None:
    frames = shop()
    (column, says, next_step), *rest = found(CHURN, Graph.from_data(frames, name="shop"))

    assert (column, rest) == ("orders.left", [])
    assert "its last value at the anchor alone reaches AUROC" in says
    assert "--stype orders.left=ignored" in next_step


def test_a_column_of_events_that_is_filled_only_where_the_label_is_true_is_named() -> None:
    frames = shop()
    left = frames["orders"].pop("left")
    answers = pd.Series(np.where(left % 2, "too dear", "moved away"))
    frames["orders"]["exit_survey"] = answers.where(left <= 5)
    (column, says, _), *rest = found(CHURN, Graph.from_data(frames, name="shop"))

    assert (column, rest) == ("orders.exit_survey", [])
    assert "have a row with a value up to an anchor" in says
    assert "written down after the event" in says


def test_a_column_that_is_filled_in_weeks_later_is_named() -> None:
    frames = shop()
    orders = frames["orders"].drop(columns="left")
    is_old = orders["date"] < orders["date"].max() - pd.Timedelta(days=25)
    orders["reviewed"] = orders["date"].where(is_old) + pd.Timedelta(days=25)
    (column, says, _), *rest = found(
        "PREDICT SUM(orders.amount, 0, 30) FOR EACH users.user_id", Graph.from_data(frames | {"orders": orders})
    )

    assert (column, rest) == ("orders.reviewed", [])
    assert "of the rows of the last 30 days and in 100% before that" in says


def test_a_column_that_has_ended_long_ago_is_not_taken_for_one() -> None:
    frames = shop()
    orders = frames["orders"].drop(columns="left")
    orders["fax"] = orders["amount"].where(orders["date"] < START + pd.Timedelta(days=150))

    assert found(CHURN, Graph.from_data(frames | {"orders": orders})) == []


def test_a_number_that_grows_with_time_is_no_giveaway() -> None:
    frames = shop()
    orders = frames["orders"].drop(columns="left")
    orders["invoice_number"] = orders["date"].rank(method="first") + 0.5
    graph = Graph.from_data(frames | {"orders": orders})
    graph["orders"]["invoice_number"].stype = "numerical"

    assert found("PREDICT COUNT(orders.*, 0, 30) = 0 FOR EACH users.user_id", graph) == []


def test_a_parents_column_gives_it_away() -> None:
    stays = np.arange(NUM_USERS) % 3 == 0
    frames = shop()
    frames["orders"] = frames["orders"].drop(columns="left")
    frames["users"]["club_id"] = np.where(stays, np.arange(NUM_USERS) % 40, 40 + np.arange(NUM_USERS) % 40)
    clubs = pd.DataFrame({"club_id": np.arange(80), "leavers": np.where(np.arange(80) < 40, 0.0, 0.5)})
    clubs["leavers"] += np.linspace(0, 0.1, 80)
    is_kept = (frames["orders"]["date"] < START + pd.Timedelta(days=5)) | (frames["orders"]["user_id"] % 3 == 0)
    graph = Graph.from_data(frames | {"clubs": clubs, "orders": frames["orders"][is_kept]})
    says = [words for column, words, _ in found("PREDICT COUNT(orders.*, 0, 30) = 0 FOR EACH users.user_id", graph)]

    assert any("clubs.leavers gives the label away: through club_id it reaches AUROC" in words for words in says)


def test_events_are_those_up_to_the_anchor() -> None:
    graph = Graph.from_data(shop(), name="shop")
    plan, times = bind(parse(CHURN), graph), graph["orders"].frame["date"].to_numpy("datetime64[us]").view(np.int64)
    entity_rows = np.repeat(np.arange(NUM_USERS), 3)
    anchor_us = np.tile(times[:1] + np.array([-1, 40, 500]) * 86_400_000_000, NUM_USERS)

    (events,) = events_at_anchors(plan, entity_rows, anchor_us)

    has_event, users = events.last_row >= 0, graph["orders"].frame["user_id"].to_numpy()
    assert not has_event[0::3].any()
    assert (times[events.last_row[has_event]] <= anchor_us[has_event]).all()
    assert (users[events.last_row[has_event]] == entity_rows[has_event]).all()
    assert events.known_by_anchor(np.ones(len(times), dtype=bool)).tolist() == has_event.tolist()


@pytest.mark.parametrize(
    "query",
    [
        "PREDICT COUNT(invoices.*, 0, 30) = 0 FOR EACH customers.customer_id WHERE COUNT(invoices.*, -90, 0) > 0",
        pytest.param("PREDICT COUNT(invoices.*, 0, 30) FOR EACH customers.customer_id", marks=pytest.mark.slow),
    ],
)
def test_the_packaged_shop_has_no_giveaway(query: str) -> None:
    graph = Graph.from_data(online_retail(), name="shop")

    assert found(query, graph) == []


@pytest.mark.slow
def test_five_million_events_are_looked_at() -> None:
    rng = np.random.default_rng(0)
    num_rows, num_users = 5_000_000, 200_000
    orders = pd.DataFrame(
        {
            "order_id": np.arange(num_rows),
            "user_id": rng.integers(0, num_users, num_rows),
            "amount": rng.normal(size=num_rows),
            "date": START + pd.to_timedelta(np.sort(rng.integers(0, 720 * 24, num_rows)), unit="h"),
        }
    )
    users = pd.DataFrame({"user_id": np.arange(num_users), "age": rng.normal(size=num_users)})
    plan = bind(parse(CHURN), Graph.from_data({"users": users, "orders": orders}, name="shop"))
    labels = build_label_table(plan)

    assert giveaways(plan, labels) == []
