"""A graph of bare tables → the same graph with keys, links, time columns and stypes, each with its reason.

What the user said is never overruled. The guesses themselves are in the `guess_` files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.column import SET_BY_YOU
from kumo_magic.graph.composite import KeyColumns, key_name
from kumo_magic.graph.creation_times import creation_gap_us, is_named_as_creation, share_contradicted
from kumo_magic.graph.dates import date_columns, dated_rows
from kumo_magic.graph.guess_composites import guess_composite_links, pair_note
from kumo_magic.graph.guess_keys import guess_primary_key
from kumo_magic.graph.guess_links import guess_links
from kumo_magic.graph.overwritten import DatedRows, is_last_sign_of_life
from kumo_magic.graph.row_events import events_of_each_link, history_of

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table


def infer_keys(graph: Graph, said: Mapping[str, KeyColumns | None]) -> None:
    """Give every table the primary key that was said, or the one that looks like it."""
    for name, table in graph.tables.items():
        if name in said:
            table.set_primary_key(said[name], SET_BY_YOU)
            continue
        others = [other for other in graph.tables if other != name]
        guess = guess_primary_key(name, table.frame, mixed=table.mixed, others=others)
        table.set_primary_key(guess.column, guess.reason)
        if guess.column is None and (note := pair_note(name, table.frame)):
            table.notes.append(note)


def infer_links(
    graph: Graph, unlinks: Collection[tuple[str, KeyColumns]], said: Collection[tuple[str, KeyColumns]]
) -> None:
    """Link what looks like a foreign key, but not the (table, column) that were said to be none or to be linked."""
    frames = {name: table.frame[list(table.columns)] for name, table in graph.tables.items()}
    keys = {name: table.primary_key if table.primary_key in table else None for name, table in graph.tables.items()}
    guessed = guess_links(frames, keys, {name: table.mixed for name, table in graph.tables.items()})
    for link, reason in guessed.reasons.items():
        if (link.table, link.column) not in (*unlinks, *said):
            graph.add_link(link, reason)
    graph.near_links = guessed.near
    given = {(table, key_name(columns)) for table, columns in (*unlinks, *said)}
    for link, (columns, reason) in guess_composite_links(graph.tables).items():
        if (link.table, link.column) not in given:
            graph.add_link(link, reason, columns)


def infer_creation_times(graph: Graph, said: Collection[str]) -> None:
    """Give tables that others link to the date that none of their events precedes, and look twice at those named so."""
    history = history_of(graph)
    if history is None:
        return
    for name, table in graph.tables.items():
        if name in said or SET_BY_YOU in table.reasons.get("time column", SET_BY_YOU):
            continue
        columns = [table[table.time_column]] if table.time_column is not None else date_columns(table)
        # What is named as a beginning is doubted for its own events alone: a coupon may serve several campaigns.
        most_links = 2 if table.time_column is None else 1
        events = events_of_each_link(graph, name, most_links=most_links) if columns else {}
        if not events:
            continue
        dated = [dated_rows(table, column.name, events, history) for column in columns]
        if table.time_column is not None:
            _look_twice(table, dated[0])
        else:
            _choose_creation_time(table, dated)


def _choose_creation_time(table: Table, dated: list[DatedRows]) -> None:
    gaps = [(rows.name, creation_gap_us(rows)) for rows in dated]
    found = sorted((not is_named_as_creation(name), gap, name) for name, gap in gaps if gap is not None)
    if not found:
        return
    is_unnamed, _, best = found[0]
    table.set_time_column(best, "no event of a row precedes it")
    if is_unnamed:
        table.guesses["time column"] = Finding(
            about=f"{table.name}.{best}",
            says=f"{table.name}.{best} is read as the time from which each row exists, because no event precedes it.",
            next_step=f"--time {table.name}=none makes every row known at all times.",
            severity=Severity.GUESS,
        )


def _look_twice(table: Table, rows: DatedRows) -> None:
    """Drop a time that is a last sign of life; say of a creation time that events precede it."""
    if is_last_sign_of_life(rows):
        table.set_time_column(None, f"{rows.name} is no beginning: nearly all events of its rows precede it")
        return
    share = share_contradicted(rows)
    if share:
        table.guesses["time column"] = Finding(
            about=f"{table.name}.{rows.name}",
            says=f"{share:.0%} of the {table.name} with events have one before {table.name}.{rows.name}, and are left "
            "out until then: it may have been written later than they came.",
            next_step=f"--time {table.name}=none makes every row known at all times.",
            severity=Severity.GUESS,
        )
