"""A column of a frame → one Arrow array of plain values, for what Arrow does faster than pandas."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from kumo_magic.views.plain import MISSING, text


def arrow_array(values: pd.Series) -> pa.Array:
    """The values, categories as what they stand for; as text where they are of several kinds."""
    try:
        found = pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if text(value) == MISSING else text(value) for value in values], pa.large_string())
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return found.dictionary_decode() if isinstance(found, pa.DictionaryArray) else found
