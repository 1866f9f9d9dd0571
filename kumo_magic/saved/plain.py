"""Frozen values ↔ what JSON can hold, by the types of their fields. Knows no files."""

from __future__ import annotations

import dataclasses
import datetime
import math
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError

_Value = TypeVar("_Value")


def to_plain(value: object) -> Any:
    """The value as JSON can hold it: fields by name, times and infinities marked, other keys than text as pairs.

    Raises:
        OptionError: It is none of what a model holds.
    """
    match value:
        case Enum():
            return value.value
        case np.generic():
            return to_plain(value.item())
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else {"number": str(value)}
        case datetime.date():
            return {"time": value.isoformat()}
        case tuple() | list():
            return [to_plain(item) for item in value]
        case Mapping():
            if all(isinstance(key, str) for key in value):
                return {key: to_plain(item) for key, item in value.items()}
            return [[to_plain(key), to_plain(item)] for key, item in value.items()]
    if dataclasses.is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise OptionError(f"A {type(value).__name__} cannot be saved with a model: {value!r}.")


def from_plain(plain: Any, kind: type[_Value]) -> _Value:
    """The value of the given type, as `to_plain` got it."""
    return _read(plain, kind)


def _read(plain: Any, kind: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        (kind,) = [argument for argument in arguments if argument is not types.NoneType]
        return None if plain is None else _read(plain, kind)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return tuple(_read(item, arguments[0]) for item in plain)
        return tuple(_read(item, of_item) for item, of_item in zip(plain, arguments, strict=True))
    if origin is dict:
        of_key, of_item = arguments
        pairs = plain.items() if isinstance(plain, dict) else plain
        return {_read(key, of_key): _read(item, of_item) for key, item in pairs}
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _read(item, hints[name]) for name, item in plain.items()})  # pyright: ignore[reportCallIssue]  # a class
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    return _scalar(plain)


def _scalar(plain: Any) -> Any:
    match plain:
        case {"number": str(words)}:
            return float(words)
        case {"time": str(words)}:
            return pd.Timestamp(words)
        case list():
            return tuple(_scalar(item) for item in plain)
    return plain
