"""A text column that was written as dates → times, what they were read from, or why not. Asks no other column."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError
from kumo_magic.graph.kind import sample_of
from kumo_magic.graph.time_forms import Moments, Order, read_moments, shown_time
from kumo_magic.graph.time_hints import how_to_parse, how_to_say_order, how_to_share_zone
from kumo_magic.graph.time_numbers import EPOCHS, NumberForm, read_number_times
from kumo_magic.graph.time_words import is_time_name

MAX_UNREAD = 0.05
"""The greatest share of values that may be no dates in a column that is read as dates: they become missing."""
_MIN_DATES = 0.5
_AROUND = np.timedelta64(366, "D")
_NUMBERS = re.compile(r"\d+")
_TRIED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTimes:
    """A text column read as dates, as far as it is.

    Attributes:
        texts: The column.
        times: Naive datetime64[us], UTC where the text has an offset; missing where the text is no date.
        written: How dates such as 03/04/2024 are written, when the column has some and tells.
        has_zone: Whether each text has an offset, bool [rows].
        is_gap: Whether each row has no value, or a word that says so, bool [rows].
        is_unordered: Whether each text is a date whose day and month cannot be told apart, bool [rows].
        is_short: Whether each text is three numbers with a year of two digits, bool [rows].
    """

    texts: pd.Series
    times: pd.Series
    written: Order | None
    has_zone: np.ndarray
    is_gap: np.ndarray
    is_unordered: np.ndarray
    is_short: np.ndarray

    @property
    def is_aware(self) -> bool:
        """Whether the texts have offsets."""
        return bool(self.has_zone.any())

    @property
    def mixes_zones(self) -> bool:
        """Whether some dates have an offset and others have none."""
        return self.is_aware and not bool(self.has_zone[self.times.notna().to_numpy()].all())

    @property
    def num_values(self) -> int:
        """Rows that are no gaps."""
        return int((~self.is_gap).sum())

    @property
    def is_unread(self) -> np.ndarray:
        """Which values are no dates, or dates that could be two days, bool [rows]."""
        return self.times.isna().to_numpy() & ~self.is_gap

    @property
    def is_readable(self) -> bool:
        """Whether nearly all values are dates, all with an offset or all without."""
        return not self.mixes_zones and self.num_values > 0 and self.is_unread.sum() <= MAX_UNREAD * self.num_values

    def note(self, table: str, column: str) -> str:
        """What was read, with three values as read, and what was left out."""
        zone = ", in UTC" if self.is_aware else ""
        read = self.texts[self.times.notna()].drop_duplicates()
        if read.str.fullmatch(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?").all():
            words = f"{table}.{column} is text that was read as ISO dates{zone}."
        else:
            order = f", {self.written}" if self.written else ""
            shapes = read.head(_TRIED).str.replace(r"\d", "0", regex=True).drop_duplicates().index
            rows = dict.fromkeys([*shapes, *read.index[:3]])
            shown = ", ".join(f"{read[row]!r} as {shown_time(self.times[row])}" for row in list(rows)[:3])
            words = f"{table}.{column} is text that was read as dates{order}{zone}: {shown}."
        is_word = self.is_gap & self.texts.notna().to_numpy()
        if is_word.any():
            words += (
                f" {_count(is_word, len(self.texts))} say that there is none, such as {_first(self.texts, is_word)}."
            )
        if self.is_unread.any():
            unread = _first(self.texts, self.is_unread)
            words += f" {_count(self.is_unread, len(self.texts))} are no dates, such as {unread}: missing."
        return words


def read_text_times(values: pd.Series, order: Order | None = None) -> TextTimes:
    """The column read as dates; ``order`` is how its dates are known to be written."""
    codes, texts = pd.factorize(values.astype(object), use_na_sentinel=True)
    found = read_moments(pd.Series(texts, dtype=object), order)
    _read_numbers(pd.Series(texts, dtype=object), found)
    is_there = codes >= 0

    def of_rows(of_texts: np.ndarray, missing: object) -> np.ndarray:
        rows = np.full(len(codes), missing, dtype=of_texts.dtype)
        rows[is_there] = of_texts[codes[is_there]]
        return rows

    return TextTimes(
        texts=values,
        times=pd.Series(of_rows(found.times, np.datetime64("NaT")), index=values.index),
        written=found.order,
        has_zone=of_rows(found.has_zone, False),
        is_gap=of_rows(found.is_gap, True),
        is_unordered=of_rows(found.is_unordered, False),
        is_short=of_rows(found.is_short, False),
    )


def _read_numbers(texts: pd.Series, found: Moments) -> None:
    """Fill in what spreadsheets write as numbers among dates, where all of it lies within the time of the dates."""
    rows = np.flatnonzero(np.isnat(found.times) & ~found.is_gap & ~found.is_unordered)
    rows = rows[[str(texts[row]).strip().replace(".", "", 1).isdecimal() for row in rows]]
    dates = found.times[~np.isnat(found.times)]
    if not len(rows) or not len(dates):
        return
    for form in (NumberForm.DAY, NumberForm.EXCEL, NumberForm.SECOND, *EPOCHS):
        read = read_number_times(texts[rows], form)
        if read is not None and read.times.notna().all():
            times = read.times.to_numpy(dtype="datetime64[us]")
            if times.min() >= dates.min() - _AROUND and times.max() <= dates.max() + _AROUND:
                found.times[rows] = times
                return


def looks_like_time(values: pd.Series, column: str) -> bool:
    """Whether at least half of a sample of the text column is dates. Three short numbers need a name that says so."""
    texts = pd.Series(sample_of(values.dropna(), _TRIED).unique(), dtype=object)
    found = read_moments(texts)
    is_date = (~np.isnat(found.times) | found.is_unordered) & (is_time_name(column) | ~found.is_short)
    return bool(is_date.sum() > _MIN_DATES * (~found.is_gap).sum())


def parse_times(values: pd.Series, table: str, column: str, order: Order | None = None) -> tuple[pd.Series, bool]:
    """Text as naive datetime64[us], in UTC where it had offsets; and whether it had.

    Raises:
        DataError: More than a few values are no dates, day and month could be confused, or only some have an offset.
    """
    read = read_text_times(values, order)
    check_text_times(read, table, column)
    return read.times, read.is_aware


def check_text_times(read: TextTimes, table: str, column: str) -> None:
    """Return when the column can be read, or has no values.

    Raises:
        DataError: As above.
    """
    if read.is_readable or not read.num_values:
        return
    where = f"{table}[{column!r}]"
    texts = read.texts[~read.is_gap].drop_duplicates()
    if read.mixes_zones:
        without = read.times.notna().to_numpy() & ~read.has_zone
        raise DataError(
            f"{table}.{column} has values with a time zone and values without.",
            table=table,
            column=column,
            example=f"{_first(read.texts, read.has_zone)} and {_first(read.texts, without)}",
            hint=how_to_share_zone(texts, where),
        )
    if read.is_unordered.any():
        raise DataError(
            f"{table}.{column} is text, and no value tells whether its dates begin with the day or with the month.",
            table=table,
            column=column,
            example=both_readings(read),
            hint=how_to_say_order(texts, where),
        )
    row = int(read.is_unread.argmax())
    raise DataError(
        f"{table}.{column} is text, and {int(read.is_unread.sum()):,} of its {len(read.texts):,} values are no dates.",
        table=table,
        column=column,
        example=f"row {row}: {read.texts.iloc[row]!r}",
        hint=how_to_parse(texts, read_moments(texts, read.written).times, where),
    )


def both_readings(read: TextTimes) -> str:
    """A date that could be two days, with both of them."""
    unordered = read.texts[read.is_unordered].drop_duplicates().head(_TRIED).astype(str)
    value = next((text for text in unordered if len(set(_NUMBERS.findall(text)[:2])) == 2), unordered.iloc[0])
    first, second = (int(part) for part in _NUMBERS.findall(value)[:2])
    return f"{value!r}, which is day {first} of month {second} or day {second} of month {first}"


def _count(mask: np.ndarray, size: int) -> str:
    return f"{int(mask.sum()):,} of {size:,}"


def _first(texts: pd.Series, mask: np.ndarray) -> str:
    return repr(texts[mask].iloc[0])
