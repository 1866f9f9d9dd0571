"""A ranker, an entity's past, parts of it that are hidden → how an item stands then. Knows no names and no words.

The ranker answers as it always does, about a past from which events are missing. All else stays: who else had which
item when, and with it what is popular and what goes together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kumo_magic.candidates.pairs import Pairs
from kumo_magic.features.item_events import MOST_EVENTS, ItemEvents
from kumo_magic.learners.ranker import Ranker
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.timeline.neighbours import num_known

_PASTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """An item in each of n pasts.

    Attributes:
        scores: float64 [n], of the ranker; where no channel brings the item, the score it would have if one did.
        ranks: int64 [n], among the candidates of that past, from 1; 0 where no channel brings the item.
    """

    scores: np.ndarray
    ranks: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOfEntity:
    """One entity at one anchor, and the events with items of its past, oldest first."""

    ranker: Ranker
    objective: RankingObjective
    entity_row: int
    anchor_us: int
    items: np.ndarray  # int64 [events], row of the item table
    times: np.ndarray  # int64 [events], microseconds; none after the anchor

    def candidates(self) -> np.ndarray:
        """Items that can be listed, with all of the past, best first, int64."""
        pairs = self._pairs(self.without([np.empty(0, dtype=np.int64)]))
        asked = self._asked(pairs)
        items = pairs.item[asked]
        return items[np.lexsort((items, -self.ranker.scores(pairs.features[asked])))]

    def standings(self, item: int, hidden: Sequence[np.ndarray], *, with_ranks: bool = True) -> Standings:
        """How the item stands without some of the events.

        Args:
            item: Row of the item table.
            hidden: Of each past, positions of the events that never happened in it.
            with_ranks: Whether ranks are wanted; without them, they are 0, and far fewer pairs are scored.
        """
        scores, ranks = np.full(len(hidden), np.nan), np.zeros(len(hidden), dtype=np.int64)
        for begin in range(0, len(hidden), _PASTS_AT_ONCE):
            here = slice(begin, begin + _PASTS_AT_ONCE)
            scores[here], ranks[here] = self._standings(item, hidden[here], with_ranks)
        return Standings(scores=scores, ranks=ranks)

    def _standings(self, item: int, hidden: Sequence[np.ndarray], with_ranks: bool) -> tuple[np.ndarray, np.ndarray]:
        pasts = self.without(hidden)
        pairs = self._pairs(pasts)
        asked = self._asked(pairs) if with_ranks else pairs.item == item
        row, is_item = pairs.row[asked], pairs.item[asked] == item
        of_pairs = self.ranker.scores(pairs.features[asked])
        scores, ranks = np.full(len(hidden), np.nan), np.zeros(len(hidden), dtype=np.int64)
        scores[row[is_item]] = of_pairs[is_item]
        if with_ranks:
            own = scores[row]
            is_ahead = (of_pairs > own) | ((of_pairs == own) & (pairs.item[asked] < item))
            counts = np.bincount(row, is_ahead, minlength=len(hidden)).astype(np.int64)
            ranks = np.where(np.isnan(scores), 0, counts + 1)
        missing = np.flatnonzero(np.isnan(scores))
        if len(missing):
            pairs = self._pairs(self.without([hidden[int(place)] for place in missing]), also=(item,))
            scores[missing] = self.ranker.scores(pairs.features[pairs.item == item])
        return scores, ranks

    def _pairs(self, pasts: ItemEvents, also: tuple[int, ...] = ()) -> Pairs:
        return self.objective.source.of_pasts(pasts, self.entity_row, self.anchor_us, also)

    def _asked(self, pairs: Pairs) -> np.ndarray:
        """Which candidates can be listed, bool [pairs]."""
        return ~pairs.is_own if self.objective.excludes_seen else np.ones(len(pairs.row), dtype=bool)

    def without(self, hidden: Sequence[np.ndarray]) -> ItemEvents:
        """Each past as if it were an entity of its own."""
        is_kept = np.ones((len(hidden), len(self.items)), dtype=bool)
        for place, positions in enumerate(hidden):
            is_kept[place, positions] = False
        newer = is_kept[:, ::-1].cumsum(axis=1)[:, ::-1]  # kept events from this one on
        is_kept &= newer <= MOST_EVENTS
        _, event = np.nonzero(is_kept)
        return ItemEvents(
            offsets=np.append(0, is_kept.sum(axis=1).cumsum()),
            items=self.items[event],
            times=self.times[event],
            items_by_time=self.items,
            sorted_times=self.times,
            num_items=self.objective.events.num_items,
        )


def past_of_entity(ranker: Ranker, objective: RankingObjective, entity_row: int, anchor_us: int) -> PastOfEntity:
    """Nothing after the anchor is read.

    Args:
        ranker: What answers.
        objective: With the source of its candidates.
        entity_row: Position in the entity table.
        anchor_us: Microseconds since 1970.
    """
    events = objective.events
    (known,) = num_known(events.offsets, events.times, np.array([entity_row]), np.array([anchor_us]))
    here = slice(int(events.offsets[entity_row]), int(events.offsets[entity_row] + known))
    return PastOfEntity(
        ranker=ranker,
        objective=objective,
        entity_row=entity_row,
        anchor_us=anchor_us,
        items=events.items[here],
        times=events.times[here],
    )
