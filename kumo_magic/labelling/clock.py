"""The clock of the machine → what counts as today. Tests set another one by replacing `now_us`."""

from __future__ import annotations

import datetime

_UNIX = datetime.datetime(1970, 1, 1)


def now_us(*, has_zone: bool) -> int:
    """This moment in int64 microseconds: UTC for times with a zone.

    A time without one may show the clock of this place or UTC: it is now by the later of the two, so that no row that
    has happened counts as one to come.
    """
    utc = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    now = utc if has_zone else max(utc, datetime.datetime.now())
    return (now - _UNIX) // datetime.timedelta(microseconds=1)
