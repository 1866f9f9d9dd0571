"""A categorical column → the values it is known to take, and codes of them. Knows no tensors and no layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING = -1
UNSEEN = -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories:
    """Known values, the most frequent first. As text, so that they fit a later frame whatever its dtype."""

    values: tuple[str, ...]

    def codes(self, column: pd.Series) -> np.ndarray:
        """The position of each value in ``values``, int32 [rows]; MISSING for null, UNSEEN for a value not in them."""
        codes, distinct = _distinct(column)
        position = {value: code for code, value in enumerate(self.values)}
        known = np.array([position.get(value, UNSEEN) for value in distinct] + [MISSING], dtype=np.int32)
        return known[codes]  # a missing value's code is -1, which reads the last one


def fit_categories(column: pd.Series, known: np.ndarray, *, most: int) -> Categories:
    """The ``most`` most frequent values among the known rows, ties in the order of the text.

    Args:
        column: Any values; lists and the like count as their text.
        known: bool [rows], which rows may be counted.
        most: How many values at most.
    """
    codes, distinct = _distinct(column)
    counts = np.bincount(codes[known & (codes >= 0)], minlength=len(distinct))
    ranked = sorted(((-int(count), value) for count, value in zip(counts, distinct, strict=True) if count))
    return Categories(values=tuple(value for _, value in ranked[:most]))


def _distinct(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    """A code per row (-1 for null), and the text of each code. Values with the same text share a code."""
    try:
        codes, values = pd.factorize(column, use_na_sentinel=True)
    except TypeError:  # lists, dicts and arrays have no hash
        codes, values = pd.factorize(column.map(str, na_action="ignore"), use_na_sentinel=True)
    texts = [as_text(value) for value in values]
    if len(set(texts)) == len(texts):
        return codes, texts
    merged, distinct = pd.factorize(np.array(texts, dtype=object))
    return np.append(merged, -1)[codes], list(distinct)


def as_text(value: object) -> str:
    """A value's text: whole numbers without a fraction, truth values in lower case.

    Example:
        >>> as_text(3.0), as_text(True), as_text("b")
        ('3', 'true', 'b')
    """
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
