"""A date of each row of a table, and the row's events → the sign that it is overwritten until today. No labels.

A last sign of life tells at every past anchor whether more came: who has one by then has left, who has none will come
again. The sign is in the dates: none lies after the last event, and few events of their rows after them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.graph.naming import words_of
from kumo_magic.graph.row_events import DAY_US, MISSING_US, RowEvents

_CHANGES = (
    *("last", "latest", "recent", "final", "previous"),
    *("updat", "modif", "edit", "chang", "touch", "refresh", "sync", "visited", "activ"),
)
_ENDS = (
    *(
        "end",
        "clos",
        "cancel",
        "terminat",
        "churn",
        "death",
        "died",
        "deceas",
        "delet",
        "exit",
        "left",
        "leav",
        "until",
    ),
    *("expir", "retire", "resign", "unsubscri", "deactivat", "finish", "complet", "deliver", "birth", "dob", "first"),
)
_FEWEST_ROWS = 20
_FEWEST_NAMED = 5
_MOST_AHEAD = 0.01
_LEAST_COVERED = 0.95
_LEAST_AFTER = 0.95
"""Share of the rows whose date no event of theirs follows, or of the events that no date of their row precedes."""
_LEAST_PROGRESS = 0.2
"""Between a row's first event and the end of the data: an order's delivery comes soon, a last visit late."""
_LAST_PART = 0.2
_LEAST_CHANGED = 0.2
_SLACK = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRows:
    """A date of each row, with what else is known of when the row lived.

    Attributes:
        name: Of the date's column.
        dates_us: int64 [rows], `MISSING_US` where missing.
        own_us: The row's own time, int64 [rows]; None where the table has none.
        events: Of each row, all tables together.
        by_table: The same by table.
        history_us: When the events of all tables begin and end.
    """

    name: str
    dates_us: np.ndarray
    own_us: np.ndarray | None
    events: RowEvents
    by_table: dict[str, RowEvents]
    history_us: tuple[int, int]

    @property
    def has_date(self) -> np.ndarray:
        """Which rows have a date, bool [rows]."""
        return self.dates_us != MISSING_US

    @property
    def share_ahead(self) -> float:
        """How many of the dates lie beyond the last event of all tables; a day or two are the time it takes to load."""
        begin, end = self.history_us
        slack = max(DAY_US, int(_SLACK * (end - begin)))
        present = self.dates_us[self.has_date]
        return float((present > end + slack).mean()) if len(present) else 0.0


def sign_of_overwriting(rows: DatedRows) -> str:
    """What shows that the dates are overwritten, a sentence; nothing where they are not."""
    if not rows.has_date.any() or rows.share_ahead > _MOST_AHEAD:
        return ""
    return _last_sign_of_life(rows) or _bunched_at_the_end(rows) or _named_as_changed(rows)


def is_last_sign_of_life(rows: DatedRows) -> bool:
    """Whether nearly all events precede the dates, whatever the column's name: no row begins then."""
    return rows.share_ahead <= _MOST_AHEAD and bool(_last_sign_of_life(rows) or _bunched_at_the_end(rows))


def _last_sign_of_life(rows: DatedRows) -> str:
    if _says(rows.name, _ENDS):
        return ""
    if _are_after_all(rows, rows.events, is_exact=False):
        return f"in {_share(rows, rows.events)} of the rows no event is later than the date, {_none_after(rows)}"
    for table, events in rows.by_table.items():
        if _are_after_all(rows, events, is_exact=True):
            return f"it is the day of the last of {table} in {_share(rows, events)} of the rows, {_none_after(rows)}"
    return ""


def _are_after_all(rows: DatedRows, events: RowEvents, *, is_exact: bool) -> bool:
    """Whether the dates of nearly all rows with several events are after these, and far from where they began."""
    told = np.flatnonzero(events.has_several)
    if len(told) < _FEWEST_ROWS or float(rows.has_date[told].mean()) < _LEAST_COVERED:
        return False
    told = told[rows.has_date[told]]
    dates, first, last = rows.dates_us[told], events.first_us[told], events.last_us[told]
    is_after = dates >= last - DAY_US
    is_after &= (dates <= last + DAY_US) | (not is_exact)
    progress = (dates - first) / np.maximum(rows.history_us[1] - first, 1)
    return float(is_after.mean()) >= _LEAST_AFTER and float(np.median(progress)) >= _LEAST_PROGRESS


def _bunched_at_the_end(rows: DatedRows) -> str:
    """Whether every row has a date, most lie towards the end of the data, and few events follow them."""
    begin, end = rows.history_us
    has_date = rows.has_date
    if _says(rows.name, _ENDS) or int(has_date.sum()) < _FEWEST_ROWS or float(has_date.mean()) < _LEAST_COVERED:
        return ""
    near_us = end - int(_LAST_PART * (end - begin))
    events = rows.events
    dated = has_date[events.rows]
    if dated.sum() < _FEWEST_ROWS or float(np.median(rows.dates_us[has_date])) < near_us:
        return ""
    share_before = float((events.times_us[dated] <= rows.dates_us[events.rows[dated]] + DAY_US).mean())
    several = events.has_several & has_date
    is_later = rows.dates_us[several] > events.first_us[several] + DAY_US
    if share_before < _LEAST_AFTER or not several.any() or float(is_later.mean()) < _LEAST_AFTER:
        return ""
    share = float((rows.dates_us[has_date] >= near_us).mean())
    return f"{share:.0%} of its dates lie in the last {_LAST_PART:.0%} of the history, {_none_after(rows)}"


def _named_as_changed(rows: DatedRows) -> str:
    """Whether the name says so, and dates lie after where their rows began."""
    if not _says(rows.name, _CHANGES) or _says(rows.name, ("first", "birth")):
        return ""
    has_date = rows.has_date
    dates = rows.dates_us[has_date]
    if len(dates) < _FEWEST_NAMED or float((dates > rows.history_us[0]).mean()) < _LEAST_CHANGED:
        return ""
    began = (
        rows.events.first_us
        if rows.own_us is None
        else np.where(rows.own_us == MISSING_US, rows.events.first_us, np.minimum(rows.events.first_us, rows.own_us))
    )
    is_told = began[has_date] != np.iinfo(np.int64).max
    if is_told.sum() < _FEWEST_NAMED:
        return f"its name says so, {_none_after(rows)}"
    share = float((dates[is_told] > began[has_date][is_told]).mean())
    return f"{share:.0%} of its dates lie after their row began, {_none_after(rows)}" if share >= _LEAST_CHANGED else ""


def _says(name: str, beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginning) for word in words_of(name) for beginning in beginnings)


def _share(rows: DatedRows, events: RowEvents) -> str:
    told = events.has_several & rows.has_date
    return f"{float((rows.dates_us[told] >= events.last_us[told] - DAY_US).mean()):.0%}"


def _none_after(rows: DatedRows) -> str:
    return f"and none of the dates lies after the last event ({pd.Timestamp(rows.history_us[1], unit='us'):%Y-%m-%d})"
