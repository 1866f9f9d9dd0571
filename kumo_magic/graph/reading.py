"""What a user calls a table (frames, Arrow, DuckDB, Ibis, files) → DataFrames by name. Knows no keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kumo_magic.errors import GraphError
from kumo_magic.graph.arrow_values import from_arrow

Data = Mapping[str, object] | Iterable[str | Path] | str | Path

_DUCKDB = "duckdb:///"
_COUNTS_FROM = "A path counts from the notebook's folder."
_CSV = {".csv": ",", ".tsv": "\t"}
_PARQUET = (".parquet", ".pq")
_KINDS_OF_TABLES = "a DataFrame, an Arrow table, a DuckDB relation, an Ibis table, or the path of a parquet or CSV file"


@runtime_checkable
class ArrowStream(Protocol):
    """Whatever hands over Arrow data: Arrow tables, DuckDB relations, Ibis tables, polars frames."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The data as a PyCapsule (the Arrow PyCapsule protocol)."""
        ...


def read_tables(data: Data) -> dict[str, pd.DataFrame]:
    """DataFrames by name, from a mapping of tables, a path, or several paths (each file's stem is its table's name).

    Raises:
        GraphError: Something is no table, a file is missing or broken, or two files would have the same name.
    """
    if isinstance(data, Mapping):
        return {str(name): read_table(str(name), table) for name, table in data.items()}
    if isinstance(data, pd.DataFrame):
        raise GraphError("A DataFrame alone has no name.", hint='Give tables by name: {"orders": orders}.')
    frames: dict[str, pd.DataFrame] = {}
    for path in [data] if isinstance(data, str | Path) else data:
        if not isinstance(path, str | Path):
            raise GraphError(
                f"A {type(path).__name__} alone has no name.", hint='Give tables by name: {"orders": orders}.'
            )
        for name, frame in _read_path(str(path)).items():
            if name in frames:
                raise GraphError(
                    f"Two tables would both be named {name!r}.", table=name, hint='Give them names: {"a_name": "path"}.'
                )
            frames[name] = frame
    return frames


def read_table(name: str, table: object) -> pd.DataFrame:
    """One table as a DataFrame.

    Raises:
        GraphError: It is nothing that can be read as a table.
    """
    match table:
        case pd.DataFrame():
            return table
        case pd.Series():
            raise GraphError(f"{name!r} is a single column.", table=name, hint=f"Make it a table: {name}.to_frame().")
        case str() | Path():
            return _read_one(str(table), name)
        case ArrowStream():
            return _from_arrow(pa.table(table), name)
        case _:
            raise GraphError(
                f"{name!r} is a {type(table).__name__}, which is no table.",
                table=name,
                hint=f"Give {_KINDS_OF_TABLES}.",
            )


def _read_path(path: str) -> dict[str, pd.DataFrame]:
    if path.startswith(_DUCKDB):
        return _read_database(path)
    if not any(sign in path for sign in "*?["):
        file = Path(path)
        return {_stem(file): _read_file(file, _stem(file))}
    pattern = Path(path)
    root = Path(pattern.anchor) if pattern.is_absolute() else Path()
    files = sorted(root.glob(str(pattern.relative_to(pattern.anchor))))
    if not files:
        raise GraphError(f"No file matches {path!r}.", hint=_COUNTS_FROM)
    names = [_stem(file) for file in files]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise GraphError(f"{path!r} matches two files named {twice!r}.", table=twice, hint="Name the files one by one.")
    return {name: _read_file(file, name) for name, file in zip(names, files, strict=True)}


def _read_one(path: str, name: str) -> pd.DataFrame:
    if not path.startswith(_DUCKDB):
        return _read_file(Path(path), name)
    tables = _read_database(path, only=name)
    return tables[name]


def _stem(file: Path) -> str:
    return file.name.split(".")[0] if file.suffix.lower() == ".gz" else file.stem


def _read_file(file: Path, name: str) -> pd.DataFrame:
    if not file.exists():
        raise GraphError(f"There is no file {str(file)!r}.", table=name, hint=_COUNTS_FROM)
    suffix = Path(file.stem).suffix.lower() if file.suffix.lower() == ".gz" else file.suffix.lower()
    try:
        if file.is_dir() or suffix in _PARQUET:
            return _from_arrow(pq.read_table(file), name)
        if suffix in _CSV:
            # Nullable dtypes keep whole numbers whole where some are missing.
            frame = pd.read_csv(file, sep=_CSV[suffix], dtype_backend="numpy_nullable")
            whole = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.Int64Dtype)]
            return frame.astype({name: "int64" for name in whole if not frame[name].hasnans})
    except (ValueError, pa.ArrowInvalid, OSError) as error:
        raise GraphError(f"{str(file)!r} cannot be read: {error}", table=name) from error
    raise GraphError(
        f"{str(file)!r} is of a type that cannot be read.", table=name, hint="Use parquet, CSV, TSV, or CSV.GZ."
    )


def _from_arrow(table: pa.Table, name: str) -> pd.DataFrame:
    """Arrow's columns in pandas; whole numbers with nulls stay whole, and an index that pandas wrote is one again."""
    twice = next((column for column in table.column_names if table.column_names.count(column) > 1), None)
    if twice is not None:
        raise GraphError(f"{name!r} has two columns named {twice!r}.", table=name, column=twice)
    frame = pd.DataFrame({column: from_arrow(table[column]) for column in table.column_names})
    pandas_made = (table.schema.pandas_metadata or {}).get("index_columns", [])
    index = [column for column in pandas_made if isinstance(column, str) and column in frame.columns]
    unnamed = [column for column in index if column.startswith("__index_level_")]
    frame = frame.set_index(unnamed).rename_axis(None) if unnamed else frame
    return frame


def _read_database(address: str, *, only: str | None = None) -> dict[str, pd.DataFrame]:
    import duckdb  # heavy, and only this source needs it

    file = Path(address.removeprefix(_DUCKDB))
    if not file.exists():
        raise GraphError(f"There is no database {str(file)!r}.", hint=_COUNTS_FROM)
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            names = [row[0] for row in connection.sql("SHOW TABLES").fetchall()]
            if only is not None and only not in names:
                raise GraphError(
                    f"{str(file)!r} has no table {only!r}.", table=only, hint=f"It has {', '.join(names)}."
                )
            wanted = names if only is None else [only]
            return {name: _from_arrow(connection.table(name).to_arrow_table(), name) for name in wanted}
    except duckdb.Error as error:
        raise GraphError(f"{str(file)!r} cannot be read: {error}") from error
