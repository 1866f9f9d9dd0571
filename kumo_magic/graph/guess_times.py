"""A frame → its time column, with the reason: times, named or placed like when a row happened. Knows no other table."""

from __future__ import annotations

import pandas as pd

from kumo_magic.graph.guess_keys import Guess
from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.naming import noun_of, singular, words_of

_TIME_WORDS = frozenset({"date", "dat", "time", "timestamp", "datetime", "ts", "at", "on", "day", "when", "dt"})
_BEGINNINGS = frozenset(
    {
        "create",
        "created",
        "creation",
        "joined",
        "join",
        "signup",
        "registered",
        "registration",
        "opened",
        "inserted",
        "start",
    }
)
_ENDINGS = (
    "birth",
    "dob",
    "death",
    "end",
    "close",
    "until",
    "expir",
    "valid_to",
    "due",
    "deadline",
    "cancel",
    "delet",
    "churn",
)
_CHANGES = ("updat", "modif", "edit", "last", "chang")
_PLANS = ("expected", "planned", "estimated", "scheduled")
_MOSTLY_MISSING = 0.5


def guess_time_column(table: str, frame: pd.DataFrame, *, is_pointed_at: bool, has_links: bool) -> Guess:
    """When a row happened or began: by the column's name, then by its place.

    Args:
        table: The table's name.
        frame: Its rows, text dates already parsed.
        is_pointed_at: Whether other tables link to it: then it is a thing, and a time of it needs a name to count.
        has_links: Whether it links to other tables: then it is an event, and any time will do.
    """
    candidates: list[tuple[int, int, str]] = []
    passed_over: list[str] = []
    for position, column in enumerate(frame.columns):
        values = frame[column]
        if kind_of(values) is not Kind.TIME:
            continue
        rank = _rank(table, column, is_event=has_links and not is_pointed_at)
        if rank is None:
            passed_over.append(column)
        else:
            is_rare = len(values) > 0 and float(values.isna().mean()) > _MOSTLY_MISSING
            candidates.append((rank + 10 * is_rare, position, column))
    if not candidates:
        odd = f" ({', '.join(passed_over)} says something else)" if passed_over else ""
        return Guess(None, f"no column says when a row happened or began{odd}")
    candidates.sort()
    best = candidates[0][2]
    others = [column for _, _, column in candidates[1:]]
    return Guess(best, "named like the time of a row" + (f"; chosen before {', '.join(others)}" if others else ""))


def _rank(table: str, column: str, *, is_event: bool) -> int | None:
    """The place of a column among the times, by its name, 0 first; None when it is not when a row happened."""
    words = words_of(column)
    if any(word.startswith(odd) for word in words for odd in _ENDINGS):
        return None
    if any(word.startswith(odd) for word in words for odd in _PLANS):
        return 7 if is_event else None
    if any(word.startswith(odd) for word in words for odd in _CHANGES):
        return 8 if is_event else None  # the row is known from its last change on: late, and never too early
    if all(word in _TIME_WORDS | {"event"} for word in words):
        return 0
    is_named = bool(words) and (words[-1] in _TIME_WORDS or words[-1].endswith(("date", "time", "stamp")))
    if is_named and set(noun_of(table)) & {singular(word) for word in words}:
        return 1
    if _BEGINNINGS & set(words):
        return 2 if is_named else 3
    if is_named:
        return 4
    return 6 if is_event else None
