"""What is said of labels before training, on shops small enough to see why."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kumo_magic.finding import Finding
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table
from kumo_magic.labelling.label_warnings import is_absence, label_warnings
from kumo_magic.labelling.planned_anchors import planned_anchors
from kumo_magic.labelling.single_column import auroc
from kumo_magic.plan import PredictionPlan, bind
from kumo_magic.query import parse

NUM_USERS = 60
CHURN = "PREDICT COUNT(orders.*, 0, 30) = 0 FOR EACH users.user_id"
ACTIVE = "WHERE COUNT(orders.*, -30, 0) > 0"
START = pd.Timestamp("2024-01-01")


def orders_of(num_days: int = 420) -> pd.DataFrame:
    """Users with an even id order every week; the others every 45 days, evenly spread."""
    days = [
        (user, day)
        for user in range(NUM_USERS)
        for day in (range(user % 7, num_days, 7) if user % 2 == 0 else range(user * 11 % 45, num_days, 45))
    ]
    orders = pd.DataFrame(days, columns=["user_id", "day"])
    orders["date"] = START + pd.to_timedelta(orders.pop("day"), unit="D")
    orders.insert(0, "order_id", np.arange(len(orders)))
    return orders


def shop(users: dict[str, object] | None = None, orders: pd.DataFrame | None = None, **tables: pd.DataFrame) -> Graph:
    columns = {"user_id": np.arange(NUM_USERS), "tier": np.where(np.arange(NUM_USERS) % 3, "tin", "gold")}
    frames = {
        "users": pd.DataFrame(columns | (users or {})),
        "orders": orders_of() if orders is None else orders,
        **tables,
    }
    return Graph.from_data(frames, name="shop")


def warned(query: str, graph: Graph, **options: object) -> tuple[Finding, ...]:
    plan = bind(parse(query), graph)
    return label_warnings(plan, build_label_table(plan, **options))  # pyright: ignore[reportArgumentType]


def about(warnings: tuple[Finding, ...], words: str) -> list[Finding]:
    return [warning for warning in warnings if words in str(warning)]


def test_a_sound_question_is_not_warned_about() -> None:
    assert warned(f"{CHURN} {ACTIVE}", shop({"joined": START})) == ()


def test_churn_of_everyone_is_asked_to_be_churn_of_the_active() -> None:
    (warning,) = about(warned(CHURN, shop()), "No activity filter")

    assert warning.about == "users"
    assert "WHERE COUNT(orders.*, -30, 0, days) > 0" in warning.next_step


@pytest.mark.parametrize(
    ("target", "is_one"),
    [
        ("COUNT(orders.*, 0, 30) = 0", True),
        ("COUNT(orders.*, 0, 30) < 1", True),
        ("NOT EXISTS(orders.*, 0, 30)", True),
        ("NOT COUNT(orders.*, 0, 30) > 0", True),
        ("COUNT(orders.*, 0, 30) > 0", False),
        ("COUNT(orders.*, 0, 30) <= 1", False),
        ("EXISTS(orders.*, 0, 30)", False),
        ("SUM(orders.user_id, 0, 30) = 0", False),
    ],
)
def test_an_absence_is_recognised_however_it_is_written(target: str, is_one: bool) -> None:
    if "SUM" in target:
        orders = orders_of().assign(amount=1.5)
        orders["amount"] += np.arange(len(orders))
        graph, target = shop(orders=orders), target.replace("user_id", "amount")
    else:
        graph = shop()

    assert is_absence(bind(parse(f"PREDICT {target} FOR EACH users.user_id"), graph).target) is is_one


def test_few_anchors_and_windows_that_overlap_are_counted() -> None:
    warnings = warned(f"{CHURN} {ACTIVE}", shop(orders=orders_of(num_days=150)))
    (few,), (overlap,) = about(warnings, "Few anchor times"), about(warnings, "overlap the next one")

    assert "only 4 windows of 30 days fit without overlap" in few.says
    assert "7.5 days apart, windows 30 days long" in overlap.says
    assert '--step "30 days"' in overlap.next_step


def test_windows_side_by_side_do_not_overlap() -> None:
    assert about(warned(f"{CHURN} {ACTIVE}", shop()), "overlap") == []


def test_windows_overlap_where_the_step_is_shorter() -> None:
    assert about(warned(f"{CHURN} {ACTIVE}", shop(), step="10 days"), "overlap the next one")


def test_a_drifting_rate_is_said_with_its_numbers() -> None:
    orders = orders_of()
    leavers = (orders["user_id"] % 4 == 0) & (orders["date"] > START + pd.Timedelta(days=340))
    (warning,) = about(warned(CHURN, shop(orders=orders[~leavers])), "drift")

    assert "the share of true labels is" in warning.says
    assert "17.1% at the earlier anchors (660 rows) and 40.0% from 2024-12-25 on (120 rows)" in warning.says
    assert "z = +4.9" in warning.says


def test_a_steady_rate_does_not_drift() -> None:
    assert about(warned(CHURN, shop()), "drift") == []


def test_a_single_class_in_a_split_is_seen() -> None:
    plan = bind(parse(CHURN), shop())
    labels = build_label_table(plan)
    alike = labels.frame.assign(label=labels.frame["label"] | (labels.frame["split"] == "test"))
    (warning,) = about(label_warnings(plan, replace(labels, frame=alike)), "test labels are true")

    assert warning.about == "orders"


def test_a_sentinel_date_and_missing_times_name_their_column() -> None:
    orders = orders_of()
    orders["date"] = orders["date"].astype("datetime64[us]")
    orders.loc[3, "date"] = pd.Timestamp("2999-12-31")
    orders.loc[5, "date"] = pd.NaT
    warnings = warned(CHURN, shop(orders=orders))

    assert [warning.about for warning in warnings if warning.about == "orders.date"] == ["orders.date"] * 2
    assert about(warnings, "orders.date is 2999-12-31 in row 3")
    assert about(warnings, "orders.date is missing in 1 of")


def test_entities_that_were_not_there_yet_are_counted() -> None:
    orders = orders_of()
    late = (orders["user_id"] < 20) & (orders["date"] < START + pd.Timedelta(days=200))

    assert about(warned(CHURN, shop(orders=orders[~late])), "'users' has no creation time")


def test_an_event_table_without_time_is_named_and_what_counts_instead() -> None:
    orders = orders_of()
    lines = pd.DataFrame({"order_id": orders["order_id"].repeat(2).to_numpy()})
    lines.insert(0, "line_id", np.arange(len(lines)))
    clicks = pd.DataFrame({"click_id": np.arange(90), "user_id": np.arange(90) % NUM_USERS})
    warnings = warned(CHURN, shop(orders=orders, lines=lines, clicks=clicks))

    assert about(warnings, "'lines' has no time column: its rows count as known from orders.date")
    (leak,) = about(warnings, "'clicks' points at users and has no time column")
    assert "--time clicks.COLUMN" in leak.next_step


@pytest.mark.parametrize("kind", ["text", "number"])
def test_a_column_that_is_the_label_gives_it_away(kind: str) -> None:
    stays = np.arange(NUM_USERS) % 2 == 0
    noise = np.random.default_rng(0).normal(size=NUM_USERS)
    users = {"spy": np.where(stays, "in", "out") if kind == "text" else noise / 20 - stays, "noise": noise}
    orders = orders_of()
    orders = orders[(orders["user_id"] % 2 == 0) | (orders["date"] < START + pd.Timedelta(days=1))]
    (warning,) = about(warned(CHURN, shop(users, orders)), "gives the label away")

    assert warning.about == "users.spy"
    assert "--stype users.spy=ignored" in warning.next_step


def test_a_column_filled_only_after_the_event_gives_it_away() -> None:
    gone = np.arange(NUM_USERS) % 2 == 1
    cancelled = pd.Series(pd.NaT, index=range(NUM_USERS), dtype="datetime64[us]")
    cancelled[gone] = START + pd.to_timedelta(100 + np.arange(gone.sum()), unit="D")
    orders = orders_of()
    orders = orders[(orders["user_id"] % 2 == 0) | (orders["date"] < START + pd.Timedelta(days=90))]
    (warning,) = about(warned(CHURN, shop({"settled": cancelled}, orders)), "written down after the event")

    assert warning.about == "users.settled"
    assert "filled for 30 users" in warning.says


def test_unique_names_do_not_look_like_a_giveaway() -> None:
    graph = shop({"code": [f"c{i % 50}" for i in range(NUM_USERS)]})
    graph["users"]["code"].stype = "categorical"

    assert about(warned(CHURN, graph), "gives the label away") == []


def test_the_area_counts_ties_half_and_needs_both_sides() -> None:
    truth = np.arange(40) % 2 == 0

    assert auroc(np.zeros(40), truth) == 0.5
    assert auroc(truth.astype(float), truth) == 1.0
    assert np.isnan(auroc(np.arange(40.0), np.arange(40) == 0))


def test_a_static_question_is_asked_about_giveaways_only() -> None:
    ages = np.arange(NUM_USERS) * 1.0
    graph = shop({"age": ages, "age_in_months": ages * 12 + 0.5})
    warnings = warned("PREDICT users.age FOR EACH users.user_id", graph)

    assert [warning.about for warning in warnings] == ["users.age_in_months"]


def test_planned_anchors_are_those_of_the_label_table() -> None:
    plan: PredictionPlan = bind(parse(CHURN), shop())
    planned, labels = planned_anchors(plan), build_label_table(plan)

    assert planned.splits.all.tolist() == np.unique(labels.anchor_us).tolist()
    assert pd.Timestamp(planned.prediction_us, unit="us") == labels.prediction_anchor
