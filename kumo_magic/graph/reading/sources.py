"""What a user calls a table (frames, Arrow, DuckDB, Ibis, files) → what was read, by name. Knows no keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from kumo_magic.errors import GraphError
from kumo_magic.graph.arrow_values import from_arrow
from kumo_magic.graph.reading.arrow_file import folder_values, parts_code, read_arrow_files
from kumo_magic.graph.reading.csv_file import TextTable, read_csv_file
from kumo_magic.graph.reading.duckdb_file import read_duckdb_file
from kumo_magic.graph.reading.files import FileKind, TableFiles, table_at, tables_at
from kumo_magic.graph.reading.parts import unite
from kumo_magic.graph.reading.raw_table import RawTable
from kumo_magic.graph.reading.sqlite_file import read_sqlite_file
from kumo_magic.graph.reading.streams import ArrowStream, Lazy, SparkFrame, read_dataset, read_stream
from kumo_magic.graph.reading.text_tables import read_text_tables

Data = Mapping[str, object] | Iterable[str | Path] | str | Path
Source = tuple[str | None, object]  # the table's name, unless files name their own, and what was given

_DUCKDB = "duckdb:///"
_SQLITE = "sqlite:///"
_KINDS_OF_TABLES = "a DataFrame, an Arrow table, a DuckDB relation, an Ibis table, or the path of a Parquet or CSV file"


def read_tables(data: Data) -> dict[str, RawTable]:
    """Tables by name, from a mapping of tables, a path, or several paths (each file's stem is its table's name).

    Raises:
        GraphError: Something is no table, a file is missing or broken, or two files would have the same name.
    """
    if isinstance(data, Mapping):
        return read_sources([(str(name), table) for name, table in data.items()])
    if isinstance(data, str | Path):
        return read_sources([(None, data)])
    if isinstance(data, pd.DataFrame) or not isinstance(data, Iterable):
        raise _nameless(data)
    return read_sources([(None, path) for path in data])


def read_table(name: str, table: object, *, like: pd.DataFrame | None = None) -> RawTable:
    """One table; where a file's digits can be text or numbers, they are what they are in ``like``.

    Raises:
        GraphError: It is nothing that can be read as a table.
    """
    return read_sources([(name, table)], like={} if like is None else {name: like})[name]


def read_sources(sources: Iterable[Source], *, like: Mapping[str, pd.DataFrame] | None = None) -> dict[str, RawTable]:
    """The tables of all sources together, so that a code is a code in each of them.

    Raises:
        GraphError: As of read_tables.
    """
    opened: dict[str, tuple[RawTable | None, TextTable | None]] = {}
    for name, source in sources:
        for table, parts in _opened(name, source).items():
            if table in opened:
                raise GraphError(
                    f"Two tables are both named {table!r}.",
                    table=table,
                    hint='Give them names: {"a_name": "path"}, or a_name=path in a notebook.',
                )
            opened[table] = parts
    texts = [text for _, text in opened.values() if text is not None]
    others = {table: raw.frame for table, (raw, _) in opened.items() if raw is not None}
    read = read_text_tables(texts, others, like or {}) if texts else {}
    return {table: _joined(raw, read.get(table)) for table, (raw, _) in opened.items()}


def _opened(name: str | None, source: object) -> dict[str, tuple[RawTable | None, TextTable | None]]:
    """The tables of one source: what is read already, and columns of texts whose meaning is open."""
    if isinstance(source, str | Path):
        return _at_path(str(source), name)
    if name is None:
        raise _nameless(source)
    return {name: (_given(name, source), None)}


def _given(name: str, table: object) -> RawTable:
    match table:
        case RawTable():
            return table
        case pd.DataFrame():
            return RawTable(frame=table)
        case pd.Series():
            raise GraphError(f"{name!r} is a single column.", table=name, hint=f"Make it a table: {name}.to_frame().")
        case SparkFrame():
            return _from_arrow(table.toArrow(), name)
        case ArrowStream():
            return _from_arrow(read_stream(table, name), name)
        case pa.RecordBatch():
            return _from_arrow(pa.Table.from_batches([table]), name)
        case Lazy():
            return _given(name, table.collect())
        case ds.Dataset() | ds.Scanner():
            rows, notes = read_dataset(table, name)
            return _from_arrow(rows, name, notes)
    raise _no_table(name, table)


def _at_path(path: str, name: str | None) -> dict[str, tuple[RawTable | None, TextTable | None]]:
    if path.startswith(_DUCKDB):
        return _of_duckdb(path.removeprefix(_DUCKDB), name)
    if path.startswith(_SQLITE):
        return _of_sqlite(path.removeprefix(_SQLITE), name)
    found: dict[str, tuple[RawTable | None, TextTable | None]] = {}
    for files in tables_at(path) if name is None else [table_at(path, name)]:
        match files.kind:
            case FileKind.DUCKDB:
                found |= _of_duckdb(str(files.files[0]), name)
            case FileKind.SQLITE:
                found |= _of_sqlite(str(files.files[0]), name)
            case FileKind.CSV | FileKind.TSV:
                found[files.name] = (None, _text_table(files))
            case FileKind.PARQUET | FileKind.ARROW:
                found[files.name] = _arrow_table(files)
    return found


def _of_duckdb(path: str, only: str | None) -> dict[str, tuple[RawTable | None, TextTable | None]]:
    return {
        table: (_from_arrow(rows, table, notes), None) for table, (rows, notes) in read_duckdb_file(path, only).items()
    }


def _of_sqlite(path: str, only: str | None) -> dict[str, tuple[RawTable | None, TextTable | None]]:
    return {table: (raw, None) for table, raw in read_sqlite_file(path, only).items()}


def _arrow_table(files: TableFiles) -> tuple[RawTable, TextTable | None]:
    rows, notes, folders = read_arrow_files(files)
    raw = _from_arrow(rows.drop_columns(list(folders)), files.name, notes)
    if not folders:
        return raw, None
    columns = rows.select(list(folders)).cast(pa.schema([(folder, pa.string()) for folder in folders]))
    call = f"pd.read_parquet({str(files.root)!r}OPTIONS)"
    return raw, TextTable(name=files.name, columns=columns, separator=",", call=call)


def _text_table(files: TableFiles) -> TextTable:
    """The texts of a file, or of all parts of a table."""
    tables = [read_csv_file(file, files.name, files.kind) for file in files.files]
    if files.root is None:
        return tables[0]
    parts = []
    for file, table in zip(files.files, tables, strict=True):
        part = table.columns
        for column, value in folder_values(file.relative_to(files.root)).items():
            if column not in part.column_names:
                part = part.append_column(column, pa.array([value] * len(part), pa.string()))
        parts.append((files.label(file), part))
    first = tables[0]
    options = first.call.partition(", ")[2].removesuffix("OPTIONS)")
    code = parts_code("read_csv", files.pattern, f", {options}" if options else "")
    rows, notes = unite(files.name, parts, code=code)
    guesses = {key: guess for table in tables for key, guess in table.guesses.items()}
    return TextTable(
        name=files.name,
        columns=rows.cast(pa.schema([(column, pa.string()) for column in rows.column_names])),
        separator=first.separator,
        call=code.replace(")PART", "OPTIONS)"),
        notes=(*dict.fromkeys(note for table in tables for note in table.notes), *notes),
        guesses=guesses,
    )


def _joined(raw: RawTable | None, texts: RawTable | None) -> RawTable:
    """What was read at once, and beside it the columns whose texts had to be understood."""
    if raw is None or texts is None:
        return raw or texts or RawTable(frame=pd.DataFrame())
    frame = raw.frame.assign(
        **{str(column): values.set_axis(raw.frame.index) for column, values in texts.frame.items()}
    )
    return RawTable(frame=frame, notes=(*raw.notes, *texts.notes), guesses={**raw.guesses, **texts.guesses})


def _from_arrow(table: pa.Table, name: str, notes: tuple[str, ...] = ()) -> RawTable:
    """Arrow's columns in pandas; whole numbers with nulls stay whole, and an index that pandas wrote is one again."""
    twice = next((column for column in table.column_names if table.column_names.count(column) > 1), None)
    if twice is not None:
        raise GraphError(f"{name!r} has two columns named {twice!r}.", table=name, column=twice)
    frame = pd.DataFrame({column: from_arrow(table[column]) for column in table.column_names})
    pandas_made = (table.schema.pandas_metadata or {}).get("index_columns", [])
    index = [column for column in pandas_made if isinstance(column, str) and column in frame.columns]
    unnamed = [column for column in index if column.startswith("__index_level_")]
    frame = frame.set_index(unnamed).rename_axis(None) if unnamed else frame
    return RawTable(frame=frame, notes=notes)


def _no_table(name: str, given: object) -> GraphError:
    kind, hint = f"a {type(given).__name__}", f"Give {_KINDS_OF_TABLES}."
    if isinstance(given, Mapping | list | tuple):
        hint = f"Make it a table: {name} = pd.DataFrame({name})"
    elif type(given).__name__ == "DuckDBPyConnection":
        kind, hint = "a connection", f"Give its tables: {name} = connection.table({name!r})"
    return GraphError(f"{name!r} is {kind}, which is no table.", table=name, hint=hint)


def _nameless(data: object) -> GraphError:
    return GraphError(f"A {type(data).__name__} alone has no name.", hint='Give tables by name: {"orders": orders}.')
