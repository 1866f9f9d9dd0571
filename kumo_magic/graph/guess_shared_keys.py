"""Frames → a table's key by what other tables say of it: they repeat the values that it has once. Guesses.

For tables without a column that is named like their key: carriers by their code, aeroplanes by their tail number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from kumo_magic.graph.guess_keys import Guess, can_name_rows
from kumo_magic.graph.kind import Kind, kind_of, sample_of
from kumo_magic.graph.naming import GENERIC_KEYS, KEY_ENDINGS, words_of
from kumo_magic.graph.validation import is_known, is_unique, keys_of

_FEWEST_ROWS = 3
_SAMPLE = 20_000
_LEAST_OF_ONE_NAME = 0.7
_LEAST_BY_VALUES = 0.9
_FEWEST_VALUES = 20  # fewer different values may be there by chance


@dataclass(frozen=True, slots=True)
class _Use:
    """A column of another table that has the values of one here."""

    place: str
    share: float
    is_of_one_name: bool


def guess_shared_key(
    frame: pd.DataFrame, others: Mapping[str, pd.DataFrame], *, mixed: Collection[str]
) -> Guess | None:
    """The column that has once what other tables repeat: those of the same name first, then those of its values."""
    best: tuple[tuple[bool, float, int], str, _Use] | None = None
    for position, column in enumerate(frame.columns):
        values = frame[column]
        if column in mixed or len(values) < _FEWEST_ROWS or not _may_be_shared(column, values):
            continue
        for use in _uses(column, values, others):
            rank = (use.is_of_one_name, use.share, -position)
            if best is None or rank > best[0]:
                best = (rank, column, use)
    if best is None:
        return None
    _, column, use = best
    return Guess(column, f"unique, and {use.share:.0%} of the values of {use.place} are there")


def _may_be_shared(column: str, values: pd.Series) -> bool:
    """Whether the column can be a key and means something by itself: short text, or numbers named like a key."""
    words = words_of(column)
    if not words or (len(words) == 1 and words[0] in GENERIC_KEYS):
        return False
    is_key_like = kind_of(values) is Kind.TEXT or words[-1] in KEY_ENDINGS
    return is_key_like and can_name_rows(values) and is_unique(values)


def _uses(column: str, values: pd.Series, others: Mapping[str, pd.DataFrame]) -> Iterator[_Use]:
    keys = keys_of(values)
    for other, frame in others.items():
        for name in frame.columns:
            is_of_one_name = name == column
            if kind_of(frame[name]) is not kind_of(values) or not (is_of_one_name or kind_of(values) is Kind.TEXT):
                continue
            sample = keys_of(sample_of(frame[name], _SAMPLE)).drop_null()
            distinct = sample.unique()
            if len(distinct) == len(sample) or (not is_of_one_name and len(distinct) < _FEWEST_VALUES):
                continue
            share = float(is_known(distinct, keys).mean())
            if share >= (_LEAST_OF_ONE_NAME if is_of_one_name else _LEAST_BY_VALUES):
                yield _Use(f"{other}.{name}", share, is_of_one_name)
