import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.features.cut_facts import CutFacts
from kumo_magic.features.feature_table import FeatureTable, build_feature_table
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.features.spans import duration_words
from kumo_magic.graph.graph import Graph
from kumo_magic.timeline.timeline import build_timeline
from kumo_magic.timeline.times import DAY_US

Frames = dict[str, pd.DataFrame]
HORIZON = 10.0


def us(date: str) -> int:
    return pd.Timestamp(date).value // 1000  # of nanoseconds


def shop(frames: Frames) -> Graph:
    return Graph.from_data(
        frames,
        infer=False,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users"), ("orders", "item_id", "items")],
        stypes={
            ("users", "age"): "numerical",
            ("users", "tier"): "categorical",
            ("items", "price"): "numerical",
            ("items", "category"): "categorical",
            ("orders", "amount"): "numerical",
            ("orders", "status"): "categorical",
        },
    )


def describe(
    frames: Frames,
    table: str,
    rows: list[int],
    dates: list[str],
    *,
    cut: str = "2024-12-31",
    horizon: float = HORIZON,
    facts: CutFacts | None = None,
) -> pd.DataFrame:
    graph = shop(frames)
    return build_feature_table(
        build_timeline(graph),
        graph=graph,
        table=table,
        rows=np.array(rows),
        anchor_us=np.array([us(date) for date in dates]),
        horizon_days=horizon,
        cut_us=us(cut),
        facts=facts,
    ).to_frame()


def test_orders_of_the_first_user_as_of_the_third_one(shop_frames: Frames) -> None:
    features = describe(shop_frames, "users", [0], ["2024-01-21"]).iloc[0]

    assert features["orders: count, last 2.5 days"] == 1
    assert features["orders: count, last 10 days"] == 1  # (11, 21]: the order of the 11th is out, that of the 21st in
    assert features["orders: count, last 30 days"] == 3
    assert features["orders: count, all"] == 3
    assert features["orders: count, last 10 days, less the same before"] == 0
    assert features["orders: days since the last"] == 0
    assert features["orders: days since the first"] == 20
    assert features["orders: mean days between, all"] == 10
    assert features["orders.amount: sum, all"] == 30
    assert features["orders.amount: sum, last 10 days"] == 0  # its amount is missing
    assert np.isnan(features["orders.amount: mean, last 10 days"])
    assert features["orders.amount: mean, all"] == 15
    assert features["orders.amount: min, all"] == 10
    assert features["orders.amount: max, all"] == 20
    assert features["orders.amount: last"] == 20  # the newest one that is known
    assert features["orders.amount: mean of the last 3"] == 15
    assert features["orders.amount: weighted mean"] == pytest.approx((20 + 0.8 * 10) / 1.8)
    assert features["orders.status = paid: share, all"] == 1
    assert features["orders.status = open: share, all"] == 0
    assert features["orders: distinct items (item_id), all"] == 2
    assert features["orders: distinct items (item_id), last 10 days"] == 1
    assert features["users.age"] == 30
    assert features["users.tier"] == 0  # gold is the most frequent
    assert features["anchor: weekday"] == 6


def test_a_user_without_orders_has_counts_of_zero_and_nothing_else(shop_frames: Frames) -> None:
    features = describe(shop_frames, "users", [2], ["2024-01-21"]).iloc[0]

    assert features["orders: count, all"] == 0
    assert features["orders.amount: sum, all"] == 0
    assert np.isnan(features["orders.amount: mean, all"])
    assert np.isnan(features["orders: days since the last"])
    assert np.isnan(features["orders.status = paid: share, all"])


def test_an_order_knows_its_user_and_item_and_what_is_linked_to_them(shop_frames: Frames) -> None:
    features = describe(shop_frames, "orders", [3, 4], ["2024-01-21", "2024-01-25"])

    assert features["users (user_id).age"].tolist()[0] == 30
    assert np.isnan(features["users (user_id).age"].tolist()[1])  # an order without a user
    assert features["items (item_id).price"].tolist() == [10, 20]
    assert features["items (item_id): orders (item_id) count, all"].tolist() == [3, 2]


def test_the_last_item_of_a_user_tells_how_it_has_fared(shop_frames: Frames) -> None:
    features = describe(shop_frames, "users", [0, 2], ["2024-01-22", "2024-01-22"])

    assert features["item_id of the last of orders.price"].tolist()[0] == 10
    assert features["item_id of the last of orders: orders count, all"].tolist()[0] == 3
    assert features["item_id of the last of orders: orders.amount mean, all"].tolist()[0] == 10
    assert features.filter(like="item_id of the last of").iloc[1].isna().all()


def test_categories_are_those_up_to_the_cut(shop_frames: Frames) -> None:
    early = describe(shop_frames, "users", [1], ["2024-01-21"], cut="2024-01-01")

    assert "orders.status = paid: share, all" in early.columns
    assert "orders.status = open: share, all" not in early.columns


def test_a_time_later_than_the_anchor_is_unknown(shop_frames: Frames) -> None:
    shop_frames["users"]["closed"] = pd.Series(["2024-01-20", "2024-03-01", None], dtype="datetime64[us]")
    features = describe(shop_frames, "users", [0, 1, 2], ["2024-01-21"] * 3)

    np.testing.assert_array_equal(features["users.closed: days ago"], [1, np.nan, np.nan])


def test_order_lines_reach_the_user_through_the_order() -> None:
    frames = {
        "users": pd.DataFrame({"user_id": [1]}),
        "orders": pd.DataFrame(
            {"order_id": [1, 2], "user_id": 1, "date": pd.to_datetime(["2024-01-01", "2024-01-15"])}
        ),
        "lines": pd.DataFrame({"line_id": [1, 2, 3], "order_id": [1, 1, 2], "quantity": [1.0, 2.0, 40.0]}),
    }
    graph = Graph.from_data(
        frames,
        keys={"users": "user_id", "orders": "order_id", "lines": "line_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users"), ("lines", "order_id", "orders")],
        stypes={("lines", "quantity"): "numerical"},
    )
    features = build_feature_table(
        build_timeline(graph),
        graph=graph,
        table="users",
        rows=np.array([0, 0]),
        anchor_us=np.array([us("2024-01-02"), us("2024-01-15")]),
        horizon_days=HORIZON,
        cut_us=us("2024-01-15"),
    ).to_frame()

    assert features["orders → lines: count, all"].tolist() == [2, 3]
    assert features["orders → lines.quantity: sum, all"].tolist() == [3, 43]
    assert features["orders → lines.quantity: sum, last 10 days"].tolist() == [3, 40]
    assert features["orders → lines: days since the last"].tolist() == [1, 0]


def test_two_links_between_the_same_tables_are_told_apart() -> None:
    frames = {
        "teams": pd.DataFrame({"team_id": [1, 2]}),
        "matches": pd.DataFrame(
            {"match_id": [1, 2], "home": [1, 1], "away": [2, 2], "date": pd.to_datetime(["2024-01-01", "2024-01-02"])}
        ),
    }
    graph = Graph.from_data(
        frames,
        keys={"teams": "team_id", "matches": "match_id"},
        times={"matches": "date"},
        links=[("matches", "home", "teams"), ("matches", "away", "teams")],
    )
    features = build_feature_table(
        build_timeline(graph),
        graph=graph,
        table="teams",
        rows=np.array([0]),
        anchor_us=np.array([us("2024-01-02")]),
        horizon_days=HORIZON,
    ).to_frame()

    assert features["matches (home): count, all"].tolist() == [2]
    assert features["matches (away): count, all"].tolist() == [0]


def test_past_labels_come_in_when_there_are_any(shop_frames: Frames) -> None:
    graph = shop(shop_frames)
    history = LabelHistory(
        entity_rows=np.array([0]), anchor_us=np.array([0]), closed_us=np.array([DAY_US]), values=np.array([1.0])
    )
    table: FeatureTable = build_feature_table(
        build_timeline(graph),
        graph=graph,
        table="users",
        rows=np.array([0, 0]),
        anchor_us=np.array([DAY_US - 1, DAY_US]),
        horizon_days=HORIZON,
        history=history,
    )

    assert table.values.dtype == np.float32
    assert table.to_frame()["label: count of past"].tolist() == [0, 1]


def test_no_rows_have_the_same_features(shop_frames: Frames) -> None:
    some = describe(shop_frames, "users", [0], ["2024-01-21"])
    none = describe(shop_frames, "users", [], [])

    assert len(none) == 0
    assert none.columns.tolist() == some.columns.tolist()


@pytest.mark.parametrize(
    ("days", "words"),
    [(90.0, "90 days"), (22.5, "22.5 days"), (0.25, "6 hours"), (1 / 96, "15 minutes"), (0.0001, "8.6 seconds")],
)
def test_durations_have_words(days: float, words: str) -> None:
    assert duration_words(days) == words


order_rows = st.tuples(
    st.integers(0, 2),
    st.integers(0, 1),
    st.one_of(st.none(), st.integers(-4, 4)),
    st.sampled_from(["paid", "open", "late", None]),
    st.one_of(st.none(), st.integers(0, 60)),
)


@given(st.lists(order_rows, min_size=1, max_size=30), st.integers(0, 60), st.integers(0, 2))
@settings(deadline=None, max_examples=30)
def test_features_agree_with_a_filtered_frame(
    rows: list[tuple[int, int, int | None, str | None, int | None]], anchor_day: int, user: int
) -> None:
    days = [day for *_, day in rows]
    orders = pd.DataFrame(rows, columns=["user_id", "item_id", "amount", "status", "day"]).drop(columns="day")
    orders["amount"] = orders["amount"].astype(float)
    orders["date"] = pd.Series(
        [None if day is None else pd.Timestamp("2024-01-01") + pd.Timedelta(days=day) for day in days],
        dtype="datetime64[us]",
    )
    orders["order_id"] = range(len(orders))
    frames = {
        "users": pd.DataFrame({"user_id": [0, 1, 2], "age": [1.0, 2.0, 3.0], "tier": ["a", "b", "a"]}),
        "items": pd.DataFrame({"item_id": [0, 1], "price": [1.0, 2.0], "category": ["a", "b"]}),
        "orders": orders,
    }
    anchor = pd.Timestamp("2024-01-01") + pd.Timedelta(days=anchor_day)

    found = describe(frames, "users", [user], [str(anchor)]).iloc[0]

    known = orders[(orders["user_id"] == user) & (orders["date"] <= anchor)].sort_values("date", kind="stable")
    for words, length in {"last 2.5 days": 2.5, "last 10 days": 10, "last 20 days": 20, "last 30 days": 30}.items():
        window = known[known["date"] > anchor - pd.Timedelta(days=length)]
        assert found[f"orders: count, {words}"] == len(window)
    for words, window in {
        "last 10 days": known[known["date"] > anchor - pd.Timedelta(days=10)],
        "last 30 days": known[known["date"] > anchor - pd.Timedelta(days=30)],
        "all": known,
    }.items():
        amounts = window["amount"]
        expected = {"sum": amounts.sum(), "mean": amounts.mean(), "min": amounts.min(), "max": amounts.max()}
        for summary in {"last 10 days": ("mean", "sum"), "last 30 days": ("mean",)}.get(words, tuple(expected)):
            np.testing.assert_allclose(found[f"orders.amount: {summary}, {words}"], expected[summary], rtol=1e-6)
        if words != "last 10 days":
            for status in orders["status"][orders["date"].notna()].dropna().unique():
                share = (window["status"] == status).mean() if len(window) else np.nan
                np.testing.assert_allclose(found[f"orders.status = {status}: share, {words}"], share, rtol=1e-6)
        if words != "last 30 days":
            assert found[f"orders: distinct items (item_id), {words}"] == window["item_id"].nunique()
    amounts = known["amount"].dropna()
    np.testing.assert_allclose(found["orders.amount: last"], amounts.iloc[-1] if len(amounts) else np.nan)
    for number in (3, 5, 10, 20, 40):
        expected = known["amount"].tail(number).mean()
        np.testing.assert_allclose(found[f"orders.amount: mean of the last {number}"], expected, rtol=1e-6)
    gaps = known["date"].diff().dt.total_seconds() / 86_400
    np.testing.assert_allclose(found["orders: mean days between, all"], gaps.mean(), rtol=1e-6)


def test_facts_of_an_earlier_table_keep_its_features_whatever_rows_come(shop_frames: Frames) -> None:
    facts = CutFacts()
    before = describe(shop_frames, "users", [0, 1], ["2024-01-21"] * 2, facts=facts)
    more = pd.DataFrame({"user_id": [7, 8, 9], "age": None, "tier": ["silver", "new", "silver"]})
    grown = {**shop_frames, "users": pd.concat([shop_frames["users"], more.astype({"age": float})])}

    after = describe(grown, "users", [0, 1], ["2024-01-21"] * 2, facts=facts)

    pd.testing.assert_frame_equal(after, before, check_exact=True)
    assert describe(grown, "users", [0], ["2024-01-21"])["users.tier"].item() != before["users.tier"].iloc[0]
