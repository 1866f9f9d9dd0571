"""A table without a time → the columns that tell one in a way that is not read, with code that makes a time of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.kind import Kind, first_of, kind_of
from kumo_magic.graph.naming import words_of
from kumo_magic.graph.time_numbers import NumberForm, look_like_times, numbers_of, read_number_times
from kumo_magic.graph.time_words import YEAR_WORDS, is_moment_word

if TYPE_CHECKING:
    from kumo_magic.graph.table import Table

_FORMATS = ("%b-%y", "%d%m%Y", "%m%d%Y", "%y%m%d", "%d%m%y", "%m%d%y")
_SIZES = {"%d%m%Y": 8, "%m%d%Y": 8, "%y%m%d": 6, "%d%m%y": 6, "%m%d%y": 6}
_YEARS = (1980, 2100)


def unread_time(table: Table) -> Finding | None:
    """What tells when the rows of a table happened and is not read; nothing where there is no such column."""
    apart = _parts_of_dates(table)
    if apart:
        listed = ", ".join(f"{part!r}: {table.name}[{column!r}]" for part, column in apart.items())
        listed += "" if "day" in apart else ", 'day': 1"
        return Finding(
            about=table.name,
            says=f"'{table.name}' tells its dates in {' and '.join(apart.values())}, which are read as numbers apart.",
            next_step=f"Make them one column: pd.to_datetime({{{listed}}}).",
            severity=Severity.GUESS,
        )
    for column in table.columns:
        if table.role_of(column) or column in table.guesses or column in table.mixed:
            continue
        codes = _codes(table.frame[column], f"{table.name}[{column!r}]") if _is_named(column) else []
        if codes:
            return Finding(
                about=f"{table.name}.{column}",
                says=f"{table.name}.{column} is named like a date, and values such as "
                f"{first_of(table.frame[column])!r} are not read as one.",
                next_step=f"If it is one{''.join(f', it may be {code}, or' for code in codes[1:])}: {codes[0]}.",
                severity=Severity.GUESS,
            )
    return _numbers_like_times(table)


def _numbers_like_times(table: Table) -> Finding | None:
    """A column of numbers that are times by their size, though its name does not say so."""
    for column in table.columns:
        read = None if table.role_of(column) else look_like_times(table.frame[column])
        if read is not None:
            return Finding(
                about=f"{table.name}.{column}",
                says=f"{table.name}.{column} is read as numbers and may be times ({read.written}): {read.examples}.",
                next_step=f"If they are when each row happened: --time {table.name}.{column}.",
                severity=Severity.GUESS,
            )
    return None


def _is_named(column: str) -> bool:
    return any(is_moment_word(word) and word not in ("at", "on") for word in words_of(column))


def _codes(values: pd.Series, where: str) -> list[str]:
    """The codes that read every value as a day of our time."""
    if kind_of(values) not in (Kind.TEXT, Kind.WHOLE):
        return []
    texts = values.dropna().astype(str)
    is_digits = bool(texts.str.isdecimal().all())
    codes: list[str] = []
    for form in _FORMATS:
        size = _SIZES.get(form)
        if (size is not None) != is_digits or texts.empty:
            continue
        padded = texts if size is None else texts.str.zfill(size)
        read = pd.to_datetime(padded, format=form, errors="coerce")
        if read.notna().all() and read.dt.year.between(*_YEARS).all():
            fill = "" if size is None else f".astype(str).str.zfill({size})"
            codes.append(f"pd.to_datetime({where}{fill}, format={form!r}, errors='coerce')")
    return codes


def _parts_of_dates(table: Table) -> dict[str, str]:
    """Columns of a year, a month and, where there is one, a day; nothing where a part is missing."""
    found: dict[str, str] = {}
    for column in table.columns:
        values, word = table.frame[column], "".join(words_of(column)[-1:])
        part = "year" if word in YEAR_WORDS else word
        if part not in ("year", "month", "day") or part in found or table.role_of(column) or numbers_of(values) is None:
            continue
        is_year = part == "year" and read_number_times(values, NumberForm.YEAR) is not None
        if (
            is_year
            or (part == "month" and values.between(1, 12).all())
            or (part == "day" and values.between(1, 31).all())
        ):
            found[part] = column
    if "year" not in found or "month" not in found:
        return {}
    return {part: found[part] for part in ("year", "month", "day") if part in found}
