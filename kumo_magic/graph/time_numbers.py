"""Numbers that were written as dates → times, by their size and digits. Knows no other column."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from kumo_magic.graph.kind import Kind, is_whole, kind_of
from kumo_magic.graph.naming import words_of
from kumo_magic.graph.time_forms import shown_time
from kumo_magic.graph.time_words import YEAR_WORDS, is_moment_word, is_time_name


class NumberForm(StrEnum):
    """How a moment is written as a number."""

    YEAR = "years"
    MONTH = "yyyymm"
    WEEK = "yyyyww"
    DAY = "yyyymmdd"
    DAY_OF_YEAR = "yyyyddd"
    HOUR = "yyyymmddhh"
    MINUTE = "yyyymmddhhmm"
    SECOND = "yyyymmddhhmmss"
    JULIAN = "Julian days"
    EXCEL = "days of a spreadsheet"
    EPOCH_S = "seconds since 1970"
    EPOCH_MS = "milliseconds since 1970"
    EPOCH_US = "microseconds since 1970"
    EPOCH_NS = "nanoseconds since 1970"


_DAY_US = 86_400_000_000
# What a number counts in microseconds, from when on, and from which to which number. No two overlap.
_COUNTS = {
    NumberForm.EXCEL: (_DAY_US, "1899-12-30", 29_221, 73_050),  # 1980 to 2099
    NumberForm.JULIAN: (_DAY_US, "-4713-11-24T12:00", 2_433_282, 2_488_069),  # 1950 to 2099
    NumberForm.EPOCH_S: (1_000_000, "1970-01-01", 315_532_800, 4_102_444_800),  # 1980 to 2099, as the next ones
    NumberForm.EPOCH_MS: (1_000, "1970-01-01", 315_532_800_000, 4_102_444_800_000),
    NumberForm.EPOCH_US: (1, "1970-01-01", 315_532_800_000_000, 4_102_444_800_000_000),
    NumberForm.EPOCH_NS: (0, "1970-01-01", 315_532_800_000_000_000, 4_102_444_800_000_000_000),
}
_DIGITS = {
    NumberForm.YEAR: 4,
    NumberForm.MONTH: 6,
    NumberForm.WEEK: 6,
    NumberForm.DAY_OF_YEAR: 7,
    NumberForm.DAY: 8,
    NumberForm.HOUR: 10,
    NumberForm.MINUTE: 12,
    NumberForm.SECOND: 14,
}
EPOCHS = (NumberForm.EPOCH_S, NumberForm.EPOCH_MS, NumberForm.EPOCH_US, NumberForm.EPOCH_NS)
"""Forms that count from 1970 in UTC."""
_GAP_WORDS = ("", "null", "nan", "none", "n/a", "na", "-", "unknown")
_GAPS = (0, -1, 99_999_999, 9_999_999_999)
_YEARS = (1950, 2100)
_MAX_UNREAD = 0.05
_OUR_YEARS = (1990, 2040)
_FEWEST_DAYS = 12
_MILLISECOND_US = 1_000
_DAYS_SINCE_1970 = (3_652, 29_221)  # from 1980 to 2050


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTimes:
    """A column of numbers read as times.

    Attributes:
        numbers: The column.
        times: Naive datetime64[us]; missing where the number stands for no moment.
        written: How the moments are written.
    """

    numbers: pd.Series
    times: pd.Series
    written: NumberForm

    @property
    def is_aware(self) -> bool:
        """Numbers tell no zone."""
        return False

    @property
    def examples(self) -> str:
        """Three different numbers, each with the time that it is."""
        read = self.numbers[self.times.notna()].drop_duplicates().head(3)
        return ", ".join(
            f"{_plain(number)} as {shown_time(time)}" for number, time in zip(read, self.times[read.index], strict=True)
        )

    def note(self, table: str, column: str) -> str:
        """What was read, with three values as read, and what was left out."""
        words = f"{table}.{column} is numbers that were read as times ({self.written}): {self.examples}."
        unread = self.numbers[self.times.isna() & self.numbers.notna()]
        if len(unread):
            words += f" {len(unread):,} of {len(self.numbers):,} are none, such as {_plain(unread.iloc[0])}: missing."
        return words


def read_number_times(values: pd.Series, form: NumberForm) -> NumberTimes | None:
    """The column read as numbers of the form; None when more than a few are none."""
    numbers = numbers_of(values)
    if numbers is None:
        return None
    times = _times(numbers, form)
    is_gap = numbers.isna() | numbers.isin(_GAPS)
    num_values = int((~is_gap).sum())
    num_read = int(times.notna().sum())
    if not num_values or num_values - num_read > _MAX_UNREAD * num_values:
        return None
    return NumberTimes(numbers=numbers, times=times, written=form)


def guess_number_times(values: pd.Series, column: str, *, is_said: bool = False) -> NumberTimes | None:
    """The times that numbers, or texts of digits, stand for by their size and their name; None when for none.

    Args:
        values: The column.
        column: Its name.
        is_said: Whether the user says that it holds times, so that no name has to.
    """
    if not is_said and not is_time_name(column):
        return None
    for form in NumberForm:
        if is_said or _is_named(column, form, values):
            read = read_number_times(values, form)
            if read is not None:
                return read
    return None


def look_like_times(values: pd.Series) -> NumberTimes | None:
    """Numbers that are moments of our time by their size and digits alone, whatever their name; None when they are not.

    Digits must all be days of the calendar; counts since 1970 must reach over more days than numbered rows do.
    """
    for form in (NumberForm.DAY, NumberForm.MINUTE, NumberForm.SECOND, *EPOCHS):
        read = read_number_times(values, form)
        if read is None:
            continue
        times = read.times.dropna()
        is_ours = times.dt.year.between(*_OUR_YEARS).all() and len(times) == int(read.numbers.notna().sum())
        return read if is_ours and times.dt.normalize().nunique() >= _FEWEST_DAYS else None
    return None


def guess_years(values: pd.Series, column: str) -> NumberTimes | None:
    """The beginnings of the years that a column of that name holds, if it does."""
    if not YEAR_WORDS & set(words_of(column)) or values.nunique() < 2:
        return None
    return read_number_times(values, NumberForm.YEAR)


def numbers_of(values: pd.Series) -> pd.Series | None:
    """Numbers as they are, texts of digits as numbers; None for anything else."""
    match kind_of(values):
        case Kind.WHOLE | Kind.NUMBER:
            return values
        case Kind.TEXT:
            texts = values.dropna().astype(str).str.strip()
            texts = texts[~texts.str.lower().isin(_GAP_WORDS)]
            if texts.empty or not texts.str.fullmatch(r"[1-9]\d*(?:\.\d+)?|0+").all():
                return None
            numbers = pd.to_numeric(texts)
            return numbers.astype("Int64" if is_whole(numbers) else "Float64").reindex(values.index)
        case _:
            return None


def how_to_count(values: pd.Series, where: str) -> str:
    """The code that reads numbers which are no dates as counts from a day, to be given by the user."""
    present = values.dropna().abs()
    least, largest = (float(present.min()), float(present.max())) if len(present) else (0.0, 0.0)
    if least >= _DAYS_SINCE_1970[0] and largest < _DAYS_SINCE_1970[1]:
        return f"If they are days since 1970: pd.to_datetime({where}, unit='D')."
    units = ((100_000, "D"), (1e10, "s"), (1e13, "ms"), (1e16, "us"))
    unit = next((name for limit, name in units if largest < limit), "ns")
    return f"If they count from a day, say which: pd.to_datetime({where}, unit={unit!r}, origin='2020-01-01')."


def _is_named(column: str, form: NumberForm, values: pd.Series) -> bool:
    """Whether the name speaks for numbers of the form."""
    words = set(words_of(column))
    match form:
        case NumberForm.YEAR:
            return False
        case NumberForm.WEEK:
            return bool({"week", "yearweek", "yyyyww"} & words)
        case NumberForm.JULIAN | NumberForm.DAY_OF_YEAR:
            return bool({"julian", "jd", "jdn", "doy"} & words)
        case NumberForm.EXCEL:
            is_day = any(
                word in ("day", "dt") or (is_moment_word(word) and not word.endswith("time")) for word in words
            )
            return is_day or (any(map(is_moment_word, words)) and kind_of(values) is Kind.NUMBER)
        case _:
            return True


def _times(numbers: pd.Series, form: NumberForm) -> pd.Series:
    """The moments, datetime64[us]; missing where a number is no such."""
    is_there = numbers.notna().to_numpy()
    times = np.full(len(numbers), np.datetime64("NaT", "us"))
    present = numbers[is_there].to_numpy(dtype="int64" if kind_of(numbers) is Kind.WHOLE else "float64")
    times[is_there] = _counted(present, form) if form in _COUNTS else _spelled(present, form)
    return pd.Series(times, index=numbers.index)


def _counted(numbers: np.ndarray, form: NumberForm) -> np.ndarray:
    unit_us, origin, least, most = _COUNTS[form]
    is_in = (numbers >= least) & (numbers <= most)
    kept = np.where(is_in, numbers, least)
    if form is NumberForm.EPOCH_NS:
        since_us = (kept // 1_000).astype(np.int64)
    elif np.issubdtype(kept.dtype, np.integer) or form in (NumberForm.EPOCH_MS, NumberForm.EPOCH_US):
        since_us = (kept * unit_us).astype(np.int64)
    else:  # a day's fraction is exact to less than a millisecond
        since_us = np.round(kept * (unit_us / _MILLISECOND_US)).astype(np.int64) * _MILLISECOND_US
    times = np.datetime64(origin, "us") + since_us.astype("timedelta64[us]")
    return np.where(is_in, times, np.datetime64("NaT", "us"))


def _spelled(numbers: np.ndarray, form: NumberForm) -> np.ndarray:
    """Moments whose digits are year, month, day and so on."""
    is_in = (numbers == np.floor(numbers)) & (numbers >= 10 ** (_DIGITS[form] - 1)) & (numbers < 10 ** _DIGITS[form])
    whole = np.where(is_in, numbers, 0).astype(np.int64)
    year = whole // 10 ** (_DIGITS[form] - 4)
    is_in &= (year >= _YEARS[0] - 50 * (form is not NumberForm.YEAR)) & (year <= _YEARS[1])
    years = (np.where(is_in, year, 1970) - 1970).astype("datetime64[Y]")
    day = years.astype("datetime64[D]")
    match form:
        case NumberForm.DAY_OF_YEAR:
            day = day + (whole % 1_000 - 1)
            is_in &= (whole % 1_000 >= 1) & (day.astype("datetime64[Y]") == years)
        case NumberForm.WEEK:
            fourth = day + 3  # January 4 is in week 1
            monday = fourth - (fourth.astype(np.int64) + 3) % 7 + 7 * (whole % 100 - 1)
            is_in &= (whole % 100 >= 1) & (((monday + 3).astype("datetime64[Y]")) == years)
            day = monday
        case NumberForm.YEAR:
            pass
        case _:
            month = whole // 10 ** (_DIGITS[form] - 6) % 100
            of_month = (
                whole // 10 ** max(0, _DIGITS[form] - 8) % 100 if form is not NumberForm.MONTH else np.ones_like(whole)
            )
            is_in &= (month >= 1) & (month <= 12) & (of_month >= 1) & (of_month <= 31)
            months = years.astype("datetime64[M]") + (np.where(is_in, month, 1) - 1)
            day = months.astype("datetime64[D]") + (np.where(is_in, of_month, 1) - 1)
            is_in &= day.astype("datetime64[M]") == months
    clock_s, is_clock = _clock_s(whole, form)
    times = day.astype("datetime64[us]") + (clock_s * 1_000_000).astype("timedelta64[us]")
    return np.where(is_in & is_clock, times, np.datetime64("NaT", "us"))


def _clock_s(whole: np.ndarray, form: NumberForm) -> tuple[np.ndarray, np.ndarray]:
    """The times of day in the digits after the eighth, in seconds, and whether a clock shows such."""
    num_more = {NumberForm.HOUR: 2, NumberForm.MINUTE: 4, NumberForm.SECOND: 6}.get(form, 0)
    clock = whole % 10**num_more * 10 ** (6 - num_more)
    hour, minute, second = clock // 10_000, clock // 100 % 100, clock % 100
    return hour * 3600 + minute * 60 + second, (hour <= 23) & (minute <= 59) & (second <= 59)


def _plain(number: object) -> str:
    """A number as people write it: whole where it is."""
    value = float(number)  # pyright: ignore[reportArgumentType]  # a number of a column
    return f"{int(number)}" if value == int(value) else f"{value}"  # pyright: ignore[reportArgumentType]  # the same
