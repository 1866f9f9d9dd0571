"""A column of a frame → one Arrow array of plain values, for what Arrow does faster than pandas."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from kumo_magic.timeline.arrow_refusals import ARROW_REFUSALS
from kumo_magic.views.plain import MISSING, text


def arrow_array(values: pd.Series) -> pa.Array:
    """The values, categories as what they stand for; as text where Arrow has no type for all of them."""
    try:
        found = pa.array(values, from_pandas=True)
    except ARROW_REFUSALS:
        return _written(values)
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return found.dictionary_decode() if isinstance(found, pa.DictionaryArray) else found


def text_array(values: pd.Series) -> pa.Array:
    """The text of each value; null for a missing one."""
    try:
        return arrow_array(values).cast(pa.large_string())
    except ARROW_REFUSALS:
        return _written(values)


def _written(values: pd.Series) -> pa.Array:
    texts = [text(value) for value in values]
    return pa.array([None if each == MISSING else each for each in texts], pa.large_string())
