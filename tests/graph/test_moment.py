"""One date that a user gave: read where it can be read one way, refused with what to write where not."""

import contextlib
import datetime
import zoneinfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo_magic.graph.moment import NoMomentError, read_moment

NEW_YEAR = int(np.datetime64("2024-01-02", "us").astype(np.int64))
HOUR_US = 3_600_000_000


@pytest.mark.parametrize(
    "value",
    [
        "2024-01-02",
        " 2024-01-02 ",
        "2024/1/2",
        "2024.01.02",
        "20240102",
        "2024-01-02T00:00",
        "2024-01-02 00:00:00.000",
        "2-Jan-2024",
        "02 January 2024",
        "Jan 2, 2024",
        "2nd January 2024",
        "2024-Jan-02",
        datetime.date(2024, 1, 2),
        datetime.datetime(2024, 1, 2),
        pd.Timestamp("2024-01-02"),
        np.datetime64("2024-01-02"),
        np.datetime64("2024-01-02T00:00:00.000000000"),
        np.str_("2024-01-02"),
    ],
)
def test_dates_that_can_be_read_one_way_are_read(value: object) -> None:
    assert read_moment(value) == read_moment("2024-01-02")
    assert (read_moment(value).time_us, read_moment(value).has_zone) == (NEW_YEAR, False)


@pytest.mark.parametrize(
    "value",
    [
        "2024-01-01T19:00:00-05:00",
        "2024-01-01 19:00-0500",
        "2024-01-02T00:00:00Z",
        "2024-01-02 00:00 UTC",
        "2024-01-02 01:00+01",
        pd.Timestamp("2024-01-01 19:00", tz="America/New_York"),
        datetime.datetime(2024, 1, 1, 19, tzinfo=zoneinfo.ZoneInfo("America/New_York")),
    ],
)
def test_a_time_with_a_zone_is_read_in_utc(value: object) -> None:
    assert (read_moment(value).time_us, read_moment(value).has_zone) == (NEW_YEAR, True)


def test_a_month_is_its_first_day_and_fractions_keep_their_microseconds() -> None:
    assert read_moment("2024-01").time_us == NEW_YEAR - 24 * HOUR_US
    assert read_moment("2024-01-02 00:00:00.0000019").time_us == NEW_YEAR + 1


@pytest.mark.parametrize("value", [None, pd.NaT, pd.NA, np.datetime64("NaT"), float("nan"), "", " ", "NaT", "null"])
def test_what_is_missing_is_said_to_be_missing(value: object) -> None:
    with pytest.raises(NoMomentError, match="is missing"):
        read_moment(value)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("03/04/2023", "Write 2023-04-03 or 2023-03-04."),
        ("13/01/2024", "Write 2024-01-13."),
        ("1-13-2024", "Write 2024-01-13."),
        ("03.04.2023 12:00", "Write 2023-04-03 or 2023-03-04."),
        (2023, "Write '2023-01-01'"),
        ("2023", "Write '2023-01-01'"),
        (20230401, "Write '2023-04-01'"),
        (np.int64(20230401), "Write '2023-04-01'"),
        (1_680_307_200, "Write '2023-04-01 00:00:00', if it counts from 1970 in s"),
        (1_680_307_200_000.0, "Write '2023-04-01 00:00:00', if it counts from 1970 in ms"),
        (44927.05, "Write 2024-01-31."),
        (True, "Write 2024-01-31."),
        ("someday", "Write 2024-01-31."),
        ("today", "Write 2024-01-31."),
        ("2023-02-30", "Write 2024-01-31."),
        ("2023-13-01", "Write 2024-01-31."),
        ("0000-00-00", "Write 2024-01-31."),
        ("2023-01-01 25:00", "Write 2024-01-31."),
        ("2 Foo 2024", "Write 2024-01-31."),
        ("99/99/2024", "Write 2024-01-31."),
        ("03/04/23", "Write 2024-01-31."),
        (np.datetime64("99999-01-01"), "Write 2024-01-31."),
        (pd.Period("2024-01"), "Write 2024-01-01 00:00:00, or"),
        (datetime.time(3), "Write 2024-01-31."),
        ([2024, 1, 1], "Write 2024-01-31."),
        (np.array([1, 2]), "Write 2024-01-31."),
    ],
)
def test_what_can_be_read_two_ways_or_none_is_refused_with_what_to_write(value: object, hint: str) -> None:
    with pytest.raises(NoMomentError) as refused:
        read_moment(value)

    assert hint in refused.value.hint


@given(st.text(alphabet="0123456789/-.:TZ +aprJn", max_size=24) | st.floats() | st.integers() | st.binary())
def test_whatever_is_given_is_a_day_of_our_years_or_refused(value: object) -> None:
    with contextlib.suppress(NoMomentError):
        moment = read_moment(value)

        assert isinstance(value, str)
        assert np.datetime64("0000-12-31") < np.datetime64(moment.time_us, "us") < np.datetime64("10000-01-02")


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_a_written_time_is_read_back(moment: datetime.datetime) -> None:
    try:
        expected = read_moment(moment)
    except NoMomentError:  # an hour before year 1 in UTC
        return
    if moment.utcoffset() is None or moment.utcoffset().total_seconds() % 60 == 0:  # pyright: ignore[reportOptionalMemberAccess]
        assert read_moment(moment.isoformat()) == expected
