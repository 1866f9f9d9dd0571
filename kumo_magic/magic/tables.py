"""The line of a `%graph` → tables and what was said about them. Knows names and paths; infers nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

from kumo_magic.errors import GraphError, OptionError
from kumo_magic.magic.options import Command, Line, Option, nearest

if TYPE_CHECKING:
    import pandas as pd

    from kumo_magic.graph.composite import KeyColumns

GRAPH = Command(
    usage=(
        "%graph NAME TABLE ... [options]   register linked tables and draw them",
        "%graph                            list the graphs",
        "%graph NAME                       draw one",
        "%%graph NAME                      the same, one argument per line, # for comments",
    ),
    words=(
        "Register linked tables as a graph. TABLE is a DataFrame's name, name=variable, a parquet or CSV path,\n"
        "a pattern like data/*.parquet, duckdb:///file or sqlite:///file. Keys, times, types and links are inferred."
    ),
    options=(
        Option(
            name="key",
            value="TABLE=COLUMN",
            words="primary key (TABLE=none for none; TABLE=COLUMN,COLUMN for one of several columns)",
            is_repeatable=True,
        ),
        Option(
            name="time", value="TABLE.COLUMN", words="when a row happened (TABLE=none for none)", is_repeatable=True
        ),
        Option(name="end", value="TABLE.COLUMN", words="from when on a row no longer counts", is_repeatable=True),
        Option(
            name="link",
            value="TABLE.COLUMN=PARENT",
            words="a foreign key, or TABLE.(COLUMN,COLUMN)",
            is_repeatable=True,
        ),
        Option(name="unlink", value="TABLE.COLUMN", words="an inferred link that is none", is_repeatable=True),
        Option(name="stype", value="TABLE.COLUMN=STYPE", words="what a column means to a model", is_repeatable=True),
        Option(name="known", value="TABLE.COLUMN", words="a date known when its row is written", is_repeatable=True),
        Option(name="keep", value="TABLE.COLUMN", words="read a date that is overwritten", is_repeatable=True),
    ),
)
_FILE_ENDINGS = (
    *(".parquet", ".pq", ".csv", ".tsv", ".gz", ".bz2", ".xz", ".zst", ".zip", ".feather", ".arrow", ".ipc"),
    *(".duckdb", ".db", ".sqlite", ".sqlite3", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphRequest:
    """What a graph is to be made of. ``variables`` tells which name in the notebook each table came from."""

    name: str
    tables: Mapping[str, object]
    variables: Mapping[str, str]
    keys: Mapping[str, KeyColumns | None]
    times: Mapping[str, str | None]
    end_times: Mapping[str, str | None]
    links: tuple[tuple[str, KeyColumns, str], ...]
    unlinks: tuple[tuple[str, KeyColumns], ...]
    stypes: Mapping[tuple[str, str], str]
    known: tuple[tuple[str, str], ...]
    keep: tuple[tuple[str, str], ...]
    has_files: bool = False  # whose tables are not read, so that their names are not known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What one word names: a table, unless files name their own, its variable if it has one, and its value or path."""

    table: str | None
    value: Any
    variable: str = ""


def read_graph_request(line: Line, namespace: Mapping[str, object]) -> GraphRequest:
    """The request of a line that names a graph and its tables, with the tables read.

    Raises:
        OptionError: An option is not of its form.
        GraphError: A table is not there, or two have one name.
    """
    from kumo_magic.graph.reading import read_sources  # pandas

    sources = [_source(word, namespace) for word in line.words[1:]]
    return _request(line, read_sources((source.table, source.value) for source in sources), sources)


def unread_graph_request(line: Line, namespace: Mapping[str, object]) -> GraphRequest:
    """The same request with the values of the variables as they are; no file and no stream is read.

    Raises:
        OptionError: As above.
        GraphError: As above, but for what only reading shows.
    """
    tables: dict[str, object] = {}
    sources = [_source(word, namespace) for word in line.words[1:]]
    for source in sources:
        if source.table is not None:
            _add(tables, source.table, source.value)
    return _request(line, tables, sources)


def _add(tables: dict[str, object], name: str, table: object) -> None:
    if name in tables:
        raise GraphError(f"Two tables are both named {name!r}.", table=name, hint="Give one as name=table.")
    tables[name] = table


def _request(line: Line, tables: Mapping[str, object], sources: Iterable[_Source]) -> GraphRequest:
    keys = [_table_and_column("key", written, "=") for written in line.all("key")]
    return GraphRequest(
        name=line.words[0],
        tables=tables,
        variables={source.table: source.variable for source in sources if source.table and source.variable},
        has_files=any(source.table is None for source in sources),
        keys={table: column and _columns("key", column) for table, column in keys},
        times=time_columns(line),
        end_times=dict(_table_and_column("end", written, ".") for written in line.all("end")),
        links=tuple((*_key_place("link", left), parent) for left, parent in _pairs(line, "link")),
        unlinks=tuple(_key_place("unlink", written) for written in line.all("unlink")),
        known=tuple(_place("known", written) for written in line.all("known")),
        keep=tuple(_place("keep", written) for written in line.all("keep")),
        stypes={_place("stype", left): stype for left, stype in _pairs(line, "stype")},
    )


def time_columns(line: Line) -> dict[str, str | None]:
    """Table → time column, as the line's `--time` says; None where a table has none.

    Raises:
        OptionError: One is not of its form.
    """
    return dict(_table_and_column("time", written, ".") for written in line.all("time"))


def columns_named(line: Line, option: str) -> tuple[tuple[str, str], ...]:
    """(table, column) of each value of the option.

    Raises:
        OptionError: One is not of its form.
    """
    return tuple(_place(option, written) for written in line.all(option))


def frames_of(namespace: Mapping[str, object]) -> list[str]:
    """Names of the notebook's DataFrames, but for its own shorthands such as ``_``."""
    return [name for name, value in namespace.items() if not name.startswith("_") and is_frame(value)]


def is_frame(value: object) -> TypeGuard[pd.DataFrame]:
    """Whether the value is a pandas DataFrame. Told by its class's name: pandas need not be loaded."""
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "pandas"


def _source(word: str, namespace: Mapping[str, object]) -> _Source:
    """What one word names.

    Raises:
        GraphError: There is no such variable.
    """
    table, is_named, source = word.partition("=")
    if not is_named and _is_path(word):
        return _Source(table=None, value=word)
    source = source if is_named else word
    if source in namespace:
        return _Source(table=table, value=namespace[source], variable=source)
    if is_named and _is_path(source):
        return _Source(table=table, value=source)
    raise GraphError(
        f"There is no variable {source!r} in the notebook.{nearest(source, frames_of(namespace))}",
        table=table,
        hint=_frames_hint(namespace),
    )


def _is_path(word: str) -> bool:
    return "/" in word or "\\" in word or "*" in word or word.lower().endswith(_FILE_ENDINGS)


def _frames_hint(namespace: Mapping[str, object]) -> str:
    found = frames_of(namespace)
    return f"DataFrames here: {', '.join(found[:12])}." if found else "There is no DataFrame in the notebook yet."


def _table_and_column(option: str, written: str, sign: str) -> tuple[str, str | None]:
    """``TABLE=COLUMN`` or ``TABLE.COLUMN``, whichever sign comes first; ``TABLE=none`` is None."""
    signs = [place for place in (written.find("="), written.find(".")) if place > 0]
    if not signs or min(signs) == len(written) - 1:
        raise OptionError(f"--{option} {written}: write --{option} TABLE{sign}COLUMN.")
    cut = min(signs)
    table, column = written[:cut], written[cut + 1 :]
    return table, None if written[cut] == "=" and column.lower() == "none" else column


def _pairs(line: Line, option: str) -> list[tuple[str, str]]:
    found = []
    for written in line.all(option):
        left, sign, right = written.rpartition("=")
        if not sign or not right:
            form = "PARENT" if option == "link" else "STYPE"
            raise OptionError(f"--{option} {written}: write --{option} TABLE.COLUMN={form}.")
        found.append((left, right))
    return found


def _place(option: str, written: str) -> tuple[str, str]:
    table, sign, column = written.partition(".")
    if not sign or not table or not column:
        raise OptionError(f"--{option} {written}: name a column as TABLE.COLUMN.")
    return table, column


def _key_place(option: str, written: str) -> tuple[str, KeyColumns]:
    """``TABLE.COLUMN``, or ``TABLE.(COLUMN,COLUMN)`` of a key of several columns."""
    table, column = _place(option, written)
    return table, _columns(option, column)


def _columns(option: str, written: str) -> KeyColumns:
    """One column, or those between commas; parentheses around them may be left out."""
    is_listed = written.startswith("(") and written.endswith(")")
    names = tuple(name.strip() for name in (written[1:-1] if is_listed else written).split(","))
    if len(names) == 1 and not is_listed:
        return written
    if not all(names) or written.startswith("(") != written.endswith(")"):
        raise OptionError(f"--{option} {written}: write the columns of a key as (COLUMN,COLUMN).")
    return names if len(names) > 1 else written.strip("()").strip()
