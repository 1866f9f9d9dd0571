"""One table: its rows as a snapshot, its keys, its times, its columns. Asks its graph about other tables."""

from __future__ import annotations

import copy
from typing import Protocol

import numpy as np
import pandas as pd

from kumo_magic.errors import GraphError, UnknownTableOrColumn
from kumo_magic.finding import Finding
from kumo_magic.graph.column import SET_BY_YOU, Column
from kumo_magic.graph.composite import (
    KeyColumns,
    check_key_rows,
    check_parts,
    columns_of_key,
    composite_values,
    key_name,
)
from kumo_magic.graph.guess_stypes import guess_stype
from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.plain_values import plain_values
from kumo_magic.graph.snapshot import Snapshot
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.time_reading import ReadTimes, read_times
from kumo_magic.graph.validation import check_primary_key
from kumo_magic.graph.versions import Versions


class Owner(Protocol):
    """What a table asks of the graph it is in."""

    def allow_key(self, table: Table, columns: tuple[str, ...]) -> None:
        """Raise when links that point at the table could not point at this key; none takes the key away."""
        ...

    def allow_time(self, table: Table, column: str) -> None:
        """Raise when this time column could not be compared with those of other tables."""
        ...

    def is_linked(self, table: str, column: str) -> bool:
        """Whether the column is the foreign key of a link."""
        ...

    def changed(self) -> None:
        """Hear that something about the table is different now."""
        ...

    def dates_declared(self) -> None:
        """Hear that someone has said what a table's dates mean."""
        ...


class Table:
    """A table of a graph. Setting a key or a time column checks it at once and changes nothing when it cannot be.

    Attributes:
        name: Its name in queries.
        frame: The rows, in the order given. Times are naive datetime64[us], UTC where they were aware. Behind the
            columns there is one for every key of several columns, under the key's name.
        source: What the user called it.
        columns: By name, in order.
        reasons: Why the primary key, the time column and the end time column were chosen, a sentence each.
        notes: What was changed or looks odd in the data, a sentence each.
        guesses: What was read the likelier way where another is possible, by what it is about: a role such as
            ``time column``, or a column. What the user sets is no guess any more.
        date_findings: What its dates tell of the future, or do not; found anew when someone says what dates mean.
        aware: Columns whose times had a zone.
        mixed: Columns that mixed kinds of values and are text now, with two values of different kinds.
        given: Columns that can be keys and whose values the user has in another type, as they were given.
        infinite: Columns of numbers that had infinite ones; these are missing now.
        composites: Of each key or foreign key of several columns its name, such as ``(order_id, line_no)``, and them.
        versions: Where the rows of the user's own table are, when each was a version of what is a row here.
        written: How times were written that were texts or numbers, by column.
        origin: The same object as long as the table only grows: then its first rows are the rows that it had.
    """

    def __init__(self, name: str, snapshot: Snapshot, *, source: str, owner: Owner) -> None:
        self.name = name
        self.frame = snapshot.frame
        self.source = source
        self.notes: list[str] = list(snapshot.notes)
        self.guesses: dict[str, Finding] = dict(snapshot.guesses)
        self.date_findings: tuple[Finding, ...] = ()
        self.reasons: dict[str, str] = {}
        self.aware: set[str] = set(snapshot.aware)
        self.mixed = dict(snapshot.mixed)
        self.given = dict(snapshot.given)
        self.infinite = dict(snapshot.infinite)
        self.composites: dict[str, tuple[str, ...]] = {}
        self.versions: Versions | None = None
        self.written = dict(snapshot.written)
        self.origin = object()
        self.columns = {column: Column(self, column) for column in self.frame.columns}
        self._owner = owner
        self._primary_key: str | None = None
        self._time_column: str | None = None
        self._end_time_column: str | None = None

    def __getitem__(self, column: str) -> Column:
        self.require(column)
        return self.columns[column]

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    @property
    def variable(self) -> str:
        """What the table is called in code: the variable that it came from, else its name."""
        return self.source if self.source.isidentifier() else self.name

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    @property
    def time_zone(self) -> str | None:
        """``UTC`` when the table's time columns had a zone and were converted, None when they are naive."""
        return "UTC" if self.aware & {self._time_column, self._end_time_column} else None

    @property
    def primary_key(self) -> str | None:
        """The column that names each row once, or None; of several columns the name of their key, ``(a, b)``."""
        return self._primary_key

    @primary_key.setter
    def primary_key(self, columns: KeyColumns | None) -> None:
        self.set_primary_key(columns, SET_BY_YOU)

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that name each row once; none where there is no primary key."""
        return () if self._primary_key is None else self.columns_of(self._primary_key)

    @property
    def keys(self) -> pd.Series:
        """The primary key of each row in the type that the user's frame has, so that the two merge."""
        assert self._primary_key is not None
        return self.given.get(self._primary_key, self.frame[self._primary_key])

    @property
    def time_column(self) -> str | None:
        """When each row happened or began, or None for rows that are known at all times."""
        return self._time_column

    @time_column.setter
    def time_column(self, column: str | None) -> None:
        self.set_time_column(column, SET_BY_YOU)

    @property
    def end_time_column(self) -> str | None:
        """When each row ceased to be eligible, or None."""
        return self._end_time_column

    @end_time_column.setter
    def end_time_column(self, column: str | None) -> None:
        self.set_end_time_column(column, SET_BY_YOU)

    def set_primary_key(self, columns: KeyColumns | None, reason: str) -> None:
        """Make the column, or the columns together, the primary key.

        Raises:
            DataError: Values are missing or repeated, or mix kinds.
            GraphError: Links that point at the table could not point at it.
        """
        column = None if columns is None else key_name(columns)
        if columns is not None and column is not None:
            parts = self.require_parts(columns)
            if len(parts) > 1:
                check_key_rows(self.frame, self.name, parts)
            else:
                check_primary_key(self.frame, self.name, column, self.mixed, variable=self.variable)
        self._owner.allow_key(self, () if columns is None else columns_of_key(columns))
        former, self._primary_key = self._primary_key, column
        if columns is not None and column is not None:
            self.hold(columns)
            if column in self.columns:
                self.columns[column].describe(Stype.KEY, "the primary key")
        if former is not None and former != column:
            self.let_go(former)
        self._explain("primary key", column, reason)

    def columns_of(self, key: str) -> tuple[str, ...]:
        """The columns that a key or a foreign key is made of: itself, where it is one column."""
        return self.composites.get(key, (key,))

    def require_parts(self, columns: KeyColumns) -> tuple[str, ...]:
        """The columns of a key or a foreign key, where the table has them and they can be one.

        Raises:
            DataError: One of several holds what no key can.
            GraphError: The table has not got one of them.
        """
        parts = columns_of_key(columns)
        for part in parts:
            self.require(part)
        if len(parts) != 1 and key_name(parts) not in self.composites:
            check_parts(self.frame, self.name, parts, self.mixed)
        return parts

    def hold(self, columns: KeyColumns) -> None:
        """Give the frame what keys and links read of the columns: whole numbers, and one value for several columns."""
        parts, name = columns_of_key(columns), key_name(columns)
        for part in parts:
            self.make_whole(part)
        if len(parts) > 1 and name not in self.composites:
            self.frame[name] = composite_values(self.frame, parts)
            self.composites[name] = parts

    def let_go(self, key: str) -> None:
        """Forget that the column was a key or a foreign key, unless it still is one."""
        if key == self._primary_key or self._owner.is_linked(self.name, key):
            return
        if key in self.composites:
            del self.composites[key]
            self.frame = self.frame.drop(columns=key)
        elif not self.role_of(key):
            self.guess_stype(key)

    def key_frame(self, rows: np.ndarray) -> pd.DataFrame:
        """The columns of the primary key as the user has them, for rows by their positions; index 0..n-1."""
        own = {part: self.given.get(part, self.frame[part]) for part in self.key_columns}
        return pd.DataFrame({part: values.take(rows).reset_index(drop=True) for part, values in own.items()})

    def keys_in(self, frame: pd.DataFrame) -> pd.Series:
        """What a user's frame names by the columns of the primary key, a value a row, as `primary_key` has it here."""
        if len(self.key_columns) == 1:
            return frame[self.key_columns[0]]
        named = {part: plain_values(frame[part].reset_index(drop=True)).values for part in self.key_columns}
        return composite_values(pd.DataFrame(named), self.key_columns).set_axis(frame.index)

    def set_time_column(self, column: str | None, reason: str) -> None:
        """Make the column the time of the rows; texts and numbers are read when they are dates.

        Raises:
            DataError: It is text that cannot be read as dates.
            GraphError: It holds no times, or a time zone where other tables have none.
        """
        if column is not None:
            self.read_times(column)
        self._time_column = column
        self._explain("time column", column, reason)
        if reason == SET_BY_YOU:
            self._owner.dates_declared()

    def set_end_time_column(self, column: str | None, reason: str) -> None:
        """Make the column the time from which on a row is no longer eligible.

        Raises:
            DataError: It is text that cannot be read as dates.
            GraphError: It holds no times, or a time zone where other tables have none.
        """
        if column is not None:
            self.read_times(column)
        self._end_time_column = column
        self._explain("end time column", column, reason)
        if reason == SET_BY_YOU:
            self._owner.dates_declared()

    def require(self, column: str) -> None:
        """Return when the table has the column.

        Raises:
            GraphError: It has not.
        """
        if column not in self.columns:
            raise UnknownTableOrColumn(column, known=list(self.columns), table=self.name)

    def allow_stype(self, column: str, stype: Stype) -> None:
        """Return when nothing else in the graph decides what the column means.

        Raises:
            GraphError: It is a key, or the time column.
        """
        role = self.role_of(column)
        if role and stype is not (Stype.TIMESTAMP if "time" in role else Stype.KEY):
            raise GraphError(
                f"{self.name}.{column} is {role} and cannot be {stype}.",
                table=self.name,
                column=column,
                hint=f"First undo that: graph.unlink({self.name!r}, {column!r})."
                if role == "a foreign key"
                else f"First undo that: graph[{self.name!r}].{role.replace('the ', '').replace(' ', '_')} = None.",
            )

    def allow_known(self, column: str) -> None:
        """Return when the column's dates could be known ahead of time.

        Raises:
            GraphError: It is a key, or when the row happened.
        """
        role = self.role_of(column)
        if role and column != self.end_time_column:
            raise GraphError(
                f"{self.name}.{column} is {role}: what lies ahead of an anchor is no input of its own.",
                table=self.name,
                column=column,
                hint="Name another date of the row, such as the day on which it is due.",
            )

    def role_of(self, column: str) -> str:
        """``the primary key``, ``a foreign key``, ``the time column``, ``the end time column``, or nothing."""
        if column == self._primary_key:
            return "the primary key"
        if self._owner.is_linked(self.name, column):
            return "a foreign key"
        if column == self._time_column:
            return "the time column"
        return "the end time column" if column == self._end_time_column else ""

    def is_foreign_key(self, column: str) -> bool:
        """Whether a link starts at the column, or at the columns that have this name together."""
        return self._owner.is_linked(self.name, column)

    def read_times(self, column: str) -> None:
        """Make sure that the column holds times; texts and numbers that are dates are read.

        Raises:
            DataError: It is text that cannot be read as dates, or mixes kinds of values.
            GraphError: It holds no times, or a time zone where other tables have none.
        """
        self.require(column)
        values = self.frame[column]
        read = None
        if kind_of(values) is not Kind.TIME and values.notna().any():
            read = read_times(values, self.name, column, mixed=self.mixed, written=self.written.get(column))
        is_aware = read.is_aware if read is not None else column in self.aware
        aware_before = set(self.aware)
        self.aware = self.aware | {column} if is_aware else self.aware
        try:
            self._owner.allow_time(self, column)
        except GraphError:
            self.aware = aware_before
            raise
        if read is not None:
            self.take_times(column, read)
        elif kind_of(values) is not Kind.TIME:
            self.frame[column] = pd.Series(pd.NaT, index=values.index, dtype="datetime64[us]")
        if self.columns[column].stype is not Stype.TIMESTAMP:
            self.columns[column].describe(Stype.TIMESTAMP, "dates or times")

    def take_times(self, column: str, read: ReadTimes) -> None:
        """Put the times in the place of the texts or numbers that they were read from, with a note."""
        self.frame[column] = read.times
        self.notes.append(read.note(self.name, column))
        self.written |= {column: read.written} if read.written else {}
        self.guesses.pop(column, None)

    def make_whole(self, column: str) -> None:
        """Turn a key's floats such as 7.0 into the whole numbers they stand for."""
        if column in self.columns and kind_of(self.frame[column]) is Kind.NUMBER:
            whole = self.frame[column].astype("Int64")
            self.frame[column] = whole if whole.hasnans else whole.astype("int64")
            self.notes.append(f"{self.name}.{column} holds whole numbers as floats; they are read as whole numbers.")

    def guess_stype(self, column: str) -> None:
        """Give the column the stype that its values and its name suggest."""
        self.columns[column].describe(*guess_stype(self.frame[column], column))

    def with_rows(self, snapshot: Snapshot, *, owner: Owner) -> Table:
        """The same table with other rows of the same columns; nothing is checked."""
        other = Table(self.name, snapshot, source=self.source, owner=owner)
        for parts in self.composites.values():
            other.hold(parts)
        other.reasons = dict(self.reasons)
        other.versions = self.versions
        other.guesses = {**self.guesses, **other.guesses}
        other.date_findings = self.date_findings
        other._primary_key, other._time_column = self._primary_key, self._time_column
        other._end_time_column = self._end_time_column
        other.columns = {name: column.copied(other) for name, column in self.columns.items()}
        return other

    def copied(self, *, owner: Owner) -> Table:
        """The same table, to be declared otherwise; it shares the values of the rows."""
        other = copy.copy(self)
        other.frame = self.frame.copy(deep=False)
        other.notes, other.aware = list(self.notes), set(self.aware)
        other.guesses, other.reasons = dict(self.guesses), dict(self.reasons)
        other.mixed, other.infinite = dict(self.mixed), dict(self.infinite)
        other.given, other.written, other.composites = dict(self.given), dict(self.written), dict(self.composites)
        other.columns = {name: column.copied(other) for name, column in self.columns.items()}
        other._owner = owner
        return other

    def dates_declared(self) -> None:
        """Tell the graph that someone has said what a column's dates mean."""
        self._owner.dates_declared()

    def changed(self) -> None:
        """Tell the graph that something is different now."""
        self._owner.changed()

    def __repr__(self) -> str:
        return f"Table({self.name}: {self.num_rows:,} rows, {len(self.columns)} columns)"

    def _explain(self, what: str, column: str | None, reason: str) -> None:
        self.reasons[what] = f"{column}: {reason}" if column else f"none: {reason}"
        if reason == SET_BY_YOU:
            self.guesses.pop(what, None)
            self.guesses.pop(column or "", None)
        self.changed()
