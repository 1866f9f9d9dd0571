"""The values and the name of a column that is no key → its stype, with the reason. Knows no other column."""

from __future__ import annotations

import pandas as pd

from kumo_magic.graph.kind import Kind, kind_of, sample_of
from kumo_magic.graph.naming import words_of
from kumo_magic.graph.stype import Stype

_SAMPLE = 20_000
_MOST_CATEGORIES = 100
_SHARE_OF_CATEGORIES = 0.05
_MANY_NAMES = 20  # more different texts than this, most of them there once, are names or words rather than categories
_SHARE_OF_NAMES = 0.5
_LONG_CATEGORY = 60
_FLAG_WORDS = frozenset({"is", "has", "was", "flag"})
_CODE_WORDS = frozenset(
    {"type", "code", "class", "category", "kind", "status", "state", "gender", "sex", "zip", "postcode", "segment"}
)


def guess_stype(values: pd.Series, name: str) -> tuple[Stype, str]:
    """What the column means to a model, and why."""
    present = values.dropna()
    if present.empty:
        return Stype.IGNORED, "empty"
    kind = kind_of(values)
    if kind is Kind.LIST:
        return Stype.MULTICATEGORICAL, "lists of values"
    if kind is Kind.TIME:
        return Stype.TIMESTAMP, "dates or times"
    sample = sample_of(present, _SAMPLE)
    num_distinct = sample.nunique()
    if num_distinct == 1 and len(values) > 1 and present.nunique() == 1:
        return Stype.IGNORED, f"always {sample.iloc[0]!r}" if len(str(sample.iloc[0])) < 30 else "always the same"
    if kind is Kind.TRUTH:
        return Stype.CATEGORICAL, "true or false"
    if kind is Kind.TEXT:
        return _guess_text(sample, num_distinct)
    return _guess_number(sample, num_distinct, name, is_whole_kind=kind is Kind.WHOLE)


def _guess_text(sample: pd.Series, num_distinct: int) -> tuple[Stype, str]:
    words = f"{num_distinct:,} different texts"
    if sample.str.len().max() > _LONG_CATEGORY:
        return Stype.TEXT, f"{words}, some long"
    if num_distinct > _MANY_NAMES and num_distinct > _SHARE_OF_NAMES * len(sample):
        return Stype.TEXT, f"{words} in {len(sample):,} values"
    if num_distinct <= max(_MOST_CATEGORIES, _SHARE_OF_CATEGORIES * len(sample)):
        return Stype.CATEGORICAL, words
    return Stype.TEXT, f"{words} in {len(sample):,} values"


def _guess_number(sample: pd.Series, num_distinct: int, name: str, *, is_whole_kind: bool) -> tuple[Stype, str]:
    words = words_of(name)
    is_few = num_distinct <= _MOST_CATEGORIES and (num_distinct <= _MANY_NAMES or num_distinct < len(sample) / 10)
    if num_distinct <= 2 and set(sample.unique()) <= {0, 1} and _FLAG_WORDS & set(words):
        return Stype.CATEGORICAL, "0 or 1, named like a truth value"
    if is_whole_kind and words and words[-1] == "id":
        if is_few and num_distinct < len(sample):
            return Stype.CATEGORICAL, f"{num_distinct:,} different numbers, named like a code"
        return Stype.KEY, "named like a key, but no table has it"
    if is_whole_kind and is_few and _CODE_WORDS & set(words):
        return Stype.CATEGORICAL, f"{num_distinct:,} different numbers, named like a code"
    return Stype.NUMERICAL, "numbers"
