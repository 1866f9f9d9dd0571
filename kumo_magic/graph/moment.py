"""One date that a user gave, text or object → its microseconds. Year first, or the month by name; never a number."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

_CLOCK = (
    r"(?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_WRITTEN = tuple(
    re.compile(date + _CLOCK, re.IGNORECASE)
    for date in (
        r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
        r"(?P<year>\d{4})[-\s](?P<month>[a-z]{3,9})[-\s](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[-\s./]*(?P<month>[a-z]{3,9})[-\s.,/]*(?P<year>\d{4})",
        r"(?P<month>[a-z]{3,9})\.?\s*(?P<day>\d{1,2})(?:st|nd|rd|th)?[,\s]+(?P<year>\d{4})",
    )
)
_UNORDERED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(.*)")
_MISSING = ("", "nat", "nan", "none", "null", "<na>")
_SECONDS_OF_DIGITS = {10: "s", 13: "ms", 16: "us", 19: "ns"}


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant: microseconds since 1970, in UTC where its zone was given, as its clock showed it where none was."""

    time_us: int
    has_zone: bool


class NoMomentError(Exception):
    """What was given is no date that can be read one way; the message follows its name, ``hint`` says what to write."""

    def __init__(self, problem: str, hint: str = "Write 2024-01-31.") -> None:
        super().__init__(problem)
        self.hint = hint


def read_moment(value: object) -> Moment:
    """The instant of a text, a date, a datetime, a Timestamp or a datetime64.

    Raises:
        NoMomentError: It is missing, a number, no date, or text whose day and month could be confused.

    Example:
        >>> read_moment("1970-01-02"), read_moment("1970-01-01 01:00:00+01:00")
        (Moment(time_us=86400000000, has_zone=False), Moment(time_us=0, has_zone=True))
    """
    match value:
        case _ if value is None or value is pd.NaT or value is pd.NA:
            raise _missing()
        case float() | np.floating() | np.datetime64() if value != value:
            raise _missing()
        case str():
            return _read_text(value.strip())
        case datetime.datetime():
            moment = pd.Timestamp(value)
            time_us = int(moment.to_datetime64().astype("datetime64[us]").astype(np.int64))
            return Moment(time_us, has_zone=moment.tz is not None)
        case datetime.date():
            return _read_datetime64(np.datetime64(value))
        case np.datetime64():
            return _read_datetime64(value)
        case bool() | np.bool_():
            raise NoMomentError("is no date.")
        case int() | float() | np.integer() | np.floating():
            raise NoMomentError("is a number, not a date.", _instead_of_number(float(value)))
        case pd.Period():
            raise NoMomentError("is a span of time, not a date.", f"Write {value.start_time}, or {value.end_time}.")
        case _:
            raise NoMomentError("is no date.")


def unordered_date(text: str) -> re.Match[str] | None:
    """A date whose year comes last: its first number, sign, second number, year and rest. None for other text."""
    return _UNORDERED.fullmatch(text.strip())


def _missing() -> NoMomentError:
    return NoMomentError("is missing.")


def _read_text(text: str) -> Moment:
    if text.casefold() in _MISSING:
        raise _missing()
    for pattern in _WRITTEN:
        found = pattern.fullmatch(text)
        if found is not None:
            return _written(found)
    unordered = unordered_date(text)
    if unordered is not None:
        raise _confused(unordered)
    if text.isdecimal():
        raise NoMomentError("is a number, not a date.", _instead_of_number(float(text)))
    raise NoMomentError("is no date.")


def _written(found: re.Match[str]) -> Moment:
    """The instant that the parts of a text name."""
    parts = found.groupdict()
    month = parts["month"]
    number = int(month) if month.isdecimal() else _month_of(month)
    part = (parts["part"] or "").ljust(6, "0")[:6]
    try:
        moment = datetime.datetime(
            int(parts["year"]),
            number,
            int(parts.get("day") or 1),
            int(parts["hour"] or 0),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            int(part),
            tzinfo=_zone_of(parts["zone"]),
        )
    except ValueError:
        raise NoMomentError("is no day of any calendar, or no time of day.") from None
    return read_moment(moment)


def _month_of(name: str) -> int:
    """1 to 12 for an English name or its first three letters or more; 0, which no calendar has, for another word."""
    names = [month.casefold() for month in calendar.month_name]
    wanted = "september" if name.casefold() == "sept" else name.casefold()
    return next((place for place, month in enumerate(names) if place and wanted in (month, month[:3])), 0)


def _zone_of(written: str | None) -> datetime.timezone | None:
    if written is None:
        return None
    if written[0] not in "+-":
        return datetime.UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    shift = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.timezone(-shift if written[0] == "-" else shift)


def _confused(found: re.Match[str]) -> NoMomentError:
    """Why a text whose year comes last is not read, with every date that it may be."""
    first, second, year = int(found[1]), int(found[3]), found[4]
    orders = {(second, first): "the day first", (first, second): "the month first"}
    readings = {
        f"{year}-{month:02}-{day:02}": words
        for (month, day), words in orders.items()
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(max(int(year), 1), month)[1]
    }
    if not readings:
        return NoMomentError("is no date.")
    written = " or ".join(readings)
    if len(readings) == 1:
        return NoMomentError("does not begin with its year.", f"Write {written}.")
    may_be = " or ".join(f"{date} with {words}" for date, words in readings.items())
    return NoMomentError(f"may be {may_be}.", f"Write {written}.")


def _read_datetime64(value: np.datetime64) -> Moment:
    year = int(value.astype("datetime64[Y]").astype(np.int64)) + 1970
    if not 1 <= year <= 9999:
        raise NoMomentError("lies outside the years 1 to 9999.")
    return Moment(int(value.astype("datetime64[us]").astype(np.int64)), has_zone=False)


def _instead_of_number(number: float) -> str:
    """What to write for a number that may be meant as a date: a year, yyyymmdd, or what counts from 1970."""
    digits = f"{number:.0f}"
    if re.fullmatch(r"(19|20|21)\d{2}", digits):
        return f"Write '{digits}-01-01' for the beginning of that year."
    if re.fullmatch(r"(19|20|21)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", digits):
        return f"Write '{digits[:4]}-{digits[4:6]}-{digits[6:]}'."
    unit = _SECONDS_OF_DIGITS.get(len(digits))
    if unit is None:
        return "Write 2024-01-31."
    return f"Write '{pd.Timestamp(int(number), unit=unit).floor('s')}', if it counts from 1970 in {unit}."
