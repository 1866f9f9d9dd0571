"""Timeline, one entity, one anchor → the rows that its answer can depend on. Knows no columns and no learners."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kumo_magic.features.companions import companions_of
from kumo_magic.features.recipe import path_words, paths_into
from kumo_magic.graph.link import Link
from kumo_magic.timeline.neighbours import known_bounds, known_mask
from kumo_magic.timeline.timeline import Timeline

Rows = dict[str, np.ndarray]
"""Table → positions of rows, int64, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Rows that are reached from the entity along a path, and how the path is called."""

    name: str
    hops: int
    table: str
    rows: np.ndarray  # int64, ascending
    is_event: bool  # whether the path goes down from the entity to rows with times


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """What is known at the anchor and near enough to count.

    Attributes:
        timeline: Of the whole graph.
        table: The entity table.
        entity_row: Of the entity.
        anchor_us: Microseconds since 1970.
        rows: Everything that features and networks can reach from the entity, itself among them.
        near: The entity, the rows linked to it by one link or two, and the rows that those point at.
        paths: The ways from the entity to near rows.
    """

    timeline: Timeline
    table: str
    entity_row: int
    anchor_us: int
    rows: Rows
    near: Rows
    paths: tuple[Path, ...]

    @property
    def num_rows(self) -> int:
        """Of all tables."""
        return sum(len(rows) for rows in self.rows.values())


def take_excerpt(timeline: Timeline, *, table: str, entity_row: int, anchor_us: int, hops: int) -> Excerpt:
    """The rows known at the anchor that features read, and those within so many hops, which networks sample.

    Args:
        timeline: The index of time.
        table: The entity table.
        entity_row: Position in it.
        anchor_us: Microseconds since 1970.
        hops: How far the networks sample.
    """
    known = _Known(timeline, anchor_us)
    seed = {table: np.array([entity_row], dtype=np.int64)}
    paths = _paths(known, table, entity_row)
    near = _union(timeline, [seed, *[{path.table: path.rows} for path in paths]])
    reached = [near, _of_companions(known, table, paths), _beside(known, near, table, entity_row)]
    frontier = seed
    for _ in range(hops):
        frontier = _stepped(known, frontier)
        reached.append(frontier)
    return Excerpt(
        timeline=timeline,
        table=table,
        entity_row=entity_row,
        anchor_us=anchor_us,
        rows=_union(timeline, reached),
        near=near,
        paths=paths,
    )


def with_everything(excerpt: Excerpt) -> Excerpt:
    """The same with every row that is known at the anchor, however far away."""
    rows = {
        table: np.flatnonzero(known_mask(times, excerpt.anchor_us))
        for table, times in excerpt.timeline.row_times.items()
    }
    return replace(excerpt, rows=rows)


@dataclass(frozen=True, slots=True)
class _Known:
    """Steps along links to rows that are known at the anchor."""

    timeline: Timeline
    anchor_us: int

    def children(self, link: Link, parents: np.ndarray) -> np.ndarray:
        """The known children of the rows, in ascending order."""
        index = self.timeline.links[link]
        if not len(parents) or not len(index.rows):
            return np.empty(0, dtype=np.int64)
        anchors = np.full(len(parents), self.anchor_us, dtype=np.int64)
        starts, stops = known_bounds(index.offsets, index.rows, index.row_times, parents, anchors)
        return _distinct(index.rows[segments(starts, stops)], len(self.timeline.row_times[link.table]))

    def parents(self, link: Link, children: np.ndarray) -> np.ndarray:
        """The known rows that the rows point at, in ascending order."""
        rows = self.timeline.links[link].parent_rows[children]
        rows = _distinct(rows[rows >= 0], len(self.timeline.row_times[link.parent]))
        return rows[known_mask(self.timeline.row_times[link.parent][rows], self.anchor_us)]


def _distinct(rows: np.ndarray, num_rows: int) -> np.ndarray:
    """Each position once, int64, ascending. Marks are many times as fast as hashing where there are many."""
    if len(rows) < num_rows // 100:
        return np.unique(rows).astype(np.int64)
    is_there = np.zeros(num_rows, dtype=bool)
    is_there[rows] = True
    return np.flatnonzero(is_there)


def segments(starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """The positions of all half-open ranges, one range after the other, int64."""
    lengths = stops - starts
    total = int(lengths.sum())
    begins = np.cumsum(lengths) - lengths
    return np.arange(total) - np.repeat(begins, lengths) + np.repeat(starts, lengths)


def _paths(known: _Known, table: str, entity_row: int) -> tuple[Path, ...]:
    """Down one link and two, and up one from each of these rows."""
    timeline = known.timeline
    links = tuple(timeline.links)
    entity = np.array([entity_row], dtype=np.int64)
    found: list[Path] = []

    def add(name: str, hops: int, at: str, rows: np.ndarray, *, is_event: bool = False) -> None:
        if len(rows):
            found.append(Path(name=name, hops=hops, table=at, rows=rows, is_event=is_event))

    near, far = paths_into(links, table)
    for link in links:
        if link.table == table:
            add(f"{link.parent} ({link.column})", 1, link.parent, known.parents(link, entity))
    for path in (*near, *far):
        rows = entity
        for link in path:
            rows = known.children(link, rows)
        end = path[-1].table
        name = path_words(links, path)
        add(name, len(path), end, rows, is_event=timeline.is_temporal[end])
        for link in links:
            if link.table == end and link not in path:
                name_above = f"{name}.{link.column} → {link.parent}"
                add(name_above, len(path) + 1, link.parent, known.parents(link, rows))
    return tuple(found)


def _of_companions(known: _Known, table: str, paths: tuple[Path, ...]) -> Rows:
    """The event rows of everything that the entity's own events point at."""
    timeline = known.timeline
    links = tuple(timeline.links)
    words = {link: str(link) for link in links if link.parent == table}
    own = {path.table: path.rows for path in paths if path.hops == 1}
    found: list[Rows] = []
    for companion in companions_of(timeline, table, words):
        rows = [known.parents(other, own[other.table]) for _, other in companion.links if other.table in own]
        above = _union(timeline, [{companion.table: some} for some in rows]).get(companion.table, np.empty(0, np.int64))
        for link in companion.events(timeline):
            found.append({link.table: known.children(link, above)})
        found.extend(
            {link.parent: known.parents(link, above)} for link in links if link.table == companion.table and len(above)
        )
    return _union(known.timeline, found)


def _beside(known: _Known, near: Rows, table: str, entity_row: int) -> Rows:
    """The rows that point at the same parents as the entity: features count them."""
    entity = np.array([entity_row], dtype=np.int64)
    found: list[Rows] = [near]
    for link in known.timeline.links:
        if link.table == table:
            above = known.parents(link, entity)
            found.extend(
                {other.table: known.children(other, above)}
                for other in known.timeline.links
                if other.parent == link.parent
            )
    return _union(known.timeline, found)


def _stepped(known: _Known, frontier: Rows) -> Rows:
    """One link farther in every direction."""
    found: list[Rows] = []
    for link in known.timeline.links:
        if link.parent in frontier:
            found.append({link.table: known.children(link, frontier[link.parent])})
        if link.table in frontier:
            found.append({link.parent: known.parents(link, frontier[link.table])})
    return _union(known.timeline, found)


def _union(timeline: Timeline, parts: list[Rows]) -> Rows:
    tables = dict.fromkeys(table for part in parts for table in part)
    return {
        table: _distinct(
            np.concatenate([part[table] for part in parts if table in part]), len(timeline.row_times[table])
        )
        for table in tables
    }
