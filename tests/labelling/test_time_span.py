"""Where anchors may lie: stray rows are told and left out, today ends what is known, a given day closes windows."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.finding import Severity
from kumo_magic.graph import Graph
from kumo_magic.labelling import LabelTable, build_label_table, build_population, clock
from kumo_magic.labelling.label_warnings import label_warnings
from kumo_magic.labelling.planned_anchors import planned_anchors
from kumo_magic.labelling.time_span import TimeSpan, time_span
from kumo_magic.plan import PredictionPlan, bind
from kumo_magic.plan.offset import microseconds_of
from kumo_magic.query import parse

VISITS = "PREDICT COUNT(visits.*, 0, 30) FOR EACH members.member_id"
NOON = pd.Timestamp("2030-06-15 12:00")


def plan_of(
    dates: object, *, query: str = VISITS, zone: str | None = None, others: dict[str, object] | None = None
) -> PredictionPlan:
    """Two members in turn; visits, and rows of other tables, on these dates."""
    frames = {"members": pd.DataFrame({"member_id": [1, 2]})}
    for name, when in {"visits": dates, **(others or {})}.items():
        times = pd.Series(pd.DatetimeIndex(when).as_unit("us").tz_localize(zone))  # pyright: ignore[reportArgumentType, reportCallIssue]
        frames[name] = pd.DataFrame({"member_id": np.arange(len(times)) % 3 % 2 + 1, "date": times})
    return bind(
        parse(query),
        Graph.from_data(frames, times=dict.fromkeys([name for name in frames if name != "members"], "date")),
    )


def daily(first: str, num_days: int, per_day: int = 2) -> list[pd.Timestamp]:
    hours = pd.Timedelta(days=1) / per_day
    return list(pd.date_range(first, periods=num_days * per_day, freq=hours))


def span_of(plan: PredictionPlan, at: str | None = None) -> TimeSpan:
    span = time_span(plan, None if at is None else microseconds_of(pd.Timestamp(at)))
    assert span is not None
    return span


def day_of(time_us: int) -> str:
    return f"{pd.Timestamp(time_us, unit='us'):%Y-%m-%d}"


def last_close(table: LabelTable) -> pd.Timestamp:
    return pd.Timestamp(int(table.closed_us.max()), unit="us")


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[pd.Timestamp], None]:
    def set_to(moment: pd.Timestamp) -> None:
        monkeypatch.setattr(clock, "now_us", lambda *, has_zone: microseconds_of(moment))  # noqa: ARG005

    return set_to


def test_a_mistyped_year_is_told_by_row_and_value_and_stays_a_row() -> None:
    dates = daily("2023-01-01", 360)
    plan = plan_of([*dates[:500], pd.Timestamp("2024-12-20"), *dates[500:]])

    table = build_label_table(plan)

    assert table.prediction_anchor == dates[-1]
    (told,) = [finding for finding in label_warnings(plan, table) if finding.about == "visits.date"]
    assert "visits.date is 2024-12-20 in row 500, far from all others (1 such row)" in told.says
    assert "--at 2024-12-20" in told.next_step
    assert told.severity is Severity.GUESS
    assert told.says in table.notes
    assert plan.graph["visits"].num_rows == len(dates) + 1


def test_the_user_overrules_strays_with_at() -> None:
    dates = daily("2023-01-01", 360)
    table = build_label_table(plan_of([*dates, pd.Timestamp("2024-03-20")]), at="2024-03-20")

    assert not any("far from all others" in note for note in table.notes)

    assert table.prediction_anchor == pd.Timestamp("2024-03-20")
    assert last_close(table) == pd.Timestamp("2024-03-20")


def test_a_mistyped_date_in_a_table_that_is_not_asked_about_moves_nothing() -> None:
    dates = daily("2023-01-01", 200)
    table = build_label_table(plan_of(dates, others={"offers": [*dates[:50], pd.Timestamp("2031-01-01")]}))

    assert table.prediction_anchor == dates[-1]
    assert not table.findings


def test_rows_after_today_are_bookings_and_no_window_closes_after_today(
    set_clock: Callable[[pd.Timestamp], None],
) -> None:
    set_clock(NOON)
    dates = daily("2030-01-01", 300)
    plan = plan_of(dates)

    table = build_label_table(plan)

    assert table.prediction_anchor == NOON
    assert last_close(table) == NOON
    assert build_population(plan).frame["anchor_time"].unique().tolist() == [NOON]
    (told,) = table.findings
    assert told.severity is Severity.REMARK
    assert "rows of 'visits' lie after today, 2030-06-15" in told.says
    assert table.today_us == microseconds_of(NOON)


def test_what_counted_as_today_can_be_replayed_on_a_later_day(set_clock: Callable[[pd.Timestamp], None]) -> None:
    plan = plan_of(daily("2030-01-01", 300))
    set_clock(NOON)
    first = build_label_table(plan)
    set_clock(NOON + pd.Timedelta(days=40))

    again = build_label_table(plan, today_us=first.today_us)

    assert again.prediction_anchor == first.prediction_anchor
    pd.testing.assert_frame_equal(again.frame, first.frame)
    assert build_label_table(plan).prediction_anchor > first.prediction_anchor


@pytest.mark.parametrize("today", ["2029-12-31", "2031-01-01"])
def test_data_wholly_in_the_future_or_the_past_keep_their_own_end(
    today: str, set_clock: Callable[[pd.Timestamp], None]
) -> None:
    set_clock(pd.Timestamp(today))
    dates = daily("2030-01-01", 300)

    table = build_label_table(plan_of(dates))

    assert table.prediction_anchor == dates[-1]
    assert table.today_us is None
    assert not table.findings


def test_a_day_to_come_is_predicted_from_windows_that_are_over_today(
    set_clock: Callable[[pd.Timestamp], None],
) -> None:
    set_clock(NOON)
    table = build_label_table(plan_of(daily("2030-01-01", 300)), at="2030-09-01")

    assert table.prediction_anchor == pd.Timestamp("2030-09-01")
    assert last_close(table) <= NOON
    given = build_label_table(
        plan_of(daily("2030-01-01", 300)), anchor_times=pd.date_range("2030-02-01", periods=9, freq="17D")
    )
    assert last_close(given) <= NOON
    assert any("their windows are not over" in note for note in given.notes)


def test_the_clock_of_times_without_a_zone_is_the_later_one_and_that_of_zoned_times_utc() -> None:
    utc = pd.Timestamp.now("UTC")

    assert abs(clock.now_us(has_zone=True) - microseconds_of(utc)) < 60_000_000
    assert clock.now_us(has_zone=False) >= microseconds_of(utc)


def test_a_given_day_closes_windows_after_the_newest_row() -> None:
    """A yearly fair: the newest one was in May, and nobody expects another before the next."""
    fairs = [date for year in range(2000, 2024) for date in pd.date_range(f"{year}-05-10", periods=4)]
    plan = plan_of(fairs, query="PREDICT COUNT(visits.*, 0, 6, months) FOR EACH members.member_id")

    table = build_label_table(plan, at="2023-12-15", step="6 months")

    assert last_close(table) == pd.Timestamp("2023-12-15")
    assert table.frame["anchor_time"].max() == pd.Timestamp("2023-06-15")
    assert not table.findings


def test_a_given_day_long_after_the_newest_row_warns_of_missing_rows() -> None:
    dates = daily("2023-01-01", 200)
    plan = plan_of(dates)

    late, soon = (build_label_table(plan, at=at) for at in ("2023-10-01", "2023-07-20"))

    (told,) = [finding for finding in label_warnings(plan, late) if finding.about == "visits.date"]
    assert told.severity is Severity.HOLLOW
    assert "'visits' ends on 2023-07-19 12:00:00, 74 days before 2023-10-01" in told.says
    assert "usually lie 12 hours apart, 12 hours at most: some seem to be missing" in told.says
    assert "--at 2023-07-19" in told.next_step
    assert not soon.findings


def test_a_table_that_stops_long_before_another_one_is_told_where_its_rows_used_to_come_often() -> None:
    query = "PREDICT COUNT(visits.*, 0, 30) > 9 OR COUNT(calls.*, 0, 30) > 9 FOR EACH members.member_id"
    plan = plan_of(daily("2023-01-01", 300), query=query, others={"calls": daily("2023-01-01", 200)})

    span = span_of(plan)

    assert day_of(span.last_us) == "2023-07-19"
    (told,) = span.findings
    assert "'calls' ends on 2023-07-19 12:00:00, 'visits' on 2023-10-27 12:00:00: the earlier end counts" in told.says
    assert "Rows of 'calls' usually lie 12 hours apart" in told.says
    assert told.about == "calls.date"


def test_past_anchors_lie_whole_steps_before_the_given_day() -> None:
    plan = plan_of(daily("2023-01-01", 300))
    anchors = build_label_table(plan, at="2023-10-20 06:00", step="10 days").anchors["anchor_time"]

    assert {(pd.Timestamp("2023-10-20 06:00") - anchor) % pd.Timedelta(days=10) for anchor in anchors} == {
        pd.Timedelta(0)
    }


def test_strays_alone_are_no_past() -> None:
    with pytest.raises(TooFewLabelsError, match="No window is over"):
        build_label_table(plan_of(daily("2023-01-01", 5)))


def test_aware_tables_are_held_against_utc(set_clock: Callable[[pd.Timestamp], None]) -> None:
    set_clock(NOON)
    table = build_label_table(plan_of(daily("2030-01-01", 300), zone="Asia/Tokyo"))

    assert table.prediction_anchor <= NOON.tz_localize("UTC")
    assert table.prediction_anchor > (NOON - pd.Timedelta(days=1)).tz_localize("UTC")


def test_a_static_question_is_asked_as_of_today_at_most(set_clock: Callable[[pd.Timestamp], None]) -> None:
    set_clock(NOON)
    members = pd.DataFrame({"member_id": range(40), "tier": ["gold", "tin"] * 20})
    visits = pd.DataFrame({"member_id": np.arange(600) % 40, "date": daily("2030-01-01", 300)})
    graph = Graph.from_data({"members": members, "visits": visits}, times={"visits": "date"})
    table = build_label_table(bind(parse("PREDICT members.tier FOR EACH members.member_id"), graph))

    assert table.prediction_anchor == NOON
    assert table.today_us == microseconds_of(NOON)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    begins=st.integers(-400, 100),
    num_days=st.integers(90, 500),
    at=st.none() | st.integers(-200, 300),
    per_day=st.sampled_from([1, 3]),
)
def test_no_window_closes_after_the_given_day_or_today(
    set_clock: Callable[[pd.Timestamp], None], begins: int, num_days: int, at: int | None, per_day: int
) -> None:
    set_clock(NOON)
    dates = daily(str(NOON.normalize() + pd.Timedelta(days=begins)), num_days, per_day)
    day = None if at is None else NOON.normalize() + pd.Timedelta(days=at)
    assume(begins <= -90 or begins > 0)
    assume(day is None or day > dates[0] + pd.Timedelta(days=90))

    planned = planned_anchors(plan_of(dates), at=day)

    last_us = max(planned.closed_us)
    assert day is None or last_us <= microseconds_of(day)
    assert dates[0] > NOON or last_us <= microseconds_of(NOON)
    known = [date for date in dates if date <= NOON] or dates
    assert planned.prediction_us == microseconds_of(known[-1] if day is None else day)
    assert last_us <= planned.prediction_us
