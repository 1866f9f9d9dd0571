"""Linked tables as one value: the Graph. A snapshot of the frames it was made from."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from kumo_magic.errors import GraphError, UnknownTableOrColumn
from kumo_magic.finding import Finding, Severity, worst_first
from kumo_magic.graph import inference, registry, time_inference
from kumo_magic.graph.column import SET_BY_YOU, read_stype
from kumo_magic.graph.composite import KeyColumns, key_name
from kumo_magic.graph.dates import review_dates
from kumo_magic.graph.link import Link
from kumo_magic.graph.link_check import check_link, said_order
from kumo_magic.graph.snapshot import take_snapshot
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.summary import explain, summarise
from kumo_magic.graph.table import Table
from kumo_magic.graph.unread_numbers import unread_numbers
from kumo_magic.graph.validation import check_time_zones
from kumo_magic.graph.versioned_tables import home_of, link_versions, take_versions_apart
from kumo_magic.graph.versions import Versions

if TYPE_CHECKING:
    from kumo_magic.graph.reading import Data


class Graph:
    """Tables by name, linked by foreign keys.

    Attributes:
        name: The name that queries know it by.
        tables: By name, in the order given.
        version: Raised by every change, so that what was computed from the graph can tell whether it still holds.
        derived: What other rooms made of the graph and keep with it, by their own names. Not copied, not pickled.
        near_links: Of each (table, column) that was nearly inferred as a foreign key, what there is to say.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.tables: dict[str, Table] = {}
        self.version = 0
        self.derived: dict[str, object] = {}
        self.near_links: dict[tuple[str, str], Finding] = {}
        self._links: dict[Link, str] = {}
        self._link_findings: dict[Link, Finding] = {}
        self._said_orders: dict[Link, str] = {}
        self._are_dates_read = False

    @classmethod
    def from_data(
        cls,
        data: Data,
        *,
        name: str = "graph",
        infer: bool = True,
        keys: Mapping[str, KeyColumns | None] | None = None,
        times: Mapping[str, str | None] | None = None,
        end_times: Mapping[str, str | None] | None = None,
        links: Iterable[tuple[str, KeyColumns, str]] = (),
        unlinks: Iterable[tuple[str, KeyColumns]] = (),
        stypes: Mapping[tuple[str, str], Stype | str] | None = None,
        known: Iterable[tuple[str, str]] = (),
        keep: Iterable[tuple[str, str]] = (),
        sources: Mapping[str, str] | None = None,
    ) -> Graph:
        """A graph of the tables; what is not said is inferred, with reasons in `reasons`.

        Args:
            data: DataFrames, Arrow tables, DuckDB relations, Ibis tables or paths by name; or paths of files.
            name: The graph's name.
            infer: Guess keys, time columns and links; stypes are always guessed.
            keys: Table → primary key, a column or several together; None for a table without one.
            times: Table → time column; None for a table that is known at all times.
            end_times: Table → column of the time from which a row is no longer eligible.
            links: (table, foreign key, parent table); a foreign key of several columns in the order of the key's.
            unlinks: (table, foreign key) of what might be inferred as a link and is none.
            stypes: (table, column) → stype.
            known: (table, column) of dates known when their row is written: what lies ahead of an anchor counts.
            keep: (table, column) of dates that are read although they are overwritten until today.
            sources: Table → what the user calls the frame it came from.

        Raises:
            GraphError: The tables do not make a graph; the message names table, column and an example.
            DataError: Rows that a key or a time column cannot have.
        """
        from kumo_magic.graph.reading import read_tables  # reads files, which a graph of frames never does

        keys, times, end_times = keys or {}, times or {}, end_times or {}
        graph, frames = cls(name), read_tables(data)
        for table, raw in frames.items():
            snapshot = raw.told_in(take_snapshot(raw.frame, table, reads_dates=infer))
            graph.tables[table] = Table(table, snapshot, source=(sources or {}).get(table, table), owner=graph)
        if not graph.tables:
            raise GraphError("A graph needs at least one table.")
        take_versions_apart(graph, {table: raw.frame for table, raw in frames.items()}, keys, times, end_times)
        links = [(home_of(graph, table, columns), columns, parent) for table, columns, parent in links]
        unlinks = [(home_of(graph, table, columns), columns) for table, columns in unlinks]
        for table, columns in unlinks:
            graph[table].require_parts(columns)
        for table, key in keys.items():
            graph[table].primary_key = key
        if infer:
            inference.infer_keys(graph, {**keys, **dict.fromkeys(_histories(graph))})
            inference.infer_links(graph, unlinks, [(table, columns) for table, columns, _ in links])
        for table, columns, parent in links:
            graph.link(table, columns, parent)
        link_versions(graph)
        for table, column in times.items():
            graph[table].time_column = column
        for table, column in end_times.items():
            graph[table].end_time_column = column
        if infer:
            declared = [*times, *_histories(graph)]
            time_inference.infer_times(graph, declared)
            inference.infer_creation_times(graph, declared)
            time_inference.infer_end_times(graph, [*end_times, *_histories(graph)])
        for described in graph.tables.values():
            for column in described.columns:
                if not described.role_of(column):
                    described.guess_stype(column)
            described.guesses |= unread_numbers(described) if infer else {}
        for versions in _histories(graph).values():
            graph[versions.history].columns[versions.end].describe(Stype.IGNORED, "not known when a version begins")
        for (table, column), stype in (stypes or {}).items():
            graph[home_of(graph, table, column)][column].stype = read_stype(stype, table, column)
        graph._are_dates_read = True
        graph.declare_dates(known=known, keep=keep)
        return graph

    def __getitem__(self, table: str) -> Table:
        if table not in self.tables:
            raise UnknownTableOrColumn(table, known=list(self.tables))
        return self.tables[table]

    def __contains__(self, table: object) -> bool:
        return table in self.tables

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link, in the order of tables and columns."""
        places = {
            name: {column: place for place, column in enumerate(self.tables[name].columns)} for name in self.tables
        }
        tables = {name: place for place, name in enumerate(self.tables)}

        def place_of(link: Link) -> tuple[int, list[int]]:
            return tables[link.table], [places[link.table][part] for part in self._columns_of(link)]

        return tuple(sorted(self._links, key=place_of))

    @property
    def link_reasons(self) -> dict[Link, str]:
        """Why each link is there."""
        return {link: self._links[link] for link in self.links}

    @property
    def notes(self) -> tuple[str, ...]:
        """What was handled in the data, and what looks odd, a sentence each."""
        of_tables = [note for table in self.tables.values() for note in table.notes]
        of_links = map(str, (*self._link_findings.values(), *self._near()))
        guesses = map(str, self.findings)
        return tuple(dict.fromkeys((*guesses, *of_tables, *self._said_orders.values(), *of_links)))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a run on these tables says before it trains and above its scores, the worst first."""
        of_tables = [one for table in self.tables.values() for one in (*table.guesses.values(), *table.date_findings)]
        of_links = (*self._link_findings.values(), *self._near())
        return worst_first((*of_tables, *(one for one in of_links if one.severity is not Severity.REMARK)))

    def links_from(self, table: str) -> tuple[Link, ...]:
        """Links whose foreign key the table has."""
        return tuple(link for link in self.links if link.table == table)

    def links_to(self, table: str) -> tuple[Link, ...]:
        """Links that point at the table."""
        return tuple(link for link in self.links if link.parent == table)

    def link(self, table: str, column: KeyColumns, parent: str) -> Link:
        """Link the foreign key to the parent's primary key; an earlier link of that column is replaced.

        Args:
            table: The table that has the foreign key.
            column: The foreign key: a column, or several in the order of the parent's key.
            parent: The table that it points at.

        Raises:
            GraphError: The parent has no primary key, or columns that belong together hold different kinds of values.
        """
        columns, link = self[table].require_parts(column), Link(table, key_name(column), parent)
        if self[parent].primary_key is None:
            guess = self[parent].guesses.get(inference.PRIMARY_KEY)
            raise GraphError(
                f"{table}.{link.column} cannot point at {parent!r}, which has no primary key.",
                table=parent,
                example=None if guess is None else guess.says,
                hint=guess.next_step if guess else f"Name one first: graph[{parent!r}].primary_key = ...",
            )
        if (table, columns) == (parent, self[parent].key_columns):
            raise GraphError(f"{table}.{link.column} is the key of {parent!r} itself.", table=table, column=link.column)
        self.add_link(link, SET_BY_YOU, columns)
        self.dates_declared()
        return link

    def unlink(self, table: str, column: KeyColumns) -> None:
        """Remove the link of a foreign key.

        Raises:
            GraphError: There is none.
        """
        self[table].require_parts(column)
        name = key_name(column)
        link = self._link_of(table, name)
        if link is None:
            own = ", ".join(other.column for other in self.links_from(table))
            raise GraphError(
                f"{table}.{name} is not linked.",
                table=table,
                column=name,
                hint=f"Linked are {own}." if own else f"No column of {table!r} is.",
            )
        del self._links[link]
        self._link_findings.pop(link, None)
        self._said_orders.pop(link, None)
        self[table].let_go(name)
        self.changed()

    def update(self, data: Mapping[str, object], *, mode: Literal["append", "replace"] = "append") -> None:
        """Append rows to tables, or swap tables; keys, times, links and stypes stay. Nothing changes on an error.

        Raises:
            GraphError: Columns are missing or hold another kind of values.
            DataError: A key would be repeated or missing.
        """
        from kumo_magic.graph.update import updated_tables  # rarely needed

        tables, findings = updated_tables(self, data, mode=mode)
        self.tables.update(tables)
        self._link_findings = findings
        self.changed()

    def copied(self) -> Graph:
        """The same graph, to be declared otherwise; it shares the values of the rows, and this one stays as it is."""
        other = copy.copy(self)
        other.tables = {name: table.copied(owner=other) for name, table in self.tables.items()}
        other.near_links, other.derived = dict(self.near_links), dict(self.derived)
        other._links, other._said_orders = dict(self._links), dict(self._said_orders)
        other._link_findings = dict(self._link_findings)
        return other

    def declare_dates(self, *, known: Iterable[tuple[str, str]], keep: Iterable[tuple[str, str]]) -> None:
        """Read dates as said, and leave out those that are overwritten until today.

        Args:
            known: (table, column) of dates known when their row is written.
            keep: (table, column) of dates that are read although they are overwritten.

        Raises:
            GraphError: A table or column is unknown, or holds no dates.
            DataError: Text that cannot be read as dates.
        """
        for table, column in keep:
            self[home_of(self, table, column)][column].stype = Stype.TIMESTAMP
        for table, column in known:
            self[home_of(self, table, column)][column].is_known = True
        self.dates_declared()

    def register(self) -> Graph:
        """Keep the graph under its name, for queries in this kernel."""
        registry.register(self)
        return self

    def reasons(self) -> str:
        """Why each key, time column, link and stype is what it is, one line each."""
        return explain(self)

    def __repr__(self) -> str:
        return summarise(self)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "derived": {}}

    def add_link(self, link: Link, reason: str, columns: tuple[str, ...] = ()) -> None:
        """Add the link with its reason, in place of another of the same columns.

        Args:
            link: Of the column, or of the name that several columns have together.
            reason: Why it is there.
            columns: The columns, where they are several.

        Raises:
            GraphError: Columns that belong together hold different kinds of values.
        """
        child, parent, columns = self[link.table], self[link.parent], columns or (link.column,)
        finding = check_link(link, child, columns, parent, parent.key_columns, is_guess=reason != SET_BY_YOU)
        former = self._link_of(link.table, link.column)
        if former is not None:
            del self._links[former]
            self._link_findings.pop(former, None)
            self._said_orders.pop(former, None)
        self._links[link] = reason
        if finding is not None:
            self._link_findings[link] = finding
        if order := said_order(link, columns, parent.key_columns):
            self._said_orders[link] = order
        child.hold(columns)
        if link.column in child:
            child.columns[link.column].describe(Stype.KEY, f"points at {link.parent}")
        self.changed()

    def is_linked(self, table: str, column: str) -> bool:
        """Whether the column is the foreign key of a link."""
        return self._link_of(table, column) is not None

    def allow_key(self, table: Table, columns: tuple[str, ...]) -> None:
        """Return when the links that point at the table could point at this key; none takes the key away.

        Raises:
            GraphError: One of them could not; the message names it.
        """
        if columns == table.key_columns:
            return
        findings = dict(self._link_findings)
        for link in self.links_to(table.name):
            own, is_guess = self._columns_of(link), self._links[link] != SET_BY_YOU
            if not columns or (link.table, own) == (table.name, columns):
                raise GraphError(
                    f"{link} needs the primary key.",
                    table=table.name,
                    column=key_name(columns) if columns else "",
                    hint=f"First remove it: graph.unlink({link.table!r}, {own if len(own) > 1 else link.column!r}).",
                )
            findings.pop(link, None)
            finding = check_link(link, self[link.table], own, table, columns, is_guess=is_guess)
            if finding is not None:
                findings[link] = finding
        self._link_findings = findings

    def allow_time(self, table: Table, column: str) -> None:
        """Return when the column's times can be compared with those of other tables.

        Raises:
            GraphError: One has a time zone and the other has none.
        """
        times = {
            (other.name, name): name in other.aware
            for other in self.tables.values()
            for name in (other.time_column, other.end_time_column)
            if name is not None and other.name != table.name
        }
        check_time_zones({**times, (table.name, column): column in table.aware})

    def changed(self) -> None:
        """Raise the version."""
        self.version += 1

    def dates_declared(self) -> None:
        """Look anew at what dates tell of the future, once all that was said of the tables is known."""
        if self._are_dates_read:
            review_dates(self)

    def _columns_of(self, link: Link) -> tuple[str, ...]:
        return self.tables[link.table].columns_of(link.column)

    def _near(self) -> list[Finding]:
        """What there is to say of columns that are nearly foreign keys, without those that the user has linked."""
        return [finding for place, finding in self.near_links.items() if not self.is_linked(*place)]

    def _link_of(self, table: str, column: str) -> Link | None:
        return next((link for link in self._links if (link.table, link.column) == (table, column)), None)


def _histories(graph: Graph) -> dict[str, Versions]:
    """The tables of versions, by name."""
    return {table.versions.history: table.versions for table in graph.tables.values() if table.versions is not None}
