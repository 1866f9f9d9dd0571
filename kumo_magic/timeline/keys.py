"""Two columns of keys → which parent row each child row points at. Knows no times."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kumo_magic.timeline.arrow_refusals import ARROW_REFUSALS

_EXACT_FLOAT = 2**53
_CHUNK = 1 << 20  # rows
_SPARE_POSITIONS = 1 << 16  # of a table of positions that is larger than there are keys


def match_keys(child: pd.Series, parent: pd.Series) -> np.ndarray:
    """The position in ``parent`` of each value of ``child``, int32 [child rows]; -1 for null and for no such parent.

    Numbers match by value whatever their dtype (``7``, ``7.0``, nullable or not), text matches text. Of parent rows
    with the same key the first one counts.

    Example:
        >>> match_keys(pd.Series([7.0, None, 9.0]), pd.Series([9, 8, 7]))
        array([ 2, -1,  0], dtype=int32)
    """
    if _is_int64(child) and _is_int64(parent) and len(parent) and not parent.hasnans:
        keys = parent.to_numpy(dtype=np.int64)
        if int(keys.max()) - int(keys.min()) < 4 * len(keys) + _SPARE_POSITIONS:
            return _match_dense(child, keys)
    try:
        left, right = _keys(child), _keys(parent)
    except ARROW_REFUSALS:
        return _match_objects(child, parent)
    if left.type != right.type:
        if not (pa.types.is_integer(left.type) or pa.types.is_floating(left.type)):
            return _match_objects(child, parent)
        if not (pa.types.is_integer(right.type) or pa.types.is_floating(right.type)):
            return _match_objects(child, parent)
        left, right = left.cast(pa.float64(), safe=False), right.cast(pa.float64(), safe=False)
    positions = pc.index_in(left, value_set=right, skip_nulls=True)  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import
    return np.asarray(positions.fill_null(-1)).astype(np.int32)


def match_grown_keys(child: pd.Series, parent: pd.Series, former: np.ndarray, num_former_parents: int) -> np.ndarray:
    """What `match_keys` gives, when the first rows of both columns were matched before; ``former`` if nothing is new.

    Both columns must have the dtype they had then, and one of which `grows_evenly` holds.

    Args:
        child: Keys, of which the first ``len(former)`` are the former ones.
        parent: Keys, of which the first ``num_former_parents`` are the former ones.
        former: int32, the positions found then.
        num_former_parents: How many parents there were.
    """
    matched = former
    if len(child) > len(former):
        matched = np.concatenate([former, match_keys(child.iloc[len(former) :], parent)])
    if len(parent) > num_former_parents:
        orphans = np.flatnonzero(former < 0)
        found = match_keys(child.iloc[orphans], parent.iloc[num_former_parents:])
        if np.any(found >= 0):
            matched = matched.copy() if matched is former else matched
            matched[orphans[found >= 0]] = found[found >= 0] + num_former_parents
    return matched


def grows_evenly(column: pd.Series) -> bool:
    """Whether how a key of this dtype is matched depends on that key alone: floats may all be whole or not."""
    dtype = column.dtype
    return (
        pd.api.types.is_integer_dtype(dtype)
        or isinstance(dtype, pd.StringDtype)
        or pd.api.types.is_datetime64_any_dtype(dtype)
    )


def _is_int64(column: pd.Series) -> bool:
    """Whether every value is an int64 or null."""
    return pd.api.types.is_integer_dtype(column.dtype) and column.dtype.name.lower() != "uint64"


def _match_dense(child: pd.Series, keys: np.ndarray) -> np.ndarray:
    """Matches whole numbers that lie close together by a table of positions; takes little memory beside the result."""
    low, high = int(keys.min()), int(keys.max())
    positions = np.full(high - low + 1, -1, dtype=np.int32)
    positions[keys[::-1] - low] = np.arange(len(keys) - 1, -1, -1, dtype=np.int32)  # of the same key the last one stays
    matched = np.empty(len(child), dtype=np.int32)
    for start in range(0, len(child), _CHUNK):
        chunk = child.iloc[start : start + _CHUNK]
        values = chunk.to_numpy(dtype=np.int64, na_value=0) if chunk.hasnans else chunk.to_numpy(dtype=np.int64)
        is_near = (values >= low) & (values <= high)
        if chunk.hasnans:
            is_near &= chunk.notna().to_numpy()
        matched[start : start + _CHUNK] = np.where(is_near, positions[np.where(is_near, values - low, 0)], -1)
    return matched


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
