"""Labels depend on rows up to closed_us, the population on rows up to the anchor. Windows of splits never overlap."""

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table, build_population
from kumo_magic.labelling.anchor_times import closed
from kumo_magic.labelling.label_rows import label_rows
from kumo_magic.labelling.source import open_source
from kumo_magic.labelling.split import split_by_time, split_few
from kumo_magic.plan import bind
from kumo_magic.query import parse

START = pd.Timestamp("2024-01-01")
QUERIES = [
    "PREDICT SUM(orders.amount, 0, 7) FOR EACH users.user_id",
    "PREDICT SUM(orders.amount, 0, 1, months) FOR EACH users.user_id WHERE COUNT(orders.*, -2, 0, months) > 0",
    "PREDICT COUNT(orders.*, 2, 9) FOR EACH users.user_id WHERE SUM(orders.amount, -INF, 0) > 1",
    "PREDICT COUNT(orders.*, 0, 5) FOR EACH users.user_id ASSUMING COUNT(orders.*, 0, 9) > 0",
]


def shop(events: list[tuple[int, int, float]]) -> Graph:
    """Five users and their (user, hour, amount) events."""
    orders = pd.DataFrame(events, columns=["user_id", "hour", "amount"])
    orders["date"] = (START + pd.to_timedelta(orders.pop("hour"), unit="h")).astype("datetime64[us]")
    orders["order_id"] = np.arange(len(orders))
    return Graph.from_data(
        {"users": pd.DataFrame({"user_id": range(5)}), "orders": orders},
        infer=False,
        keys={"users": "user_id", "orders": "order_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users")],
        stypes={("orders", "amount"): "numerical"},
    )


amounts = st.sampled_from([0.5, 1.0, 4.0])
event = st.tuples(st.integers(0, 4), st.integers(0, 24 * 100), amounts)
# Every user has an event at the first and at the last hour, so that the anchors stay where they are.
ENDS = [(user, hour, 1.0) for user in range(5) for hour in (0, 24 * 100)]


@settings(max_examples=10, deadline=None)
@given(
    events=st.lists(event, min_size=5, max_size=40),
    others=st.lists(event, max_size=20),
    text=st.sampled_from(QUERIES),
    cut_day=st.integers(20, 90),
)
def test_rows_after_the_window_change_no_label(events: Any, others: Any, text: str, cut_day: int) -> None:
    cut_us = int((START + pd.Timedelta(days=cut_day)).to_datetime64().astype("datetime64[us]").astype(np.int64))
    kept = [row for row in events if row[1] <= 24 * cut_day]
    changed = kept + [row for row in others if row[1] > 24 * cut_day]
    every_third_day = pd.date_range(START, periods=30, freq="3D").to_numpy("datetime64[us]").astype(np.int64)

    def closed_labels(rows: Any) -> pd.DataFrame:
        plan = bind(parse(text), shop(ENDS + rows))
        anchors = every_third_day[closed(plan, every_third_day) <= cut_us]
        return label_rows(plan, open_source(plan), anchors)

    pd.testing.assert_frame_equal(closed_labels(events), closed_labels(changed))


@settings(max_examples=10, deadline=None)
@given(
    events=st.lists(event, min_size=5, max_size=40),
    others=st.lists(event, max_size=20),
    text=st.sampled_from(QUERIES),
    day=st.integers(0, 100),
)
def test_rows_after_the_anchor_change_no_population(events: Any, others: Any, text: str, day: int) -> None:
    at = START + pd.Timedelta(days=day)
    kept = [row for row in events if row[1] <= 24 * day]
    changed = kept + [row for row in others if row[1] > 24 * day]

    before = build_population(bind(parse(text), shop(ENDS + events)), at)
    after = build_population(bind(parse(text), shop(ENDS + changed)), at)

    pd.testing.assert_frame_equal(before.frame, after.frame)


@settings(max_examples=300, deadline=None)
@given(
    anchors=st.lists(st.integers(0, 100), min_size=1, max_size=15, unique=True),
    horizon=st.integers(1, 40),
    num_held_out=st.integers(1, 3),
    val_start=st.none() | st.integers(0, 100),
    test_start=st.none() | st.integers(0, 100),
)
def test_no_window_reaches_into_the_next_split(
    anchors: list[int], horizon: int, num_held_out: int, val_start: int | None, test_start: int | None
) -> None:
    ascending = np.array(sorted(anchors))
    closed = ascending + horizon

    splits = split_by_time(ascending, closed, num_held_out=num_held_out, val_start=val_start, test_start=test_start)
    few = split_few(ascending, closed)

    if splits is not None:
        assert splits.train.max() + horizon <= splits.val.min()
        assert splits.val.max() + horizon <= splits.test.min()
    assert few.regime == "entities" or few.train.max() + horizon <= few.test.min()


@settings(max_examples=8, deadline=None)
@given(events=st.lists(event, min_size=5, max_size=40), text=st.sampled_from(QUERIES))
def test_label_windows_of_a_split_end_before_the_next_one_begins(events: Any, text: str) -> None:
    try:
        table = build_label_table(bind(parse(text), shop(ENDS + events)))
    except TooFewLabelsError:  # labels that are all alike
        reject()
    split = table.frame["split"].to_numpy()

    assert table.closed_us[split == "train"].max() <= table.anchor_us[split == "val"].min()
    assert table.closed_us[split == "val"].max() <= table.anchor_us[split == "test"].min()
