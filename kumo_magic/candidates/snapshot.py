"""Events up to an anchor → what is known of the items then: popularity, trend, neighbours. Knows no rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kumo_magic.candidates.similarity import similar_items
from kumo_magic.features.item_events import ItemEvents
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.times import DAY_US, days_before

ITEM_FEATURES = (
    "item: events, 1 horizon",
    "item: events, 4 horizons",
    "item: events",
    "item: trend",
    "item: entities, 4 horizons",
    "item: same season last year",
    "item: days since last",
    "item: days since first",
    "item: age in days",
    "item: share that came back",
    "item: visits an entity",
)
RECENT, LONGER, EVER = 0, 1, 2
_YEAR_DAYS = 365
_LONGER = 4
_HALF_LIFE = 6.0
_LEAST_WEIGHT = 1e-9  # its square is still a number
_MOST_EVENTS = 100
_MOST_ENTITIES = 50_000
_NEIGHBOURS = 40
_MOST_DAYS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSnapshot:
    """The items as of an anchor."""

    features: np.ndarray  # float32 [items, ITEM_FEATURES]; the first three are counts
    exists: np.ndarray  # bool [items]
    of_entities: sparse.csr_array  # [items, items]: who has one has the other
    of_visits: sparse.csr_array  # [items, items]: had on the same day
    entities: np.ndarray  # int64 [recent events]
    items: np.ndarray  # int64 [recent events], of the last four horizons


def snapshot(
    events: ItemEvents,
    *,
    entity_times: np.ndarray,
    item_times: np.ndarray,
    anchor_us: int,
    horizon_days: float,
) -> ItemSnapshot:
    """Nothing but events at or before the anchor is read.

    Args:
        events: Of all entities.
        entity_times: int64 [entities], when each entity comes to exist.
        item_times: int64 [items], when each item comes to exist.
        anchor_us: The anchor.
        horizon_days: Of the question.
    """
    entity, item, age = _known(events, entity_times, anchor_us)
    all_items, all_age = _known_by_time(events, anchor_us)
    visit_keys, visit_items, visit_entities, visit_age = _visits(entity, item, age, events.num_items)
    is_recent = age < _LONGER * horizon_days
    features = _features(
        events.num_items,
        all_items,
        all_age,
        visit_items=visit_items,
        visit_entities=visit_entities,
        recent_entity=entity[is_recent],
        recent_item=item[is_recent],
        horizon_days=horizon_days,
    )
    features[:, 8] = days_before(item_times, np.full(events.num_items, anchor_us))
    decay = np.maximum(0.5 ** (visit_age / (_HALF_LIFE * horizon_days)), _LEAST_WEIGHT)
    newest = _newest(visit_entities, _MOST_EVENTS)
    newest = newest[_is_drawn(visit_entities[newest], _MOST_ENTITIES)]
    _, day_of = np.unique(visit_keys[newest], return_inverse=True)
    return ItemSnapshot(
        features=features,
        exists=known_mask(item_times, anchor_us),
        of_entities=similar_items(
            visit_entities[newest], visit_items[newest], decay[newest], events.num_items, _NEIGHBOURS
        ),
        of_visits=similar_items(day_of, visit_items[newest], decay[newest], events.num_items, _NEIGHBOURS),
        entities=entity[is_recent],
        items=item[is_recent],
    )


def _known(events: ItemEvents, entity_times: np.ndarray, anchor_us: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Entity, item and age in days of the known events of the entities that exist at the anchor."""
    entity = np.repeat(np.arange(len(events.offsets) - 1), np.diff(events.offsets))
    is_known = known_mask(events.times, anchor_us) & known_mask(entity_times, anchor_us)[entity]
    return entity[is_known], events.items[is_known], (anchor_us - events.times[is_known]) / DAY_US


def _known_by_time(events: ItemEvents, anchor_us: int) -> tuple[np.ndarray, np.ndarray]:
    """Item and age in days of all known events, of whatever entity or none."""
    is_known = known_mask(events.sorted_times, anchor_us)
    return events.items_by_time[is_known], (anchor_us - events.sorted_times[is_known]) / DAY_US


def _visits(
    entity: np.ndarray, item: np.ndarray, age: np.ndarray, num_items: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A row per entity, day and item: a key of entity and day, item, entity, age in whole days."""
    day = np.floor(age).astype(np.int64)
    key, kept = np.unique((entity * np.int64(_MOST_DAYS) + day) * num_items + item, return_index=True)
    return key // num_items, item[kept], entity[kept], day[kept].astype(np.float64)


def _newest(entity: np.ndarray, most: int) -> np.ndarray:
    """Positions of each entity's newest entries, at most so many; those of an entity stand together, newest first."""
    starts = np.searchsorted(entity, entity)
    return np.flatnonzero(np.arange(len(entity)) - starts < most)


def _is_drawn(entity: np.ndarray, most: int) -> np.ndarray:
    """Whether each entry is of a drawn entity: every second, third ... of those that are known, so that few enough are.

    What is similar to what is told well enough by some tens of thousands of them.
    """
    _, place = np.unique(entity, return_inverse=True)
    step = -(-(int(place.max(initial=-1)) + 1) // most)
    return place % max(step, 1) == 0


def _features(
    num_items: int,
    items: np.ndarray,
    age: np.ndarray,
    *,
    visit_items: np.ndarray,
    visit_entities: np.ndarray,
    recent_entity: np.ndarray,
    recent_item: np.ndarray,
    horizon_days: float,
) -> np.ndarray:
    def count(of: np.ndarray) -> np.ndarray:
        return np.bincount(of, minlength=num_items).astype(np.float64)

    recent, longer = count(items[age < horizon_days]), count(items[age < _LONGER * horizon_days])
    first, last = np.full(num_items, -np.inf), np.full(num_items, np.inf)
    np.maximum.at(first, items, age)
    np.minimum.at(last, items, age)
    pairs, visits = np.unique(visit_entities * np.int64(num_items) + visit_items, return_counts=True)
    entities = count(pairs % num_items)
    features = np.empty((num_items, len(ITEM_FEATURES)), dtype=np.float32)
    columns = [
        recent,
        longer,
        count(items),
        np.log((recent + 1) / (longer / _LONGER + 1)),
        count(np.unique(recent_entity * np.int64(num_items) + recent_item) % num_items),
        count(items[(age < _YEAR_DAYS) & (age >= _YEAR_DAYS - horizon_days)]),
        np.where(np.isfinite(last), last, np.nan),
        np.where(np.isfinite(first), first, np.nan),
        np.full(num_items, np.nan),
        (count(pairs[visits > 1] % num_items) + 0.2) / (entities + 2),
        count(visit_items) / np.maximum(entities, 1),
    ]
    for place, column in enumerate(columns):
        features[:, place] = column
    return features
