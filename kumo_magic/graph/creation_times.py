"""A date of each row of a table, and the row's events → whether the rows come to exist then. Asks the data first."""

from __future__ import annotations

import numpy as np

from kumo_magic.graph.naming import words_of
from kumo_magic.graph.overwritten import DatedRows
from kumo_magic.graph.row_events import DAY_US

_BEGINNINGS = (
    *("releas", "launch", "publish", "introduc", "found", "add", "first", "since", "member", "hire", "onboard"),
    *("debut", "from", "start", "begin", "began", "begun", "establish", "creat", "join", "regist", "sign", "open"),
    *("insert", "enrol", "activat", "list", "admit", "admission", "install", "built", "premier", "appear", "enter"),
    *("intake", "commission", "born", "valid"),
)
_OTHERS = (
    *("birth", "dob", "death", "died", "end", "clos", "until", "expir", "to", "due", "deadline", "cancel", "delet"),
    *("churn", "terminat", "exit", "left", "leav", "retire", "updat", "modif", "edit", "last", "latest", "chang"),
    *("expected", "planned", "estimated", "scheduled", "next", "renew", "unsubscri", "deceas", "load", "synced"),
)
_FEWEST_EVENTS = 30
_FEWEST_INSIDE = 5
_LEAST_COVERED = 0.9
_MOST_BEFORE = 0.01
_LEAST_INSIDE = 0.05
_MOST_LEAD = 0.15
"""Of the history's length, by which a quarter of the dates at most precedes the first event: birthdays are farther."""
_MOST_LEAD_US = 5 * 365 * DAY_US
_LEAST_CONTRADICTED = 0.05
_LEAST_EARLIER = 0.01


def is_named_as_creation(column: str) -> bool:
    """Whether the name of a date sounds like a beginning."""
    return any(word.startswith(beginning) for word in words_of(column) for beginning in _BEGINNINGS)


def creation_gap_us(rows: DatedRows) -> float | None:
    """How long after their dates the rows' events begin, the median; None where rows do not come to exist then.

    They do where nearly no event precedes its row's date, and some of the dates lie inside the history, shortly before
    the first event: a date before everything would change nothing.
    """
    if any(
        word.startswith(other) if len(other) > 2 else word == other for word in words_of(rows.name) for other in _OTHERS
    ):
        return None
    events, has_date = rows.events, rows.has_date
    dated = has_date[events.rows]
    with_events = np.flatnonzero(events.has_some)
    if int(dated.sum()) < _FEWEST_EVENTS or float(has_date[with_events].mean()) < _LEAST_COVERED:
        return None
    dates, times = rows.dates_us[events.rows[dated]], events.times_us[dated]
    if float((times < dates - _tolerance_us(dates, times)).mean()) > _MOST_BEFORE:
        return None
    begin, end = rows.history_us
    begin = max(begin, int(np.quantile(times, 0.001, method="lower")))
    inside = with_events[has_date[with_events]]
    num_dated = len(inside)
    inside = inside[rows.dates_us[inside] > begin]
    if len(inside) < _FEWEST_INSIDE or len(inside) < _LEAST_INSIDE * num_dated:
        return None
    gaps = events.first_us[inside] - rows.dates_us[inside]
    is_close = float(np.quantile(gaps, 0.25)) <= min(_MOST_LEAD * (end - begin), _MOST_LEAD_US)
    return float(np.median(gaps)) if is_close else None


def share_contradicted(rows: DatedRows) -> float:
    """Of the rows with events and a date, how many have an event clearly before it; 0 where these are few."""
    told = rows.events.has_some & rows.has_date
    if int(told.sum()) < _FEWEST_INSIDE:
        return 0.0
    begin, end = rows.history_us
    lead_us = max(DAY_US, int(_LEAST_EARLIER * (end - begin)))
    is_before = rows.events.first_us[told] < rows.dates_us[told] - lead_us
    share = float(is_before.mean())
    return share if share >= _LEAST_CONTRADICTED and int(is_before.sum()) >= _FEWEST_INSIDE else 0.0


def _tolerance_us(dates: np.ndarray, times: np.ndarray) -> int:
    """A day where events are written by the day and the dates with their clock; else nothing."""
    return DAY_US if not (times % DAY_US).any() and bool((dates % DAY_US).any()) else 0
