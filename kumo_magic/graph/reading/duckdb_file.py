"""A DuckDB file → its tables and views, read only. Loads no extension and asks no network."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from kumo_magic.errors import GraphError
from kumo_magic.graph.reading.files import COUNTS_FROM, FileKind, kind_of_file

_NO_EXTENSIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_TABLES = """
    SELECT table_schema, table_name, table_type = 'VIEW' FROM information_schema.tables
    WHERE table_catalog = current_database() ORDER BY table_schema <> 'main', table_schema, table_name
"""


def read_duckdb_file(path: str, only: str | None = None) -> dict[str, tuple[pa.Table, tuple[str, ...]]]:
    """The tables and views of a file by name, each with what is worth telling.

    Args:
        path: The file.
        only: The one table that is wanted.

    Raises:
        GraphError: There is no such file or table, it is no DuckDB file, or it cannot be opened or read now.
    """
    import duckdb  # heavy, and only this source needs it

    file = Path(path).expanduser()
    _check_file(file, only)
    try:
        with duckdb.connect(str(file), read_only=True, config=_NO_EXTENSIONS) as connection:
            found = [(schema, name, is_view) for schema, name, is_view in connection.execute(_TABLES).fetchall()]
            tables = {}
            for schema, name, is_view in _wanted(found, file, only):
                try:
                    # The connection is this function's own, and both names come from the file.
                    relation = connection.table(f"{_quoted(schema)}.{_quoted(name)}")
                    tables[name] = (relation.to_arrow_table(), tuple(_notes(schema, name, file, is_view=is_view)))
                except duckdb.Error as error:
                    kind = "view" if is_view else "table"
                    raise GraphError(
                        f"The {kind} {name!r} of {str(file)!r} cannot be read: {_first_line(error)}",
                        table=name,
                        hint=f"Name the tables that are wanted: {{'a_table': 'duckdb:///{file}'}}.",
                    ) from error
            return tables
    except duckdb.Error as error:
        raise _not_opened(file, error) from error


def _check_file(file: Path, only: str | None) -> None:
    if not file.is_file():
        raise GraphError(f"There is no database {str(file)!r}.", table=only or "", hint=COUNTS_FROM)
    if kind_of_file(file) is FileKind.SQLITE:
        table = only or "a_table"
        raise GraphError(
            f"{str(file)!r} is an SQLite database, and no DuckDB file.",
            table=only or "",
            hint=f"Write sqlite:///{file} for all its tables, or give frames: "
            f"import sqlite3; {table} = pd.read_sql('SELECT * FROM {table}', sqlite3.connect({str(file)!r}))",
        )


def _wanted(found: list[tuple[str, str, bool]], file: Path, only: str | None) -> list[tuple[str, str, bool]]:
    names = [name for _, name, _ in found]
    if only is not None and only not in names:
        hint = f"It has {', '.join(dict.fromkeys(names))}." if names else "It has no table."
        raise GraphError(f"{str(file)!r} has no table {only!r}.", table=only, hint=hint)
    wanted = [one for one in found if only in (None, one[1])]
    twice = next((name for _, name, _ in wanted if names.count(name) > 1), None)
    if twice is not None:
        schemas = [schema for schema, name, _ in wanted if name == twice]
        raise GraphError(
            f"{str(file)!r} has a table {twice!r} in each of the schemas {' and '.join(schemas)}.",
            table=twice,
            hint=f"Choose one: import duckdb; {twice} = duckdb.connect({str(file)!r}, read_only=True)"
            f".table('{schemas[0]}.{twice}')",
        )
    return wanted


def _notes(schema: str, name: str, file: Path, *, is_view: bool) -> list[str]:
    notes = [f"{name!r} is a view of {str(file)!r}; the rows that it shows now were read."] if is_view else []
    return notes + ([f"{name!r} was read from the schema {schema!r} of {str(file)!r}."] if schema != "main" else [])


def _not_opened(file: Path, error: Exception) -> GraphError:
    said = str(error)
    hint = ""
    if "lock" in said:
        hint = "Another process writes to it: close its connection there, or let it connect with read_only=True."
    elif "different configuration" in said or "already" in said:
        hint = (
            "It is open in this notebook: close that connection, or give its tables, such as connection.table('users')."
        )
    elif "encrypt" in said.lower():
        hint = (
            f"Open it with its key, and give its tables: connection.execute(\"ATTACH '{file}' AS shop "
            "(ENCRYPTION_KEY '...', READ_ONLY)\"); connection.table('shop.users')."
        )
    elif "version" in said:
        hint = "Read it with the DuckDB that wrote it and export its tables: EXPORT DATABASE 'folder' (FORMAT parquet)."
    return GraphError(f"{str(file)!r} cannot be read: {_first_line(error)}", hint=hint)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
