from collections.abc import Mapping

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.timeline.neighbours import first_unknown_row, known_bounds, num_known
from kumo_magic.timeline.timeline import LinkIndex, Timeline, build_timeline
from kumo_magic.timeline.times import ALWAYS, DAY_US, NEVER

ORDERS_OF_USERS = Link("orders", "user_id", "users")
ORDERS_OF_ITEMS = Link("orders", "item_id", "items")


def shop_timeline(frames: Mapping[str, pd.DataFrame]) -> Timeline:
    return build_timeline(
        Graph.from_data(
            frames,
            keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
            times={"orders": "date"},
            links=[("orders", "user_id", "users"), ("orders", "item_id", "items")],
        )
    )


def group(index: LinkIndex, parent_row: int) -> list[int]:
    return index.rows[index.offsets[parent_row] : index.offsets[parent_row + 1]].tolist()


def us(date: str) -> int:
    return pd.Timestamp(date).value // 1000  # of nanoseconds


def test_rows_are_grouped_by_parent_oldest_first(shop_frames: dict[str, pd.DataFrame]) -> None:
    index = shop_timeline(shop_frames).links[ORDERS_OF_USERS]

    assert index.parent_rows.tolist() == [0, 0, 1, 0, -1, 1]
    assert [group(index, user) for user in range(3)] == [[0, 1, 3], [2], []]
    assert index.row_times[index.rows[0]] == us("2024-01-01")


def test_the_order_of_the_frame_breaks_ties_only(shop_frames: dict[str, pd.DataFrame]) -> None:
    shop_frames["orders"] = shop_frames["orders"].iloc[::-1].reset_index(drop=True)

    index = shop_timeline(shop_frames).links[ORDERS_OF_ITEMS]

    assert shop_frames["orders"]["order_id"].iloc[group(index, 0)].tolist() == [11, 13, 14]


def test_a_row_without_a_time_is_in_no_group(shop_frames: dict[str, pd.DataFrame]) -> None:
    timeline = shop_timeline(shop_frames)

    assert timeline.row_times["orders"][5] == NEVER
    assert all(5 not in index.rows for index in timeline.links.values())


def test_rows_of_a_table_without_a_time_column_are_there_always(shop_frames: dict[str, pd.DataFrame]) -> None:
    timeline = shop_timeline(shop_frames)

    assert timeline.row_times["items"].tolist() == [ALWAYS, ALWAYS]
    assert not timeline.is_temporal["items"]


def test_a_row_at_the_anchor_is_known_and_one_a_microsecond_later_is_not(shop_frames: dict[str, pd.DataFrame]) -> None:
    index = shop_timeline(shop_frames).links[ORDERS_OF_USERS]
    anchor = us("2024-01-11")
    anchors = np.array([anchor - 1, anchor, anchor + 1, anchor])

    known = num_known(index.offsets, index.row_times[index.rows], np.array([0, 0, 0, -1]), anchors)

    assert known.tolist() == [1, 2, 2, 0]


def lines_timeline(line_orders: list[int | None], order_days: list[int | None]) -> Timeline:
    orders = pd.DataFrame(
        {
            "order_id": range(len(order_days)),
            "user_id": 1,
            "date": pd.Series(
                [None if day is None else pd.Timestamp(0) + pd.Timedelta(days=day) for day in order_days],
                dtype="datetime64[us]",
            ),
        }
    )
    lines = pd.DataFrame(
        {
            "line_id": range(len(line_orders)),
            "order_id": pd.array(line_orders, dtype="Int64"),
            "item_id": "a",
        }
    )
    frames = {
        "users": pd.DataFrame({"user_id": [1]}),
        "items": pd.DataFrame({"item_id": ["a"]}),
        "orders": orders,
        "lines": lines,
    }
    return build_timeline(
        Graph.from_data(
            frames,
            keys={"users": "user_id", "items": "item_id", "orders": "order_id", "lines": "line_id"},
            times={"orders": "date"},
            links=[
                ("orders", "user_id", "users"),
                ("lines", "order_id", "orders"),
                ("lines", "item_id", "items"),
            ],
        )
    )


def test_lines_without_a_time_have_the_time_of_their_order() -> None:
    timeline = lines_timeline([1, 0, None, 7, 2], [5, 2, None])

    assert timeline.is_temporal["lines"]
    assert timeline.row_times["lines"].tolist() == [2 * DAY_US, 5 * DAY_US, ALWAYS, NEVER, NEVER]
    assert group(timeline.links[Link("lines", "item_id", "items")], 0) == [2, 0, 1]


def test_a_path_of_two_links_leads_to_grandchildren_in_order_of_time() -> None:
    timeline = lines_timeline([1, 0, None, 7, 1], [5, 2])

    index = timeline.along((Link("orders", "user_id", "users"), Link("lines", "order_id", "orders")))

    assert group(index, 0) == [0, 4, 1]
    assert index is timeline.along((Link("orders", "user_id", "users"), Link("lines", "order_id", "orders")))


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 5)), st.one_of(st.none(), st.integers(0, 9))), max_size=40),
    st.integers(0, 9),
)
@settings(deadline=None, max_examples=30)
def test_the_known_rows_of_a_group_are_those_a_filter_finds(
    rows: list[tuple[int | None, int | None]], anchor_day: int
) -> None:
    users = pd.DataFrame({"user_id": [0, 1, 2, 3]})
    orders = pd.DataFrame(
        {
            "order_id": range(len(rows)),
            "user_id": pd.array([user for user, _ in rows], dtype="Int64"),
            "date": pd.Series(
                [None if day is None else pd.Timestamp(0) + pd.Timedelta(days=day) for _, day in rows],
                dtype="datetime64[us]",
            ),
        }
    )
    graph = Graph.from_data(
        {"users": users, "orders": orders},
        infer=False,
        keys={"users": "user_id", "orders": "order_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users")],
    )
    index = build_timeline(graph).links[ORDERS_OF_USERS]
    anchors = np.full(4, anchor_day * DAY_US)
    starts, stops = known_bounds(index.offsets, index.rows, index.row_times, np.arange(4), anchors)

    anchor = pd.Timestamp(0) + pd.Timedelta(days=anchor_day)
    for user in range(4):
        mine = orders[(orders["user_id"] == user) & (orders["date"] <= anchor)].sort_values("date", kind="stable")
        known = num_known(
            index.offsets, index.row_times[index.rows], np.array([user]), np.array([anchor_day * DAY_US])
        )[0]
        assert group(index, user)[:known] == mine["order_id"].tolist()
        assert index.rows[starts[user] : stops[user]].tolist() == mine["order_id"].tolist()
        start, stop = int(index.offsets[user]), int(index.offsets[user + 1])
        assert first_unknown_row(index.rows, index.row_times, start, stop, anchor_day * DAY_US) == stops[user]
