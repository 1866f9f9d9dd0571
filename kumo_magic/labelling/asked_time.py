"""Dates that a user gives, in options and frames → microseconds by the graph's clock. Guesses no order and no zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError, OptionError
from kumo_magic.graph.kind import first_of
from kumo_magic.graph.moment import Moment, NoMomentError, read_moment, unordered_date
from kumo_magic.graph.table import Table
from kumo_magic.plan.plan import PredictionPlan

MISSING_US = int(np.iinfo(np.int64).min)
"""A missing time of a frame: numpy's NaT."""


def moment_us(value: object, name: str) -> int:
    """A date that a user gave, in int64 microseconds UTC, whatever the graph's clock.

    Raises:
        OptionError: It is no date, or may be two.
    """
    return _moment(value, name).time_us


def date_us(plan: PredictionPlan, value: object, name: str) -> int:
    """A date that a user gave, in int64 microseconds by the clock of the plan's tables; UTC where they have a zone.

    Raises:
        OptionError: It is no date, may be two, or has a time zone where the tables have none.
    """
    moment = _moment(value, name)
    clock = _clock(plan)
    if moment.has_zone and clock is not None and clock.time_zone is None:
        raise OptionError(
            f"{name}={_shown(value)} has a time zone, and {clock.name}.{clock.time_column} has none. "
            f"Write what that clock showed, such as {_clock_face(value)}."
        )
    return moment.time_us


def zone_notes(plan: PredictionPlan, given: Mapping[str, object]) -> list[str]:
    """Which of the given dates, by their option's name, have no zone where the tables' times have one."""
    clock = _clock(plan)
    if clock is None or clock.time_zone is None:
        return []
    return [
        f"{name}={_shown(value)} has no time zone: taken as UTC, as {clock.name}.{clock.time_column} is."
        for name, value in given.items()
        if value is not None and not _moment(value, name).has_zone
    ]


def column_us(plan: PredictionPlan, times: pd.Series, table: str) -> np.ndarray:
    """The ``anchor_time`` of a user's frame by the clock of the plan's tables, int64 microseconds [rows].

    Args:
        plan: Its tables say whether times have a zone.
        times: Times, dates, or text that is written year first.
        table: What to call the frame.

    Returns:
        MISSING_US where a time is missing.

    Raises:
        DataError: A value is no date or may be two, or the zone is not that of the tables.
    """
    of_row, different = pd.factorize(times)
    found, zones = np.full(len(different) + 1, MISSING_US, dtype=np.int64), np.zeros(len(different), dtype=bool)
    if isinstance(times.dtype, (np.dtype, pd.DatetimeTZDtype)) and pd.api.types.is_datetime64_any_dtype(times.dtype):
        found[:-1] = different.to_numpy(dtype="datetime64[us]").astype(np.int64)
        zones[:] = isinstance(times.dtype, pd.DatetimeTZDtype)
    else:
        for place, value in enumerate(different):
            try:
                moment = read_moment(value)
            except NoMomentError as error:
                raise _unreadable(error, times, table, row=int((of_row == place).argmax())) from None
            found[place], zones[place] = moment.time_us, moment.has_zone
    _refuse_zones(plan, times, table, zones, of_row)
    return found[of_row]


def _moment(value: object, name: str) -> Moment:
    try:
        return read_moment(value)
    except NoMomentError as error:
        problem = str(error)
        what = name if problem == "is missing." else f"{name}={_shown(value)}"
        raise OptionError(f"{what} {problem} {error.hint}") from None


def _unreadable(error: NoMomentError, times: pd.Series, table: str, *, row: int) -> DataError:
    return DataError(
        f"{table}.{times.name} in row {row:,} {error}",
        table=table,
        column=str(times.name),
        example=f"row {row}: {first_of(times.iloc[[row]])!r}",
        hint=_how_to_parse(times, table) or error.hint,
    )


def _how_to_parse(times: pd.Series, table: str) -> str:
    """The formats that fit every value, where all of them are written with the year last; empty else."""
    found = [unordered_date(value) if isinstance(value, str) else None for value in times.dropna()]
    dates = [match for match in found if match is not None]
    signs = {match[2] for match in dates}
    if len(dates) < len(found) or len(signs) != 1 or any(match[5].strip() for match in dates):
        return ""
    sign, first, second = signs.pop(), *(max(int(match[place]) for match in dates) for place in (1, 3))
    formats = {f"%d{sign}%m{sign}%Y": second <= 12, f"%m{sign}%d{sign}%Y": first <= 12}
    fit = " or ".join(
        f"pd.to_datetime({table}[{times.name!r}], format={one!r})" for one, fits in formats.items() if fits
    )
    return f"Say the order: {fit}." if fit else ""


def _refuse_zones(plan: PredictionPlan, times: pd.Series, table: str, zones: np.ndarray, of_row: np.ndarray) -> None:
    if not zones.any():
        return
    row = int(zones[of_row].argmax())
    if not zones.all():
        without = int((~zones)[of_row].argmax())
        raise DataError(
            f"{table}.{times.name} has values with a time zone and values without.",
            table=table,
            column=str(times.name),
            example=f"row {row}: {times.iloc[row]!s}, row {without}: {times.iloc[without]!s}",
            hint="Make them one kind.",
        )
    clock = _clock(plan)
    if clock is not None and clock.time_zone is None:
        raise DataError(
            f"{table}.{times.name} has a time zone, and {clock.name}.{clock.time_column} has none, so nothing tells "
            "which moments of the tables they are.",
            table=table,
            column=str(times.name),
            example=f"row {row}: {times.iloc[row]!s}",
            hint="Convert it to the zone of the tables' clock, by its name for 'UTC', and drop the zone: "
            f"pd.to_datetime({table}[{times.name!r}], utc=True).dt.tz_convert('UTC').dt.tz_localize(None).",
        )


def _clock(plan: PredictionPlan) -> Table | None:
    """A table whose time column shows the clock of all; None where no table has times."""
    names = [*plan.target_tables, plan.entity_table, *plan.graph.tables]
    return next((plan.graph[name] for name in names if plan.graph[name].time_column is not None), None)


def _clock_face(value: object) -> str:
    """A time with a zone as its own clock showed it."""
    return f"{pd.Timestamp(cast('str', value)).tz_localize(None)}"


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, (str, int, float)) else f"{value!s}"
