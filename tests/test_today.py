"""Tables that go on after today: bookings are no past, and a run can be repeated on a later day."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.labelling import clock
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings
from kumo_magic.plan.offset import microseconds_of

TODAY = pd.Timestamp("2031-05-01 09:30")
QUERY = "PREDICT SUM(bookings.nights, 0, 14) FOR EACH guests.guest_id"
TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=20))


def hotel(factor: int = 1) -> km.Graph:
    """Thirty guests with bookings of 200 days around today; nights after today are multiplied by a factor."""
    random = np.random.default_rng(5)
    bookings = pd.DataFrame(
        {
            "booking_id": range(900),
            "guest_id": random.integers(0, 30, 900),
            "nights": random.integers(1, 9, 900),
            "arrives": pd.Timestamp("2031-01-01") + pd.to_timedelta(random.integers(0, 200 * 24, 900), unit="h"),
        }
    )
    bookings.loc[bookings["arrives"] > TODAY, "nights"] *= factor
    return km.Graph.from_data(
        {"guests": pd.DataFrame({"guest_id": range(30)}), "bookings": bookings}, times={"bookings": "arrives"}
    )


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[pd.Timestamp], None]:
    def set_to(moment: pd.Timestamp) -> None:
        monkeypatch.setattr(clock, "now_us", lambda *, has_zone: microseconds_of(moment))  # noqa: ARG005

    return set_to


def test_what_is_booked_after_today_changes_no_answer_and_no_score(set_clock: Callable[[pd.Timestamp], None]) -> None:
    set_clock(TODAY)
    run, other = (km.predict(QUERY, hotel(factor), schedule=TREES) for factor in (1, 50))

    pd.testing.assert_frame_equal(run.frame, other.frame, check_exact=True)
    pd.testing.assert_frame_equal(run.evaluation.metrics, other.evaluation.metrics, check_exact=True)
    assert run.frame["anchor_time"].max() <= TODAY
    assert any("lie after today, 2031-05-01" in note for note in run.notes)


def test_a_run_is_repeated_on_a_later_day_as_of_its_own(
    set_clock: Callable[[pd.Timestamp], None], tmp_path: Path
) -> None:
    graph = hotel()
    set_clock(TODAY)
    run = km.predict(QUERY, graph, schedule=TREES)
    run.model.save(tmp_path / "model")
    set_clock(TODAY + pd.Timedelta(days=30))

    again = km.predict(QUERY, graph, schedule=run.schedule)

    assert run.schedule.today == "2031-05-01 09:30:00"
    assert km.load(tmp_path / "model", graph).fitted.schedule == run.schedule
    pd.testing.assert_frame_equal(again.frame, run.frame, check_exact=True)
    assert km.predict(QUERY, graph, schedule=TREES).frame["anchor_time"].max() > TODAY
