"""A column of lists, sets and arrays → Python lists of plain values. What is missing in a list is no member of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from kumo_magic.graph.plain_column import PlainValues, each

_NESTED = (list, tuple, set, frozenset, dict, np.ndarray)


def is_list(value: object) -> bool:
    """Whether the value holds several; a named tuple is one value."""
    return isinstance(value, (list, set, frozenset, np.ndarray)) or type(value) is tuple


def plain_lists(values: pd.Series, plain: Callable[[pd.Series], PlainValues]) -> PlainValues:
    """The lists with plain members.

    Args:
        values: Lists, tuples, sets, arrays and missing values.
        plain: How a column of members becomes plain.
    """
    lists = each(values, _members)
    of_row = np.repeat(np.arange(len(lists)), lists.map(len, na_action="ignore").fillna(0).to_numpy(dtype=np.int64))
    flat = pd.Series([member for members in lists.dropna() for member in members], dtype=object)
    if flat.empty:
        return PlainValues(values=lists)
    change = ""
    if flat.map(lambda member: isinstance(member, _NESTED)).any():
        change, flat = "holds lists in lists; the inner ones are read as text", each(flat, str)
    found = plain(flat)
    change = change or (found.change and f"has members: it {found.change}")
    members = found.values.astype("str") if pd.api.types.is_datetime64_dtype(found.values.dtype) else found.values
    present = flat.notna().to_numpy()
    ends = np.searchsorted(of_row[present], np.arange(1, len(lists)))
    parts = np.split(members[present].to_numpy(dtype=object), ends)
    missing = lists.isna().to_numpy()
    result = [None if is_missing else part.tolist() for is_missing, part in zip(missing, parts, strict=True)]
    return PlainValues(values=pd.Series(result, dtype=object), change=change)


def _members(value: Iterable[object]) -> list[object]:
    """The members in an order that does not depend on the run; of a masked array, as DuckDB makes them, exactly."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return value.tolist() if isinstance(value, np.ndarray) else list(value)
