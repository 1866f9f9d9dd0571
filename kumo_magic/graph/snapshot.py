"""A frame as the user has it → a clean copy. Says what it changed; knows no keys and no links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from kumo_magic.errors import DataError, GraphError
from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.infinite import Infinite, infinite_finding, without_infinite
from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.plain_values import plain_values
from kumo_magic.graph.time_forms import Order
from kumo_magic.graph.time_numbers import NumberForm
from kumo_magic.graph.time_text import TextTimes, check_text_times, looks_like_time, read_text_times


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A clean copy of a frame.

    Attributes:
        frame: Plain dtypes, times as naive datetime64[us] (aware ones converted to UTC), index 0..n-1.
        aware: Columns that had a time zone.
        mixed: Columns that mixed kinds of values and are text now, with two values of different kinds.
        notes: What was changed, one sentence each.
        guesses: What was read the likelier way, by column.
        given: Columns that can be keys and whose values the user has in another type, as they were given.
        infinite: Columns of numbers that had infinite ones; these are missing now.
        written: How times were written that were texts or numbers, by column.
    """

    frame: pd.DataFrame
    aware: frozenset[str]
    mixed: dict[str, tuple[object, object]]
    notes: tuple[str, ...]
    guesses: Mapping[str, Finding] = field(default_factory=dict)
    given: Mapping[str, pd.Series] = field(default_factory=dict)
    infinite: Mapping[str, Infinite] = field(default_factory=dict)
    written: Mapping[str, Order | NumberForm] = field(default_factory=dict)


def take_snapshot(frame: pd.DataFrame, table: str, *, reads_dates: bool = True) -> Snapshot:
    """Copy the frame, so that later edits of the user's own change nothing here.

    Args:
        frame: The rows, in any dtypes.
        table: The table's name, for errors and notes.
        reads_dates: Turn text columns of dates into times.

    Raises:
        GraphError: Column names are not distinct text, there is no column, or the index holds data.
    """
    _check_names(frame, table)
    _check_index(frame, table)
    columns: dict[str, pd.Series] = {}
    aware: set[str] = set()
    mixed: dict[str, tuple[object, object]] = {}
    notes: list[str] = []
    given: dict[str, pd.Series] = {}
    infinite: dict[str, Infinite] = {}
    guesses: dict[str, Finding] = {}
    written: dict[str, Order | NumberForm] = {}
    for name in frame.columns:
        plain = plain_values(frame[name].reset_index(drop=True))
        columns[name], found = without_infinite(plain.values)
        if found is not None:
            infinite[name] = found
        if plain.given is not None and plain.values.is_unique:
            given[name] = plain.given
        if plain.change:
            notes.append(f"{table}.{name} {plain.change}.")
        if plain.odd is not None:
            mixed[name] = plain.odd
        if plain.is_aware:
            aware.add(name)
            notes.append(f"{table}.{name} has a time zone; its times are read in UTC.")
        match _read_dates(plain.values, table, name) if reads_dates and kind_of(plain.values) is Kind.TEXT else None:
            case TextTimes() as read:
                columns[name] = read.times
                notes.append(read.note(table, name))
                aware |= {name} if read.is_aware else set()
                written |= {name: read.written} if read.written else {}
                if mixed.pop(name, None) is not None:
                    notes.remove(f"{table}.{name} {plain.change}.")
            case Finding() as guess if plain.odd is None:
                guesses[name] = guess
    return Snapshot(
        frame=pd.DataFrame(columns),
        aware=frozenset(aware),
        mixed=mixed,
        notes=tuple(notes),
        given=given,
        infinite=infinite,
        guesses={**guesses, **{name: infinite_finding(table, name, found) for name, found in infinite.items()}},
        written=written,
    )


def _read_dates(values: pd.Series, table: str, column: str) -> TextTimes | Finding | None:
    """The times that text stands for, why it is read as text though it looks like dates, or nothing."""
    if not looks_like_time(values, column):
        return None
    read = read_text_times(values)
    if read.is_readable:
        return read
    try:
        check_text_times(read, table, column)
    except DataError as error:
        says = f"{error.problem} It is read as text (for example {error.example})."
        return Finding(about=f"{table}.{column}", says=says, next_step=error.hint, severity=Severity.GUESS)
    return None


def _check_names(frame: pd.DataFrame, table: str) -> None:
    if isinstance(frame.columns, pd.MultiIndex):
        raise GraphError(
            f"{table!r} has column names of several levels.",
            table=table,
            example=frame.columns[0],
            hint=f"Flatten them first: {table}.columns = ['_'.join(map(str, names)) for names in {table}.columns].",
        )
    if not len(frame.columns):
        raise GraphError(f"{table!r} has no columns.", table=table)
    for name in frame.columns:
        if not isinstance(name, str) or not name.strip():
            raise GraphError(
                f"{table!r} has a column named {name!r}; names of columns are text.",
                table=table,
                column=str(name),
                hint=f"Rename it first: {table}.rename(columns={{{name!r}: 'a_name'}}).",
            )
        if any("\ud800" <= sign <= "\udfff" for sign in name):
            raise GraphError(
                f"{table!r} has half a character in the name of a column, {name!r}.",
                table=table,
                column=name.encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
                hint=f"Rename it first: {table}.rename(columns={{{name!r}: 'a_name'}}).",
            )
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise GraphError(
            f"{table!r} has two columns named {twice[0]!r}.",
            table=table,
            column=twice[0],
            hint=f"Keep one: {table}.loc[:, ~{table}.columns.duplicated()].",
        )


def _check_index(frame: pd.DataFrame, table: str) -> None:
    lost = [name for name in frame.index.names if name is not None and name not in frame.columns]
    if lost or isinstance(frame.index, pd.MultiIndex):
        names = ", ".join(repr(name) for name in lost) or "several levels"
        raise GraphError(
            f"{table!r} has data in its index ({names}), and a graph knows columns only.",
            table=table,
            column=str(lost[0]) if lost else "",
            example=f"the first row's index {frame.index[0]!r}" if len(frame) else None,
            hint=f"Make it a column: {table}.reset_index().",
        )
    if len(frame) and pd.api.types.infer_dtype(frame.index) == "string":
        raise GraphError(
            f"{table!r} has text in its index, and a graph knows columns only.",
            table=table,
            example=f"the first row's index {frame.index[0]!r}",
            hint=f"Make it a column: {table}.rename_axis('a_name').reset_index(). Or drop it: .reset_index(drop=True).",
        )
