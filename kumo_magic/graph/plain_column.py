"""What a column is once it is clean: its values in a plain dtype, and what was changed. Knows no dtypes of users."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

_KEYS = (uuid.UUID, bytes, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainValues:
    """One column, clean.

    Attributes:
        values: Text as pandas' own text, times as naive datetime64[us], lists as Python lists.
        change: What was changed, as the end of a sentence; empty when nothing worth telling was.
        odd: Two values of different kinds, when the column mixed them and is text now.
        is_aware: Whether the times had a zone; they are UTC now.
        given: The values in the user's own type, where a frame with the plain ones would not merge with the user's.
    """

    values: pd.Series
    change: str = ""
    odd: tuple[object, object] | None = None
    is_aware: bool = False
    given: pd.Series | None = None


def as_text(values: pd.Series, change: str, *, odd: tuple[object, object] | None = None) -> PlainValues:
    """Values of a type that only their texts compare. What can be a key is kept as it was given."""
    texts, repaired = texts_of(values)
    change = "; ".join(filter(None, (change, repaired)))
    return PlainValues(values=texts, change=change, odd=odd, given=None if odd else _own(values))


def texts_of(values: pd.Series) -> tuple[pd.Series, str]:
    """The text of each value, None where there is none, and what had to be repaired, as the end of a sentence."""
    texts = each(values.astype(object), str)
    # pandas makes its own text dtype of texts and None; a column without any value says nothing about its type.
    if not texts.notna().any():
        return texts, ""
    broken = np.flatnonzero(texts.map(_is_broken, na_action="ignore").fillna(False).to_numpy(dtype=bool))
    if not len(broken):
        return pd.Series(texts.tolist(), dtype="str"), ""
    whole = pd.Series(each(texts, _repaired).tolist(), dtype="str")
    return whole, f"has half a character in {len(broken):,} of its texts (row {broken[0]:,}); \ufffd stands for it"


def each(values: pd.Series, convert: Callable[..., object]) -> pd.Series:
    """Every value converted, None where it is missing."""
    missing = values.isna().to_numpy()
    converted = np.empty(len(values), dtype=object)
    for row, value in enumerate(values.tolist()):
        converted[row] = None if missing[row] else convert(value)
    return pd.Series(converted, dtype=object)


def _own(values: pd.Series) -> pd.Series | None:
    """The values, where all of them can be keys: of a type that files keep and that a merge finds."""
    if values.dtype != object or not all(isinstance(value, _KEYS) for value in values.dropna().tolist()):
        return None
    return values


def _is_broken(text: str) -> bool:
    """Whether half of a pair of surrogates stands in the text: it can be stored nowhere."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _repaired(text: str) -> str:
    """The text with pairs of surrogates joined, and a sign in place of half a pair."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
