"""Frames ↔ Parquet in memory, the names and types of their columns kept exactly."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.timeline.arrow_refusals import ARROW_REFUSALS


def frame_bytes(frame: pd.DataFrame) -> tuple[bytes, tuple[tuple[str, ...], ...]]:
    """The Parquet file of a frame, and the name and dtype of each of its columns.

    Columns are numbered in the file: names may be odd or repeated.

    Raises:
        OptionError: A column holds what Parquet cannot.
    """
    numbered = frame.set_axis([str(place) for place in range(frame.shape[1])], axis=1).reset_index(drop=True)
    file = BytesIO()
    try:
        numbered.to_parquet(file, engine="pyarrow", index=False)
    except ARROW_REFUSALS as error:
        raise OptionError(f"A column of {', '.join(map(str, frame.columns))} cannot be saved: {error}.") from error
    return file.getvalue(), tuple((str(name), str(dtype)) for name, dtype in frame.dtypes.items())


def frame_of(content: bytes, columns: Sequence[Sequence[str]]) -> pd.DataFrame:
    """The frame of a Parquet file, as it was; cells that hold several values are lists."""
    numbered = pd.read_parquet(BytesIO(content), engine="pyarrow")
    series = [_as_it_was(numbered[str(place)], dtype) for place, (_, dtype) in enumerate(columns)]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame()
    return frame.set_axis([name for name, _ in columns], axis=1)


def _as_it_was(values: pd.Series, dtype: str) -> pd.Series:
    if dtype == "object":
        return values.map(lambda cell: cell.tolist() if isinstance(cell, np.ndarray) else cell).astype(object)
    return values if str(values.dtype) == dtype else values.astype(dtype)  # pyright: ignore[reportCallIssue, reportArgumentType]  # a dtype's name
