"""A frame → its time column and its end time, with the reason: by what names and values say of when a row happened.

Knows no other table, but for whether there are links.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.naming import noun_of, singular, words_of
from kumo_magic.graph.time_numbers import guess_number_times, look_like_times
from kumo_magic.graph.time_text import looks_like_time
from kumo_magic.graph.time_words import (
    BEGINNINGS,
    BIRTHS,
    CHANGES,
    ENDS_OF_EVENTS,
    LATER_STAGES,
    LEAVINGS,
    LOADS,
    MOMENT_WORDS,
    PLANS,
    SNAPSHOTS,
    is_moment_word,
    starts_with,
)

if TYPE_CHECKING:
    from kumo_magic.graph.table import Table

_MOSTLY_MISSING = 0.5
_RARE = 20  # ranks below all others
_MIN_ROWS = 10  # fewer rows may have one time by chance
_MIN_MEASURED = 3
_NEUTRAL, _UNNAMED, _LATE, _PLAN = 4, 5, 6, 7
_STAMPS = 12  # ranks of what looks like load stamps beside a time that varies more
_COARSE = 4
_NEARLY_ALL = 0.99
_IN_ORDER = 0.95
_FIRST_WORDS = ("date", "time", "datetime", "timestamp", "ts")  # as in date_added and time_hour
_PAST_FORMS = {"sold": "sale", "paid": "payment", "bought": "purchase", "sent": "message"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeGuess:
    """What was chosen, and why. No column: why there is none.

    Attributes:
        column: The column.
        reason: Why it was chosen, in a few words.
        doubt: A sentence that says what else is possible; empty where the choice is certain.
    """

    column: str | None
    reason: str
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a table stands among the others."""

    noun: tuple[str, ...]
    has_links: bool
    is_pointed_at: bool

    @property
    def is_event(self) -> bool:
        """Whether its rows are events, of which any time will do."""
        return self.has_links and not self.is_pointed_at


def guess_time_column(table: str, frame: pd.DataFrame, *, is_pointed_at: bool, has_links: bool) -> TimeGuess:
    """When a row happened or began: by the column's name, then by its values and its place.

    Args:
        table: The table's name.
        frame: Its rows, text dates already read.
        is_pointed_at: Whether other tables link to it: then it is a thing, and a time of it needs a name to count.
        has_links: Whether it links to other tables: then it is an event, and any time will do.
    """
    place = _Place(noun=noun_of(table), has_links=has_links, is_pointed_at=is_pointed_at)
    ranks: dict[str, int] = {}
    passed_over: list[str] = []
    for column in frame.columns:
        values = frame[column]
        if kind_of(values) is not Kind.TIME:
            continue
        rank, why = _rank(column, place), _meaning(column, place)
        num_different = values.nunique()
        if num_different < 2 and len(values) >= _MIN_ROWS:
            rank, why = None, f"is always {values.max():%Y-%m-%d}" if num_different else "is always missing"
        elif rank is not None and rank > _STAMPS and num_different < _MIN_MEASURED:
            rank = None
        if rank is None:
            passed_over.append(f"{column} {why}")
        else:
            is_rare = len(values) > 0 and float(values.isna().mean()) > _MOSTLY_MISSING
            ranks[column] = rank + _RARE * is_rare
    if not ranks:
        odd = f" ({', '.join(passed_over)})" if passed_over else ""
        return TimeGuess(column=None, reason=f"no column says when a row happened or began{odd}")
    return _best(table, frame, ranks, place)


def guess_end_column(
    frame: pd.DataFrame, *, time_column: str | None, is_pointed_at: bool, has_links: bool
) -> TimeGuess:
    """When a row ended, such as the day on which a user left, of a table that others link to."""
    found: list[tuple[int, int, str]] = []
    passed_over: list[str] = []
    for position, column in enumerate(frame.columns):
        values, word = frame[column], starts_with(column, LEAVINGS)
        is_other = (
            column == time_column or starts_with(column, (*BIRTHS, *PLANS, *LOADS)) or starts_with(column, CHANGES)
        )
        if not word or kind_of(values) is not Kind.TIME or not values.notna().any() or not is_pointed_at:
            continue
        if is_other and not word.startswith("last"):
            continue
        if has_links and word in ENDS_OF_EVENTS:
            passed_over.append(f"{column} may be the end of an event")
        elif time_column is not None and not _comes_first(frame[time_column], values):
            passed_over.append(f"{column} often lies before {time_column}")
        else:
            found.append((LEAVINGS.index(word), position, column))
    if not found:
        return TimeGuess(column=None, reason="; ".join(passed_over) or "no column says when a row ended")
    return TimeGuess(column=min(found)[2], reason="named like the day on which a row ended")


def time_candidates(table: Table) -> tuple[str, ...]:
    """Columns of a table without a time column that hold dates or could be read as such, the likeliest first."""
    place = _Place(noun=noun_of(table.name), has_links=True, is_pointed_at=False)
    found: list[tuple[int, int, str]] = []
    for position, column in enumerate(table.columns):
        values = table.frame[column]
        if table.role_of(column) in ("the primary key", "a foreign key") or starts_with(column, BIRTHS):
            continue
        if kind_of(values) not in (Kind.TIME, Kind.TEXT, Kind.WHOLE, Kind.NUMBER):
            continue
        rank = _rank(column, place)
        rank = _STAMPS if rank is None or (values.nunique() == 1 and len(values) >= _MIN_ROWS) else rank
        is_text = kind_of(values) is Kind.TEXT
        if kind_of(values) is Kind.TIME:
            if values.notna().any():
                found.append((rank, position, column))
        elif (is_text and looks_like_time(values, column)) or guess_number_times(values, column) is not None:
            found.append((rank + 1, position, column))
        elif look_like_times(values) is not None:
            found.append((rank + 2, position, column))
    return tuple(column for _, _, column in sorted(found))


def _best(table: str, frame: pd.DataFrame, ranks: dict[str, int], place: _Place) -> TimeGuess:
    """The column of the best rank; of several such the one whose times come first in the rows."""
    for column, rank in list(ranks.items()):
        finer = [other for other in ranks if ranks[other] <= _LATE and _stamps(frame[column], frame[other])]
        if finer and rank < _STAMPS:
            ranks[column] = _STAMPS
    order = sorted(ranks, key=lambda column: (ranks[column], list(frame.columns).index(column)))
    equal = [column for column in order if ranks[column] == ranks[order[0]]]
    first = [one for one in equal if all(_comes_first(frame[one], frame[other]) for other in equal if other != one)]
    best = first[0] if first else order[0]
    others = [column for column in order if column != best]
    reason = "named like the time of a row" + (f"; chosen over {', '.join(others)}" if others else "")
    meaning = _meaning(best, place)
    if ranks[best] % _RARE > _LATE:
        doubt = (
            f"{table}.{best} {meaning}, and no other date of '{table}' is likelier to be when its rows happened: "
            "they count as known from then on."
        )
        return TimeGuess(column=best, reason=reason, doubt=doubt)
    rivals = [other for other in others if ranks[other] <= _LATE and not _comes_first(frame[best], frame[other])]
    if ranks[best] < _NEUTRAL or not rivals:
        return TimeGuess(column=best, reason=reason)
    doubt = f"{table}.{best} is read as when rows of '{table}' happened; {' and '.join(rivals)} could be it too."
    return TimeGuess(column=best, reason=reason, doubt=doubt)


def _rank(column: str, place: _Place) -> int | None:
    """The place of a column among the times, by its name, 0 first; None when it is not when a row happened."""
    words = words_of(column)
    is_named = bool(words) and (is_moment_word(words[-1]) or words[0] in _FIRST_WORDS)
    odd = starts_with(column, (*BIRTHS, *LOADS, *LEAVINGS, *PLANS, *CHANGES))
    is_own = any(_is_of(word, place.noun) and (not odd or word.startswith(odd)) for word in words)
    if is_own and (is_named or place.has_links):
        return 1
    if starts_with(column, BIRTHS):
        return None
    if starts_with(column, LOADS):
        is_measured = starts_with(column, SNAPSHOTS) and not starts_with(column, tuple(set(LOADS) - SNAPSHOTS))
        return _STAMPS + 1 if place.is_event and is_measured else None
    if starts_with(column, LEAVINGS):
        return _PLAN + 2 if place.is_event else None
    if starts_with(column, PLANS):
        return _PLAN if place.is_event else None
    if starts_with(column, CHANGES):
        return _PLAN + 1 if place.is_event else None  # the row is known from its last change on: late, never too early
    if words and all(word in MOMENT_WORDS | {"event"} for word in words):
        return 0
    if "inserted" in words or "insert" in words:
        return _LATE if is_named or place.is_event else None
    if BEGINNINGS & set(words):
        return 2 if is_named else 3
    if starts_with(column, LATER_STAGES):
        return _LATE if place.is_event or (is_named and place.has_links) else None
    if is_named:
        return _NEUTRAL
    return _UNNAMED if place.is_event else None


def _meaning(column: str, place: _Place) -> str:
    """What a column's name says that it is, after the column's name in a sentence."""
    meanings = (
        (BIRTHS, "is a day of birth"),
        (LOADS, "is when rows were copied"),
        (LEAVINGS, "is when something ended"),
        (PLANS, "is a day that was planned or set as a limit"),
        (CHANGES, "is when rows were changed last"),
    )
    words = next((words for beginnings, words in meanings if starts_with(column, beginnings)), "")
    return words or ("is no date of the row itself" if place.is_pointed_at else "says something else")


def _is_of(word: str, noun: tuple[str, ...]) -> bool:
    """Whether a word of a column is the table's noun, or its verb: ordered of orders, shipping of shipments."""
    word = _PAST_FORMS.get(singular(word), singular(word))
    for own in noun:
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, own, strict=False)))
        if word == own or shared >= max(4, min(len(word), len(own)) - 1):
            return True
    return False


def _stamps(values: pd.Series, finer: pd.Series) -> bool:
    """Whether many rows share a few of the values, which come after those of a column that varies more."""
    if values is finer or len(values) < _MIN_ROWS:
        return False
    days, finer_days = (column.dt.normalize().nunique() for column in (values, finer))
    return days * _COARSE <= finer_days and _comes_first(finer, values, share=_NEARLY_ALL)


def _comes_first(values: pd.Series, others: pd.Series, *, share: float = _IN_ORDER) -> bool:
    """Whether the times lie before the others, or at them, in nearly all rows that have both."""
    both = values.notna() & others.notna()
    return not both.any() or bool((values[both] <= others[both]).mean() >= share)
