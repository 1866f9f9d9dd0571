"""Where anchors lie: grids, stray dates, ends of tables, time zones."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table, build_population
from kumo_magic.labelling.anchor_times import closed, grid, newest_anchor, step_of
from kumo_magic.labelling.asked_time import moment_us
from kumo_magic.labelling.time_span import time_span
from kumo_magic.plan import PredictionPlan, bind
from kumo_magic.plan.offset import Offset
from kumo_magic.query import parse
from kumo_magic.query.predictive_query import Unit


def us(*dates: str) -> list[int]:
    return [moment_us(date, "date") for date in dates]


def plan_of(target: str, dates: list[str], visits: list[str] | None = None, zone: str | None = None) -> PredictionPlan:
    """One user with orders and visits on these dates."""

    def events(key: str, when: list[str]) -> pd.DataFrame:
        times = pd.to_datetime(pd.Series(when), format="ISO8601").dt.as_unit("us").dt.tz_localize(zone)
        return pd.DataFrame({key: range(len(when)), "user_id": 1, "date": times})

    frames = {
        "users": pd.DataFrame({"user_id": [1]}),
        "orders": events("order_id", dates),
        "visits": events("visit_id", dates if visits is None else visits),
    }
    graph = Graph.from_data(
        frames,
        infer=False,
        keys={"users": "user_id", "orders": "order_id", "visits": "visit_id"},
        times={"orders": "date", "visits": "date"},
        links=[("orders", "user_id", "users"), ("visits", "user_id", "users")],
    )
    return bind(parse(f"PREDICT {target} FOR EACH users.user_id"), graph)


def test_months_count_from_the_newest_anchor() -> None:
    (pivot,) = us("2024-05-31")

    anchors = grid(pivot, Offset(1, Unit.MONTHS), us("2024-01-31")[0], pivot, most=99)

    assert anchors.tolist() == us("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31")


def test_a_grid_passes_through_its_pivot_and_keeps_the_newest() -> None:
    (pivot,) = us("2024-01-10")

    assert grid(pivot, Offset(4, Unit.DAYS), *us("2024-01-01", "2024-01-20"), most=99).tolist() == us(
        "2024-01-02", "2024-01-06", "2024-01-10", "2024-01-14", "2024-01-18"
    )
    assert grid(pivot, Offset(4, Unit.DAYS), *us("2024-01-01", "2024-01-20"), most=2).tolist() == us(
        "2024-01-14", "2024-01-18"
    )


@pytest.mark.parametrize("last", ["2024-03-31", "2024-03-30", "2024-02-29", "2024-05-01", "2023-03-01"])
def test_the_newest_anchor_is_closed_when_the_data_end(last: str) -> None:
    plan = plan_of("COUNT(orders.*, 0, 1, months)", ["2020-01-01", last])
    (last_us,) = us(last)

    newest = newest_anchor(plan, last_us)

    assert closed(plan, np.array([newest]))[0] <= last_us


def test_stray_dates_at_both_ends_are_left_out_and_named() -> None:
    dates = [f"2024-01-{day:02}" for day in range(1, 29)]
    span = time_span(plan_of("COUNT(orders.*, 0, 1)", [*dates, "9999-12-31", "1900-01-01"]), None)

    assert span is not None
    assert [span.first_us, span.last_us] == us("2024-01-01", "2024-01-28")
    assert "orders.date is 9999-12-31 in row 28" in span.notes[0]


def test_sparse_years_are_no_strays() -> None:
    span = time_span(plan_of("COUNT(orders.*, 0, 1)", ["1990-01-01", "2000-01-01", "2004-01-01", "2010-01-01"]), None)

    assert span is not None
    assert [span.first_us, span.last_us] == us("1990-01-01", "2010-01-01")


def test_the_earlier_end_counts_where_tables_end_far_apart() -> None:
    target = "COUNT(orders.*, 0, 30) > 0 OR COUNT(visits.*, 0, 30) > 0"
    apart = time_span(plan_of(target, ["2024-01-01", "2024-06-01"], ["2024-01-01", "2024-03-01"]), None)
    close = time_span(plan_of(target, ["2024-01-01", "2024-06-01"], ["2024-01-01", "2024-05-20"]), None)

    assert apart is not None
    assert close is not None
    assert [apart.last_us, close.last_us] == us("2024-03-01", "2024-06-01")
    assert "'visits' ends on 2024-03-01" in apart.notes[0]


def test_aware_times_give_anchors_in_utc() -> None:
    dates = [f"2024-01-{day:02} 00:30" for day in range(1, 29, 3)]
    plan = plan_of("COUNT(orders.*, 0, 2)", dates, zone="Europe/Berlin")

    population = build_population(plan)

    assert population.frame["anchor_time"].tolist() == [pd.Timestamp("2024-01-27 23:30", tz="UTC")]


def test_a_step_can_be_words_or_a_timedelta() -> None:
    plan = plan_of("COUNT(orders.*, 0, 2)", ["2024-01-01"])

    assert step_of(plan, None) == Offset(2, Unit.DAYS)
    assert step_of(plan, "1 month") == Offset(1, Unit.MONTHS)
    assert step_of(plan, pd.Timedelta(hours=36)) == Offset(36, Unit.HOURS)
    with pytest.raises(OptionError, match="no length of time"):
        step_of(plan, "0 days")


def test_a_given_anchor_whose_window_outlasts_the_data_is_used_with_a_note() -> None:
    dates = [f"2024-01-{day:02}" for day in range(1, 29)]
    plan = plan_of("COUNT(orders.*, 0, 7)", dates)

    table = build_label_table(plan, anchor_times=["2024-01-01", "2024-01-09", "2024-01-25"])

    assert table.frame["label"].tolist() == [7, 7, 3]
    assert any("beyond the last row" in note for note in table.notes)
