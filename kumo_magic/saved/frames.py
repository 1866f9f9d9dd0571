"""Frames ↔ Parquet in memory, the names and types of their columns kept exactly."""

from __future__ import annotations

import decimal
import uuid
from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.timeline.arrow_refusals import ARROW_REFUSALS

_OBJECTS_OF = "objects of "
_FROM_TEXT: dict[str, Callable[[str], object]] = {"UUID": uuid.UUID, "Decimal": decimal.Decimal, "int": int}
"""Of objects that Parquet has no type for, or none that keeps them exactly."""
_TOO_LARGE = 2**63


def frame_bytes(frame: pd.DataFrame) -> tuple[bytes, tuple[tuple[str, ...], ...]]:
    """The Parquet file of a frame, and the name and dtype of each of its columns.

    Columns are numbered in the file: names may be odd or repeated.

    Raises:
        OptionError: A column holds what Parquet cannot.
    """
    numbered = frame.set_axis([str(place) for place in range(frame.shape[1])], axis=1).reset_index(drop=True)
    numbered, kinds = _storable(numbered)
    file = BytesIO()
    try:
        numbered.to_parquet(file, engine="pyarrow", index=False)
    except ARROW_REFUSALS as error:
        raise OptionError(f"A column of {', '.join(map(str, frame.columns))} cannot be saved: {error}.") from error
    dtypes = [kind or str(dtype) for kind, dtype in zip(kinds, frame.dtypes, strict=True)]
    return file.getvalue(), tuple((str(name), dtype) for name, dtype in zip(frame.columns, dtypes, strict=True))


def frame_of(content: bytes, columns: Sequence[Sequence[str]]) -> pd.DataFrame:
    """The frame of a Parquet file, as it was; cells that hold several values are lists."""
    numbered = pd.read_parquet(BytesIO(content), engine="pyarrow")
    series = [_as_it_was(numbered[str(place)], dtype) for place, (_, dtype) in enumerate(columns)]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame()
    return frame.set_axis([name for name, _ in columns], axis=1)


def _storable(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The frame with the texts of objects that Parquet has no type for, and of each column which objects they were."""
    columns, kinds = {}, []
    for name in frame.columns:
        values = frame[name]
        kind = _odd_kind(values) if values.dtype == object else ""
        columns[name] = values.map(_cellwise(str), na_action="ignore") if kind else values
        kinds.append(f"{_OBJECTS_OF}{kind}" if kind else "")
    return pd.DataFrame(columns, index=frame.index), kinds


def _odd_kind(values: pd.Series) -> str:
    """The name of the type of a column's objects, or of those in its lists, if Parquet has none; or nothing."""
    cells = values.dropna()
    members = [one for cell in cells for one in (cell if isinstance(cell, (list, np.ndarray)) else [cell])]
    kinds = {type(one) for one in members}
    if len(kinds) != 1 or (kind := kinds.pop().__name__) not in _FROM_TEXT:
        return ""
    return kind if kind != "int" or any(abs(one) >= _TOO_LARGE for one in members) else ""


def _cellwise(convert: Callable[..., object]) -> Callable[[object], object]:
    """Converts a cell, or every member of one that holds several."""
    return lambda cell: [convert(one) for one in cell] if isinstance(cell, (list, np.ndarray)) else convert(cell)


def _as_it_was(values: pd.Series, dtype: str) -> pd.Series:
    if dtype.startswith(_OBJECTS_OF):
        make = _FROM_TEXT[dtype.removeprefix(_OBJECTS_OF)]
        return values.astype(object).map(_cellwise(make), na_action="ignore").astype(object)
    if dtype == "object":
        return values.map(lambda cell: cell.tolist() if isinstance(cell, np.ndarray) else cell).astype(object)
    return values if str(values.dtype) == dtype else values.astype(dtype)  # pyright: ignore[reportCallIssue, reportArgumentType]  # a dtype's name
