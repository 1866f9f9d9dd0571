"""Two columns of keys → which parent row each child row points at. Knows no times."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_EXACT_FLOAT = 2**53


def match_keys(child: pd.Series, parent: pd.Series) -> np.ndarray:
    """The position in ``parent`` of each value of ``child``, int32 [child rows]; -1 for null and for no such parent.

    Numbers match by value whatever their dtype (``7``, ``7.0``, nullable or not), text matches text. Of parent rows
    with the same key the first one counts.

    Example:
        >>> match_keys(pd.Series([7.0, None, 9.0]), pd.Series([9, 8, 7]))
        array([ 2, -1,  0], dtype=int32)
    """
    try:
        left, right = _keys(child), _keys(parent)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return _match_objects(child, parent)
    if left.type != right.type:
        if not (pa.types.is_integer(left.type) or pa.types.is_floating(left.type)):
            return _match_objects(child, parent)
        if not (pa.types.is_integer(right.type) or pa.types.is_floating(right.type)):
            return _match_objects(child, parent)
        left, right = left.cast(pa.float64(), safe=False), right.cast(pa.float64(), safe=False)
    positions = pc.index_in(left, value_set=right, skip_nulls=True)  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import
    return np.asarray(positions.fill_null(-1)).astype(np.int32)


def _keys(column: pd.Series) -> pa.Array:
    """The keys as int64, float64 or text; floats that are all whole numbers as int64."""
    keys = pa.array(column, from_pandas=True)
    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    if isinstance(keys, pa.DictionaryArray):
        keys = keys.dictionary_decode()
    kind = keys.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return keys.cast(pa.large_string())
    if pa.types.is_floating(kind):
        values = keys.cast(pa.float64())
        numbers = np.asarray(values.fill_null(0.0))
        is_whole = (numbers == np.floor(numbers)) & (np.abs(numbers) <= _EXACT_FLOAT)
        return values.cast(pa.int64()) if is_whole.all() else values
    if pa.types.is_timestamp(kind):
        return keys.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
    if pa.types.is_date(kind):
        return keys.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    return keys.cast(pa.int64(), safe=not pa.types.is_unsigned_integer(kind))


def _match_objects(child: pd.Series, parent: pd.Series) -> np.ndarray:
    """The slow way, by Python's own equality, for columns that mix types."""
    first_rows = ~parent.duplicated().to_numpy()
    index = pd.Index(parent[first_rows].astype(object))
    found = index.get_indexer(pd.Index(child.astype(object)))
    rows = np.append(np.flatnonzero(first_rows), -1)[found]
    return np.where(child.isna().to_numpy(), -1, rows).astype(np.int32)
