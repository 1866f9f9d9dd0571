"""What a key, a link and the times of a graph must be. Raises, or says what is odd; changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kumo_magic.errors import DataError, GraphError
from kumo_magic.graph.kind import Kind, first_of, is_whole, kind_of
from kumo_magic.graph.link import Link

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


def check_primary_key(
    values: pd.Series, table: str, column: str, mixed: Mixed, validity: tuple[str, str] | None = None
) -> None:
    """Return when the column can be the primary key.

    Args:
        values: The column.
        table: The table's name.
        column: The column's name.
        mixed: Columns that mix kinds of values.
        validity: Columns that look like from when and until when a row counts; None where there are none.

    Raises:
        DataError: It mixes kinds of values, has missing or repeated ones, or holds what cannot be a key.
    """
    where = f"{table}[{column!r}]"
    if column in mixed:
        raise DataError(
            f"{table}.{column} cannot be the primary key: it mixes kinds of values.",
            table=table,
            column=column,
            example=f"{mixed[column][0]!r} and {mixed[column][1]!r}",
            hint=f"Make them one kind first: {where} = {where}.astype(str).",
        )
    if kind_of(values) not in (Kind.WHOLE, Kind.TEXT) and not is_whole(values):
        raise DataError(
            f"{table}.{column} holds {kind_of(values)} values and cannot be the primary key.",
            table=table,
            column=column,
            example=repr(first_of(values)),
            hint="A primary key is text or whole numbers.",
        )
    missing = values.isna().to_numpy()
    if missing.any():
        share = f"{int(missing.sum()):,} of {len(values):,} rows"
        raise DataError(
            f"{table}.{column} cannot be the primary key: {share} have no value.",
            table=table,
            column=column,
            example=f"row {int(missing.argmax())}",
            hint=f"Leave these rows out ({table}.dropna(subset=[{column!r}])), or choose another column.",
        )
    if not is_unique(values):
        repeated = values[values.duplicated(keep=False)]
        first = first_of(repeated)
        rows = np.flatnonzero((values == first).to_numpy(dtype=bool))
        count = f"{repeated.nunique():,} of its values"
        raise DataError(
            f"{table}.{column} cannot be the primary key: {count} are there more than once.",
            table=table,
            column=column,
            example=f"{first!r} in rows {rows[0]} and {rows[1]}",
            hint=f"Keep one row each ({table}.drop_duplicates({column!r})), or choose another column."
            + _versions_hint(table, column, validity),
        )


def _versions_hint(table: str, column: str, validity: tuple[str, str] | None) -> str:
    """How to say that rows of one key are versions of one thing."""
    if validity is None:
        return " If each row is a version, name the columns of its first and its last day with --time and --end."
    start, end = validity
    return (
        f" If each row is a version, say from when until when it counts: --key {table}={column} "
        f"--time {table}.{start} --end {table}.{end}."
    )


def check_link(link: Link, child: pd.Series, parent: pd.Series, key: str, mixed: Mixed) -> str:
    """What is odd about a foreign key's values, in a sentence; empty when nothing is.

    Raises:
        GraphError: Its kind of values is another than the key's, or it mixes kinds.
    """
    where = f"{link.table}[{link.column!r}]"
    if link.column in mixed:
        raise GraphError(
            f"{link.table}.{link.column} cannot be linked: it mixes kinds of values.",
            table=link.table,
            column=link.column,
            example=f"{mixed[link.column][0]!r} and {mixed[link.column][1]!r}",
            hint=f"Make them one kind first, that of {link.parent}.{key}: {where} = {where}.astype(...).",
        )
    present = child.dropna()
    if present.empty:
        return ""
    if not matches_kind(child, parent):
        wanted = "str" if kind_of(parent) is Kind.TEXT else "'Int64'"
        raise GraphError(
            f"{link} cannot be linked: {link.column} holds {kind_of(child)} values, "
            f"{link.parent}.{key} {kind_of(parent)} values.",
            table=link.table,
            column=link.column,
            example=f"{first_of(present)!r} against {first_of(parent)!r}" if len(parent) else repr(first_of(present)),
            hint=f"Make them one kind first: {where} = {where}.astype({wanted}).",
        )
    keys = keys_of(child)
    orphans = ~is_known(keys, keys_of(parent)) & np.asarray(keys.is_valid())
    if not orphans.any():
        return ""
    return (
        f"{int(orphans.sum()):,} of {len(child):,} rows of {link.table!r} have a {link.column} that {link.parent!r} "
        f"has not, for example {keys[int(orphans.argmax())].as_py()!r}; they count as rows without {link.parent!r}."
    )


def matches_kind(child: pd.Series, parent: pd.Series) -> bool:
    """Whether a foreign key's values are of the key's kind; whole numbers may be written as floats."""
    kinds = kind_of(child), kind_of(parent)
    return kinds == (Kind.TEXT, Kind.TEXT) or (is_whole(child) and is_whole(parent))


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
