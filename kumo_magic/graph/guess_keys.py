"""Frames → primary keys, with the reason: unique, never missing, and named like one. Guesses; the user overrules."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from kumo_magic.graph.key_faults import is_nearly_unique
from kumo_magic.graph.kind import Kind, is_whole, kind_of, sample_of
from kumo_magic.graph.naming import GENERIC_KEYS, KEY_ENDINGS, is_key_of, noun_of, singular, words_of
from kumo_magic.graph.validation import is_unique
from kumo_magic.graph.versions import validity_by_key

_NATURAL_NAMES = frozenset(
    {"name", "slug", "symbol", "ticker", "isbn", "ean", "email", "login", "username", "handle", "hash"}
)
_LEAST_MEANT = 5
_LONG_NAME = 80  # as Python writes sixteen bytes
_TRIED = 2_000


@dataclass(frozen=True, slots=True)
class Guess:
    """What was chosen, and why. No column: why there is none. And the column that was meant but for a few rows."""

    column: str | None
    reason: str
    meant: str | None = None


def guess_primary_key(table: str, frame: pd.DataFrame, *, mixed: Collection[str], others: Collection[str]) -> Guess:
    """The column that names each row, by its name and by uniqueness.

    Args:
        table: The table's name.
        frame: Its rows.
        mixed: Columns that cannot be keys.
        others: The names of the other tables, whose keys this table may hold as foreign keys.
    """
    ranked = sorted(
        (-score, position, column, words)
        for position, column in enumerate(frame.columns)
        for score, words in [_score(table, column, position, others)]
        if score and column not in mixed and can_name_rows(frame[column])
    )
    meant: str | None = None
    for score, _, column, words in ranked:
        values = frame[column]
        if not len(values):
            return Guess(column, f"{words}; the table is empty")
        if sample_of(values, _TRIED).is_unique and is_unique(values):
            return Guess(column, f"{words}, unique and never missing", meant)
        if meant is None and -score >= _LEAST_MEANT and (is_nearly_unique(values) or validity_by_key(frame, column)):
            meant = column
    if ranked:
        listed = ", ".join(column for _, _, column, _ in ranked[:3])
        return Guess(None, f"no column named like a key is unique and never missing (looked at {listed})", meant)
    return Guess(None, "no column is named like a key")


def _score(table: str, column: str, position: int, others: Collection[str]) -> tuple[int, str]:
    """How much a column's name speaks for its being the key, and in which words; 0 when it does not."""
    words = [singular(word) for word in words_of(column)]
    if not words:
        return 0, ""
    noun = noun_of(table)
    if is_key_of(column, table):
        return 9, f"named after {table!r}"
    if words == ["id"]:
        return 8, "named id"
    if any(is_key_of(column, other) for other in others):
        return 0, ""  # another table's key, unique here by chance or because the two tables share their rows
    is_first, is_own = position == 0, bool(set(words) & set(noun))
    if words[-1] in KEY_ENDINGS:
        if len(words) == 1 and words[0] in GENERIC_KEYS:
            return 5, f"named {column}"
        return (7 if is_own else 4) + is_first, "named like a key" + (" in the first place" if is_first else "")
    if tuple(words) == noun:
        return 4 + is_first, "named as the table"
    if is_first and is_own and len(words) > 1:
        return 3, f"in the first place and named after {table!r}"
    return (2, "a name") if words[-1] in _NATURAL_NAMES and (is_own or is_first) else (0, "")


def can_name_rows(values: pd.Series) -> bool:
    """Whether values of this kind can be a key: text that is no prose, or whole numbers."""
    match kind_of(values):
        case Kind.WHOLE:
            return True
        case Kind.NUMBER:
            return is_whole(values)
        case Kind.TEXT:
            sample = sample_of(values.dropna(), 200)
            return sample.empty or sample.str.len().max() <= _LONG_NAME
        case _:
            return False
