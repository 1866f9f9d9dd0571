"""A column of Python objects → the plain dtype that they would have had, text where there is none. Knows no lists."""

from __future__ import annotations

import datetime
import decimal
from collections import Counter

import numpy as np
import pandas as pd

from kumo_magic.graph.plain_column import PlainValues, as_text, each, texts_of
from kumo_magic.graph.plain_times import plain_times

_TOO_LARGE, _TOO_LARGE_UNSIGNED = 2**63, 2**64
_EXACT_DIGITS = 15  # a decimal of so many is another than its neighbours as a float64, too


def plain_objects(values: pd.Series) -> PlainValues:
    """Numbers, times, truth values and text in their dtype. Objects of one other type, and mixtures, are text."""
    present = values.dropna()
    kind = pd.api.types.infer_dtype(present, skipna=True)
    match kind:
        case "empty":
            return PlainValues(values=pd.Series([None] * len(values), dtype=object))
        case "string":
            texts, repaired = texts_of(values)
            return PlainValues(values=texts, change=repaired)
        case "boolean":
            return PlainValues(values=each(values, bool).astype("boolean"))
        case "floating" | "mixed-integer-float":
            return _plain_floats(values)
        case "timedelta" | "timedelta64":
            seconds = pd.to_timedelta(each(values, pd.Timedelta)).dt.total_seconds()
            return PlainValues(values=seconds, change="holds durations; they are read as seconds")
        case "integer":
            return _plain_integers(each(values, int), given=None)
        case "decimal":
            return _plain_decimals(values)
        case _:
            return _plain_others(values)


def _plain_others(values: pd.Series) -> PlainValues:
    members = values.dropna().tolist()
    if all(isinstance(value, (datetime.date, np.datetime64)) for value in members):
        return _plain_times(values)
    if all(isinstance(value, (bytes, bytearray, memoryview)) for value in members):
        return as_text(each(values, bytes), "holds values of type bytes; they are read as text")
    if len(types := {type(value) for value in members}) > 1:
        return _mixed(values)
    name = types.pop().__name__
    return as_text(values, "" if name == "UUID" else f"holds values of type {name}; they are read as text")


def _plain_floats(values: pd.Series) -> PlainValues:
    try:
        return PlainValues(values=each(values, float).astype("float64"))
    except OverflowError:
        return as_text(values, "holds numbers beyond what a float can be; they are read as text")


def _plain_integers(values: pd.Series, *, given: pd.Series | None) -> PlainValues:
    members = values.dropna().tolist()
    least, largest = min(members), max(members)
    if least >= -_TOO_LARGE and largest < _TOO_LARGE:
        nullable, dtype = pd.Int64Dtype(), np.dtype("int64")
    elif least >= 0 and largest < _TOO_LARGE_UNSIGNED:
        nullable, dtype = pd.UInt64Dtype(), np.dtype("uint64")
    else:
        text = as_text(values, "holds numbers beyond 64 bits; they are read as text")
        return text if given is None else PlainValues(values=text.values, change=text.change, given=given)
    whole = values.astype(nullable)
    return PlainValues(values=whole if whole.hasnans else whole.astype(dtype), given=given)


def _plain_decimals(values: pd.Series) -> PlainValues:
    members: list[decimal.Decimal] = values.dropna().tolist()
    if all(value.is_finite() and value == value.to_integral_value() for value in members):
        return _plain_integers(each(values, int), given=values)
    change = "holds decimals; they are read as floating-point numbers"
    most = max((len(value.normalize().as_tuple().digits) for value in members if value.is_finite()), default=0)
    if most > _EXACT_DIGITS:
        change += f", of which {_EXACT_DIGITS} digits are exact and these have up to {most}"
    return PlainValues(values=each(values, float).astype("float64"), change=change)


def _plain_times(values: pd.Series) -> PlainValues:
    is_aware = {getattr(value, "tzinfo", None) is not None for value in values.dropna().tolist()}
    if len(is_aware) > 1:
        return _mixed(values)
    if is_aware == {True}:
        return plain_times(pd.to_datetime(each(values, _moment), utc=True), is_aware=True)
    array = np.array(each(values, lambda value: value).tolist(), dtype="datetime64[us]")
    return plain_times(pd.Series(array))


def _moment(value: datetime.datetime) -> datetime.datetime:
    """The moment in UTC, also where pandas knows no such zone."""
    try:
        return value.astimezone(datetime.UTC)
    except OverflowError:  # the last and the first hours that a datetime can tell
        return value.replace(tzinfo=datetime.UTC)


def _mixed(values: pd.Series) -> PlainValues:
    """The values as text, with one value of the most frequent type and one of another."""
    members = values.dropna().tolist()
    (usual, _), *_ = Counter(type(value) for value in members).most_common()
    first = next(value for value in members if type(value) is usual)
    odd = (first, next((value for value in members if type(value) is not usual), members[-1]))
    change = f"mixes kinds of values (for example {odd[0]!r} and {odd[1]!r}); it is read as text"
    return as_text(values, change, odd=odd)
