"""A count of a unit → a moment that far away. Calendar units clip to the end of the month. Knows no query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.query.predictive_query import Unit

_MONTHS = {Unit.MONTHS: 1, Unit.QUARTERS: 3, Unit.YEARS: 12}
_MICROSECONDS = {
    Unit.SECONDS: 1_000_000,
    Unit.MINUTES: 60_000_000,
    Unit.HOURS: 3_600_000_000,
    Unit.DAYS: 86_400_000_000,
    Unit.WEEKS: 604_800_000_000,
}
_DAY_US = _MICROSECONDS[Unit.DAYS]
DAYS_OF_A_MONTH = 30
"""Wherever calendar units meet fixed ones, a month counts as this many days."""


@dataclass(frozen=True, slots=True)
class Offset:
    """``count`` units forwards, or backwards when negative."""

    count: int
    unit: Unit

    @property
    def is_calendar(self) -> bool:
        """Whether the length depends on the month it is counted from."""
        return self.unit in _MONTHS

    @property
    def months(self) -> int:
        """Calendar months; 0 for fixed units."""
        return self.count * _MONTHS.get(self.unit, 0)

    @property
    def microseconds(self) -> int:
        """Microseconds; 0 for calendar units."""
        return self.count * _MICROSECONDS.get(self.unit, 0)

    @property
    def approx_us(self) -> int:
        """Microseconds, a month counted as 30 days."""
        return self.microseconds + self.months * DAYS_OF_A_MONTH * _DAY_US

    @property
    def approx_days(self) -> float:
        """Days, a month counted as 30 days."""
        return self.approx_us / _DAY_US

    @property
    def words(self) -> str:
        """The length for people, its sign left out: ``90 days``, ``1 month``."""
        count, unit = abs(self.count), str(self.unit)
        days = self.microseconds / _DAY_US
        if self.unit not in (Unit.DAYS, Unit.WEEKS) and abs(days) > 2 and days * 8 == int(days * 8):
            return f"{abs(days):g} days"
        return f"{count:,} {unit[:-1] if count == 1 else unit}"

    def times(self, factor: int) -> Offset:
        """The offset ``factor`` times as long."""
        return Offset(self.count * factor, self.unit)

    def minus(self, other: Offset) -> Offset:
        """The difference: in a unit of both where there is one, else in days or smaller (30-day months)."""
        if not other.count:
            return self
        if self.unit == other.unit:
            return Offset(self.count - other.count, self.unit)
        if self.is_calendar and other.is_calendar:
            return Offset(self.months - other.months, Unit.MONTHS)
        return offset_of_us(self.approx_us - other.approx_us)

    def add(self, timestamp: pd.Timestamp) -> pd.Timestamp:
        """The moment this far from ``timestamp``, its time zone kept."""
        moved = self.add_us(np.array([microseconds_of(timestamp)], dtype=np.int64))[0]
        shifted = pd.Timestamp(int(moved), unit="us").as_unit("us")
        return shifted if timestamp.tz is None else shifted.tz_localize("UTC").tz_convert(timestamp.tz)

    def add_us(self, times_us: np.ndarray) -> np.ndarray:
        """The moments this far from ``times_us``, int64 microseconds since 1970."""
        if not self.is_calendar:
            return times_us + self.microseconds
        times = times_us.astype("datetime64[us]")
        month = times.astype("datetime64[M]")
        since_midnight = times - times.astype("datetime64[D]")
        day = times.astype("datetime64[D]") - month.astype("datetime64[D]")
        target = month + np.timedelta64(self.months, "M")
        first = target.astype("datetime64[D]")
        last_day = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - first - np.timedelta64(1, "D")
        return (first + np.minimum(day, last_day) + since_midnight).astype("datetime64[us]").astype(np.int64)


def microseconds_of(timestamp: pd.Timestamp) -> int:
    """Microseconds since 1970, in UTC."""
    return int(timestamp.to_datetime64().astype("datetime64[us]").astype(np.int64))


def offset_of_us(microseconds: int) -> Offset:
    """The offset of a fixed length, in the largest of days, hours, minutes and seconds that divides it."""
    for unit in (Unit.DAYS, Unit.HOURS, Unit.MINUTES):
        if microseconds % _MICROSECONDS[unit] == 0:
            return Offset(microseconds // _MICROSECONDS[unit], unit)
    return Offset(microseconds // _MICROSECONDS[Unit.SECONDS], Unit.SECONDS)
