"""A graph of bare tables → the same graph with keys, links, time columns and stypes, each with its reason.

What the user said is never overruled. The guesses themselves are in the `guess_` files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from kumo_magic.graph.column import SET_BY_YOU
from kumo_magic.graph.composite import KeyColumns
from kumo_magic.graph.guess_keys import guess_primary_key
from kumo_magic.graph.guess_links import guess_links
from kumo_magic.graph.guess_times import guess_time_column

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph


def infer_keys(graph: Graph, said: Mapping[str, KeyColumns | None]) -> None:
    """Give every table the primary key that was said, or the one that looks like it."""
    for name, table in graph.tables.items():
        if name in said:
            table.set_primary_key(said[name], SET_BY_YOU)
            continue
        others = [other for other in graph.tables if other != name]
        guess = guess_primary_key(name, table.frame, mixed=table.mixed, others=others)
        table.set_primary_key(guess.column, guess.reason)


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


def infer_times(graph: Graph, said: Collection[str]) -> None:
    """Give every table the time column that looks like it, but not the tables whose time was said."""
    for name, table in graph.tables.items():
        if name in said:
            continue
        guess = guess_time_column(
            name,
            table.frame,
            is_pointed_at=any(link.table != name for link in graph.links_to(name)),
            has_links=any(link.parent != name for link in graph.links_from(name)),
        )
        table.set_time_column(guess.column, guess.reason)
