"""Offsets move moments; calendar units clip to the end of the month."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo_magic.plan.offset import Offset, microseconds_of, offset_of_us
from kumo_magic.query.predictive_query import Unit


@pytest.mark.parametrize(
    ("offset", "start", "end"),
    [
        (Offset(1, Unit.MONTHS), "2024-01-31", "2024-02-29"),
        (Offset(-1, Unit.MONTHS), "2023-03-31 12:00", "2023-02-28 12:00"),
        (Offset(1, Unit.QUARTERS), "2023-11-30", "2024-02-29"),
        (Offset(1, Unit.YEARS), "2024-02-29", "2025-02-28"),
        (Offset(2, Unit.WEEKS), "2024-01-01", "2024-01-15"),
        (Offset(-90, Unit.MINUTES), "2024-01-01 01:00", "2023-12-31 23:30"),
    ],
)
def test_add_moves_by_the_calendar_or_by_a_fixed_length(offset: Offset, start: str, end: str) -> None:
    assert offset.add(pd.Timestamp(start)) == pd.Timestamp(end)


@given(
    st.datetimes(dt.datetime(1600, 1, 1), dt.datetime(2400, 1, 1)),
    st.integers(-500, 500),
    st.sampled_from([Unit.MONTHS, Unit.QUARTERS, Unit.YEARS]),
)
def test_calendar_offsets_are_those_of_pandas(start: dt.datetime, count: int, unit: Unit) -> None:
    offset = Offset(count, unit)

    assert offset.add(pd.Timestamp(start)) == pd.Timestamp(start) + pd.DateOffset(months=offset.months)


def test_add_keeps_the_time_zone() -> None:
    moved = Offset(1, Unit.DAYS).add(pd.Timestamp("2024-01-01", tz="UTC"))

    assert moved == pd.Timestamp("2024-01-02", tz="UTC")


def test_a_month_counts_as_thirty_days_where_lengths_meet() -> None:
    assert Offset(2, Unit.MONTHS).approx_days == 60
    assert Offset(36, Unit.HOURS).approx_days == 1.5
    assert Offset(2, Unit.MONTHS).minus(Offset(10, Unit.DAYS)) == Offset(50, Unit.DAYS)


def test_differences_stay_in_a_shared_unit() -> None:
    assert Offset(30, Unit.DAYS).minus(Offset(10, Unit.DAYS)) == Offset(20, Unit.DAYS)
    assert Offset(1, Unit.YEARS).minus(Offset(1, Unit.QUARTERS)) == Offset(9, Unit.MONTHS)
    assert Offset(7, Unit.DAYS).minus(Offset(0, Unit.HOURS)) == Offset(7, Unit.DAYS)


def test_lengths_read_well() -> None:
    assert Offset(1, Unit.MONTHS).words == "1 month"
    assert Offset(-90, Unit.DAYS).words == "90 days"
    assert Offset(540, Unit.HOURS).words == "22.5 days"
    assert offset_of_us(5_400_000_000) == Offset(90, Unit.MINUTES)


def test_microseconds_count_from_1970_in_utc() -> None:
    moment = pd.Timestamp("1970-01-02 01:00", tz="Europe/Berlin")

    assert microseconds_of(moment) == 86_400_000_000
    assert Offset(1, Unit.DAYS).add_us(np.array([0]))[0] == 86_400_000_000
