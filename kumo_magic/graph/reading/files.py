"""A path or a pattern → the files of each table, and what kind they are. Reads at most a file's first bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kumo_magic.errors import GraphError

COUNTS_FROM = "A path counts from the notebook's folder."
_FETCHED = frozenset({"http", "https", "s3", "gs", "ftp", "abfs", "az"})
_PACKED = (".gz", ".bz2", ".zst", ".xz")
_SIGNS = "*?["


class FileKind(StrEnum):
    """What a file holds, by its name, or by its first bytes where the name does not tell."""

    CSV = "CSV"
    TSV = "TSV"
    PARQUET = "Parquet"
    ARROW = "Arrow"
    DUCKDB = "DuckDB"
    SQLITE = "SQLite"


_ENDINGS = {
    **dict.fromkeys((".csv", ".txt"), FileKind.CSV),
    **dict.fromkeys((".tsv", ".tab"), FileKind.TSV),
    **dict.fromkeys((".parquet", ".pq"), FileKind.PARQUET),
    **dict.fromkeys((".feather", ".arrow", ".ipc"), FileKind.ARROW),
    **dict.fromkeys((".duckdb", ".ddb"), FileKind.DUCKDB),
    **dict.fromkeys((".sqlite", ".sqlite3"), FileKind.SQLITE),
}
_BEGINNINGS = ((b"PAR1", FileKind.PARQUET), (b"ARROW1", FileKind.ARROW), (b"SQLite format 3\0", FileKind.SQLITE))
_PANDAS_READS = {
    ".json": "pd.read_json({path!r}, dtype=False)",
    ".jsonl": "pd.read_json({path!r}, lines=True, dtype=False)",
    ".ndjson": "pd.read_json({path!r}, lines=True, dtype=False)",
    ".xlsx": "pd.read_excel({path!r}, dtype=object, keep_default_na=False, na_values=[''])",
    ".xls": "pd.read_excel({path!r}, dtype=object, keep_default_na=False, na_values=[''])",
    ".orc": "pd.read_orc({path!r})",
    ".pkl": "pd.read_pickle({path!r})",
    ".dta": "pd.read_stata({path!r})",
    ".sas7bdat": "pd.read_sas({path!r})",
    ".zip": "pd.read_csv({path!r}, dtype=str)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFiles:
    """The files of one table.

    Attributes:
        name: The table's.
        files: One, or its parts in the order of their names.
        kind: What they all are.
        root: The folder whose subfolders may be named by values, such as year=2023; None for a single file.
        pattern: What finds the files, for the code of hints.
    """

    name: str
    files: tuple[Path, ...]
    kind: FileKind
    root: Path | None = None
    pattern: str = ""

    def label(self, file: Path) -> str:
        """A part as errors and notes call it."""
        return str(file if self.root is None else file.relative_to(self.root))


def tables_at(path: str) -> list[TableFiles]:
    """The tables of a path: a file or a folder of parts is one, a pattern one for each file that it matches.

    Raises:
        GraphError: There is no such file, it cannot be read as a table, or two tables would have one name.
    """
    if not _is_pattern(path):
        file = Path(path).expanduser()
        return [_at(file, _stem(file))]
    files = _matches(path)
    names = [_stem(file) for file in files]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise GraphError(f"{path!r} matches two files named {twice!r}.", table=twice, hint="Name the files one by one.")
    return [_at(file, name) for file, name in zip(files, names, strict=True)]


def table_at(path: str, name: str) -> TableFiles:
    """The one table of a path that was given a name; a pattern's files are its parts.

    Raises:
        GraphError: There is no such file, or it cannot be read as a table.
    """
    file = Path(path).expanduser()
    if not _is_pattern(path) or file.exists():
        return _at(file, name)
    files = _matches(path)
    parts = [part for match in files for part in (_parts_in(match) if match.is_dir() else [match])]
    return _together(parts, name, root=_fixed_part(file), pattern=str(file))


def kind_of_file(file: Path) -> FileKind | None:
    """What the file holds; None when neither its name nor its beginning tells."""
    ending = Path(file.stem).suffix.lower() if file.suffix.lower() in _PACKED else file.suffix.lower()
    kind = _ENDINGS.get(ending)
    if kind in (FileKind.DUCKDB, FileKind.SQLITE) or kind is None:
        with file.open("rb") as opened:
            beginning = opened.read(16)
        if beginning[8:12] == b"DUCK":
            return FileKind.DUCKDB
        return next((found for sign, found in _BEGINNINGS if beginning.startswith(sign)), kind)
    return kind


def _is_pattern(path: str) -> bool:
    return any(sign in path for sign in _SIGNS)


def _stem(file: Path) -> str:
    return file.name.split(".")[0] if file.suffix.lower() in _PACKED else file.stem


def _matches(path: str) -> list[Path]:
    pattern = Path(path).expanduser()
    root = Path(pattern.anchor) if pattern.is_absolute() else Path()
    found = sorted(root.glob(str(pattern.relative_to(pattern.anchor))))
    files = [file for file in found if not _is_hidden(file.name)]
    if not files:
        raise GraphError(f"No file matches {path!r}.", hint=COUNTS_FROM)
    return files


def _is_hidden(name: str) -> bool:
    """Whether a name says that the file is no part: _SUCCESS, _metadata, .part-0.crc."""
    return name.startswith(("_", ".")) or name.endswith(".crc")


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part of a pattern that is no plain name."""
    fixed = Path(pattern.anchor)
    for part in pattern.relative_to(pattern.anchor).parts:
        if _is_pattern(part):
            break
        fixed = fixed / part
    return fixed


def _at(file: Path, name: str) -> TableFiles:
    if not file.exists():
        scheme, colon, rest = str(file).partition(":/")
        if not colon or len(scheme) < 2:  # a letter before a colon is a drive
            raise GraphError(f"There is no file {str(file)!r}.", table=name, hint=COUNTS_FROM)
        hint = (
            "Fetch it first, and give the file or its frame."
            if scheme in _FETCHED
            else "Give the frames of its tables: pd.read_sql('SELECT * FROM a_table', connection)."
        )
        raise GraphError(f"{scheme}://{rest} is an address, and no file.", table=name, hint=hint)
    if file.is_dir():
        parts = _parts_in(file)
        ending = "".join(parts[0].suffixes[-1:]) if parts else ""
        return _together(parts, name, root=file, pattern=str(file / "**" / f"*{ending}"))
    return TableFiles(name=name, files=(file,), kind=_readable_kind(file, name))


def _together(parts: Iterable[Path], name: str, *, root: Path, pattern: str) -> TableFiles:
    files = tuple(parts)
    if not files:
        raise GraphError(f"{str(root)!r} holds no file of a table.", table=name)
    kinds = {file: _readable_kind(file, name) for file in files}
    first, other = files[0], next((file for file in files if kinds[file] is not kinds[files[0]]), None)
    if other is not None:
        raise GraphError(
            f"The parts of {name!r} are of two kinds: {first.name!r} is {kinds[first]}, {other.name!r} {kinds[other]}.",
            table=name,
            example=str(other),
            hint="Give the files of one kind.",
        )
    return TableFiles(name=name, files=files, kind=kinds[first], root=root, pattern=pattern)


def _parts_in(folder: Path) -> list[Path]:
    """The files below a folder that are parts of a table, by name.

    Raises:
        GraphError: The folder is a Delta or an Iceberg table, whose files alone do not say which rows count.
    """
    lake = "Delta" if (folder / "_delta_log").is_dir() else "Iceberg" if any(folder.glob("metadata/*.json")) else ""
    if lake:
        code = {
            "Delta": f"deltalake.DeltaTable({str(folder)!r}).to_pandas()",
            "Iceberg": "pyiceberg's catalog.load_table(...).scan().to_pandas()",
        }[lake]
        raise GraphError(
            f"{str(folder)!r} is a {lake} table; its files alone hold rows that were deleted.",
            hint=f"Give its frame: {code}.",
        )
    inside = sorted(folder.rglob("*"))
    return [
        file
        for file in inside
        if file.is_file() and not any(_is_hidden(part) for part in file.relative_to(folder).parts)
    ]


def _readable_kind(file: Path, name: str) -> FileKind:
    kind = kind_of_file(file)
    if kind is not None:
        return kind
    code = _PANDAS_READS.get(file.suffix.lower())
    raise GraphError(
        f"{str(file)!r} is of a type that cannot be read.",
        table=name,
        hint=f"Give its frame: {name} = {code.format(path=str(file))}"
        if code
        else "Use Parquet, CSV, TSV, CSV.GZ, Feather, DuckDB or SQLite.",
    )
