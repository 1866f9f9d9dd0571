"""Several columns that name a row together → the one column of the snapshot that stands for them. Knows no links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kumo_magic.errors import DataError, GraphError
from kumo_magic.graph.kind import Kind, first_of, is_whole, kind_of
from kumo_magic.graph.validation import Mixed

KeyColumns: TypeAlias = str | Sequence[str]
"""A column, or the columns that make a key together."""


def columns_of_key(columns: KeyColumns) -> tuple[str, ...]:
    """The columns of a key, in the order given.

    Example:
        >>> columns_of_key("user_id"), columns_of_key(["order_id", "line_no"])
        (('user_id',), ('order_id', 'line_no'))
    """
    return (columns,) if isinstance(columns, str) else tuple(columns)


def key_name(columns: KeyColumns) -> str:
    """What the key is called: the column itself, or all of them as a query writes them.

    Example:
        >>> key_name(("order_id", "line_no"))
        '(order_id, line_no)'
    """
    parts = columns_of_key(columns)
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def check_parts(frame: pd.DataFrame, table: str, parts: Sequence[str], mixed: Mixed) -> None:
    """Return when these columns can name a row together.

    Raises:
        DataError: One mixes kinds of values, or holds what no key can.
        GraphError: There are none, one comes twice, or a column has the name that the key gets.
    """
    name = key_name(parts)
    if not parts or len(set(parts)) < len(parts):
        raise GraphError(f"{table}.{name}: a key is one column, or several different ones.", table=table)
    if name in frame.columns:
        hint = f"Rename the column first: {table}.rename(columns={{{name!r}: 'a_name'}})."
        raise GraphError(f"{table!r} has a column called {name!r}, as the key of {len(parts)} columns is.", hint=hint)
    for part in parts:
        values = frame[part]
        if part in mixed:
            raise DataError(
                f"{table}.{part} cannot be a part of a key: it mixes kinds of values.",
                table=table,
                column=part,
                example=f"{mixed[part][0]!r} and {mixed[part][1]!r}",
                hint=f"Make them one kind first: {table}[{part!r}] = {table}[{part!r}].astype(str).",
            )
        if kind_of(values) not in (Kind.WHOLE, Kind.TEXT, Kind.TIME) and not is_whole(values):
            raise DataError(
                f"{table}.{part} holds {kind_of(values)} values and cannot be a part of a key.",
                table=table,
                column=part,
                example=repr(first_of(values)),
                hint="Parts of a key are text, whole numbers or dates.",
            )


def check_key_rows(frame: pd.DataFrame, table: str, parts: Sequence[str]) -> None:
    """Return when every row has all parts, and no two rows the same.

    Raises:
        DataError: Parts are missing, or a combination of them comes twice; the message names values and rows.
    """
    keys, name = frame[list(parts)], key_name(parts)
    missing = keys.isna().to_numpy()
    if missing.any():
        row, part = (int(place[0]) for place in np.nonzero(missing))
        raise DataError(
            f"{table}.{name} cannot be the primary key: {int(missing.any(axis=1).sum()):,} of {len(keys):,} rows lack "
            "a part of it.",
            table=table,
            column=parts[part],
            example=f"row {row} with {_shown(keys, row)}",
            hint=f"Leave these rows out ({table}.dropna(subset={list(parts)!r})), or choose other columns.",
        )
    repeated = keys.duplicated(keep=False).to_numpy()
    if repeated.any():
        first, second = _first_pair(keys)
        raise DataError(
            f"{table}.{name} cannot be the primary key: {len(keys[repeated].drop_duplicates()):,} of its combinations "
            "are there more than once.",
            table=table,
            column=name,
            example=f"{_shown(keys, first)} in rows {first} and {second}",
            hint=f"Keep one row each ({table}.drop_duplicates({list(parts)!r})), or add a column to the key.",
        )


def composite_values(frame: pd.DataFrame, parts: Sequence[str]) -> pd.Series:
    r"""One text per row for the parts in order, such as ``(1001, 2)``; missing where a part is. Different rows differ.

    Example:
        >>> composite_values(pd.DataFrame({"a": [1001.0, 7], "b": ["x, y", None]}), ["a", "b"]).tolist()
        ['(1001, x\\, y)', nan]
    """
    texts = [_texts(frame[part]) for part in parts]
    joined = pc.binary_join_element_wise(*texts, pa.scalar(", ", pa.large_string()))  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import
    opened, closed, nothing = (pa.scalar(sign, pa.large_string()) for sign in ("(", ")", ""))
    whole = pc.binary_join_element_wise(opened, joined, closed, nothing)  # pyright: ignore[reportAttributeAccessIssue]  # the same
    return pd.Series(whole.to_pandas().array, index=frame.index, dtype="str")


def _texts(values: pd.Series) -> pa.Array:
    """The values as text, in which a comma has a backslash before it so that it ends no part."""
    match kind_of(values):
        case Kind.TEXT:
            texts = _arrow(values)
            for sign in ("\\", ","):
                texts = pc.replace_substring(texts, pattern=sign, replacement=f"\\{sign}")  # pyright: ignore[reportAttributeAccessIssue]  # the same
            return texts
        case Kind.TIME:
            days = _arrow(values.dt.as_unit("us").astype(object).map(str, na_action="ignore"))
            return pc.replace_substring(days, pattern=" 00:00:00", replacement="")  # pyright: ignore[reportAttributeAccessIssue]  # the same
        case _:
            is_float = kind_of(values) is Kind.NUMBER and is_whole(values)
            return _arrow((values.astype("Int64") if is_float else values).astype("str"))


def _arrow(values: pd.Series) -> pa.Array:
    array = pa.array(values, type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _first_pair(keys: pd.DataFrame) -> tuple[int, int]:
    """The first row that repeats an earlier one, and that one before it."""
    second = int(keys.duplicated().to_numpy().argmax())
    is_same = (keys == keys.iloc[second]).all(axis=1).to_numpy(dtype=bool)
    return int(is_same.argmax()), second


def _shown(keys: pd.DataFrame, row: int) -> str:
    values = (None if pd.isna(value) else value for value in keys.iloc[[row]].astype(object).to_numpy().ravel())
    return f"({', '.join(str(value) if isinstance(value, pd.Timestamp) else repr(value) for value in values)})"
