"""Timeline, graph and events → candidates of any rows as of their anchors, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from kumo_magic.candidates.attributes import Codes, Numbers, attributes_of, numbers_of, segments_of
from kumo_magic.candidates.channels import Channels, Shelves, channels, shelves
from kumo_magic.candidates.own_past import OwnPast, own_past
from kumo_magic.candidates.pairs import Pairs, describe
from kumo_magic.candidates.snapshot import ItemSnapshot, snapshot
from kumo_magic.features.item_events import ItemEvents
from kumo_magic.graph.table import Table
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.timeline import Timeline

_BLOCK_ROWS = 2_000
_MOST_SNAPSHOTS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSource:
    """What candidates are made of. What it keeps of the last anchors is a matter of speed alone."""

    events: ItemEvents
    entity_times: np.ndarray  # int64 [entities]
    item_times: np.ndarray  # int64 [items]
    horizon_days: float
    attributes: tuple[Codes, ...]
    segments: tuple[Codes, ...]
    numbers: tuple[Numbers, ...]
    _kept: dict[int, tuple[ItemSnapshot, Shelves]] = field(default_factory=dict, repr=False, compare=False)

    def blocks(self, entity_rows: np.ndarray, anchor_us: np.ndarray) -> Iterator[Pairs]:
        """The candidates of the rows, the newest anchor first, in blocks of at most 2,000 rows in their order.

        A row's candidates depend on the row and its anchor alone.
        """
        for us in np.unique(anchor_us)[::-1]:
            rows = np.flatnonzero(anchor_us == us)
            for start in range(0, len(rows), _BLOCK_ROWS):
                block = rows[start : start + _BLOCK_ROWS]
                pairs, _ = self._described(entity_rows[block], int(us))
                yield replace(pairs, rows=block, row=block[pairs.row])

    def of_pasts(self, pasts: ItemEvents, entity_row: int, anchor_us: int, also: tuple[int, ...] = ()) -> Pairs:
        """The candidates of one entity had its past been another, a row per past; all items stay as they were.

        Args:
            pasts: Each past in the place of an entity.
            entity_row: Whose segments they are.
            anchor_us: The anchor.
            also: Items that are candidates of every row, whether a channel brings them or not.
        """
        rows = np.arange(len(pasts.offsets) - 1)
        past = own_past(pasts, rows, anchor_us, self.horizon_days)
        found = self.channels_of(past, np.full(len(rows), entity_row), anchor_us, also)
        return describe(past, self.as_of(anchor_us)[0], found, self.attributes, self.numbers)[0]

    def by_popularity(self, anchor_us: int) -> np.ndarray:
        """All items that exist at the anchor, the most popular of the last horizon first, int64."""
        return self.as_of(anchor_us)[1].by_popularity

    @property
    def names(self) -> tuple[str, ...]:
        """Of the features of a pair."""
        return self._described(np.empty(0, dtype=np.int64), np.iinfo(np.int64).min + 1)[1]

    def _described(self, entity_rows: np.ndarray, anchor_us: int) -> tuple[Pairs, tuple[str, ...]]:
        past = own_past(self.events, entity_rows, anchor_us, self.horizon_days)
        found = self.channels_of(past, entity_rows, anchor_us)
        return describe(past, self.as_of(anchor_us)[0], found, self.attributes, self.numbers)

    def channels_of(
        self, past: OwnPast, entity_rows: np.ndarray, anchor_us: int, also: tuple[int, ...] = ()
    ) -> Channels:
        """What each channel brings for rows of the anchor; ``also`` names items that every row is asked about."""
        items, shelf = self.as_of(anchor_us)
        return channels(past, items, shelf, self.attributes, self.segments, entity_rows, also)

    def as_of(self, anchor_us: int) -> tuple[ItemSnapshot, Shelves]:
        """The items as of the anchor, and what every row of it is shown alike."""
        if anchor_us not in self._kept:
            items = snapshot(
                self.events,
                entity_times=self.entity_times,
                item_times=self.item_times,
                anchor_us=anchor_us,
                horizon_days=self.horizon_days,
            )
            if len(self._kept) >= _MOST_SNAPSHOTS:
                del self._kept[next(iter(self._kept))]
            self._kept[anchor_us] = items, shelves(items, self.attributes, self.segments, self.horizon_days)
        return self._kept[anchor_us]


def candidate_source(
    timeline: Timeline,
    events: ItemEvents,
    *,
    entities: Table,
    items: Table,
    item_times: np.ndarray,
    horizon_days: float,
    known_us: int,
) -> CandidateSource:
    """The source of a ranking question.

    Args:
        timeline: The index of time.
        events: Who met which item when.
        entities: The table of the entities.
        items: The table of the items.
        item_times: From when on each item can be listed, int64 [items].
        horizon_days: Of the question.
        known_us: Columns are chosen by what the rows known by then hold.
    """
    of_entities, of_items = (known_mask(timeline.row_times[one.name], known_us) for one in (entities, items))
    return CandidateSource(
        events=events,
        entity_times=timeline.row_times[entities.name],
        item_times=item_times,
        horizon_days=horizon_days,
        attributes=attributes_of(items, of_items),
        segments=segments_of(entities, of_entities),
        numbers=numbers_of(items),
    )
