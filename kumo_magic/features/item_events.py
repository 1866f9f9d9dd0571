"""Timeline and the path of a ranking query → who met which item when, as of any anchor.

Answers two questions with nothing after the anchor in them: which items are in an entity's past, and how popular an
item has been lately. Knows no labels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.graph.link import Link
from kumo_magic.timeline.neighbours import num_known
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import DAY_US, NEVER

MOST_EVENTS = 1_000
"""Of a longer past, the newest events of an entity that count as its own items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnItems:
    """Items in the past of some rows: one entry per row and item, in order of row, then item."""

    row: np.ndarray  # int64 [pairs], position among the rows asked for
    item: np.ndarray  # int64 [pairs], row of the item table
    count: np.ndarray  # int64 [pairs], events so far
    days_since: np.ndarray  # float32 [pairs], days from the newest event to the anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEvents:
    """Events grouped by entity and sorted by time; and those with an item, of whatever entity or none, by time."""

    offsets: np.ndarray  # int64 [entities + 1]
    items: np.ndarray  # int64 [events]
    times: np.ndarray  # int64 [events]
    items_by_time: np.ndarray  # int64 [events]
    sorted_times: np.ndarray  # int64 [events]
    num_items: int

    def newest(self, entity_rows: np.ndarray, anchor_us: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
        """The newest events of each row's entity at or before the row's anchor, at most so many, oldest first.

        Returns:
            int64 [entries], position among the rows asked for, ascending; and int64 [entries], position of the event.
        """
        known = num_known(self.offsets, self.times, entity_rows, anchor_us)
        num_read = np.minimum(known, most)
        row = np.repeat(np.arange(len(entity_rows)), num_read)
        event = np.arange(num_read.sum()) - np.repeat(num_read.cumsum() - num_read, num_read)
        return row, event + np.repeat(self.offsets[entity_rows] + known - num_read, num_read)

    def seen(self, entity_rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
        """All items of each row's past, however long it is: row × number of items + item, int64, ascending."""
        row, event = self.newest(entity_rows, anchor_us, len(self.times))
        return np.unique(row * np.int64(self.num_items) + self.items[event])

    def own_items(self, entity_rows: np.ndarray, anchor_us: np.ndarray) -> OwnItems:
        """The items of each row's entity with an event at or before the row's anchor."""
        row, event = self.newest(entity_rows, anchor_us, MOST_EVENTS)
        pair, position, count = np.unique(
            row * self.num_items + self.items[event], return_inverse=True, return_counts=True
        )
        newest = np.full(len(pair), np.iinfo(np.int64).min)
        np.maximum.at(newest, position, self.times[event])
        pair_row = pair // self.num_items
        return OwnItems(
            row=pair_row,
            item=pair % self.num_items,
            count=count,
            days_since=((anchor_us[pair_row] - newest) / DAY_US).astype(np.float32),
        )

    def popularity(self, anchor_us: int, window_days: float) -> np.ndarray:
        """Events per item in ``(anchor - window, anchor]``, int64 [items]; an infinite window counts them all."""
        stop = np.searchsorted(self.sorted_times, anchor_us, side="right")
        start = 0
        if np.isfinite(window_days):
            start = np.searchsorted(self.sorted_times, anchor_us - int(window_days * DAY_US), side="right")
        return np.bincount(self.items_by_time[start:stop], minlength=self.num_items)


def build_item_events(
    timeline: Timeline, to_entity: tuple[Link, ...], to_item: tuple[Link, ...], *, is_counted: np.ndarray | None = None
) -> ItemEvents:
    """Events with the entity and the item that their foreign keys lead to.

    Args:
        timeline: The index of time.
        to_entity: Links from the event table up to the entity table, the event table's own first.
        to_item: Links from the event table up to the item table, the event table's own first.
        is_counted: bool, of the rows of the last link's own table: others are no events; None for all.
    """
    entity, item = _follow(timeline, to_entity), _follow(timeline, to_item)
    if is_counted is not None:
        rows = _follow(timeline, to_item[:-1]) if to_item[1:] else np.arange(len(item))
        item = np.where((rows >= 0) & is_counted[rows], item, -1)
    times = timeline.row_times[to_entity[0].table]
    by_time = np.flatnonzero((item >= 0) & (times != NEVER))
    by_time = by_time[np.argsort(times[by_time], kind="stable")]
    owned = by_time[entity[by_time] >= 0]
    by_entity = owned[np.argsort(entity[owned], kind="stable")]
    num_entities = timeline.num_rows[to_entity[-1].parent]
    offsets = np.zeros(num_entities + 1, dtype=np.int64)
    offsets[1:] = np.bincount(entity[owned], minlength=num_entities).cumsum()
    return ItemEvents(
        offsets=offsets,
        items=item[by_entity],
        times=times[by_entity],
        items_by_time=item[by_time],
        sorted_times=times[by_time],
        num_items=timeline.num_rows[to_item[-1].parent],
    )


def _follow(timeline: Timeline, path: tuple[Link, ...]) -> np.ndarray:
    """The row at the end of a path upwards, int64 [rows of the first table]; -1 where it breaks off."""
    rows = timeline.links[path[0]].parent_rows.astype(np.int64)
    for link in path[1:]:
        rows = np.where(rows >= 0, timeline.links[link].parent_rows[rows], -1)
    return rows
