"""Texts as people write dates, in columns as they have them."""

import datetime
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kumo_magic.errors import DataError, KumoMagicError
from kumo_magic.finding import Severity
from kumo_magic.graph import Graph
from kumo_magic.graph.time_forms import Order, read_moments
from kumo_magic.graph.time_text import parse_times

DAYS = pd.Series(pd.date_range("2023-01-03 00:00", periods=60, freq="D"))
MINUTES = pd.Series(pd.date_range("2023-01-03 22:57:09", periods=60, freq="31h"))
TELLING = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m/%d/%y", "%d.%m.%y", "%y/%m/%d")
WRITTEN = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %B %Y",
    "%d%b%Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%Y-%b-%d",
    "%a, %d %b %Y",
    "%G-W%V-%u",
    *TELLING,
)
CLOCKED = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.000+00:00",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%dT%H%M%SZ",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d-%b-%Y %H:%M:%S",
    "%d%b%Y:%H:%M:%S",
    "%b %d, %Y, %I:%M:%S %p",
    "%a, %d %b %Y %H:%M:%S GMT",
    "%a %b %d %H:%M:%S %Y",
    "%d.%m.%Y %H.%M.%S",
    "%Y%m%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
)


def graph_of(values: object) -> Graph:
    return Graph.from_data({"rows": pd.DataFrame({"date": values})})


def read_moment(text: str) -> pd.Timestamp | None:
    """What one text stands for by itself."""
    found = read_moments(pd.Series([text], dtype=object))
    if np.isnat(found.times[0]):
        return None
    return pd.Timestamp(found.times[0]).tz_localize("UTC" if found.has_zone[0] else None)


def is_either_day(text: str) -> bool:
    return bool(read_moments(pd.Series([text], dtype=object)).is_unordered[0])


def done(hint: str, rows: pd.DataFrame) -> pd.Series:
    """What the code at the end of a hint makes of the rows."""
    return eval(hint.split(": ", 1)[1].removesuffix("."), {"pd": pd, "rows": rows})


@pytest.mark.parametrize("form", WRITTEN)
def test_days_are_read_as_they_are_written(form: str) -> None:
    graph = graph_of(DAYS.dt.strftime(form))

    assert graph["rows"].frame["date"].tolist() == DAYS.tolist()
    assert graph["rows"].time_column == "date"


@pytest.mark.parametrize("form", CLOCKED)
def test_times_of_day_are_read_as_they_are_written(form: str) -> None:
    graph = graph_of(MINUTES.dt.strftime(form))

    assert graph["rows"].frame["date"].tolist() == MINUTES.tolist()
    assert graph["rows"].time_zone == ("UTC" if form.endswith(("Z", "+00:00", "GMT")) else None)


@pytest.mark.parametrize(
    ("text", "first_day"),
    [
        ("2023-02", "2023-02-01"),
        ("02/2023", "2023-02-01"),
        ("Feb 2023", "2023-02-01"),
        ("2023 February", "2023-02-01"),
        ("2023Q2", "2023-04-01"),
        ("Q4 2023", "2023-10-01"),
        ("2020-W53", "2020-12-28"),
        ("2024W01", "2024-01-01"),
    ],
)
def test_a_month_a_quarter_and_a_week_count_from_their_first_day(text: str, first_day: str) -> None:
    assert read_moment(text) == pd.Timestamp(first_day)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "12:30", "2023-02-30", "2023-13-01", "25 Foo 2023", "2023-W54", "0000-00-00", "1.2", "4711", "-"],
)
def test_what_is_no_date_stands_for_none(text: str) -> None:
    assert read_moment(text) is None
    assert not is_either_day(text)


def test_one_text_has_a_zone_only_where_it_says_so() -> None:
    assert read_moment("5 Jan 2023 10:00 +02:00") == pd.Timestamp("2023-01-05 08:00", tz="UTC")
    assert read_moment("5 Jan 2023 10:00 EST") == pd.Timestamp("2023-01-05 15:00", tz="UTC")
    assert read_moment("5 Jan 2023 10:00") == pd.Timestamp("2023-01-05 10:00")


def test_a_date_alone_whose_day_and_month_could_be_confused_is_none() -> None:
    assert (read_moment("03/04/2024"), is_either_day("03/04/2024")) == (None, True)
    assert (read_moment("04/04/2024"), is_either_day("04/04/2024")) == (pd.Timestamp("2024-04-04"), False)


def test_a_note_shows_three_values_as_they_were_read() -> None:
    (note,) = graph_of(["31.12.2023", "01.02.2024", "02.02.2024 10:00", "03.02.2024"]).notes

    assert note == (
        "rows.date is text that was read as dates, day first: '31.12.2023' as 2023-12-31, "
        "'02.02.2024 10:00' as 2024-02-02 10:00:00, '01.02.2024' as 2024-02-01."
    )


@pytest.mark.parametrize(
    "gap", ["", " ", "NULL", "N/A", "nan", "None", "-", "unknown", "0000-00-00", "0000-00-00 00:00:00"]
)
def test_words_for_no_value_are_missing_times_and_counted(gap: str) -> None:
    graph = graph_of([*DAYS.dt.strftime("%d %b %Y"), gap, gap, None])

    assert graph["rows"].frame["date"].isna().sum() == 3
    assert graph["rows"].time_column == "date"
    assert f"2 of 63 say that there is none, such as {gap!r}." in graph.notes[0]


def test_a_few_values_that_are_no_dates_are_missing_and_named() -> None:
    graph = graph_of([*DAYS.dt.strftime("%Y-%m-%d"), "soon", "2023-02-30"])

    assert graph["rows"].frame["date"].isna().sum() == 2
    assert "2 of 62 are no dates, such as 'soon': missing." in graph.notes[0]


def test_more_values_that_are_no_dates_leave_text_with_code_that_reads_the_dates() -> None:
    rows = pd.DataFrame({"date": [*DAYS.dt.strftime("%d.%m.%Y"), *["soon"] * 9]})
    graph = Graph.from_data({"rows": rows})
    (finding,) = graph.findings
    with pytest.raises(DataError, match="9 of its 69 values are no dates") as raised:
        graph["rows"].time_column = "date"

    assert graph["rows"].time_column is None
    assert (finding.about, finding.severity) == ("rows.date", Severity.GUESS)
    assert "9 of its 69 values are no dates" in finding.says
    assert "'soon'" in finding.says
    assert done(raised.value.hint, rows).dropna().tolist() == DAYS.tolist()
    assert finding.next_step == raised.value.hint


@pytest.mark.parametrize("clock", ["", " %H:%M", " %I:%M %p"])
def test_day_and_month_that_cannot_be_told_leave_text_with_both_codes(clock: str) -> None:
    days = pd.date_range("2024-03-01", periods=9) + pd.Timedelta(hours=7)
    rows = pd.DataFrame({"date": days.strftime("%d/%m/%Y" + clock)})
    graph = Graph.from_data({"rows": rows})
    (finding,) = graph.findings

    assert graph["rows"].time_column is None
    assert f"{rows['date'][0]!r}, which is day 1 of month 3 or day 3 of month 1" in finding.says
    codes = re.findall(r"pd\.to_datetime\(.*?\)", finding.next_step)
    by_month, by_day = (eval(code, {"pd": pd, "rows": rows}) for code in codes)
    assert by_day.dt.normalize().tolist() == days.normalize().tolist()
    assert by_month.dt.month.tolist() == days.day.tolist()
    assert done(finding.next_step, rows).equals(by_day)


def test_dates_year_first_beside_dates_that_tell_no_order_get_code_that_reads_both() -> None:
    rows = pd.DataFrame({"date": [*DAYS.dt.strftime("%Y-%m-%d"), *["03/04/2023", "05/06/2023"] * 4]})
    with pytest.raises(DataError, match="the day or with the month") as raised:
        Graph.from_data({"rows": rows}, times={"rows": "date"})

    read = done(raised.value.hint, rows)
    assert read.tolist() == [*DAYS, *[pd.Timestamp("2023-04-03"), pd.Timestamp("2023-06-05")] * 4]


def test_each_value_is_read_by_the_form_that_it_proves() -> None:
    texts = DAYS.dt.strftime("%Y-%m-%d").where(DAYS.index % 10 != 3, DAYS.dt.strftime("%m/%d/%y"))

    assert graph_of(texts)["rows"].frame["date"].tolist() == DAYS.tolist()


def test_values_that_prove_both_orders_prove_none() -> None:
    texts = [*DAYS.dt.strftime("%d/%m/%Y"), *DAYS.dt.strftime("%m/%d/%Y")]

    assert graph_of(texts)["rows"].time_column is None


def test_rows_that_come_later_are_read_as_the_first_ones_were_written() -> None:
    graph = graph_of(["31/12/2023", "30/12/2023"])
    graph.update({"rows": pd.DataFrame({"date": ["02/01/2024"]})})

    graph.update({"rows": pd.DataFrame({"date": ["02/03/2024", "01/13/2024", *["04/05/2024"] * 40]})})

    assert graph["rows"].frame["date"].iloc[2] == pd.Timestamp("2024-01-02")
    assert graph["rows"].frame["date"].iloc[3] == pd.Timestamp("2024-03-02")
    assert graph["rows"].frame["date"].iloc[4:5].isna().all()


def test_an_order_that_is_known_is_kept_to() -> None:
    times, is_aware = parse_times(pd.Series(["03/04/2024"]), "rows", "date", Order.MONTH)

    assert (times.tolist(), is_aware) == ([pd.Timestamp("2024-03-04")], False)


@pytest.mark.parametrize("form", ["%d.%m.%y", "%d/%m/%y", "%d-%m-%y", "%m/%d/%y", "%y-%m-%d"])
def test_short_dates_with_zeros_are_times_whatever_their_name(form: str) -> None:
    days = pd.Series(pd.date_range("2023-01-01", periods=300)).sample(200, random_state=1, ignore_index=True)
    visits = pd.DataFrame({"member_id": [1, 2] * 100, "seen": days.dt.strftime(form)})
    graph = Graph.from_data({"members": pd.DataFrame({"member_id": [1, 2]}), "visits": visits})

    assert graph["visits"].time_column == "seen"
    assert graph["visits"].frame["seen"].tolist() == days.tolist()


@pytest.mark.parametrize(
    "texts",
    [
        ["1.2.10", "10.15.7", "3.13.22", "2.0.14"],
        ["10:15:00", "11:30:00"],
        ["12-34-56", "45-11-22"],
        ["4711-12", "1010-05"],
        ["192.168.0.1", "10.0.0.7"],
        ["1/2", "3/4"],
        ["May", "June"],
        ["a1", "b2"],
        ["555-12-3456"],
        ["2023.5", "2024.7"],
    ],
)
def test_versions_clocks_and_codes_are_no_dates(texts: list[str]) -> None:
    graph = Graph.from_data({"rows": pd.DataFrame({"label": texts * 5})})

    assert graph["rows"].frame["label"].tolist() == texts * 5
    assert graph.findings == ()


def test_dates_and_texts_of_dates_in_one_column_are_times() -> None:
    values = [datetime.datetime(2024, 1, 1, 5), "2024-02-01", datetime.date(2024, 3, 1), pd.Timestamp("2024-04-01")]
    graph = graph_of(values)

    assert graph["rows"].frame["date"].tolist() == [pd.Timestamp(value) for value in values]
    assert graph["rows"].time_column == "date"
    assert not any("mixes" in note for note in graph.notes)


@pytest.mark.parametrize(
    "values",
    [
        [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01", tz="UTC")],
        [datetime.datetime(2024, 1, 1), "soon", "later"],
        [datetime.date(2024, 1, 1), 7.5, 8.5],
    ],
)
def test_a_mix_that_is_refused_as_a_time_gets_code_that_makes_it_one_kind(values: list[object]) -> None:
    rows = pd.DataFrame({"date": pd.Series(values, dtype=object)})
    graph = Graph.from_data({"rows": rows})
    with pytest.raises(DataError, match="mixes kinds") as raised:
        graph["rows"].time_column = "date"

    mended = graph_of(done(raised.value.hint, rows))
    assert mended["rows"].time_column == "date"
    assert mended["rows"].frame["date"].iloc[0] == pd.Timestamp("2024-01-01")


def test_texts_of_which_some_have_a_zone_get_code_that_makes_them_one_kind() -> None:
    rows = pd.DataFrame({"date": ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00", "2024-01-03"]})
    with pytest.raises(DataError, match="with a time zone and values without") as raised:
        Graph.from_data({"rows": rows}, times={"rows": "date"})

    assert graph_of(done(raised.value.hint, rows))["rows"].time_column == "date"


@settings(max_examples=40)
@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=9), st.dates().map(str), st.sampled_from(["", "n/a", "1/2/2023"])),
        max_size=9,
    )
)
def test_any_texts_make_a_graph_or_an_error_of_ours(texts: list[str | None]) -> None:
    rows = pd.DataFrame({"date": pd.Series(texts, dtype=object)})
    graph = Graph.from_data({"rows": rows})
    try:
        graph["rows"].time_column = "date"
    except KumoMagicError:
        return

    assert not len(texts) or graph["rows"].frame["date"].dtype == np.dtype("datetime64[us]")


@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(st.dates(datetime.date(1970, 1, 1), datetime.date(2048, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(WRITTEN),
)
def test_a_column_is_read_right_or_not_at_all(days: list[datetime.date], form: str) -> None:
    times = pd.Series(days, dtype="datetime64[us]")
    frame = graph_of(times.dt.strftime(form))["rows"].frame

    if pd.api.types.is_datetime64_any_dtype(frame["date"]):
        assert frame["date"].tolist() == times.tolist()
