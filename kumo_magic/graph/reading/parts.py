"""Parts of a table, as Arrow tables → one table with the union of their columns. Nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import pyarrow as pa

from kumo_magic.errors import GraphError
from kumo_magic.graph.reading.number_text import compute

_Part = tuple[str, pa.Table]  # what the user calls it, and its rows


def unite(name: str, parts: Sequence[_Part], *, code: str) -> tuple[pa.Table, tuple[str, ...]]:
    """All rows of all parts, and what was decided.

    Args:
        name: The table's name.
        parts: Each part's name and rows.
        code: The call of pandas that reads one part, for hints, with PART for what is done to it.

    Raises:
        GraphError: The parts are different tables, or a column holds values of two kinds; names part and column.
    """
    if len(parts) == 1:
        return parts[0][1], ()
    spelled, notes = _spelled_alike(parts)
    _check_same_table(name, spelled)
    names = list(dict.fromkeys(column for _, part in spelled for column in part.column_names))
    types = {}
    for column in names:
        types[column], note = _common_type(name, column, spelled, code)
        notes += [note] if note else []
        lacking = [label for label, part in spelled if column not in part.column_names and len(part)]
        if lacking:
            count = (
                f"{lacking[0]!r} lacks" if len(lacking) == 1 else f"{len(lacking)} parts, such as {lacking[0]!r}, lack"
            )
            notes.append(f"{name}.{column}: {count} the column; its rows have no value there.")
    rows = [_cast(name, label, part, types, code) for label, part in spelled]
    return pa.concat_tables(rows).replace_schema_metadata(parts[0][1].schema.metadata), tuple(notes)


def _spelled_alike(parts: Sequence[_Part]) -> tuple[list[_Part], list[str]]:
    """The parts, with columns that differ in case alone called as in the first part that has them."""
    both = {
        column.lower()
        for _, part in parts
        for column in part.column_names
        if [other.lower() for other in part.column_names].count(column.lower()) > 1
    }
    first: dict[str, str] = {}
    spelled: list[_Part] = []
    notes: list[str] = []
    for label, part in parts:
        names = [
            column if column.lower() in both else first.setdefault(column.lower(), column)
            for column in part.column_names
        ]
        notes += [
            f"{label!r} calls {known!r} {column!r}; it is read as {known!r}."
            for known, column in zip(names, part.column_names, strict=True)
            if known != column
        ]
        spelled.append((label, part.rename_columns(names)))
    return spelled, notes


def _check_same_table(name: str, parts: Sequence[_Part]) -> None:
    first_label, first = parts[0]
    known = set(first.column_names)
    for label, part in parts[1:]:
        own = set(part.column_names)
        if len(known & own) * 2 <= min(len(known), len(own)) and len(known | own) > len(known & own):
            raise GraphError(
                f"The parts of {name!r} are different tables: {first_label!r} has {', '.join(first.column_names[:5])}, "
                f"{label!r} has {', '.join(part.column_names[:5])}.",
                table=name,
                example=label,
                hint=f"Give each as a table of its own: a pattern such as folder/*{_ending(label)} does.",
            )
        known |= own


def _ending(label: str) -> str:
    """Of a file's name all from the first point on: ``.csv.gz``."""
    return "".join(Path(label).suffixes)


def _common_type(name: str, column: str, parts: Sequence[_Part], code: str) -> tuple[pa.DataType, str]:
    """The type that holds the values of all parts, and a note where the parts differ in more than width."""
    held = [(label, part.schema.field(column).type) for label, part in parts if column in part.column_names]
    common = reduce(lambda one, other: one and _wider(one, other), (_plain(kind) for _, kind in held))
    first_label, first = held[0]
    kinds = {_family(kind) for _, kind in held if not pa.types.is_null(kind)}
    if common is not None and len(kinds) < 2:
        return common, ""
    first_label, first = next((label, kind) for label, kind in held if not pa.types.is_null(kind))
    other_label, other = (
        next((label, kind) for label, kind in held if _family(kind) != _family(first) and not pa.types.is_null(kind))
        if len(kinds) > 1
        else held[-1]
    )
    said = f"{name}.{column} is {first} in {first_label!r} and {other} in {other_label!r}"
    if common is not None:
        return common, f"{said}; it is read as {common}."
    raise GraphError(
        f"{said}, which are two kinds of values.",
        table=name,
        column=column,
        example=f"{_first_value(parts, column, first_label)!r} and {_first_value(parts, column, other_label)!r}",
        hint=f"Make them one kind: import glob; {name} = {code.replace('PART', _conversion(parts, column, kinds))}",
    )


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type without its way of storing: dictionaries are their values, all texts and bytes are large ones."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return pa.large_string()
    return pa.large_binary() if pa.types.is_binary(kind) or pa.types.is_binary_view(kind) else kind


def _wider(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    """The narrowest type of both; None when there is none that keeps all values."""
    families = {_family(one), _family(other)}
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if families == {"date", "timestamp"}:
        return one if _family(one) == "timestamp" else other
    if families == {"timestamp with a zone"}:
        return pa.timestamp("us", "UTC")
    if len(families) > 1 and not families <= {"whole number", "number", "decimal"}:
        return None
    try:
        schemas = [pa.schema([("values", kind)]) for kind in (one, other)]
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowException:
        return None


def _family(kind: pa.DataType) -> str:
    kind = _plain(kind)
    tests = {
        "whole number": pa.types.is_integer,
        "number": pa.types.is_floating,
        "decimal": pa.types.is_decimal,
        "text": pa.types.is_large_string,
        "date": pa.types.is_date,
        "truth value": pa.types.is_boolean,
    }
    if pa.types.is_timestamp(kind):
        return "timestamp with a zone" if kind.tz else "timestamp"
    return next((family for family, test in tests.items() if test(kind)), str(kind.id))


def _first_value(parts: Sequence[_Part], column: str, label: str) -> object:
    values = next(part[column] for other, part in parts if other == label).drop_null()
    return values[0].as_py() if len(values) else None


def _conversion(parts: Sequence[_Part], column: str, kinds: set[str]) -> str:
    """What pandas does to one part, so that all parts hold one kind."""
    times = {"date", "timestamp", "timestamp with a zone"}
    if kinds & times:
        zone = ", utc=True" if "timestamp with a zone" in kinds else ""
        return f".assign(**{{{column!r}: lambda part: pd.to_datetime(part[{column!r}]{zone})}})"
    if "text" in kinds and not all(_are_numbers(part[column]) for _, part in parts if column in part.column_names):
        return f".astype({{{column!r}: 'str'}})"
    return f".astype({{{column!r}: 'float64'}})"


def _are_numbers(values: pa.ChunkedArray) -> bool:
    """Whether the values are numbers already, or texts of numbers that have no leading zeros."""
    if _family(values.type) != "text":
        return True
    texts = values.cast(pa.large_string())
    zeros = compute.any(compute.match_substring_regex(texts, r"^[+-]?0\d")).as_py()
    try:
        texts.cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return not zeros


def _cast(name: str, label: str, part: pa.Table, types: dict[str, pa.DataType], code: str) -> pa.Table:
    columns = {}
    for column, kind in types.items():
        if column not in part.column_names:
            columns[column] = pa.nulls(len(part), kind)
            continue
        try:
            columns[column] = part[column].cast(kind)
        except pa.ArrowException as error:
            texts = code.replace("PART", f".astype({{{column!r}: 'str'}})")
            raise GraphError(
                f"{name}.{column} is {kind} in other parts, and not every value of {label!r} can be: {error}.",
                table=name,
                column=column,
                hint=f"Read them as texts: import glob; {name} = {texts}",
            ) from error
    return pa.table(columns)
