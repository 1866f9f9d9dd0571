"""A column of a table: its name, its semantic type, and why it has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.errors import GraphError
from kumo_magic.graph.kind import Kind, first_of, kind_of
from kumo_magic.graph.stype import Stype

if TYPE_CHECKING:
    from kumo_magic.graph.table import Table

SET_BY_YOU = "set by you"

_STYPES_OF_KIND = {
    Kind.TRUTH: (Stype.CATEGORICAL, Stype.NUMERICAL),
    Kind.WHOLE: (Stype.NUMERICAL, Stype.CATEGORICAL, Stype.KEY),
    Kind.NUMBER: (Stype.NUMERICAL, Stype.CATEGORICAL, Stype.KEY),
    Kind.TIME: (Stype.TIMESTAMP,),
    Kind.TEXT: (Stype.CATEGORICAL, Stype.TEXT, Stype.KEY),
    Kind.LIST: (Stype.MULTICATEGORICAL,),
}
_CONVERSIONS = {
    Stype.NUMERICAL: "pd.to_numeric({0}).",
    Stype.MULTICATEGORICAL: "{0}.str.split(...).",
    Stype.TEXT: "{0}.astype(str).",
    Stype.CATEGORICAL: "{0}.astype(str).",
    Stype.KEY: "{0}.astype(str).",
}


class Column:
    """One column of a graph's table. Setting ``stype`` overrules what was inferred.

    Attributes:
        name: Its name.
        reason: Why it has its stype, in a few words.
        overwritten: The sign that its dates are overwritten, each row's until today; empty where there is none.
    """

    def __init__(self, table: Table, name: str) -> None:
        self.name = name
        self.reason = "not inferred"
        self.overwritten = ""
        self._table = table
        self._stype = Stype.IGNORED
        self._is_known = False

    @property
    def stype(self) -> Stype:
        """What the column means to a model."""
        return self._stype

    @stype.setter
    def stype(self, value: Stype | str) -> None:
        chosen = read_stype(value, self._table.name, self.name)
        self._table.allow_stype(self.name, chosen)
        if chosen is Stype.TIMESTAMP and self.kind is not Kind.TIME:
            self._table.read_times(self.name)
        check_stype(self._table.frame[self.name], chosen, self._table.name, self.name)
        self.describe(chosen, SET_BY_YOU)
        self._table.guesses.pop(self.name, None)
        self._table.changed()
        if self.kind is Kind.TIME:
            self._table.dates_declared()

    @property
    def is_known(self) -> bool:
        """Whether its dates are known when their row is written, so that what lies ahead of an anchor counts."""
        return self._is_known

    @is_known.setter
    def is_known(self, value: bool) -> None:
        if value:
            self._table.allow_known(self.name)
        if value and self._stype is not Stype.TIMESTAMP:
            self.stype = Stype.TIMESTAMP
        self._is_known = bool(value)
        self._table.changed()
        self._table.dates_declared()

    @property
    def kind(self) -> Kind:
        """What its values are: text, whole number, and so on."""
        return kind_of(self._table.frame[self.name])

    @property
    def dtype(self) -> str:
        """The pandas dtype in the snapshot."""
        return str(self._table.frame[self.name].dtype)

    @property
    def num_nulls(self) -> int:
        """Rows without a value."""
        return int(self._table.frame[self.name].isna().sum())

    @property
    def examples(self) -> tuple[object, ...]:
        """The first three values that are not missing."""
        return tuple(self._table.frame[self.name].dropna().head(3).tolist())

    def describe(self, stype: Stype, reason: str) -> None:
        """Note what was found out about the column; nothing is checked and no version raised."""
        self._stype, self.reason = stype, reason

    def copied(self, table: Table) -> Column:
        """The same column of a table that has it."""
        other = Column(table, self.name)
        other._stype, other.reason = self._stype, self.reason
        other._is_known, other.overwritten = self._is_known, self.overwritten
        return other

    def __repr__(self) -> str:
        return f"Column({self._table.name}.{self.name}: {self.stype}, {self.reason})"


def read_stype(value: Stype | str, table: str, column: str) -> Stype:
    """The stype of a name.

    Raises:
        GraphError: There is no such stype.
    """
    try:
        return Stype(value)
    except ValueError:
        raise GraphError(
            f"{table}.{column}: there is no semantic type {value!r}.",
            table=table,
            column=column,
            hint=f"Choose one of {', '.join(Stype)}.",
        ) from None


def check_stype(values: pd.Series, stype: Stype, table: str, column: str) -> None:
    """Return when values of this kind can mean that.

    Raises:
        GraphError: They cannot; the message shows a value and the conversion that would help.
    """
    kind, present = kind_of(values), values.dropna()
    if stype is Stype.IGNORED or stype in _STYPES_OF_KIND[kind] or present.empty:
        return
    raise GraphError(
        f"{table}.{column} holds {kind} values and cannot be {stype}.",
        table=table,
        column=column,
        example=repr(first_of(present)),
        hint=f"Convert it first: {_CONVERSIONS[stype].format(f'{table}[{column!r}]')}",
    )
