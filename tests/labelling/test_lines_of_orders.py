"""Order lines without a date of their own happen when their order does, as a label and as an input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.errors import WindowError
from kumo_magic.graph import Graph
from kumo_magic.labelling.event_times import event_times
from kumo_magic.labelling.label_rows import label_rows
from kumo_magic.labelling.source import open_source
from kumo_magic.plan.binder import bind
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.query import parse
from kumo_magic.timeline.timeline import build_timeline
from kumo_magic.timeline.times import ALWAYS, NEVER

DAY = pd.Timestamp("2024-01-01")
SKUS = ["a", "b", "c", "d"]


def days(*numbers: float | None) -> list[pd.Timestamp | None]:
    return [None if number is None else DAY + pd.Timedelta(days=number) for number in numbers]


def shop(lines: pd.DataFrame, **more: pd.DataFrame) -> Graph:
    """Two users, whose orders 1 to 6 lie on days 0, 10, 20, 30, 40 and 50; order 7 has no date."""
    orders = pd.DataFrame(
        {"order_id": range(1, 8), "user_id": [1, 2, 1, 2, 1, 2, 1], "date": days(0, 10, 20, 30, 40, 50, None)}
    )
    tables = {
        "users": pd.DataFrame({"user_id": [1, 2]}),
        "orders": orders,
        "products": pd.DataFrame({"sku": SKUS}),
        "lines": lines,
        **more,
    }
    links = [("lines", "order_id", "orders"), ("orders", "user_id", "users"), ("lines", "sku", "products")]
    keys = {"users": "user_id", "orders": "order_id", "products": "sku"}
    return Graph.from_data(tables, infer=False, keys=keys, times={"orders": "date"}, links=links)


def plan_of(text: str, graph: Graph) -> PredictionPlan:
    return bind(parse(text), graph)


def labels_at(day: float, text: str, graph: Graph) -> dict[object, object]:
    """Entity → label at one anchor."""
    plan = plan_of(text, graph)
    anchor = (DAY + pd.Timedelta(days=day)).to_datetime64().astype("datetime64[us]")
    rows = label_rows(plan, open_source(plan), np.array([anchor]).astype(np.int64))
    rows = rows[rows["is_defined"]]
    keys = graph[plan.entity_table].frame[plan.entity_key].iloc[rows["row"].to_numpy()]
    return dict(zip(keys, rows["label"].tolist(), strict=True))


LINES = pd.DataFrame({"order_id": [1, 1, 2, 3, 4, 5, 6, 7], "sku": list("abacbdac"), "quantity": range(1, 9)})


def test_a_line_counts_in_the_window_of_its_order() -> None:
    count = "PREDICT SUM(lines.quantity, 0, 20, days) FOR EACH users.user_id"

    assert labels_at(15, count, shop(LINES)) == {1: 4.0, 2: 5.0}
    assert labels_at(20, count, shop(LINES)) == {1: 6.0, 2: 5.0}  # the start of the window is no part of it


def test_lines_can_be_ranked_by_the_time_of_their_orders() -> None:
    listed = "PREDICT LIST_DISTINCT(lines.sku, 0, 30, days) RANK TOP 3 FOR EACH users.user_id"

    assert labels_at(5, listed, shop(LINES)) == {1: ["c"], 2: ["a", "b"]}


def test_the_first_and_the_last_line_are_those_of_the_first_and_last_order() -> None:
    shuffled = LINES.iloc[::-1].reset_index(drop=True)

    assert labels_at(-1, "PREDICT LAST(lines.quantity, 0, 45, days) FOR EACH users.user_id", shop(shuffled)) == {
        1: 6.0,
        2: 5.0,
    }
    assert labels_at(-1, "PREDICT FIRST(lines.quantity, 0, 45, days) FOR EACH users.user_id", shop(LINES))[2] == 3.0


def test_products_are_counted_by_the_lines_of_orders_in_the_window() -> None:
    count = "PREDICT COUNT(lines.*, 0, 35, days) FOR EACH products.sku"

    assert labels_at(5, count, shop(LINES)) == {"a": 1, "b": 1, "c": 1, "d": 1}


def test_a_past_condition_on_lines_looks_at_the_time_of_their_orders() -> None:
    asked = "PREDICT COUNT(orders.*, 0, 20, days) FOR EACH users.user_id WHERE COUNT(lines.*, -5, 0, days) > 0"

    assert labels_at(23, asked, shop(LINES)) == {1: 1}


def test_the_plan_says_whose_time_it_is() -> None:
    plan = plan_of("PREDICT COUNT(lines.*, 0, 20, days) FOR EACH users.user_id", shop(LINES))

    assert "'lines' has no time column: its rows have the time of orders.date." in plan.notes


def test_of_several_rows_with_times_the_latest_counts() -> None:
    parcels = pd.DataFrame({"parcel_id": [1, 2], "sent": days(12, 33)})
    lines = pd.DataFrame({"order_id": [1, 2, 4], "sku": list("abc"), "parcel_id": [1, 1, 2]})
    graph = shop(lines, parcels=parcels)
    graph["parcels"].primary_key, graph["parcels"].time_column = "parcel_id", "sent"
    graph.link("lines", "parcel_id", "parcels")

    plan = plan_of("PREDICT COUNT(lines.*, 0, 20, days) FOR EACH users.user_id", graph)

    assert event_times(graph, "lines").tolist() == [time.to_pydatetime() for time in days(12, 12, 33)]  # type: ignore[union-attr]
    assert "the time of orders.date and parcels.sent, the latest of them" in " ".join(plan.notes)


def test_a_line_of_an_unknown_or_undated_order_is_in_no_window() -> None:
    lines = pd.DataFrame({"order_id": pd.array([1, 7, 99, None], dtype="Int64"), "sku": list("abcd")})

    times = event_times(shop(lines), "lines")

    assert np.isnat(times).tolist() == [False, True, True, True]


def test_the_time_of_the_entity_is_no_time_of_an_event() -> None:
    members = pd.DataFrame({"member_id": range(30), "joined": pd.date_range("2024-01-01", periods=30)})
    notes = pd.DataFrame({"member_id": range(30), "text": "x"})
    graph = Graph.from_data({"members": members, "notes": notes}, times={"members": "joined"})

    with pytest.raises(WindowError, match="'notes' has no time column"):
        plan_of("PREDICT COUNT(notes.*, 0, 30, days) FOR EACH members.member_id", graph)


def test_lines_that_something_points_at_are_told_how_to_get_a_time() -> None:
    lines = LINES.assign(line_id=range(len(LINES)))
    returns = pd.DataFrame({"line_id": range(len(LINES))})
    graph = shop(lines, returns=returns)
    graph["lines"].primary_key = "line_id"
    graph.link("returns", "line_id", "lines")
    names = {"lines": lines, "orders": graph["orders"].frame}

    with pytest.raises(WindowError) as raised:
        plan_of("PREDICT COUNT(lines.*, 0, 30, days) FOR EACH users.user_id", graph)
    exec(str(raised.value).splitlines()[-1].split(": ", 1)[1].rstrip("."), names)

    assert names["lines"]["date"].tolist()[:4] == days(0, 0, 10, 20)
    assert "orders.date" in raised.value.hint


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9) | st.none(), st.sampled_from(SKUS)), min_size=1, max_size=20))
def test_labels_and_inputs_have_one_time_of_a_line(rows: list[tuple[int | None, str]]) -> None:
    orders = pd.array([order for order, _ in rows], dtype="Int64")
    graph = shop(pd.DataFrame({"order_id": orders, "sku": [sku for _, sku in rows]}))

    of_labels, of_inputs = event_times(graph, "lines"), build_timeline(graph).row_times["lines"]

    is_known = ~np.isnat(of_labels)
    assert (of_labels[is_known].astype(np.int64) == of_inputs[is_known]).all()
    assert set(of_inputs[~is_known].tolist()) <= {ALWAYS, NEVER}
    assert ((of_inputs == ALWAYS) == pd.isna(orders)).all()


def test_no_line_is_an_input_before_its_order() -> None:
    graph = shop(LINES)
    timeline = build_timeline(graph)

    dates = dict(zip(graph["orders"].frame["order_id"], graph["orders"].frame["date"], strict=True))
    assert all(
        us == NEVER if pd.isna(dates[order]) else us >= dates[order].value // 1000
        for order, us in zip(LINES["order_id"], timeline.row_times["lines"].tolist(), strict=True)
    )
