"""A graph with keys and links → its time columns and end times, each with its reason, and what was guessed of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.events_after import MAX_AFTER_END, MAX_AHEAD, events_after, share_ahead
from kumo_magic.graph.guess_times import guess_end_column, guess_time_column, time_candidates
from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.naming import words_of
from kumo_magic.graph.placeholder_times import placeholders_in
from kumo_magic.graph.time_numbers import EPOCHS, guess_number_times, guess_years
from kumo_magic.graph.unread_times import unread_time

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table


def infer_times(graph: Graph, said: Collection[str]) -> None:
    """Give every table the time column that looks like it, but not the tables whose time was said."""
    for table in graph.tables.values():
        _read_number_times(graph, table)
    for name, table in graph.tables.items():
        if name not in said:
            _infer_time(graph, table)
        _leave_out_placeholders(table)


def infer_end_times(graph: Graph, said: Collection[str]) -> None:
    """Give every table whose rows end the time at which they do, but not the tables of which that was said."""
    for name, table in graph.tables.items():
        if name not in said:
            _infer_end(graph, table)


def _read_number_times(graph: Graph, table: Table) -> None:
    """Read numbers and texts of digits as times where name and size say so; keys stay what they are."""
    for column in table.columns:
        values = table.frame[column]
        is_part = any(column in parts for parts in table.composites.values())
        if (
            is_part
            or table.role_of(column)
            or column in table.mixed
            or kind_of(values) in (Kind.TIME, Kind.TRUTH, Kind.LIST)
        ):
            continue
        read = guess_number_times(values, column)
        if read is not None:
            table.take_times(column, read)
            if read.written in EPOCHS and _is_aware(graph):
                table.aware.add(column)


def _infer_time(graph: Graph, table: Table) -> None:
    links = _links_of(graph, table)
    guess = guess_time_column(table.name, table.frame, **links)
    if guess.column is None and links["has_links"] and not links["is_pointed_at"] and _read_years(table):
        return
    table.set_time_column(guess.column, guess.reason)
    if guess.column is None and links["has_links"]:
        found = unread_time(table)
        table.guesses |= {} if found is None else {"time column": found}
    if guess.doubt:
        others = [column for column in time_candidates(table) if column != guess.column]
        other = f"--time {table.name}.{others[0]} takes another, " if others else ""
        table.guesses["time column"] = Finding(
            about=f"{table.name}.{guess.column}",
            says=guess.doubt,
            next_step=f"{other}--time {table.name}=none none.",
            severity=Severity.GUESS,
        )


def _leave_out_placeholders(table: Table) -> None:
    """Make times missing that stand for no date, as rows from 1900 would be known at every anchor."""
    if table.time_column is None:
        return
    times = table.frame[table.time_column]
    is_placeholder = placeholders_in(times)
    if not is_placeholder.any():
        return
    written = f"{times[is_placeholder].iloc[0]:%Y-%m-%d} in {int(is_placeholder.sum()):,} of {table.num_rows:,} rows"
    table.frame[table.time_column] = times.mask(is_placeholder)
    table.guesses["placeholders"] = Finding(
        about=f"{table.name}.{table.time_column}",
        says=f"{table.name}.{table.time_column} is {written}, years before all others: read as missing.",
        next_step="Write the day where it is known.",
        severity=Severity.GUESS,
    )


def _read_years(table: Table) -> bool:
    """Whether the table of events has years alone, which are its time now, from the first day of each on."""
    months = [column for column in table.columns if words_of(column)[-1:] == ("month",)]
    for column in table.columns if not months else ():
        read = None if table.role_of(column) else guess_years(table.frame[column], column)
        if read is None:
            continue
        table.take_times(column, read)
        table.set_time_column(column, "the year in which a row happened")
        table.guesses["time column"] = Finding(
            about=f"{table.name}.{column}",
            says=f"'{table.name}' has no date but {column}: rows count as known from the first day of their year on, "
            "also those of its end.",
            next_step=f"Name a column of days, if there is one: --time {table.name}.COLUMN; "
            f"--time {table.name}=none takes none.",
            severity=Severity.GUESS,
        )
        return True
    return False


def _infer_end(graph: Graph, table: Table) -> None:
    guess = guess_end_column(table.frame, time_column=table.time_column, **_links_of(graph, table))
    if guess.column is None:
        return
    num_after, num_rows = events_after(graph, table, guess.column)
    if num_after > MAX_AFTER_END * num_rows:
        share = f"{num_after:,} of {num_rows:,} rows that point at '{table.name}' come after it"
        table.reasons["end time column"] = f"none: {guess.column} is no end, {share}"
        return
    if share_ahead(graph, table, guess.column) > MAX_AHEAD:
        table.reasons["end time column"] = f"none: most of {guess.column} lies after all rows that point at it: a plan"
        return
    table.set_end_time_column(guess.column, guess.reason)
    num_ended = int(table.frame[guess.column].notna().sum())
    table.guesses["end time column"] = Finding(
        about=f"{table.name}.{guess.column}",
        says=f"{table.name}.{guess.column} is read as the day on which rows of '{table.name}' end "
        f"({num_ended:,} of {table.num_rows:,} have one): from then on they are not asked about.",
        next_step=f"--end {table.name}=none asks about them all the same.",
        severity=Severity.GUESS,
    )


def _links_of(graph: Graph, table: Table) -> dict[str, bool]:
    """Whether others link to the table, and whether it links to others."""
    return {
        "is_pointed_at": any(link.table != table.name for link in graph.links_to(table.name)),
        "has_links": any(link.parent != table.name for link in graph.links_from(table.name)),
    }


def _is_aware(graph: Graph) -> bool:
    """Whether every column of times that was read has a time zone, as numbers since 1970 have."""
    times = [
        column in table.aware
        for table in graph.tables.values()
        for column in table.columns
        if kind_of(table.frame[column]) is Kind.TIME and table.written.get(column) not in EPOCHS
    ]
    return bool(times) and all(times)
