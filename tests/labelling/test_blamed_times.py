"""When nothing can be asked, the message names the column that says so, and a better one."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table
from kumo_magic.question import bind

SPEND = "PREDICT SUM(orders.amount, 0, 30, days) FOR EACH users.user_id"


def shop() -> dict[str, pd.DataFrame]:
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.arange(400) % 200, unit="D")
    users = pd.DataFrame({"user_id": range(20), "signup_date": days[:20], "snapshot_date": days.max()})
    orders = pd.DataFrame({"user_id": np.arange(400) % 20, "ordered": days, "amount": 5.0})
    orders["load_date"] = pd.Timestamp("2023-07-20") + pd.to_timedelta(np.arange(400) % 3, unit="D")
    return {"users": users, "orders": orders}


def failure(**options: dict[str, str | None]) -> str:
    with pytest.raises(TooFewLabelsError) as raised:
        build_label_table(bind(SPEND, Graph.from_data(shop(), **options)))
    return str(raised.value)


def test_nothing_has_to_be_said_where_the_times_are_right() -> None:
    assert len(build_label_table(bind(SPEND, Graph.from_data(shop()))).frame)


def test_a_beginning_after_all_anchors_is_named_with_an_earlier_date() -> None:
    message = failure(times={"users": "snapshot_date"})

    assert "users.snapshot_date says that all of them begin on 2023-07-19 or later" in message
    assert "--time users.signup_date" in message
    assert "--time users=none" in message
    assert "Widen" not in message


def test_an_end_before_all_anchors_is_named() -> None:
    frames = shop()
    frames["users"]["closed"] = pd.Timestamp("2022-12-01")
    with pytest.raises(TooFewLabelsError) as raised:
        build_label_table(bind(SPEND, Graph.from_data(frames, end_times={"users": "closed"}, times={"users": None})))

    assert "users.closed says that all of them ended by 2022-12-01: --end users=none" in str(raised.value)


def test_a_time_that_covers_too_little_is_named_with_one_that_covers_more() -> None:
    message = failure(times={"orders": "load_date"})

    assert "orders.load_date says when rows happened" in message
    assert "--time orders.ordered" in message
