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
from kumo_magic.graph.guess_shared_keys import guess_shared_key
from kumo_magic.graph.key_faults import KeyFault, key_fault
from kumo_magic.graph.overwritten import DatedRows, is_last_sign_of_life
from kumo_magic.graph.row_events import events_of_each_link, history_of
from kumo_magic.graph.versions import validity_by_key, versions_step

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table

PRIMARY_KEY = "primary key"
"""What a guess about a table's key is kept under."""


def infer_keys(graph: Graph, said: Mapping[str, KeyColumns | None]) -> None:
    """Give every table the primary key that was said, or the one that looks like it."""
    for name, table in graph.tables.items():
        if name in said:
            table.set_primary_key(said[name], SET_BY_YOU)
            continue
        others = [other for other in graph.tables if other != name]
        guess = guess_primary_key(name, table.frame, mixed=table.mixed, others=others)
        if guess.column is None:
            of_others = {other: graph[other].frame for other in others}
            guess = guess_shared_key(table.frame, of_others, mixed=table.mixed) or guess
        table.set_primary_key(guess.column, guess.reason)
        if guess.column is None and (note := pair_note(name, table.frame)):
            table.notes.append(note)
        about = guess.meant or guess.column
        fault = None if about is None else key_fault(table.frame, about, table.variable)
        if fault is not None:
            table.guesses[PRIMARY_KEY] = _nearly_a_key(table, str(about), fault)


def _nearly_a_key(table: Table, column: str, fault: KeyFault) -> Finding:
    """A column that names the rows but for a few, or names one by nothing."""
    about = f"{table.name}.{column}"
    if table.primary_key == column:
        says = f"{about} is the key of {table.name!r}, though {fault.says}."
    else:
        instead = f"{table.primary_key} is its key instead" if table.primary_key else "so it has no key"
        says = f"{about} is named like the key of {table.name!r}, but {fault.says}; {instead}."
    validity = validity_by_key(table.frame, column)
    next_step = fault.next_step if validity is None else versions_step(table.name, column, validity)
    return Finding(about=about, says=says, next_step=next_step, severity=Severity.GUESS)


def infer_links(
    graph: Graph, unlinks: Collection[tuple[str, KeyColumns]], said: Collection[tuple[str, KeyColumns]]
) -> None:
    """Link what looks like a foreign key, but not the (table, column) that were said to be none or to be linked."""
    frames = {name: table.frame[list(table.columns)] for name, table in graph.tables.items()}
    keys = {name: table.primary_key if table.primary_key in table else None for name, table in graph.tables.items()}
    mixed = {name: table.mixed for name, table in graph.tables.items()}
    guessed = guess_links(frames, keys, mixed, {name: table.variable for name, table in graph.tables.items()})
    given = {(table, key_name(columns)) for table, columns in (*unlinks, *said)}
    for link, reason in guessed.reasons.items():
        if (link.table, link.column) not in given:
            graph.add_link(link, reason)
    no_links = {(table, key_name(columns)) for table, columns in unlinks}
    graph.near_links = {place: finding for place, finding in guessed.near.items() if place not in no_links}
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
    table.guesses["time column"] = Finding(
        about=f"{table.name}.{best}",
        says=f"{table.name}.{best} is read as the time from which each row exists, because no event precedes it.",
        next_step=f"--time {table.name}=none makes every row known at all times.",
        severity=Severity.GUESS if is_unnamed else Severity.REMARK,
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
