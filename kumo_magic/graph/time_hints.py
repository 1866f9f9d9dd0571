"""A text column of dates that cannot be read as it is → the code that reads it, which was run on its values."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from kumo_magic.graph.time_forms import Order, read_moments

Arguments = dict[str, Any]  # of pd.to_datetime

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S", ", %H:%M", ", %H:%M:%S")
_NAMED = ("%d-%b-%Y", "%d %b %Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%d%b%Y", "%b %Y")
_NUMBERED = ("%Y/%m/%d", "%Y.%m.%d", "%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%d{0}%m{0}%y", "%m{0}%d{0}%y", "%y{0}%m{0}%d")


def how_to_share_zone(texts: pd.Series, where: str) -> str:
    """How to read texts of which only some have an offset: the others as UTC."""
    tries: list[Arguments] = [{"format": "ISO8601", "utc": True}, {"format": "mixed", "utc": True}]
    code = _first_that_reads(tries, texts, read_moments(texts).times, where)
    return f"Make them one kind, the others in UTC: {code}." if code else "Make them one kind."


def how_to_unmix(texts: pd.Series, where: str) -> str:
    """How to make one kind of values that mix kinds; ``texts`` is how they are written."""
    found = read_moments(texts.dropna())
    is_date = ~np.isnat(found.times)
    if is_date.all() and found.has_zone.any():
        return f"Make them one kind, those without a time zone in UTC: pd.to_datetime({where}, utc=True)."
    zone = ", utc=True" if found.has_zone.any() else ""
    return f"Make them one kind, what is no date missing: pd.to_datetime({where}{zone}, errors='coerce')."


def how_to_say_order(texts: pd.Series, where: str) -> str:
    """How to say whether day or month comes first: what reads the first case, and the code for the second."""
    forms: list[Arguments] = [{"format": form} for form in _formats()]
    month, day = (
        _first_that_reads(
            [*forms, {"format": "mixed", "dayfirst": order is Order.DAY}],
            texts,
            read_moments(texts, order).times,
            where,
        )
        for order in (Order.MONTH, Order.DAY)
    )
    if not month or not day:
        return "Write them year first: no one format of pandas reads all of them."
    return f"If the month comes first, write {month}. If the day does: {day}."


def how_to_parse(texts: pd.Series, times: np.ndarray, where: str) -> str:
    """How to read the texts that are dates, with these times, and make the others missing."""
    tries: list[Arguments] = [{"format": form, "errors": "coerce"} for form in ("ISO8601", *_formats())]
    tries += [{"format": "mixed", "dayfirst": is_first, "errors": "coerce"} for is_first in (False, True)]
    code = _first_that_reads(tries, texts, times, where)
    return f"Make the others missing: {code}." if code else "Mend the others, or make them missing."


def _formats() -> Iterable[str]:
    days = [*_NAMED, *(form.format(sign) for form in _NUMBERED for sign in "/.-")]
    return (day + clock for day, clock in itertools.product(days, _CLOCKS))


def _first_that_reads(tries: Iterable[Arguments], texts: pd.Series, times: np.ndarray, where: str) -> str:
    """The code of the first arguments with which pandas reads the texts as these times, or nothing."""
    for arguments in tries:
        for more in ({}, {"errors": "coerce"}):
            if _reads({**arguments, **more}, texts, times):
                written = ", ".join(f"{name}={value!r}" for name, value in {**arguments, **more}.items())
                return f"pd.to_datetime({where}, {written})"
    return _two_that_read(tries, texts, times, where)


def _two_that_read(tries: Iterable[Arguments], texts: pd.Series, times: np.ndarray, where: str) -> str:
    """The code that reads what is written year first, and the rest by the first arguments that read it."""
    iso = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True).notna().to_numpy()
    others = texts[~iso]
    if len(others) in (0, len(texts)) or not _reads({"format": "ISO8601"}, texts[iso], times[iso]):
        return ""
    for arguments in tries:
        form = {**arguments, "errors": "coerce"}
        if arguments["format"] not in ("ISO8601", "mixed") and _reads(form, others, times[~iso]):
            iso_code = f"pd.to_datetime({where}, format='ISO8601', errors='coerce')"
            return f"{iso_code}.fillna(pd.to_datetime({where}, format={arguments['format']!r}, errors='coerce'))"
    return ""


def _reads(arguments: Arguments, texts: pd.Series, times: np.ndarray) -> bool:
    """Whether pandas reads each text as the time that it stands for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            head = pd.to_datetime(texts.head(3), **arguments)  # most arguments fail here, at little cost
            read = pd.to_datetime(texts, **arguments) if head.notna().any() else None
        except (ValueError, TypeError, OverflowError):
            return False
    if read is None or not pd.api.types.is_datetime64_any_dtype(read):
        return False
    read = read.dt.tz_convert("UTC").dt.tz_localize(None) if read.dt.tz is not None else read
    is_date = ~np.isnat(times)
    return bool((read.to_numpy(dtype="datetime64[us]")[is_date] == times[is_date]).all())
