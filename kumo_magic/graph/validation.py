"""What a key, a link and the times of a graph must be. Raises, or says what is odd; changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kumo_magic.errors import DataError, GraphError
from kumo_magic.graph.key_faults import key_fault
from kumo_magic.graph.key_forms import has_lost_digits
from kumo_magic.graph.kind import Kind, first_of, is_whole, kind_of
from kumo_magic.graph.versions import validity_by_key, versions_step

Mixed = Mapping[str, tuple[object, object]]


def keys_of(values: pd.Series) -> pa.Array:
    """Keys as Arrow's int64 or text, null where missing; floats such as 7.0 as the whole numbers they stand for."""
    if kind_of(values) in (Kind.WHOLE, Kind.NUMBER):
        whole = is_whole(values)
        keys = pa.array(values, from_pandas=True)
        keys = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
        return keys.cast(pa.int64(), safe=False) if whole else keys.cast(pa.float64(), safe=False)
    keys = pa.array(values, type=pa.large_string(), from_pandas=True)
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys


def is_unique(values: pd.Series) -> bool:
    """Whether every row has a value and no two rows the same."""
    keys = keys_of(values)
    return not keys.null_count and pc.count_distinct(keys).as_py() == len(keys)  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import


def is_known(values: pa.Array, keys: pa.Array) -> np.ndarray:
    """Which values are among the keys, bool [values]; false for null."""
    if values.type != keys.type:
        if pa.types.is_large_string(values.type) or pa.types.is_large_string(keys.type):
            return np.zeros(len(values), dtype=bool)
        values, keys = values.cast(pa.float64(), safe=False), keys.cast(pa.float64(), safe=False)
    return np.asarray(pc.is_in(values, value_set=keys, skip_nulls=True))  # pyright: ignore[reportAttributeAccessIssue]  # the same


def share_known(values: pd.Series, keys: pd.Series) -> float:
    """The share of the values, without the missing ones, that are among the keys; 0 where there are none."""
    present = keys_of(values).drop_null()
    return float(is_known(present, keys_of(keys)).mean()) if len(present) else 0.0


def check_primary_key(frame: pd.DataFrame, table: str, column: str, mixed: Mixed, *, variable: str) -> None:
    """Return when the column can be the primary key.

    Args:
        frame: The table's rows.
        table: Its name.
        column: The column.
        mixed: Columns that mix kinds of values.
        variable: What the table is called in code.

    Raises:
        DataError: It mixes kinds of values, has missing or repeated ones, or holds what cannot be a key.
    """
    values, where = frame[column], f"{variable}[{column!r}]"
    if column in mixed:
        raise DataError(
            f"{table}.{column} cannot be the primary key: it mixes kinds of values.",
            table=table,
            column=column,
            example=f"{mixed[column][0]!r} and {mixed[column][1]!r}",
            hint=f"Make them one kind first: {where} = {where}.astype('string').",
        )
    if kind_of(values) not in (Kind.WHOLE, Kind.TEXT) and not is_whole(values):
        raise DataError(
            f"{table}.{column} holds {kind_of(values)} values and cannot be the primary key.",
            table=table,
            column=column,
            example=repr(first_of(values)),
            hint="Its ids lost digits as floating-point numbers; read it from its source again as text."
            if has_lost_digits(values)
            else "A primary key is text or whole numbers.",
        )
    fault = key_fault(frame, column, variable)
    if fault is None:
        return
    num_missing = int(values.isna().sum())
    if num_missing:
        what, hint = f"{num_missing:,} of {len(values):,} rows have no value", fault.next_step
    elif not is_unique(values):
        what = f"{values[values.duplicated()].nunique():,} of its values are there more than once"
        validity = validity_by_key(frame, column)
        is_clear = fault.is_small and validity is None
        hint = fault.next_step if is_clear else f"{fault.next_step} {versions_step(table, column, validity)}"
    else:
        return
    raise DataError(
        f"{table}.{column} cannot be the primary key: {what}.",
        table=table,
        column=column,
        example=f"row {int(values.isna().to_numpy().argmax())}" if num_missing else fault.example,
        hint=hint if fault.is_small else f"{hint} Or choose another column.",
    )


def check_time_zones(times: Mapping[tuple[str, str], bool]) -> None:
    """Return when the time columns, (table, column) → is it aware, are all aware or all naive.

    Raises:
        GraphError: They are mixed; the message names one of each.
    """
    naive = next((place for place, is_aware in times.items() if not is_aware), None)
    aware = next((place for place, is_aware in times.items() if is_aware), None)
    if naive is not None and aware is not None:
        raise GraphError(
            f"{'.'.join(aware)} has a time zone and {'.'.join(naive)} has none, so their times cannot be compared.",
            table=naive[0],
            column=naive[1],
            hint=f"Give it one: {naive[0]}[{naive[1]!r}].dt.tz_localize('UTC'), or the zone its clock showed.",
        )
