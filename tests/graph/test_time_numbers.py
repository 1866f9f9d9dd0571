"""Numbers that people and programs write for dates, and numbers that only look like some."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import GraphError
from kumo_magic.graph import Graph, Stype

MOMENTS = pd.Series(pd.date_range("2023-01-05 10:17:42", periods=90, freq="37h"))
SINCE_1970 = MOMENTS.astype("datetime64[ns]").astype("int64")
WRITTEN = {
    "yyyymmdd": (MOMENTS.dt.strftime("%Y%m%d").astype(int), "D"),
    "yyyymmdd as text": (MOMENTS.dt.strftime("%Y%m%d"), "D"),
    "yyyymmdd with gaps": (MOMENTS.dt.strftime("%Y%m%d").astype(float).where(MOMENTS.index % 7 != 3), "D"),
    "yyyymm": (MOMENTS.dt.strftime("%Y%m").astype(int), "M"),
    "yyyymmddhh": (MOMENTS.dt.strftime("%Y%m%d%H").astype(int), "h"),
    "yyyymmddhhmm": (MOMENTS.dt.strftime("%Y%m%d%H%M").astype(int), "m"),
    "yyyymmddhhmmss": (MOMENTS.dt.strftime("%Y%m%d%H%M%S").astype(int), "s"),
    "seconds": (SINCE_1970 // 10**9, "s"),
    "seconds with fractions": (SINCE_1970 / 10**9, "s"),
    "seconds as text": ((SINCE_1970 // 10**9).astype(str), "s"),
    "milliseconds": (SINCE_1970 // 10**6, "s"),
    "microseconds": (SINCE_1970 // 10**3, "s"),
    "nanoseconds": (SINCE_1970, "s"),
    "spreadsheet": ((MOMENTS - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1), "s"),
    "spreadsheet days": ((MOMENTS - pd.Timestamp("1899-12-30")).dt.days, "D"),
}


def shop_of(values: object, name: str) -> dict[str, pd.DataFrame]:
    users = pd.DataFrame({"user_id": range(1, 11), "age": 30})
    visits = pd.DataFrame({"visit_id": range(90), "user_id": np.arange(90) % 10 + 1, name: values})
    return {"users": users, "visits": visits}


@pytest.mark.parametrize("name", ["date", "visit_ts", "created_at"])
@pytest.mark.parametrize("written", WRITTEN)
def test_numbers_named_and_sized_like_times_are_the_time_of_events(written: str, name: str) -> None:
    values, unit = WRITTEN[written]
    graph = Graph.from_data(shop_of(values, name))
    times = graph["visits"].frame[name]

    if name == "visit_ts" and written == "spreadsheet days":  # a stamp is no day, and a count may be as large
        assert graph["visits"].time_column in (name, None)
        return
    assert graph["visits"].time_column == name
    is_there = values.notna()
    expected = MOMENTS.to_numpy(dtype=f"datetime64[{unit}]").astype("datetime64[us]")
    assert (times[is_there].to_numpy() == expected[is_there]).all()
    assert times[~is_there].isna().all()
    note = next(note for note in graph.notes if note.startswith(f"visits.{name}"))
    assert note.count(" as 2023-") == 3


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("amount", np.arange(90) + 20_230_101 % 28),
        ("zip_code", np.arange(90) + 44_900),
        ("phone", np.arange(90) + 1_672_531_200),
        ("total", 20_230_100 + np.arange(90) % 28 + 1),
        ("distance", (np.arange(90) + 40_000) / 2),
        ("day", np.arange(90)),
        ("day_of_week", np.arange(90) % 7),
        ("time", np.arange(90) * 100 % 2400),
        ("opening_time", np.arange(90) * 10 + 32_400),
        ("hour", np.arange(90) % 24),
        ("year", np.arange(90) % 30 + 1990),
        ("days_on_site", np.arange(90) + 100),
    ],
)
def test_numbers_that_are_no_times_stay_numbers(name: str, values: np.ndarray) -> None:
    frames = shop_of(values, name)
    frames["visits"]["date"] = MOMENTS
    graph = Graph.from_data(frames)

    assert graph["visits"].frame[name].tolist() == values.tolist()
    assert graph["visits"].time_column == "date"
    assert graph.findings == ()


def test_keys_that_look_like_days_stay_keys() -> None:
    days = pd.DataFrame({"date_id": MOMENTS.dt.strftime("%Y%m%d").astype(int).drop_duplicates(), "is_holiday": False})
    frames = {"days": days, "sales": pd.DataFrame({"date_id": days["date_id"].repeat(3), "amount": 5.0})}
    graph = Graph.from_data(frames, keys={"days": "date_id"})

    assert [(link.table, link.column) for link in graph.links] == [("sales", "date_id")]
    assert pd.api.types.is_integer_dtype(graph["sales"].frame["date_id"])


@pytest.mark.parametrize("written", WRITTEN)
def test_numbers_that_the_user_names_as_the_time_need_no_name(written: str) -> None:
    values, unit = WRITTEN[written]
    graph = Graph.from_data(shop_of(values, "x"), times={"visits": "x"})
    expected = MOMENTS.to_numpy(dtype=f"datetime64[{unit}]").astype("datetime64[us]")

    assert graph["visits"].frame["x"][0] == pd.Timestamp(expected[0])


@pytest.mark.parametrize(
    ("values", "form", "first"),
    [
        (np.arange(90) % 30 + 1990, "years", "1990-01-01"),
        (MOMENTS.dt.strftime("%Y%j").astype(int), "yyyyddd", "2023-01-05"),
        (pd.DatetimeIndex(MOMENTS).to_julian_date(), "Julian days", "2023-01-05 10:17:42"),
    ],
)
def test_years_and_julian_days_are_read_where_the_user_says_so(values: object, form: str, first: str) -> None:
    graph = Graph.from_data(shop_of(values, "x"), times={"visits": "x"})

    assert graph["visits"].frame["x"][0].floor("s") == pd.Timestamp(first)
    assert any(f"({form})" in note for note in graph.notes)


def test_zeros_beside_days_are_missing_times_and_counted() -> None:
    values = MOMENTS.dt.strftime("%Y%m%d").astype(int).where(MOMENTS.index % 9 != 4, 0)
    graph = Graph.from_data(shop_of(values, "date"))

    assert graph["visits"].frame["date"].isna().sum() == 10
    assert any("10 of 90 are none, such as 0: missing." in note for note in graph.notes)


def test_a_seconds_column_beside_times_in_utc_is_utc_too() -> None:
    frames = shop_of(SINCE_1970 // 10**9, "ts")
    frames["users"]["created_at"] = pd.Timestamp("2022-01-01", tz="UTC") + pd.to_timedelta(np.arange(10), unit="D")
    graph = Graph.from_data(frames)

    assert (graph["visits"].time_zone, graph["users"].time_zone) == ("UTC", "UTC")


@pytest.mark.parametrize("values", [np.arange(90), np.arange(90) * 86_400, np.arange(90) / 7, MOMENTS.dt.day_of_year])
def test_counts_from_an_unknown_day_get_code_that_reads_them(values: object) -> None:
    frames = shop_of(values, "moment")
    with pytest.raises(GraphError, match="cannot be a time column") as raised:
        Graph.from_data(frames, times={"visits": "moment"})

    code = raised.value.hint.split(": ", 1)[1].removesuffix(".")
    frames["visits"]["moment"] = eval(code, {"pd": pd, "visits": frames["visits"]})
    read = Graph.from_data(frames)["visits"].frame["moment"]
    steps = pd.Series(np.diff(np.asarray(values)))
    assert read.is_monotonic_increasing
    assert (read.diff().dropna().dt.total_seconds().reset_index(drop=True) / steps).round(2).nunique() == 1


def test_days_since_1970_get_code_that_reads_them() -> None:
    frames = shop_of(SINCE_1970 // (86_400 * 10**9), "moment")
    with pytest.raises(GraphError) as raised:
        Graph.from_data(frames, times={"visits": "moment"})

    read = eval(raised.value.hint.split(": ", 1)[1].removesuffix("."), {"pd": pd, "visits": frames["visits"]})
    assert read.tolist() == MOMENTS.dt.normalize().tolist()


def test_rows_that_come_later_are_read_by_the_form_of_the_first() -> None:
    graph = Graph.from_data(shop_of(MOMENTS.dt.strftime("%Y%m%d").astype(int), "date"))
    graph.update({"visits": pd.DataFrame({"visit_id": [90], "user_id": [1], "date": [20240229]})})

    assert graph["visits"].frame["date"].iloc[-1] == pd.Timestamp("2024-02-29")


def test_events_that_have_a_year_alone_take_its_first_day_and_say_so() -> None:
    graph = Graph.from_data(shop_of(np.arange(90) % 30 + 1990, "season"))
    (finding,) = graph.findings

    assert graph["visits"].time_column == "season"
    assert graph["visits"]["season"].stype is Stype.TIMESTAMP
    assert "first day of their year" in finding.says
    assert "--time visits=none" in finding.next_step
