"""Text that was written as dates → times. Year first only: day and month are never guessed."""

from __future__ import annotations

import re

import pandas as pd

from kumo_magic.errors import DataError
from kumo_magic.graph.kind import sample_of

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$")
_ZONE = r"\d{2}:\d{2}.*?(?:[Zz]|[+-]\d{2}:?\d{2})$"
_PARTS = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})[/.-](\d{2,4})(.*)$")
_TRIED = 1_000


def looks_like_time(values: pd.Series) -> bool:
    """Whether a text column is dates written year first, by a sample of it."""
    first = values.first_valid_index()
    if first is None or not isinstance(values.loc[first], str) or not _ISO_DATE.match(values.loc[first]):
        return False
    sample = sample_of(values.dropna(), _TRIED)
    if not sample.map(lambda value: isinstance(value, str) and _ISO_DATE.match(value) is not None).all():
        return False
    return bool(pd.to_datetime(sample, format="ISO8601", errors="coerce", utc=True).notna().all())


def looks_like_unordered_time(values: pd.Series) -> bool:
    """Whether a text column is dates that are not written year first, such as 03/04/2024."""
    sample = sample_of(values.dropna(), _TRIED).head(50)
    return len(sample) > 0 and bool(sample.map(lambda value: _PARTS.match(str(value)) is not None).all())


def parse_times(values: pd.Series, table: str, column: str) -> tuple[pd.Series, bool]:
    """Text as naive datetime64[us], in UTC where it had offsets; and whether it had.

    Raises:
        DataError: A value is no ISO date, day and month could be confused, or only some values have an offset.
    """
    times = pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True)
    bad = (times.isna() & values.notna()).to_numpy()
    if bad.any():
        row = int(bad.argmax())
        share = f"{int(bad.sum()):,} of its {len(values):,} values"
        raise DataError(
            f"{table}.{column} is text, and {share} are no ISO dates (year first).",
            table=table,
            column=column,
            example=f"row {row}: {values.iloc[row]!r}{_both_readings(str(values.iloc[row]))}",
            hint=_how_to_parse(values[bad].astype(str), table, column),
        )
    has_zone = values.dropna().str.contains(_ZONE, regex=True).to_numpy(dtype=bool)
    if has_zone.any() and not has_zone.all():
        with_zone, without = (values.dropna()[mask].iloc[0] for mask in (has_zone, ~has_zone))
        raise DataError(
            f"{table}.{column} has values with a time zone and values without.",
            table=table,
            column=column,
            example=f"{with_zone!r} and {without!r}",
            hint=f"Make them one kind: pd.to_datetime({table}[{column!r}], utc=True) reads the others as UTC.",
        )
    return times.dt.tz_localize(None).astype("datetime64[us]"), bool(has_zone.any())


def _both_readings(value: str) -> str:
    match = _PARTS.match(value)
    if match is None or int(match[1]) > 12 or int(match[3]) > 12 or match[1] == match[3]:
        return ""
    first, second = int(match[1]), int(match[3])
    return f", which is day {first} of month {second} or day {second} of month {first}"


def _how_to_parse(bad: pd.Series, table: str, column: str) -> str:
    """The format to give to pandas, as far as the values tell it."""
    parts = [match for match in (_PARTS.match(value) for value in bad.head(10_000)) if match]
    if len(parts) < min(len(bad), 10_000):
        return f"Parse or mend these values first: pd.to_datetime({table}[{column!r}], format=..., errors='coerce')."
    year = "%Y" if len(parts[0][4]) == 4 else "%y"
    sign = parts[0][2]
    day_first, month_first = f"%d{sign}%m{sign}{year}", f"%m{sign}%d{sign}{year}"
    clock = " plus the time of day" if any(match[5].strip() for match in parts) else ""
    if any(int(match[1]) > 12 for match in parts):
        return f"The day comes first: pd.to_datetime({table}[{column!r}], format={day_first!r}){clock}."
    if any(int(match[3]) > 12 for match in parts):
        return f"The month comes first: pd.to_datetime({table}[{column!r}], format={month_first!r}){clock}."
    return f"Say which: pd.to_datetime({table}[{column!r}], format={day_first!r}) or format={month_first!r}{clock}."
