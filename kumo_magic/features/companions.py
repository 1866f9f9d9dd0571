"""The newest rows linked to an entity → what else they point at, and how that has fared, as of each anchor.

A driver's newest result points at a team: the team's columns and its own recent results belong to what is known of the
driver. Of a companion with a time of its own, such as a race, the mean of all its rows is read: it tells
what the field was like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.features.column_reader import ColumnReader
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.own_columns import row_features
from kumo_magic.features.share_out import share_out
from kumo_magic.features.spans import AsOf, build_span
from kumo_magic.features.windows import DECAYS, newest_starts, summarise_numbers
from kumo_magic.graph.link import Link
from kumo_magic.timeline.neighbours import known_bounds, known_mask
from kumo_magic.timeline.timeline import Timeline

_NEWEST = (5, 10, 20, 40)
_MOST_TABLES = 5
_NO_DECAYS = np.array(DECAYS)[:0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Links from event tables to the entity, each with the event table's link to the companion; one parent for all."""

    links: tuple[tuple[Link, Link], ...]
    name: str

    @property
    def table(self) -> str:
        """Where the companions are."""
        return self.links[0][1].parent

    def events(self, timeline: Timeline) -> list[Link]:
        """The links of event tables to the companions, the first few; to those with a time, its own alone."""
        if timeline.is_temporal[self.table]:
            return [other for _, other in self.links]
        links = [link for link in timeline.links if link.parent == self.table and timeline.is_temporal[link.table]]
        return links[:_MOST_TABLES]

    def as_of(self, timeline: Timeline, at: AsOf) -> AsOf:
        """The companion of each row: where its newest event points; -1 for no event, nowhere, or not known yet."""
        companions = np.full(len(at.rows), -1, dtype=np.int64)
        newest_us = np.full(len(at.rows), np.iinfo(np.int64).min)  # earlier than any event: those have times
        for link, other in self.links:
            index = timeline.links[link]
            starts, stops = known_bounds(index.offsets, index.rows, index.row_times, at.rows, at.anchor_us)
            some = np.flatnonzero(stops > starts)
            events = index.rows[stops[some] - 1]
            is_newer = index.row_times[events] > newest_us[some]
            some, events = some[is_newer], events[is_newer]
            newest_us[some] = index.row_times[events]
            companions[some] = timeline.links[other].parent_rows[events]
        some = np.flatnonzero(companions >= 0)
        not_yet = ~known_mask(timeline.row_times[self.table][companions[some]], at.anchor_us[some])
        companions[some[not_yet]] = -1
        return AsOf(rows=companions, anchor_us=at.anchor_us, horizon_days=at.horizon_days)


def companions_of(timeline: Timeline, table: str, words: dict[Link, str]) -> tuple[Companion, ...]:
    """What the event tables linked to the table also point at; a column of the same name and aim is one companion.

    Of those with a time each event table has its own: the last race with a result and the last one that was entered.
    A companion that links to the entity itself is left out: its rows are described as the entity's own already.

    Args:
        timeline: The index of time.
        table: The entity table.
        words: How the links into the table are called.
    """
    direct = {link.table for link in timeline.links if link.parent == table}
    events = [link for link in timeline.links if link.parent == table and timeline.is_temporal[link.table]]
    found: dict[tuple[str, str, str], list[tuple[Link, Link]]] = {}
    for link in events:
        for other in timeline.links:
            if other.table == link.table and other != link and other.parent not in direct:
                events_of = str(link) if timeline.is_temporal[other.parent] else ""
                found.setdefault((other.parent, other.column, events_of), []).append((link, other))
    return tuple(
        Companion(links=tuple(pairs), name=f"{column} of the last of {', '.join(words[link] for link, _ in pairs)}")
        for (_, column, _), pairs in found.items()
    )


def companion_features(
    reader: ColumnReader, *, companion: Companion, at: AsOf, companions: AsOf, most_numbers: int
) -> FeatureBlock:
    """The companion's columns, how many rows of each event table it has, and what its newest rows say.

    Args:
        reader: Of the columns.
        companion: Which one.
        at: The rows and their anchors.
        companions: Of each row, from `Companion.as_of`.
        most_numbers: Of how many columns of numbers, in all event tables together.
    """
    timeline, name = reader.timeline, companion.name
    block = row_features(reader, table=companion.table, name=name, at=companions)
    pairs, pair_of = distinct_pairs(companions)
    is_there = companions.rows >= 0
    links = companion.events(timeline)
    given = share_out([len(reader.number_columns(link.table)) for link in links], most_numbers)
    for link, most in zip(links, given, strict=True):
        span = build_span(timeline.links[link], pairs, is_temporal=True)
        once = span.starts_of(span.positions((1.0,)))
        counts = (span.stops[:, None] - once)[pair_of]
        words = f"{name}: {link.table}"
        block.add(f"{words} count, last horizon", np.where(is_there, counts[:, 0], np.nan))
        block.add(f"{words} count, all", np.where(is_there, counts[:, 1], np.nan))
        own = next((near for near, other in companion.links if other == link), None)
        our_newest = None if own is None else _newest(timeline, own, at, 5)
        for column in reader.number_columns(link.table)[:most]:
            values = reader.numbers(link.table, column)
            summaries, newest = summarise_numbers(span.index.rows, values, once, span.stops, _NO_DECAYS)
            block.add(f"{words}.{column} mean, all", summaries[pair_of, 1, 0])
            if timeline.is_temporal[companion.table]:
                continue  # the rows of a race are of one day: no row of them is newer than another
            block.add(f"{words}.{column} mean, last horizon", summaries[pair_of, 0, 0])
            block.add(f"{words}.{column} last", newest[pair_of, 0])
            summaries, _ = summarise_numbers(span.index.rows, values, span.newest(_NEWEST), span.stops, _NO_DECAYS)
            for position, number in enumerate(_NEWEST):
                block.add(f"{words}.{column} mean of the last {number}", summaries[pair_of, position, 0])
            if own is not None and our_newest is not None:
                ours, _ = summarise_numbers(timeline.links[own].rows, values, *our_newest, _NO_DECAYS)
                twenty = summaries[pair_of, _NEWEST.index(20), 0]
                block.add(f"{own.table}.{column}: mean of the last 5 less that of 20 of {name}", ours[:, 0, 0] - twenty)
    return block


def distinct_pairs(at: AsOf) -> tuple[AsOf, np.ndarray]:
    """Each row and anchor once, and which of them every position has: many rows share a companion at an anchor."""
    anchors, anchor_codes = np.unique(at.anchor_us, return_inverse=True)
    keys, pair_of = np.unique((at.rows + 1) * len(anchors) + anchor_codes, return_inverse=True)
    rows, codes = np.divmod(keys, max(len(anchors), 1))
    pairs = AsOf(rows=rows - 1, anchor_us=anchors[codes], horizon_days=at.horizon_days)
    return pairs, pair_of


def _newest(timeline: Timeline, link: Link, at: AsOf, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the last so many rows linked to each row itself begin, int64 [n, 1], and stop, int64 [n]."""
    index = timeline.links[link]
    begins, stops = known_bounds(index.offsets, index.rows, index.row_times, at.rows, at.anchor_us)
    return newest_starts(begins, stops, (number,)), stops
