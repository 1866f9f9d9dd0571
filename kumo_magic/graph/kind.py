"""A column of a clean frame → the kind of its values, in the words of error messages. Knows no meaning."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd


class Kind(StrEnum):
    """What the values are, before anybody asks what they mean."""

    TRUTH = "truth value"
    WHOLE = "whole number"
    NUMBER = "number"
    TIME = "timestamp"
    TEXT = "text"
    LIST = "list"


def kind_of(values: pd.Series) -> Kind:
    """The kind of values that a column of a snapshot holds; an empty column of objects counts as text."""
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return Kind.TRUTH
    if pd.api.types.is_integer_dtype(dtype):
        return Kind.WHOLE
    if pd.api.types.is_numeric_dtype(dtype):
        return Kind.NUMBER
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return Kind.TIME
    if isinstance(dtype, pd.StringDtype):
        return Kind.TEXT
    first = values.first_valid_index()
    return Kind.LIST if first is not None and isinstance(values.loc[first], list) else Kind.TEXT


def is_whole(values: pd.Series) -> bool:
    """Whether every number is whole and can be an int64, so that floats such as 7.0 may stand for keys."""
    if kind_of(values) is Kind.WHOLE:
        return True
    if kind_of(values) is not Kind.NUMBER:
        return False
    present = values.dropna().to_numpy(dtype="float64")
    return bool((abs(present) <= 2**53).all() and (present == present.round()).all())


def sample_of(values: pd.Series, size: int) -> pd.Series:
    """At most about ``size`` values, evenly over the whole column, so that an order in the rows does not mislead."""
    return values.iloc[:: max(1, -(-len(values) // size))]


def first_of(values: pd.Series) -> object:
    """The first value that is not missing, as plain Python shows it; None when there is none."""
    return next(iter(values.dropna().head(1).tolist()), None)


def examples_of(values: pd.Series) -> str:
    """Two values as Python shows them, and their kind: ``'12.0' and '7.0' (text)``."""
    shown = values.dropna().drop_duplicates().head(2).tolist()
    return f"{' and '.join(repr(value) for value in shown)} ({kind_of(values)})" if shown else "no value"
