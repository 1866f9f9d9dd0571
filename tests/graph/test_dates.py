"""Dates that tell the future are left out by name; dates that begin a row are found, whatever they are called."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import GraphError
from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.with_options import with_options

START = pd.Timestamp("2021-03-01")
DAYS = 500
Frames = dict[str, pd.DataFrame]


def gym(seed: int = 0, *, num_members: int = 80) -> Frames:
    """Members who come to classes from a day of theirs on, until they lose interest."""
    random = np.random.default_rng(seed)
    begins = random.integers(0, DAYS // 2, num_members)
    ends = np.minimum(begins + random.integers(20, DAYS, num_members), DAYS)
    who = np.repeat(np.arange(num_members), 15)
    day = random.integers(begins[who], ends[who])
    members = pd.DataFrame({"member_id": np.arange(num_members), "age": random.integers(18, 70, num_members)})
    classes = pd.DataFrame({"class_id": np.arange(len(who)), "member_id": who, "day": days(day), "price": 10.0})
    return {"members": members, "classes": classes}


def days(numbers: np.ndarray) -> pd.Series:
    return pd.Series(START + pd.to_timedelta(numbers, unit="D"))


def first_day(frames: Frames) -> pd.Series:
    return frames["classes"].groupby("member_id")["day"].min()


def last_day(frames: Frames) -> pd.Series:
    return frames["classes"].groupby("member_id")["day"].max()


def with_date(frames: Frames, name: str, dates: pd.Series) -> Frames:
    dates = frames["members"]["member_id"].map(dates)
    return frames | {"members": frames["members"].assign(**{name: dates})}


def said(graph: km.Graph, about: str) -> list[Finding]:
    return [finding for finding in graph.findings if finding.about == about]


@pytest.mark.parametrize("name", ["last_seen", "final_class", "updated_at", "zq", "stamp", "last_login"])
def test_a_last_sign_of_life_is_left_out_by_name_of_the_column(name: str) -> None:
    frames = gym()
    graph = km.Graph.from_data(with_date(frames, name, last_day(frames)))

    assert graph["members"].time_column is None
    assert graph["members"][name].stype is Stype.IGNORED
    (finding,) = said(graph, f"members.{name}")
    assert finding.severity is Severity.GUESS
    assert "left out" in finding.says
    assert f"--keep members.{name}" in finding.next_step


def test_a_last_login_that_is_later_than_all_events_is_left_out() -> None:
    frames = gym()
    later = last_day(frames) + pd.to_timedelta(np.random.default_rng(1).integers(0, 20, 80), unit="D")
    graph = km.Graph.from_data(with_date(frames, "blip", later.clip(upper=days(np.array([DAYS]))[0])))

    assert graph["members"]["blip"].stype is Stype.IGNORED


def test_a_load_that_touched_most_rows_of_late_is_left_out() -> None:
    frames = gym()
    random = np.random.default_rng(2)
    graph = km.Graph.from_data(with_date(frames, "row_stamp", days(random.integers(DAYS - 30, DAYS, 80))))

    assert graph["members"]["row_stamp"].stype is Stype.IGNORED


def test_a_parent_of_events_and_a_table_above_it_are_looked_at_alike() -> None:
    frames = gym()
    random = np.random.default_rng(3)
    clubs = pd.DataFrame({"club_id": np.arange(25)})
    frames["members"]["club_id"] = random.integers(0, 25, 80)
    seen = frames["classes"].merge(frames["members"]).groupby("club_id")["day"].max()
    graph = km.Graph.from_data({"clubs": clubs.assign(zq=clubs["club_id"].map(seen)), **frames})

    assert graph["clubs"]["zq"].stype is Stype.IGNORED


def test_a_date_of_the_last_row_of_one_of_several_tables_is_left_out() -> None:
    frames = gym()
    shakes = frames["classes"].iloc[::3].rename(columns={"class_id": "shake_id"}).reset_index(drop=True)
    frames["shakes"] = shakes.assign(shake_id=np.arange(len(shakes)))
    last_shake = shakes.groupby("member_id")["day"].max()
    graph = km.Graph.from_data(with_date(frames, "shaken", last_shake))

    assert graph["members"]["shaken"].stype is Stype.IGNORED


def test_dates_known_ahead_stay_and_are_told() -> None:
    frames = gym()
    ends = last_day(frames) + pd.to_timedelta(np.random.default_rng(4).integers(0, 300, 80), unit="D")
    graph = km.Graph.from_data(with_date(frames, "contract_until", ends))

    assert graph["members"]["contract_until"].stype is Stype.TIMESTAMP
    (finding,) = said(graph, "members.contract_until")
    assert "--known members.contract_until" in finding.next_step
    assert finding.severity is Severity.GUESS


@pytest.mark.parametrize("name", ["birthday", "dob", "graduated"])
def test_dates_long_before_the_history_are_read_without_a_word(name: str) -> None:
    frames = gym()
    born = pd.Timestamp("1960-01-01") + pd.to_timedelta(np.random.default_rng(5).integers(0, 15_000, 80), unit="D")
    graph = km.Graph.from_data(with_date(frames, name, pd.Series(born)))

    assert graph["members"].time_column is None
    assert graph["members"][name].stype is Stype.TIMESTAMP
    assert graph.findings == ()


def test_the_day_on_which_a_premium_began_is_no_last_sign_of_life() -> None:
    frames = gym()
    begun = first_day(frames)
    middle = begun + (last_day(frames) - begun) / 2
    graph = km.Graph.from_data(with_date(frames, "premium", middle))

    assert graph["members"]["premium"].stype is Stype.TIMESTAMP


def test_the_delivery_soon_after_an_order_is_no_last_sign_of_life() -> None:
    random = np.random.default_rng(6)
    opened = days(np.sort(random.integers(0, DAYS, 200)))
    orders = pd.DataFrame({"order_id": np.arange(200), "order_date": opened})
    scans = pd.DataFrame({"order_id": np.repeat(np.arange(200), 3)})
    scans["scan_time"] = scans["order_id"].map(opened) + pd.to_timedelta(random.integers(1, 100, 600), unit="h")
    orders["arrived"] = scans.groupby("order_id")["scan_time"].max() + pd.Timedelta(hours=3)
    graph = km.Graph.from_data({"orders": orders, "scans": scans})

    assert graph["orders"]["arrived"].stype is Stype.TIMESTAMP


def test_what_is_kept_is_read_and_told_as_a_leak() -> None:
    frames = gym()
    frames = with_date(frames, "last_seen", last_day(frames))
    graph = km.Graph.from_data(frames, keep=[("members", "last_seen")])

    assert graph["members"]["last_seen"].stype is Stype.TIMESTAMP
    (finding,) = said(graph, "members.last_seen")
    assert finding.severity is Severity.LEAK


def test_reading_or_ignoring_it_afterwards_is_heard() -> None:
    frames = gym()
    graph = km.Graph.from_data(with_date(frames, "last_seen", last_day(frames)))

    graph["members"]["last_seen"].stype = "timestamp"

    assert [finding.severity for finding in said(graph, "members.last_seen")] == [Severity.LEAK]
    graph["members"]["last_seen"].stype = "ignored"
    assert said(graph, "members.last_seen") == []


def test_a_graph_whose_times_are_declared_later_is_looked_at_then() -> None:
    frames = gym()
    graph = km.Graph.from_data(
        with_date(frames, "zq", last_day(frames)), infer=False, keys={"members": "member_id"}, stypes={}
    )

    graph.link("classes", "member_id", "members")
    graph["classes"].time_column = "day"

    assert graph["members"]["zq"].stype is Stype.IGNORED


def test_options_of_one_question_leave_the_graph_as_it_is() -> None:
    frames = gym()
    graph = km.Graph.from_data(with_date(frames, "last_seen", last_day(frames)))

    other = with_options(graph, keep=[("members", "last_seen")], times={"classes": None})

    assert other["members"]["last_seen"].stype is Stype.TIMESTAMP
    assert other["classes"].time_column is None
    assert graph["members"]["last_seen"].stype is Stype.IGNORED
    assert graph["classes"].time_column == "day"
    assert with_options(graph) is graph


def test_a_time_named_for_one_question_shows_what_it_overwrites() -> None:
    frames = gym()
    frames = with_date(frames, "zq", last_day(frames))
    graph = km.Graph.from_data(frames, times={"classes": None})

    other = with_options(graph, times={"classes": "day"})

    assert graph["members"]["zq"].stype is Stype.TIMESTAMP
    assert other["members"]["zq"].stype is Stype.IGNORED


NAMED = ["released", "launched", "published", "introduced", "founded", "added", "date_added", "first_seen"]
NAMED += ["member_since", "hired", "onboarded", "debut", "valid_from"]


@pytest.mark.parametrize("name", NAMED)
def test_a_date_that_no_event_precedes_is_the_beginning_of_its_row(name: str) -> None:
    frames = gym()
    begun = first_day(frames) - pd.to_timedelta(np.random.default_rng(7).integers(0, 9, 80), unit="D")
    graph = km.Graph.from_data(with_date(frames, name, begun))

    assert graph["members"].time_column == name
    assert all(finding.severity is Severity.REMARK for finding in graph.findings)


def test_a_beginning_with_a_name_that_says_nothing_is_told() -> None:
    frames = gym()
    graph = km.Graph.from_data(with_date(frames, "zq", first_day(frames)))

    assert graph["members"].time_column == "zq"
    (finding,) = said(graph, "members.zq")
    assert (finding.severity, finding.next_step.split()[:2]) == (Severity.GUESS, ["--time", "members=none"])


def test_items_of_order_lines_without_a_time_have_their_beginning_too() -> None:
    frames = gym()
    orders = frames["classes"].rename(columns={"class_id": "order_id", "day": "order_date"})
    random = np.random.default_rng(8)
    since = np.sort(random.integers(0, DAYS - 50, 40))
    lines = pd.DataFrame({"order_id": orders["order_id"]})
    age = (orders["order_date"] - START).dt.days.to_numpy()
    lines["drink_id"] = [int(random.integers(0, max(1, np.searchsorted(since, day, side="right")))) for day in age]
    lines = lines[since[lines["drink_id"]] <= age]
    drinks = pd.DataFrame({"drink_id": np.arange(40), "zq": days(since)})
    frames = {"members": frames["members"], "orders": orders, "drinks": drinks, "lines": lines}
    graph = km.Graph.from_data(frames, links=[("lines", "drink_id", "drinks"), ("lines", "order_id", "orders")])

    assert graph["drinks"].time_column == "zq"


def test_a_creation_time_that_events_precede_is_told_with_the_share() -> None:
    frames = gym()
    begun = first_day(frames)
    moved = begun.where(np.arange(80) % 2 == 0, begun + pd.Timedelta(days=100))
    graph = km.Graph.from_data(with_date(frames, "created_at", moved))

    assert graph["members"].time_column == "created_at"
    (finding,) = said(graph, "members.created_at")
    assert "%" in finding.says
    assert "--time members=none" in finding.next_step


def test_a_time_that_is_a_last_sign_of_life_is_no_creation_time() -> None:
    frames = gym()
    graph = km.Graph.from_data(with_date(frames, "seen_on", last_day(frames)))

    assert graph["members"].time_column is None
    assert graph["members"]["seen_on"].stype is Stype.IGNORED


def test_what_the_user_said_of_a_time_stays() -> None:
    frames = gym()
    frames = with_date(frames, "released", first_day(frames))
    graph = km.Graph.from_data(frames, times={"members": None})

    assert graph["members"].time_column is None


def test_a_second_date_of_an_event_is_told() -> None:
    frames = gym()
    due = frames["classes"]["day"] + pd.to_timedelta(np.random.default_rng(9).integers(5, 60, 1200), unit="D")
    frames["classes"]["due"] = due
    graph = km.Graph.from_data(frames)

    (finding,) = said(graph, "classes.due")
    assert "--known classes.due" in finding.next_step
    assert km.Graph.from_data(frames, known=[("classes", "due")]).findings == ()


def test_a_date_called_known_that_never_lies_beyond_the_end_is_told_as_a_leak() -> None:
    frames = gym()
    due = frames["classes"]["day"] + pd.to_timedelta(np.random.default_rng(9).integers(5, 60, 1200), unit="D")
    frames["classes"]["paid"] = due.where(due <= frames["classes"]["day"].max())
    graph = km.Graph.from_data(frames, known=[("classes", "paid")])

    assert [finding.severity for finding in said(graph, "classes.paid")] == [Severity.LEAK]


def test_only_dates_beside_the_time_of_a_row_can_be_known_ahead() -> None:
    graph = km.Graph.from_data(gym())

    with pytest.raises(GraphError, match="time column"):
        graph["classes"]["day"].is_known = True
    with pytest.raises(GraphError, match="cannot be a time column"):
        graph["members"]["age"].is_known = True
    assert not graph["members"]["age"].is_known


def test_new_rows_leave_what_was_said_of_dates() -> None:
    frames = gym()
    frames["classes"]["due"] = frames["classes"]["day"] + pd.Timedelta(days=30)
    graph = km.Graph.from_data(with_date(frames, "last_seen", last_day(frames)), known=[("classes", "due")])

    graph.update({"classes": frames["classes"].head(3).assign(class_id=[9001, 9002, 9003])})

    assert graph["classes"]["due"].is_known
    assert graph["members"]["last_seen"].stype is Stype.IGNORED


def test_the_planned_end_of_a_row_is_told_and_can_be_known_ahead() -> None:
    frames = gym()
    ends = last_day(frames) + pd.to_timedelta(np.random.default_rng(4).integers(0, 300, 80), unit="D")
    frames = with_date(frames, "closes", ends)
    graph = km.Graph.from_data(frames, end_times={"members": "closes"})

    assert ["--known members.closes" in finding.next_step for finding in said(graph, "members.closes")] == [True]
    known = km.Graph.from_data(frames, end_times={"members": "closes"}, known=[("members", "closes")])
    assert known["members"]["closes"].is_known
    assert said(known, "members.closes") == []


def test_days_of_leaving_that_came_are_no_plans() -> None:
    frames = gym()
    left = last_day(frames).where(np.arange(80) % 2 == 0)
    graph = km.Graph.from_data(with_date(frames, "quit", left), end_times={"members": "quit"})

    assert said(graph, "members.quit") == []


def test_text_that_is_read_as_a_time_for_one_question_stays_text_in_the_graph() -> None:
    frames = gym()
    frames["classes"]["day"] = frames["classes"]["day"].dt.strftime("%d/%m/%Y")
    graph = km.Graph.from_data(frames, infer=False)
    before = graph["classes"].frame["day"].tolist(), dict(graph["classes"].written), list(graph["classes"].notes)

    other = with_options(graph, times={"classes": "day"})

    assert other["classes"].time_column == "day"
    assert graph["classes"].time_column is None
    after = graph["classes"].frame["day"].tolist(), dict(graph["classes"].written), list(graph["classes"].notes)
    assert after == before


@pytest.mark.parametrize("name", ["loaded_at", "_etl_loaded", "copied"])
def test_when_rows_were_copied_is_hidden_without_a_word(name: str) -> None:
    frames = gym()
    copied = pd.Timestamp("2030-01-01") if name == "copied" else frames["classes"]["day"] + pd.Timedelta(days=2)

    graph = km.Graph.from_data(frames | {"classes": frames["classes"].assign(**{name: copied})})

    assert graph["classes"].time_column == "day"
    assert graph.findings == ()
