"""Tables without a key of one column, and keys of several → the pair that names each row, and who has those columns.

A pair is only proposed: it costs a column, and few questions are about its rows. Its links are taken as others are.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kumo_magic.graph.composite import composite_values, key_name
from kumo_magic.graph.kind import Kind, is_whole, kind_of
from kumo_magic.graph.link import Link
from kumo_magic.graph.link_check import matches_kind
from kumo_magic.graph.naming import KEY_ENDINGS, singular, words_of
from kumo_magic.graph.table import Table
from kumo_magic.graph.validation import is_known, keys_of

_PLACES = frozenset({"line", "no", "nr", "num", "number", "seq", "sequence", "sequential", "position", "pos", "idx"})
"""Last words of a column that numbers the rows of one thing: line_no, payment_sequential."""
_LEAST_KNOWN = 0.9


def pair_that_names_rows(frame: pd.DataFrame) -> tuple[str, str] | None:
    """The key of a thing and the number of a row of it, such as order_id and line_no, where no two rows have both.

    Example:
        >>> pair_that_names_rows(pd.DataFrame({"order_id": [7, 7, 8], "line_no": [1, 2, 1]}))
        ('order_id', 'line_no')
    """
    last_words = {column: singular(words[-1]) for column in frame.columns if (words := words_of(column))}
    numbers = [column for column, word in last_words.items() if word in _PLACES and is_whole(frame[column])]
    for key in (column for column, word in last_words.items() if word in KEY_ENDINGS):
        if kind_of(frame[key]) not in (Kind.WHOLE, Kind.TEXT) and not is_whole(frame[key]):
            continue
        for number in numbers:
            pair = frame[[key, number]]
            if key != number and not pair.isna().any(axis=None) and not pair.duplicated().any():
                return key, number
    return None


def pair_note(table: str, frame: pd.DataFrame) -> str:
    """What would name the rows of a table that has no key of one column, in a sentence; empty where nothing would."""
    pair = pair_that_names_rows(frame) if len(frame) > 1 else None
    if pair is None:
        return ""
    key, number = pair
    return (
        f"{table} has no primary key; {key} and {number} together name each row: --key {table}={key},{number}, "
        f"in Python keys={{{table!r}: {pair!r}}}."
    )


def guess_composite_links(tables: Mapping[str, Table]) -> dict[Link, tuple[tuple[str, ...], str]]:
    """Of every table that has all columns of another one's key of several: its link, those columns, and the reason."""
    found: dict[Link, tuple[tuple[str, ...], str]] = {}
    for parent in tables.values():
        key = parent.key_columns
        for child in tables.values() if len(key) > 1 else ():
            if child is parent or child.key_columns == key or not all(_has(child, parent, part) for part in key):
                continue
            values = keys_of(composite_values(child.frame, key)).drop_null()
            share = float(is_known(values, keys_of(parent.frame[key_name(key)])).mean()) if len(values) else 1.0
            if share >= _LEAST_KNOWN:
                words = f"has the columns of the key of {parent.name!r}; {share:.0%} of their values are there"
                found[Link(child.name, key_name(key), parent.name)] = key, words
    return found


def _has(child: Table, parent: Table, part: str) -> bool:
    """Whether the child has the column too, with values of the same kind."""
    if part not in child or part in child.mixed:
        return False
    values, keys = child.frame[part], parent.frame[part]
    return matches_kind(values, keys) or kind_of(values) is kind_of(keys) is Kind.TIME
