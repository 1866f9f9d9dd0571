"""The tables, columns, keys, times and links that a model was learned on, and whether another graph has them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import TypeVar

from kumo_magic.errors import ModelFormatError
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.kind import Kind
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table

Name = TypeVar("Name")

_ALIKE = {Kind.WHOLE: Kind.NUMBER}  # whole numbers become others when one of them is missing
_DECLARE = "Declare the graph as it was when the model was fitted, or fit a new model."


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedColumn:
    """A column that is read."""

    stype: str
    kind: str
    dtype: str
    is_known: bool = False  # models saved before know no dates ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTable:
    """A table, with the columns that are not ignored, in order."""

    primary_key: str | None
    time_column: str | None
    end_time_column: str | None
    time_zone: str | None
    columns: dict[str, SavedColumn]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSchema:
    """A graph without its rows."""

    tables: dict[str, SavedTable]
    links: tuple[tuple[str, str, str], ...]


def schema_of(graph: Graph) -> SavedSchema:
    """What a model depends on in a graph."""
    return SavedSchema(
        tables={name: _table(table) for name, table in graph.tables.items()},
        links=tuple((link.table, link.column, link.parent) for link in graph.links),
    )


def check_schema(saved: SavedSchema, graph: Graph) -> None:
    """Return when the graph has all that the model reads, and nothing that it does not know.

    Raises:
        ModelFormatError: It has not; the message names the table and the column.
    """
    found = schema_of(graph)
    lost, new = _first_missing(saved.tables, found.tables), _first_missing(found.tables, saved.tables)
    if lost is not None:
        raise ModelFormatError(
            f"The model reads a table {lost!r}, which the graph {graph.name!r} has not. It has "
            f"{_listed(found.tables)}. Load it on a graph with the tables that it learned from."
        )
    if new is not None:
        raise ModelFormatError(
            f"The graph {graph.name!r} has a table {new!r} that the model does not know. Load it on a graph of "
            f"{_listed(saved.tables)} alone, or fit a new model."
        )
    for name, table in saved.tables.items():
        columns = graph[name].columns
        left_out = {
            column for column in columns if columns[column].overwritten and column not in found.tables[name].columns
        }
        _check_table(name, table, found.tables[name], left_out)
    _check_links(saved, found)
    _check_order("The tables", saved.tables, found.tables)


def _check_links(saved: SavedSchema, found: SavedSchema) -> None:
    lost, new = _first_missing(sorted(saved.links), found.links), _first_missing(sorted(found.links), saved.links)
    if lost is not None:
        table, column, parent = lost
        raise ModelFormatError(f"The model links {table}.{column} to {parent!r}, and this graph does not. {_DECLARE}")
    if new is not None:
        table, column, parent = new
        raise ModelFormatError(f"The model does not know the link of {table}.{column} to {parent!r}. {_DECLARE}")


def _table(table: Table) -> SavedTable:
    return SavedTable(
        primary_key=table.primary_key,
        time_column=table.time_column,
        end_time_column=table.end_time_column,
        time_zone=table.time_zone,
        columns={
            name: SavedColumn(
                stype=str(column.stype), kind=str(column.kind), dtype=column.dtype, is_known=column.is_known
            )
            for name, column in table.columns.items()
            if column.stype is not Stype.IGNORED
        },
    )


def _check_table(name: str, saved: SavedTable, found: SavedTable, left_out: Container[str]) -> None:
    roles = {
        "primary key": (saved.primary_key, found.primary_key),
        "time column": (saved.time_column, found.time_column),
        "end time column": (saved.end_time_column, found.end_time_column),
        "time zone": (saved.time_zone, found.time_zone),
    }
    for role, (own, other) in roles.items():
        if own != other:
            raise ModelFormatError(
                f"{name!r}: the model learned with the {role} {own or 'missing'}, and here it is "
                f"{other or 'missing'}. {_DECLARE}"
            )
    for column, known in saved.columns.items():
        here = found.columns.get(column)
        if here is None and column in left_out:
            raise ModelFormatError(
                f"{name}.{column} is left out here, as overwritten until today, and the model read it. "
                f"Declare --keep {name}.{column}, or fit a new model."
            )
        if here is None:
            raise ModelFormatError(
                f"{name!r} has no column {column!r} that the model could read as {known.stype} "
                f"({known.dtype}). {_DECLARE}"
            )
        if here.is_known != known.is_known:
            then, now = ("as", "not as") if known.is_known else ("not as", "as")
            option = f"{'Declare' if known.is_known else 'Leave out'} --known {name}.{column}"
            raise ModelFormatError(
                f"{name}.{column} was read {then} known ahead when the model was fitted, and is read {now} such here. "
                f"{option}, or fit a new model."
            )
        if here.stype != known.stype or _alike(here.kind) != _alike(known.kind):
            raise ModelFormatError(
                f"{name}.{column} was {known.stype} ({known.kind}, {known.dtype}) when the model was fitted and is "
                f"{here.stype} ({here.kind}, {here.dtype}) now. {_DECLARE}"
            )
    new = _first_missing(found.columns, saved.columns)
    if new is not None:
        raise ModelFormatError(
            f"{name}.{new} is a column that the model does not know. Leave it out, set its stype to 'ignored', "
            "or fit a new model."
        )
    _check_order(f"The columns of {name!r}", saved.columns, found.columns)


def _check_order(what: str, saved: Iterable[str], found: Iterable[str]) -> None:
    if list(saved) != list(found):
        raise ModelFormatError(
            f"{what} are in another order: the model learned from {_listed(saved)}. Give them in this order."
        )


def _first_missing(names: Iterable[Name], known: Container[Name]) -> Name | None:
    return next((name for name in names if name not in known), None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _alike(kind: str) -> str:
    return str(_ALIKE.get(Kind(kind), kind))
