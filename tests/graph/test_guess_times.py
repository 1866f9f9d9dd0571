"""Which column is the time of a table's rows, and which one says when they ended."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.finding import Severity
from kumo_magic.graph import Graph
from kumo_magic.graph.guess_times import TimeGuess, guess_time_column, time_candidates
from kumo_magic.labelling import build_label_table
from kumo_magic.labelling.label_warnings import label_warnings
from kumo_magic.question import bind

DAYS = pd.Series(pd.date_range("2023-01-01", periods=60))
EVENT, THING, BOTH = (
    {"has_links": True, "is_pointed_at": False},
    {"has_links": False, "is_pointed_at": True},
    {"has_links": True, "is_pointed_at": True},
)
LOAD_STAMPS = (
    *("loaded_at", "load_ts", "load_date", "_fivetran_synced", "_airbyte_emitted_at", "_sdc_batched_at"),
    *("ingested_at", "etl_time", "dw_load_date", "extracted_at", "export_date", "synced_at", "dbt_updated_at"),
)
LEAVING_DAYS = (
    *("termination_date", "closed", "deceased", "exit_date", "left_on", "unsubscribed_at", "churned_at", "valid_to"),
    *("end_date", "cancelled_at", "deactivated", "date_of_death"),
)
FUTURE_DAYS = (
    *("next_billing_date", "renewal_date", "expiry_date", "expires_at", "planned_start", "due_date", "birthday", "dob"),
)


def guess_of(table: str, columns: list[str] | dict[str, object], place: dict[str, bool]) -> TimeGuess:
    frame = pd.DataFrame(dict.fromkeys(columns, DAYS) if isinstance(columns, list) else columns)
    return guess_time_column(table, frame, **place)


def club_of(**dates: object) -> dict[str, pd.DataFrame]:
    """Sixty members, who visit five times each in 2023."""
    members = pd.DataFrame({"member_id": range(60), **dates})
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.arange(300) % 97, unit="D")
    visits = pd.DataFrame({"visit_id": range(300), "member_id": np.arange(300) % 60, "date": days})
    visits["amount"] = pd.Series(np.arange(300) % 7 + 1.5).where(np.arange(300) % 9 > 0)
    return {"members": members, "visits": visits}


@pytest.mark.parametrize(
    "column", ["season_end", "closed_at", "delivered", "finished", "due", "last_update", "expected_on", "ended"]
)
def test_a_name_that_sounds_like_an_ending_is_the_time_of_events_that_have_no_other(column: str) -> None:
    assert guess_of("tickets", [column], EVENT).column == column
    assert guess_of("tickets", [column, "opened"], EVENT).column == "opened"


@pytest.mark.parametrize("column", ["closed_at", "due", "last_update"])
def test_a_time_that_may_be_late_is_said_with_the_option_that_takes_another(column: str) -> None:
    frames = club_of()
    frames["visits"] = frames["visits"].rename(columns={"date": column})
    (finding,) = Graph.from_data(frames).findings

    assert (finding.about, finding.severity) == (f"visits.{column}", Severity.GUESS)
    assert "--time visits=none" in finding.next_step


@pytest.mark.parametrize("column", LOAD_STAMPS)
def test_when_rows_were_copied_is_not_when_they_happened(column: str) -> None:
    assert guess_of("orders", [column, "ordered"], EVENT).column == "ordered"
    assert guess_of("orders", [column, "updated_at"], EVENT).column == "updated_at"
    assert guess_of("orders", [column], EVENT).column is None
    assert guess_of("users", [column], THING).column is None
    assert f"{column} is when rows were copied" in guess_of("users", [column], THING).reason


def test_a_snapshot_is_the_time_of_what_is_measured_again_and_again() -> None:
    assert guess_of("balances", ["snapshot_date"], EVENT).column == "snapshot_date"
    assert guess_of("users", ["snapshot_date"], THING).column is None


def test_when_a_row_was_inserted_counts_when_there_is_nothing_better() -> None:
    assert guess_of("orders", ["inserted_at"], EVENT).column == "inserted_at"
    assert guess_of("orders", ["inserted_at", "ordered"], EVENT).column == "ordered"


def test_a_column_of_one_value_tells_no_time() -> None:
    guess = guess_of("users", {"created_at": [pd.Timestamp("2023-12-31")] * 60}, THING)

    assert guess.column is None
    assert "created_at is always 2023-12-31" in guess.reason


def test_stamps_that_many_rows_share_give_way_to_a_date_before_them() -> None:
    months = DAYS.dt.to_period("Q").dt.end_time.dt.floor("s")

    assert guess_of("orders", {"stamp_date": months, "bought": DAYS}, EVENT).column == "bought"


@pytest.mark.parametrize("column", [*LEAVING_DAYS, *FUTURE_DAYS])
def test_a_day_of_leaving_or_of_the_future_is_no_creation_time(column: str) -> None:
    assert guess_of("members", [column], THING).column is None
    assert guess_of("members", [column, "joined"], THING).column == "joined"


@pytest.mark.parametrize("column", LEAVING_DAYS)
def test_a_day_of_leaving_is_the_end_time_and_is_said(column: str) -> None:
    left = pd.Timestamp("2023-04-01") + pd.to_timedelta(pd.Series(range(60)) % 6, unit="D")
    left = left.where(np.arange(60) % 3 == 0)
    frames = club_of(**{column: left})
    graph = Graph.from_data(frames)
    finding = graph["members"].guesses["end time column"]

    assert finding in graph.findings
    assert (graph["members"].time_column, graph["members"].end_time_column) == (None, column)
    assert (finding.about, finding.severity) == (f"members.{column}", Severity.GUESS)
    assert "20 of 60 have one" in finding.says
    assert "--end members=none" in finding.next_step
    kept = Graph.from_data(frames, end_times={"members": None})
    assert kept["members"].end_time_column is None
    assert "end time column" not in kept["members"].guesses


@pytest.mark.parametrize("column", FUTURE_DAYS)
def test_a_day_of_the_future_is_no_end_time(column: str) -> None:
    graph = Graph.from_data(club_of(**{column: DAYS + pd.Timedelta(days=200)}))

    assert graph["members"].end_time_column is None


def test_a_date_after_which_rows_go_on_is_no_end_time() -> None:
    graph = Graph.from_data(club_of(end_date=pd.Series([pd.Timestamp("2023-01-09")] * 60)))

    assert graph["members"].end_time_column is None
    assert "come after it" in graph["members"].reasons["end time column"]


def test_ends_that_lie_ahead_of_all_events_are_plans_unless_they_stand_for_none() -> None:
    ahead = pd.Series(pd.date_range("2023-06-01", periods=60))
    left = pd.Series([pd.Timestamp("2023-04-02")] * 30 + [pd.Timestamp("9999-12-31")] * 30)

    assert Graph.from_data(club_of(end_date=ahead))["members"].end_time_column is None
    assert Graph.from_data(club_of(end_date=left))["members"].end_time_column == "end_date"


def test_a_date_before_the_beginning_is_no_end_time() -> None:
    joined = pd.Series(pd.date_range("2022-06-01", periods=60))
    graph = Graph.from_data(club_of(joined=joined, closed=joined - pd.Timedelta(days=3)))

    assert (graph["members"].time_column, graph["members"].end_time_column) == ("joined", None)


def test_posts_that_are_closed_are_not_gone() -> None:
    frames = club_of()
    frames["visits"]["closed_date"] = frames["visits"]["date"] + pd.Timedelta(days=9)
    frames["notes"] = pd.DataFrame({"note_id": range(9), "visit_id": range(9), "date": frames["visits"]["date"][:9]})
    graph = Graph.from_data(frames)

    assert (graph["visits"].time_column, graph["visits"].end_time_column) == ("date", None)


def test_an_end_is_said_to_those_alone_who_ask_about_these_rows() -> None:
    graph = Graph.from_data(club_of(closed=pd.Series([pd.Timestamp("2023-04-06"), *[pd.NaT] * 59])))

    def told(query: str) -> list[str]:
        plan = bind(query, graph)
        return [finding.about for finding in label_warnings(plan, build_label_table(plan))]

    assert "members.closed" in told("PREDICT COUNT(visits.*, 0, 7, days) FOR EACH members.member_id")
    assert "members.closed" not in told("PREDICT visits.amount FOR EACH visits.visit_id")


@pytest.mark.parametrize(
    ("table", "columns", "time"),
    [
        ("shipments", ["order_date", "ship_date"], "ship_date"),
        ("deliveries", ["purchased", "delivered"], "delivered"),
        ("orders", ["paid_at", "ordered"], "ordered"),
        ("payments", ["invoice_date", "paid_at"], "paid_at"),
        ("sales", ["sold", "shipped_date"], "sold"),
        ("terminations", ["termination_date", "decided"], "termination_date"),
        ("lines", ["shipping_limit_date", "order_purchase_timestamp"], "order_purchase_timestamp"),
        ("calls", ["end_time", "start_time"], "start_time"),
    ],
)
def test_the_event_that_the_table_is_named_after_is_its_time(table: str, columns: list[str], time: str) -> None:
    assert guess_of(table, columns, EVENT).column == time


def test_of_equal_names_the_one_that_comes_first_in_the_rows_is_the_time() -> None:
    dates = {"order_approved_at": DAYS + pd.Timedelta(days=1), "order_purchase_timestamp": DAYS}
    guess = guess_of("orders", dates, BOTH)

    assert (guess.column, guess.doubt) == ("order_purchase_timestamp", "")
    assert "chosen over order_approved_at" in guess.reason


def test_two_dates_that_could_both_be_the_time_are_said() -> None:
    dates = {"checked_on": DAYS, "noted_on": DAYS + pd.to_timedelta(np.arange(60) % 5 - 2, unit="D")}
    guess = guess_of("tours", dates, EVENT)

    assert guess.column == "checked_on"
    assert "noted_on could be it too" in guess.doubt


def test_candidates_are_dates_and_what_could_be_read_as_dates_the_likeliest_first() -> None:
    frames = club_of()
    frames["visits"] = frames["visits"].assign(
        loaded_at=DAYS[0],
        born=DAYS[1],
        paid=["03/04/2024", "05/06/2024"] * 150,
        day_key=20230101 + np.arange(300) % 28,
        price=44_927,
    )
    graph = Graph.from_data(frames, times={"visits": None})

    assert time_candidates(graph["visits"]) == ("date", "day_key", "paid", "loaded_at")


@pytest.mark.parametrize("placeholder", ["1900-01-01", "1970-01-01"])
def test_placeholders_are_missing_times_and_counted(placeholder: str) -> None:
    frames = club_of()
    frames["visits"].loc[::30, "date"] = pd.Timestamp(placeholder)
    graph = Graph.from_data(frames)
    (finding,) = graph.findings

    assert graph["visits"].frame["date"].isna().sum() == 10
    assert f"visits.date is {placeholder} in 10 of 300 rows" in finding.says
    row = {"visit_id": [300], "member_id": [1], "date": [pd.Timestamp(placeholder)], "amount": [1.5]}
    graph.update({"visits": pd.DataFrame(row)})
    assert graph["visits"].frame["date"].isna().sum() == 11


def test_a_day_long_ago_among_others_is_no_placeholder() -> None:
    frames = club_of()
    frames["visits"]["date"] = pd.date_range("1969-06-01", periods=300)

    assert Graph.from_data(frames)["visits"].frame["date"].notna().all()


@pytest.mark.parametrize("column", ["date_added", "time_hour", "datetime_utc"])
def test_a_name_that_begins_with_a_word_of_time_is_a_time(column: str) -> None:
    assert guess_of("films", [column], THING).column == column
