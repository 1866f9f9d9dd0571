"""Parquet and Arrow files, and folders of them → one Arrow table. Folders such as zip=00501 are columns too."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

from kumo_magic.errors import GraphError
from kumo_magic.graph.reading.files import FileKind, TableFiles
from kumo_magic.graph.reading.parts import unite

_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_STREAM = b"\xff\xff\xff\xff"  # how Arrow's stream of batches begins, where a file of its own has its name


def read_arrow_files(files: TableFiles) -> tuple[pa.Table, tuple[str, ...], tuple[str, ...]]:
    """All rows, what was decided, and which columns are texts from the names of folders.

    Raises:
        GraphError: A file cannot be read, or the parts do not make one table; names file and column.
    """
    parts, folders = [], {}
    for file in files.files:
        part = _read(file, files)
        named = {} if files.root is None else folder_values(file.relative_to(files.root))
        folders |= dict.fromkeys(column for column in named if column not in part.column_names)
        for column, value in named.items():
            if column not in part.column_names:
                part = part.append_column(column, pa.array([value] * len(part), pa.string()))
        parts.append((files.label(file), part))
    function = "read_parquet" if files.kind is FileKind.PARQUET else "read_feather"
    table, notes = unite(files.name, parts, code=parts_code(function, files.pattern))
    return table, notes, tuple(folders)


def folder_values(below: Path) -> dict[str, str | None]:
    """The values that the names of a file's folders give: year=2023/zip=00501."""
    pairs = [part.split("=", 1) for part in below.parts[:-1] if "=" in part]
    return {unquote(name): None if value == _NO_VALUE else unquote(value) for name, value in pairs}


def parts_code(function: str, pattern: str, options: str = "") -> str:
    """The call of pandas that reads all parts, with PART for what is done to each."""
    return (
        f"pd.concat([pd.{function}(file{options})PART for file in sorted(glob.glob({pattern!r}, recursive=True))], "
        "ignore_index=True)"
    )


def _read(file: Path, files: TableFiles) -> pa.Table:
    try:
        if files.kind is FileKind.PARQUET:
            with pq.ParquetFile(file) as opened:
                return opened.read()
        with file.open("rb") as opened:
            is_stream = opened.read(len(_STREAM)) == _STREAM
            opened.seek(0)
            return pa.ipc.open_stream(opened).read_all() if is_stream else feather.read_table(file)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise GraphError(f"{str(file)!r} cannot be read: {error}", table=files.name) from error
