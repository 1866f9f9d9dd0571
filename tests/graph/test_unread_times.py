"""Tables of events whose dates are there, but not in a form that is read: what is said makes a time of them."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.graph import Graph

DAYS = pd.Series(pd.date_range("2023-01-05", periods=90, freq="3D"))


def visits_of(**columns: object) -> dict[str, pd.DataFrame]:
    users = pd.DataFrame({"user_id": range(1, 11), "age": 30})
    visits = pd.DataFrame({"visit_id": range(90), "user_id": np.arange(90) % 10 + 1, **columns})
    return {"users": users, "visits": visits}


def done(frames: dict[str, pd.DataFrame]) -> pd.Series:
    """What the code makes of the visits that is said to make a time of them."""
    (finding,) = Graph.from_data(frames).findings
    code = finding.next_step.rsplit(": pd.", 1)[1].removesuffix(".")
    return eval(f"pd.{code}", {"pd": pd, "visits": frames["visits"]})


def test_years_months_and_days_apart_get_code_that_puts_them_together() -> None:
    frames = visits_of(year=DAYS.dt.year, month=DAYS.dt.month, day=DAYS.dt.day)

    assert done(frames).tolist() == DAYS.tolist()


def test_years_and_months_apart_get_code_that_takes_the_first_day() -> None:
    frames = visits_of(visit_year=DAYS.dt.year, visit_month=DAYS.dt.month)

    assert done(frames).tolist() == DAYS.dt.to_period("M").dt.start_time.tolist()


@pytest.mark.parametrize("form", ["%d%m%Y", "%m%d%Y", "%y%m%d"])
@pytest.mark.parametrize("kind", [str, int])
def test_digits_without_a_sign_between_them_get_code_that_reads_them(form: str, kind: type) -> None:
    frames = visits_of(visit_date=DAYS.dt.strftime(form).astype(kind))

    assert done(frames).tolist() == DAYS.tolist()


def test_months_of_short_years_get_code_that_reads_them() -> None:
    assert done(visits_of(visit_date=DAYS.dt.strftime("%b-%y"))).iloc[0] == pd.Timestamp("2023-01-01")


@pytest.mark.parametrize("column", ["time", "visit_time"])
def test_times_of_day_are_no_dates(column: str) -> None:
    assert Graph.from_data(visits_of(**{column: DAYS.dt.strftime("%H:%M")})).findings == ()


@pytest.mark.parametrize("share", [30, 5])
def test_numbers_that_a_spreadsheet_left_among_dates_are_read(share: int) -> None:
    numbers = (DAYS - pd.Timestamp("1899-12-30")).dt.days.astype(str)
    frames = visits_of(date=DAYS.dt.strftime("%Y-%m-%d").where(DAYS.index % share > 0, numbers))

    assert Graph.from_data(frames)["visits"].frame["date"].tolist() == DAYS.tolist()


def test_numbers_among_dates_that_lie_elsewhere_are_none() -> None:
    frames = visits_of(date=DAYS.dt.strftime("%Y-%m-%d").where(DAYS.index % 30 > 0, "31000"))

    assert Graph.from_data(frames)["visits"].frame["date"].isna().sum() == 3


NUMBERS = {
    "yyyymmdd": DAYS.dt.strftime("%Y%m%d").astype(int),
    "seconds": DAYS.astype("datetime64[s]").astype("int64"),
    "milliseconds, as floats": DAYS.astype("datetime64[ms]").astype("int64").astype(float),
    "microseconds": DAYS.astype("datetime64[us]").astype("int64"),
    "nanoseconds, as text": DAYS.astype("datetime64[ns]").astype("int64").astype(str),
}


@pytest.mark.parametrize("form", NUMBERS)
def test_numbers_that_are_times_by_their_size_are_proposed_and_read_when_said(form: str) -> None:
    frames = visits_of(seen=NUMBERS[form])

    (finding,) = Graph.from_data(frames).findings
    said = Graph.from_data(frames, times={"visits": "seen"})

    assert "2023-01-05" in finding.says
    assert finding.next_step.endswith("--time visits.seen.")
    assert said["visits"].frame["seen"].tolist() == DAYS.tolist()


@pytest.mark.parametrize(
    "numbers",
    [
        np.arange(90) + 1_600_000_000,  # numbered rows
        np.arange(90) * 11 + 20230101,
        np.random.default_rng(1).integers(10_000_000, 99_999_999, 90),
        np.random.default_rng(1).integers(1_000_000_000, 9_999_999_999, 90),
        np.random.default_rng(1).gamma(2.0, 20_000.0, 90).round(),
    ],
)
def test_codes_and_amounts_are_not_taken_for_times(numbers: np.ndarray) -> None:
    assert Graph.from_data(visits_of(what=numbers)).findings == ()
