"""A graph and new rows → the changed tables, with the keys, times and stypes they had. Changes nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from kumo_magic.errors import GraphError, OptionError
from kumo_magic.finding import Finding
from kumo_magic.graph.column import SET_BY_YOU
from kumo_magic.graph.composite import check_key_rows
from kumo_magic.graph.kind import Kind, first_of, is_whole, kind_of
from kumo_magic.graph.link import Link
from kumo_magic.graph.link_check import check_link
from kumo_magic.graph.placeholder_times import placeholders_in
from kumo_magic.graph.reading import read_table
from kumo_magic.graph.snapshot import Snapshot, take_snapshot
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table
from kumo_magic.graph.time_numbers import NumberForm
from kumo_magic.graph.time_reading import read_times
from kumo_magic.graph.validation import check_primary_key, check_time_zones
from kumo_magic.graph.versioned_tables import with_new_versions

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

Mode = Literal["append", "replace"]


def updated_tables(
    graph: Graph, data: Mapping[str, object], *, mode: Mode
) -> tuple[dict[str, Table], dict[Link, Finding]]:
    """The tables that change, and what is odd about each link afterwards.

    Raises:
        GraphError: A table or column is unknown or missing, or values are of another kind.
        DataError: The primary key would be repeated or missing.
        OptionError: There is no such mode.
    """
    if mode not in ("append", "replace"):
        raise OptionError(f"There is no mode {mode!r}: choose 'append' or 'replace'.")
    changed: dict[str, Table] = {}
    for name, rows in data.items():
        changed |= _updated_tables(graph, graph[name], rows, mode)
    tables = {**graph.tables, **changed}
    check_time_zones(
        {
            (table.name, column): column in table.aware
            for table in tables.values()
            for column in (table.time_column, table.end_time_column)
            if column is not None
        }
    )
    findings: dict[Link, Finding] = {}
    for link, reason in graph.link_reasons.items():
        child, parent = tables[link.table], tables[link.parent]
        own, is_guess = child.columns_of(link.column), reason != SET_BY_YOU
        finding = check_link(link, child, own, parent, parent.key_columns, is_guess=is_guess)
        if finding is not None:
            findings[link] = finding
    return changed, findings


def _updated_tables(graph: Graph, table: Table, rows: object, mode: Mode) -> dict[str, Table]:
    """The table with other rows; of a table whose rows are versions also the one in which they stand."""
    if table.versions is None:
        owner = next((other.name for other in graph.tables.values() if _is_history_of(table, other)), None)
        if owner is None:
            return {table.name: _updated_table(graph, table, rows, mode)}
        raise GraphError(
            f"{table.name!r} holds the versions of {owner!r}: new ones are rows of {owner!r}.",
            table=table.name,
            hint=f"Write graph.update({{{owner!r}: rows}}).",
        )
    updated = _updated_table(graph, graph[table.versions.history], rows, mode)
    return with_new_versions(graph, table, updated)


def _is_history_of(table: Table, other: Table) -> bool:
    return other.versions is not None and other.versions.history == table.name


def _updated_table(graph: Graph, table: Table, rows: object, mode: Mode) -> Table:
    raw = read_table(table.name, rows, like=table.frame)
    new = raw.told_in(take_snapshot(raw.frame, table.name, reads_dates=False))
    _check_columns(table, new.frame)
    fresh = {column: _as_before(table, new, column) for column in table.columns}
    frame = pd.DataFrame(fresh)
    aware = {column for column in table.aware if column in table.columns}
    if mode == "append":
        former = table.frame[list(table.columns)]
        frame = pd.concat([former, frame], ignore_index=True) if len(frame) else former.copy()
    if "placeholders" in table.guesses and table.time_column is not None:
        frame[table.time_column] = frame[table.time_column].mask(placeholders_in(frame[table.time_column]))
    if len(table.key_columns) > 1:
        check_key_rows(frame, table.name, table.key_columns)
    elif table.primary_key is not None:
        mixed = {**table.mixed, **new.mixed}
        check_primary_key(frame, table.name, table.primary_key, mixed, variable=table.variable)
    notes = (*table.notes, *(note for note in new.notes if note not in table.notes))
    snapshot = Snapshot(
        frame=frame,
        aware=frozenset(aware),
        mixed={**table.mixed, **new.mixed},
        notes=notes if mode == "append" else new.notes,
        guesses=new.guesses,
        given=_given(table, new, mode),
        infinite={**(table.infinite if mode == "append" else {}), **new.infinite},
        written={**new.written, **table.written},
    )
    updated = table.with_rows(snapshot, owner=graph)
    if mode == "append":
        updated.origin = table.origin
    return updated


def _given(table: Table, new: Snapshot, mode: Mode) -> dict[str, pd.Series]:
    """The columns that the user has in another type, with the new rows."""
    if mode == "replace":
        return dict(new.given)
    columns = {**table.given, **new.given}
    return {
        column: pd.concat(
            [table.given.get(column, table.frame[column]), new.given.get(column, new.frame[column])], ignore_index=True
        )
        for column in columns
        if column in table.given or not len(table.frame)
    }


def _check_columns(table: Table, frame: pd.DataFrame) -> None:
    missing = [column for column in table.columns if column not in frame.columns]
    extra = [column for column in frame.columns if column not in table.columns]
    if missing or extra:
        words = f"lack {', '.join(missing)}" if missing else f"have {', '.join(extra)}, which {table.name!r} has not"
        raise GraphError(
            f"The new rows of {table.name!r} {words}.",
            table=table.name,
            column=(missing or extra)[0],
            hint=f"Give them the columns {', '.join(table.columns)}.",
        )


def _as_before(table: Table, new: Snapshot, column: str) -> pd.Series:
    """The new values of a column in the dtype of the old ones.

    Raises:
        GraphError: They are of another kind.
    """
    before, values = table.frame[column], new.frame[column]
    if values.isna().all():
        return pd.Series([None] * len(values), dtype=object).astype(before.dtype) if _holds_null(before) else values
    holds_times = kind_of(before) is Kind.TIME or table.columns[column].stype is Stype.TIMESTAMP
    written = table.written.get(column)
    if holds_times and (kind_of(values) is Kind.TEXT or (isinstance(written, NumberForm) and _are_numbers(values))):
        read = read_times(values, table.name, column, mixed={}, written=written)
        values, is_aware = read.times, read.is_aware
    else:
        is_aware = column in new.aware
    if kind_of(values) is Kind.TIME and is_aware != (column in table.aware) and before.notna().any():
        before_words, new_words = ("no", "one") if is_aware else ("a", "none")
        raise GraphError(
            f"{table.name}.{column} has {before_words} time zone so far, the new rows have {new_words}.",
            table=table.name,
            column=column,
            example=str(first_of(values)),
            hint="Give both the same: .dt.tz_localize('UTC') or .dt.tz_localize(None).",
        )
    if kind_of(before) is Kind.WHOLE and is_whole(values):
        return _whole_as_before(before, values, table.name, column)
    same = {kind_of(before), kind_of(values)} <= {Kind.WHOLE, Kind.NUMBER} or kind_of(before) is kind_of(values)
    if not same and before.notna().any():
        raise GraphError(
            f"{table.name}.{column} holds {kind_of(before)} values so far, the new rows {kind_of(values)} values.",
            table=table.name,
            column=column,
            example=repr(first_of(values)),
            hint=f"Convert them first: rows[{column!r}].astype({str(before.dtype)!r}).",
        )
    return values


def _whole_as_before(before: pd.Series, values: pd.Series, table: str, column: str) -> pd.Series:
    """Whole numbers, signed where the old ones are: a column of both kinds would be floats."""
    if before.dtype.name.lower() == "uint64":
        nullable, plain, fits = pd.UInt64Dtype(), np.dtype("uint64"), not (values < 0).any()
    else:
        nullable, plain, fits = pd.Int64Dtype(), np.dtype("int64"), not (values > np.iinfo(np.int64).max).any()
    if not fits:
        odd = values[(values < 0) | (values > np.iinfo(np.int64).max)]
        raise GraphError(
            f"{table}.{column} holds {plain} so far, and the new rows have a number that is none.",
            table=table,
            column=column,
            example=repr(first_of(odd)),
            hint="Give the whole table again: graph.update(..., mode='replace').",
        )
    whole = values.astype(nullable)
    return whole if whole.hasnans else whole.astype(plain)


def _are_numbers(values: pd.Series) -> bool:
    return kind_of(values) in (Kind.WHOLE, Kind.NUMBER)


def _holds_null(values: pd.Series) -> bool:
    return not (pd.api.types.is_integer_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype)) or (
        pd.api.types.is_extension_array_dtype(values.dtype)
    )
