"""An SQLite file → its tables and views as frames, by Python's own sqlite3. Values keep what SQLite stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from kumo_magic.errors import GraphError
from kumo_magic.graph.reading.files import COUNTS_FROM, FileKind, kind_of_file
from kumo_magic.graph.reading.raw_table import RawTable

_TABLES = (
    "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
_EXACT = 2**53
_TOO_LARGE = 2**63


def read_sqlite_file(path: str, only: str | None = None) -> dict[str, RawTable]:
    """The tables and views of a file by name.

    Args:
        path: The file.
        only: The one table that is wanted.

    Raises:
        GraphError: There is no such file or table, it is no SQLite file, or it cannot be read.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise GraphError(f"There is no database {str(file)!r}.", table=only or "", hint=COUNTS_FROM)
    if kind_of_file(file) is FileKind.DUCKDB:
        raise GraphError(f"{str(file)!r} is a DuckDB file, and no SQLite database.", hint=f"Write duckdb:///{file}")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)) as connection:
            found = connection.execute(_TABLES).fetchall()
            if only is not None and only not in [name for name, _ in found]:
                hint = f"It has {', '.join(name for name, _ in found)}."
                raise GraphError(f"{str(file)!r} has no table {only!r}.", table=only, hint=hint)
            return {
                name: _read(connection, name, file, is_view=kind == "view")
                for name, kind in found
                if only in (None, name)
            }
    except sqlite3.Error as error:
        raise GraphError(f"{str(file)!r} cannot be read: {error}", table=only or "") from error


def _read(connection: sqlite3.Connection, name: str, file: Path, *, is_view: bool) -> RawTable:
    declared = {
        column: kind.upper()
        for column, kind in connection.execute("SELECT name, type FROM pragma_table_info(?)", (name,)).fetchall()
    }
    # SQLite binds no names of tables; this one comes from the file itself.
    quoted = '"' + name.replace('"', '""') + '"'
    cursor = connection.execute(f"SELECT * FROM {quoted}")
    columns = [column for column, *_ in cursor.description]
    values = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(columns)
    frame: dict[str, pd.Series] = {}
    notes = [f"{name!r} is a view of {str(file)!r}; the rows that it shows now were read."] if is_view else []
    for column, held in zip(columns, values, strict=True):
        frame[column], note = _column(held, declared.get(column, ""))
        notes += [f"{name}.{column} {note}."] if note else []
    return RawTable(frame=pd.DataFrame(frame), notes=tuple(notes))


def _column(values: tuple[object, ...], declared: str) -> tuple[pd.Series, str]:
    """The values in a dtype that holds each exactly, and what was decided about them."""
    kinds = {type(value) for value in values} - {type(None)}
    note = ""
    if kinds > {str} and kinds <= {str, int, float} and _is_number(declared):
        words = {value for value in values if isinstance(value, str)}
        if not any(word.strip() for word in words):
            values = tuple(None if isinstance(value, str) else value for value in values)
            kinds, note = kinds - {str}, "holds empty texts among numbers, read as missing"
    if kinds == {int}:
        if "BOOL" in declared and set(values) <= {0, 1, None}:
            return pd.Series(
                pd.array([None if value is None else bool(value) for value in values], dtype="boolean")
            ), note
        whole = pd.Series(list(values), dtype="Int64")
        return (whole if whole.hasnans else whole.astype("int64")), note
    is_exact = all(abs(value) <= _EXACT for value in values if isinstance(value, int))
    if kinds == {float} or (kinds == {int, float} and is_exact):
        return pd.Series([None if value is None else float(value) for value in values], dtype="float64"), note  # pyright: ignore[reportArgumentType]  # they are numbers
    return pd.Series(list(values), dtype=object), note


def _is_number(declared: str) -> bool:
    """Whether a declared type stands for numbers (SQLite's own rule of affinity)."""
    return any(word in declared for word in ("INT", "REAL", "FLOA", "DOUB", "NUM", "DEC"))
