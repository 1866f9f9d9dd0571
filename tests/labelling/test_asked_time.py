"""Dates in options and frames: no order is guessed, no number is a date, no zone is dropped."""

import datetime

import numpy as np
import pandas as pd
import pytest

from kumo_magic.asked_rows import named_rows
from kumo_magic.errors import DataError, OptionError, TooFewLabelsError
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table, build_population, own_label_table
from kumo_magic.plan import PredictionPlan, bind
from kumo_magic.query import parse

QUERY = "PREDICT COUNT(visits.*, 0, 7) > 2 FOR EACH members.member_id"
OWN = pd.DataFrame(
    {"member_id": [1, 2] * 6, "anchor_time": np.repeat(pd.date_range("2024-02-01", periods=6, freq="8D"), 2)}
).assign(label=[0, 1] * 6)


def plan_of(zone: str | None = None) -> PredictionPlan:
    """Two members; the first visits every day of 120, the second every third."""
    days = pd.date_range("2024-01-01", periods=120, unit="us", tz=zone)
    visits = pd.DataFrame({"member_id": [1] * 120 + [2] * 40, "date": [*days, *days[::3]]})
    return bind(parse(QUERY), Graph.from_data({"members": pd.DataFrame({"member_id": [1, 2]}), "visits": visits}))


@pytest.mark.parametrize("option", ["at", "val_start", "test_start"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("03/04/2024", "='03/04/2024' may be 2024-04-03 with the day first or 2024-03-04 with the month first."),
        ("13/04/2024", "='13/04/2024' does not begin with its year. Write 2024-04-13."),
        (20240413, "=20240413 is a number, not a date. Write '2024-04-13'."),
        (2024, "=2024 is a number, not a date."),
        ("2024-02-30", "='2024-02-30' is no day"),
        (pd.NaT, " is missing. Write 2024-01-31."),
        ("2024-04-13T00:00-04:00", "has a time zone, and visits.date has none. Write what that clock showed, such as"),
        (pd.Timestamp("2024-04-13", tz="America/New_York"), "such as 2024-04-13 00:00:00."),
    ],
)
def test_a_date_that_could_be_misread_is_refused_by_its_option(option: str, value: object, words: str) -> None:
    with pytest.raises(OptionError) as refused:
        build_label_table(plan_of(), **{option: value})  # pyright: ignore[reportArgumentType]

    assert str(refused.value).startswith(option)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "value", ["2024-04-13", "2024/04/13", datetime.date(2024, 4, 13), np.datetime64("2024-04-13"), "13 April 2024"]
)
def test_dates_of_every_kind_name_the_same_day(value: object) -> None:
    assert build_population(plan_of(), value).frame["anchor_time"].unique() == pd.Timestamp("2024-04-13")


def test_a_date_without_a_zone_is_utc_where_times_have_one_and_that_is_said() -> None:
    table = build_label_table(plan_of("Europe/Berlin"), at="2024-04-13")

    assert table.prediction_anchor == pd.Timestamp("2024-04-13", tz="UTC")
    assert "at='2024-04-13' has no time zone: taken as UTC, as visits.date is." in table.notes


def test_anchor_times_may_be_a_series_an_index_texts_or_one_date() -> None:
    days = pd.date_range("2024-02-01", periods=3, freq="10D")
    for given in (days, pd.Series(days, index=[7, 8, 9]), days.to_numpy(), [str(day.date()) for day in days]):
        assert build_label_table(plan_of(), anchor_times=given).anchors["anchor_time"].nunique() == 3  # pyright: ignore[reportArgumentType]
    with pytest.raises(TooFewLabelsError, match="anchor times 2024-02-01 to 2024-02-01"):
        build_label_table(plan_of(), anchor_times="2024-02-01")
    with pytest.raises(OptionError, match="anchor_times='02/01/2024' may be"):
        build_label_table(plan_of(), anchor_times=["02/01/2024"])


@pytest.mark.parametrize("table", ["rows", "labels"])
@pytest.mark.parametrize(
    ("times", "words", "hint"),
    [
        (["13/04/2024", "14/04/2024"], "in row 0", "format='%d/%m/%Y')."),
        (["04/03/2024", "04/14/2024"], "in row 0", "format='%m/%d/%Y')."),
        (["01/02/2024", "02/03/2024"], "in row 0", "format='%d/%m/%Y') or pd.to_datetime("),
        (["2024-04-13", "unknown"], "in row 1", "Write 2024-01-31."),
        ([20240413, 20240414], "in row 0", "Write '2024-04-13'."),
        (["2024-04-13", "2024-04-13 00:00Z"], "with a time zone and values without", "Make them one kind."),
    ],
)
def test_frames_whose_times_could_be_misread_are_refused_with_an_example(
    table: str, times: list[object], words: str, hint: str
) -> None:
    frame = pd.DataFrame({"member_id": [1, 2], "anchor_time": times, "label": [0, 1]})

    with pytest.raises(DataError) as refused:
        named_rows(plan_of(), frame) if table == "rows" else own_label_table(plan_of(), frame)

    assert words in str(refused.value)
    assert hint in str(refused.value)
    assert (refused.value.table, refused.value.column) == (table, "anchor_time")
    assert refused.value.example


@pytest.mark.parametrize("as_text", [False, True])
def test_a_frame_with_a_zone_is_refused_where_tables_have_none_and_the_hint_mends_it(as_text: bool) -> None:
    aware = OWN["anchor_time"].dt.tz_localize("America/New_York")
    labels = OWN.assign(anchor_time=aware.map(lambda time: time.isoformat()) if as_text else aware)

    for ask in (own_label_table, named_rows):
        with pytest.raises(DataError, match=r"anchor_time has a time zone, and visits\.date has none") as refused:
            ask(plan_of(), labels)

    code = refused.value.hint.split("drop the zone: ")[1].rstrip(".").replace("rows[", "labels[")
    mended = eval(code.replace("'UTC'", "'America/New_York'"), {"pd": pd, "labels": labels})
    table = own_label_table(plan_of(), labels.assign(anchor_time=mended))
    assert set(table.frame["anchor_time"]) <= set(OWN["anchor_time"])


def test_times_as_text_dates_or_with_a_zone_are_read_alike() -> None:
    expected = own_label_table(plan_of(), OWN).frame
    texts = OWN.assign(anchor_time=OWN["anchor_time"].dt.strftime("%Y-%m-%d"))
    dates = OWN.assign(anchor_time=OWN["anchor_time"].dt.date)

    pd.testing.assert_frame_equal(own_label_table(plan_of(), texts).frame, expected)
    pd.testing.assert_frame_equal(own_label_table(plan_of(), dates).frame, expected)
    pd.testing.assert_frame_equal(named_rows(plan_of(), texts).frame, named_rows(plan_of(), OWN).frame)

    zoned = OWN.assign(anchor_time=OWN["anchor_time"].dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"))
    of_zoned, of_naive = (named_rows(plan_of("Europe/Berlin"), frame).frame for frame in (zoned, OWN))
    pd.testing.assert_frame_equal(of_zoned, of_naive)
    assert str(of_zoned["anchor_time"].dtype) == "datetime64[us, UTC]"


def test_a_row_without_an_anchor_time_is_named() -> None:
    with pytest.raises(DataError, match="is missing in row 1"):
        named_rows(plan_of(), pd.DataFrame({"member_id": [1, 2], "anchor_time": ["2024-04-13", None]}))
