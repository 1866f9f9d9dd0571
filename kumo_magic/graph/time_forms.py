"""Distinct texts → the moments that each stands for, by the form it is written in. Knows no columns and no tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from kumo_magic.graph.kind import sample_of

_ISO = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?"
_CLOCK = (
    r"(?:(?:[T:]|,?\s+|,)(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"|(?=\s*[AaPp]\.?[Mm]))\s*(?:(?P<half>[AaPp])\.?[Mm]\.?)?\s*(?P<zone>Z|z|UTC|GMT|[ECMP][SD]T|CES?T|[+-]\d{2}(?::?\d{2})?)?)?"
)
_NAME = r"(?P<name>[A-Za-z]{3,9})\.?"
_WEEKDAY = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<year>\d{{4}})(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign)(?P<day>\d{{1,2}}){_CLOCK}",
        r"(?P<year>(?:19|20)\d{2})[-/](?P<month>\d{2})",
        r"(?P<month>\d{1,2})[-/](?P<year>(?:19|20)\d{2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
        r"(?:[.,](?P<fraction>\d{1,9}))?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?",
        rf"(?P<year>(?:19|20)\d{{2}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?=[T:\s]){_CLOCK}",
        rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日{_CLOCK}",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s./-]*{_NAME}[\s.,/-]*(?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
        rf"{_WEEKDAY}{_NAME}[\s-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[\s,-]+(?P<year>\d{{4}}){_CLOCK}",
        rf"{_WEEKDAY}{_NAME}\s+(?P<day>\d{{1,2}}){_CLOCK}\s+(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})[\s/-]{_NAME}[\s/-](?P<day>\d{{1,2}}){_CLOCK}",
        rf"{_NAME}[\s,/-]+(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})[\s/-]+{_NAME}",
        r"(?P<year>\d{4})-?[Ww](?P<week>\d{2})(?:-?(?P<weekday>[1-7]))?",
        r"(?P<year>\d{4})[\s-]?[Qq](?P<quarter>[1-4])",
        r"[Qq](?P<quarter>[1-4])[\s/-]?(?P<year>\d{4})",
    )
)
_PARTS = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<sign>[/.-])(?P<middle>\d{{1,2}})(?P=sign)(?P<last>\d{{4}}|\d{{2}}){_CLOCK}"
)
# fmt: off
_GAPS = frozenset({
    "", "null", "none", "nan", "nat", "na", "n/a", "#n/a", "<na>", "nil", "-", "--", "---", ".", "?", "unknown",
    "missing", "not available", "not known", "undefined", "empty", "blank", "never", "infinity", "-infinity", "0",
    "00000000", "0000-00-00", "0000/00/00", "0000.00.00", "00/00/0000", "00.00.0000", "00-00-0000",
    "0000-00-00 00:00", "0000-00-00 00:00:00", "0000-00-00t00:00:00", "0000-00-00t00:00:00z",
})
# fmt: on
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {
    name[:length]: number for number, name in enumerate(_MONTH_NAMES, start=1) for length in range(3, len(name) + 1)
}
_HOURS_AHEAD = {
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},  # of RFC 2822
    **{"CET": 1, "CEST": 2},
}
_TRIED = 50
_MIN_DAYS = 12  # a part of more different numbers than this is no month
_TELLING = 10  # an order is told when another fails at more than this many times as many values
_FEWEST_SHORT = 5  # fewer numbers of two digits each may be dates by chance
_FIRST_OF_THE_1900S = 69  # two digits below it are 20.., the others 19.., as in strptime


Parts = Mapping[str, Sequence[str | None]]
"""What the groups of a form found, by name, each with a text per row or None."""


class Order(StrEnum):
    """Which part comes first in dates such as 03/04/2024."""

    DAY = "day first"
    MONTH = "month first"
    YEAR = "year first"


_PLACES = {
    Order.DAY: {"first": "day", "middle": "month", "last": "year"},
    Order.MONTH: {"first": "month", "middle": "day", "last": "year"},
    Order.YEAR: {"first": "year", "middle": "month", "last": "day"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What texts stand for, each array [texts].

    Attributes:
        times: datetime64[us], UTC where the text has an offset; NaT where it stands for no moment.
        has_zone: Whether the text has an offset.
        is_gap: Whether the text says that there is no value.
        is_unordered: Whether the text is a date whose day and month cannot be told apart; then it has no time.
        is_short: Whether the text is a date of three numbers with a year of two digits that may be a version as well.
        order: How dates of three numbers are written, if there are any and their values tell.
    """

    times: np.ndarray
    has_zone: np.ndarray
    is_gap: np.ndarray
    is_unordered: np.ndarray
    is_short: np.ndarray
    order: Order | None


def read_moments(texts: pd.Series, order: Order | None = None) -> Moments:
    """What each of some different texts stands for; ``order`` is how dates of three numbers are known to be written."""
    texts = texts.astype(object).str.strip()
    size = len(texts)
    times, has_zone = np.full(size, np.datetime64("NaT", "us")), np.zeros(size, dtype=bool)
    is_gap = texts.str.lower().isin(_GAPS).to_numpy()
    is_iso = texts.str.fullmatch(_ISO).to_numpy(dtype=bool) & ~is_gap
    if is_iso.any():
        iso = texts[is_iso]
        read = pd.to_datetime(iso, format="ISO8601", errors="coerce", utc=True)
        times[is_iso] = read.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
        has_zone[is_iso] = iso.str.contains(r":\d{2}.*(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$").to_numpy(dtype=bool)
    rows = np.flatnonzero(np.isnat(times) & ~is_gap)
    for form in _likeliest_first(sample_of(texts.iloc[rows], _TRIED)):
        parts, found = _parts(texts.iloc[rows], form)
        if len(found):
            times[rows[found]], has_zone[rows[found]] = _times(parts)
            rows = rows[np.isnat(times[rows])]
    parts, found = _parts(texts.iloc[rows], _PARTS)
    rows = rows[found]
    is_unordered, is_short = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    if len(rows):
        order, read, zone = _in_order(parts, order)
        times[rows], has_zone[rows] = read, zone
        is_unordered[rows] = order is None
        is_short[rows] = _may_be_versions(parts, times[rows])
    return Moments(
        times=times, has_zone=has_zone, is_gap=is_gap, is_unordered=is_unordered, is_short=is_short, order=order
    )


def shown_time(time: pd.Timestamp) -> str:
    """The date, and the time of day where it is not midnight."""
    return f"{time:%Y-%m-%d}" if time == time.normalize() else f"{time:%Y-%m-%d %H:%M:%S}"


def _parts(texts: pd.Series, form: re.Pattern[str]) -> tuple[Parts, np.ndarray]:
    """The parts of the texts that have the form, by name, and which texts these are."""
    matches = [form.fullmatch(text) for text in texts]
    found = [row for row, match in enumerate(matches) if match is not None]
    groups = [match.groups() for match in matches if match is not None]
    return dict(zip(form.groupindex, zip(*groups, strict=True), strict=False)), np.array(found, dtype=np.int64)


def _likeliest_first(sample: pd.Series) -> list[re.Pattern[str]]:
    """The forms, those that most of a sample has first: what one form reads, no other is tried on."""
    return sorted(_FORMS, key=lambda form: -sum(form.fullmatch(text) is not None for text in sample))


def _in_order(parts: Parts, order: Order | None) -> tuple[Order | None, np.ndarray, np.ndarray]:
    """How three numbers are written, as far as they tell, with the moments read so and whether these have a zone."""
    read = {
        each: _times({_PLACES[each].get(name, name): values for name, values in parts.items()})
        for each in ([order] if order is not None else Order)
    }
    if order is not None:
        return order, *read[order]
    num_first, num_last = len(set(parts["first"])), len(set(parts["last"]))
    if _MIN_DAYS < num_last > 3 * num_first and _are_short(parts):
        return Order.YEAR, *read[Order.YEAR]  # of the three numbers the year varies least
    if _MIN_DAYS < num_first > 3 * num_last or not _are_short(parts) or "." in parts["sign"]:
        del read[Order.YEAR]
    unread = {each: int(np.isnat(times).sum()) for each, (times, _) in read.items()}
    best, *others = sorted(unread, key=lambda each: unread[each])
    is_told = all(unread[other] > _TELLING * unread[best] for other in others)
    if is_told or all((read[other][0] == read[best][0]).all() for other in others):
        return best, *read[best]
    return None, np.full(len(read[best][0]), np.datetime64("NaT", "us")), read[best][1]


def _may_be_versions(parts: Parts, times: np.ndarray) -> np.ndarray:
    """Which end in two digits; none of them where enough are dates every one, with zeros before short numbers."""
    is_short = np.array([len(last or "") == 2 for last in parts["last"]])
    is_padded = all(len(number or "") == 2 for name in ("first", "middle") for number in parts[name])
    are_dates = is_padded and len(times) >= _FEWEST_SHORT and not np.isnat(times).any()
    return np.zeros(len(times), dtype=bool) if are_dates else is_short


def _are_short(parts: Parts) -> bool:
    return all(len(last or "") == 2 for last in parts["last"])


def _times(parts: Parts) -> tuple[np.ndarray, np.ndarray]:
    """Moments in UTC, datetime64[us] [rows], NaT where there is no such day or hour; and whether they have a zone."""
    year = _number(parts, "year", default=0)
    is_short = np.array([len(text or "") == 2 for text in parts["year"]])
    year = np.where(is_short, year + np.where(year < _FIRST_OF_THE_1900S, 2000, 1900), year)
    month, day = _number(parts, "month", default=1), _number(parts, "day", default=1)
    if "name" in parts:
        month = np.array([_MONTHS.get((text or "").lower(), 0) for text in parts["name"]])
    if "quarter" in parts:
        month = 3 * _number(parts, "quarter", default=1) - 2
    is_day = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1)
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    is_day &= days.astype("datetime64[M]") == months
    if "week" in parts:
        days, is_day = _weeks(year, _number(parts, "week", default=1), _number(parts, "weekday", default=1))
    clock_us, is_clock = _clock_us(parts)
    zone = parts.get("zone", [None] * len(year))
    times = days.astype("datetime64[us]") + (clock_us - _offset_us(zone)).astype("timedelta64[us]")
    has_zone = np.array([text is not None for text in zone])
    return np.where(is_day & is_clock, times, np.datetime64("NaT", "us")), has_zone


def _clock_us(parts: Parts) -> tuple[np.ndarray, np.ndarray]:
    """The times of day, int64 microseconds since midnight, and whether a clock shows such."""
    hour, minute = _number(parts, "hour", default=0), _number(parts, "minute", default=0)
    second = _number(parts, "second", default=0)
    is_clock = (hour <= 23) & (minute <= 59) & (second <= 59)
    if "half" in parts:
        halves = np.array([(text or "").lower() for text in parts["half"]])
        is_clock &= (halves == "") | ((hour >= 1) & (hour <= 12))
        hour = np.where(halves == "", hour, hour % 12 + 12 * (halves == "p"))
    seconds = hour * 3600 + minute * 60 + second
    fraction = parts.get("fraction", [None] * len(hour))
    return seconds * 1_000_000 + np.array([int((text or "0").ljust(6, "0")[:6]) for text in fraction]), is_clock


def _weeks(year: np.ndarray, week: np.ndarray, weekday: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The days of ISO weeks, and whether the year has such a week."""
    fourth = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 3  # January 4 is in week 1
    since_monday = (fourth.astype(np.int64) + 3) % 7
    thursday = fourth - since_monday + 7 * (week - 1) + 3
    is_week = (week >= 1) & (thursday.astype("datetime64[Y]").astype(np.int64) + 1970 == year)
    return thursday + (weekday - 4), is_week


def _offset_us(zones: Sequence[str | None]) -> np.ndarray:
    """How far the clocks of the zones, such as +02:00, are ahead of UTC, int64 microseconds."""

    def offset(text: str | None) -> int:
        if text is None or text[0] not in "+-":
            return _HOURS_AHEAD.get(text or "", 0) * 3_600_000_000
        digits = text[1:].replace(":", "").ljust(4, "0")
        return (1 if text[0] == "+" else -1) * (int(digits[:2]) * 60 + int(digits[2:])) * 60_000_000

    return np.array([offset(text) for text in zones], dtype=np.int64)


def _number(parts: Parts, name: str, *, default: int) -> np.ndarray:
    """A part as numbers, int64 [rows]; the default where the form has it not, or the text."""
    if name not in parts:
        return np.full(len(parts["year"]), default, dtype=np.int64)
    return np.array([default if text is None else int(text) for text in parts[name]], dtype=np.int64)
