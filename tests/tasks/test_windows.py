"""Where a FORECAST's windows lie, and what a step may know of the windows before it."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.features.label_history import LabelHistory
from kumo_magic.graph import Graph
from kumo_magic.plan import PredictionPlan, bind
from kumo_magic.query import parse
from kumo_magic.tasks.windows import PastWindows, past_features, seasons, step_features, window_ends


def plan_of(window: str, steps: int = 3) -> PredictionPlan:
    users = pd.DataFrame({"user_id": [1, 2]})
    orders = pd.DataFrame(
        {
            "order_id": [1, 2],
            "user_id": [1, 2],
            "amount": [1.0, 2.0],
            "date": pd.to_datetime(["2023-01-01", "2024-01-31"]),
        }
    )
    graph = Graph.from_data({"users": users, "orders": orders})
    return bind(
        parse(f"PREDICT SUM(orders.amount, {window}) FORECAST {steps} TIMEFRAMES FOR EACH users.user_id"), graph
    )


def us(*days: str) -> np.ndarray:
    return np.array(days, dtype="datetime64[us]").astype(np.int64)


def history(values: dict[str, float], entity: int = 0) -> LabelHistory:
    closed_us = us(*values)
    return LabelHistory(
        entity_rows=np.full(len(values), entity),
        anchor_us=closed_us - 1,
        closed_us=closed_us,
        values=np.array(list(values.values())),
    )


def test_windows_follow_each_other_and_months_clip() -> None:
    ends = window_ends(plan_of("0, 1, months"), np.repeat(us("2024-01-31"), 3), np.array([0, 1, 2]))

    assert ends.tolist() == us("2024-01-31", "2024-02-29", "2024-03-31").tolist()


def test_a_window_that_starts_later_ends_later() -> None:
    ends = window_ends(plan_of("30, 60"), us("2024-01-01", "2024-01-01"), np.array([1, 3]))

    assert ends.tolist() == us("2024-03-01", "2024-04-30").tolist()


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ("0, 1, months", [("year", 12)]),
        ("0, 1, days", [("week", 7), ("year", 364)]),
        ("0, 7", [("year", 52)]),
        ("0, 30", [("year", 12)]),
        ("0, 1, hours", [("day", 24), ("week", 168), ("year", 8736)]),
        ("0, 1, years", []),
        ("0, 200", []),
    ],
)
def test_seasons_are_cycles_that_windows_divide(window: str, found: list[tuple[str, int]]) -> None:
    assert [(season.name, season.num_windows) for season in seasons(plan_of(window))] == found


def test_the_newest_closed_windows_come_one_after_the_other() -> None:
    past = PastWindows(plan_of("0, 10"), history({"2024-01-11": 1.0, "2024-01-21": 2.0, "2024-01-31": 3.0}))

    values = [past.back(np.array([0]), us("2024-01-31"), lag)[0] for lag in range(3)]

    assert values == [3.0, 2.0, 1.0]


def test_a_window_that_closes_after_the_anchor_is_unknown() -> None:
    past = PastWindows(plan_of("0, 10"), history({"2024-01-21": 2.0, "2024-01-31": 3.0}))

    value = past.back(np.array([0]), us("2024-01-30"), 0)

    assert value.tolist() == [2.0]
    assert np.isnan(past.at_steps(np.array([0]), us("2024-01-30"), np.array([1]))).all()


def test_a_gap_between_anchor_and_window_leaves_the_windows_in_it_out() -> None:
    past = PastWindows(plan_of("10, 20"), history({"2024-01-31": 3.0, "2024-02-10": 4.0}))

    assert past.back(np.array([0]), us("2024-01-31"), 0).tolist() == [3.0]


def test_a_missing_window_is_not_filled_by_an_older_one_or_another_entity() -> None:
    past = PastWindows(plan_of("0, 10"), history({"2024-01-11": 1.0, "2024-01-31": np.nan}, entity=1))

    values = past.back(np.array([0, 1, 2]), np.repeat(us("2024-01-31"), 3), 0)

    assert np.isnan(values).all()


def test_a_season_far_ahead_reaches_back_as_many_cycles_as_are_closed() -> None:
    plan = plan_of("0, 1, months", steps=14)
    past = PastWindows(plan, history({"2022-03-31": 1.0, "2023-02-28": 2.0, "2023-03-31": 3.0}))
    (year,) = past.seasons

    values = past.same_season(year, np.zeros(3, np.int64), np.repeat(us("2024-01-31"), 3), np.array([1, 2, 14]))

    assert values.tolist() == [2.0, 3.0, 3.0]


def test_features_of_a_step_are_the_same_whatever_closes_later() -> None:
    plan, steps, anchors = plan_of("0, 1, days"), np.array([1, 2]), np.repeat(us("2024-01-31"), 2)
    known = {f"2024-01-{day}": float(day) for day in range(10, 32)}
    later = known | {"2024-02-01": 99.0, "2024-02-05": 98.0}

    found = []
    for values in (known, later):
        past = PastWindows(plan, history(values))
        block = step_features(past, np.zeros(2, np.int64), anchors, steps)
        block.extend(past_features(past, np.zeros(2, np.int64), anchors))
        found.append(np.stack(block.columns))

    assert np.array_equal(found[0], found[1], equal_nan=True)
    assert block.names[:2] == ["step", "window: days"]
    assert found[0][block.names.index("label: same time a week ago")].tolist() == [25.0, 26.0]
    assert found[0][block.names.index("label: 1 windows back")].tolist() == [31.0, 31.0]
