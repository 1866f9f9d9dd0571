"""Who met which item when → the rankings without learning that a model has to beat. Nothing after a row's anchor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kumo_magic.candidates.groups import places_in_groups
from kumo_magic.candidates.products import best_of_rows
from kumo_magic.candidates.source import CandidateSource
from kumo_magic.features.item_events import ItemEvents
from kumo_magic.timeline.times import DAY_US

POPULARITY, OWN_PAST, ITEM_KNN = "recent popularity", "own past items", "item-kNN"
_BLOCK_ROWS = 1_000
_MOST_EVENTS = 100
_HALF_LIFE = 6.0  # horizons
_LEAST_WEIGHT = 1e-9  # so that squares of very old events stay above zero


def ranking_baselines(
    source: CandidateSource,
    entity_rows: np.ndarray,
    anchor_us: np.ndarray,
    *,
    k: int,
    excludes_seen: bool = False,
) -> dict[str, np.ndarray]:
    """Item rows, int64 [rows, k], best first, of each baseline; -1 where no item is left.

    Recent popularity counts events in one horizon before the anchor, older ones breaking ties. Own past items go by
    count, and of equals by popularity. Item-kNN adds up the cosines of items with those of the entity's past (Sarwar et
    al. 2001), where an event counts half after six horizons. Both are filled up with what is popular. Only items that
    exist at the anchor are listed.

    Args:
        source: Who met which item when, and what is similar as of an anchor.
        entity_rows: int64 [rows].
        anchor_us: int64 [rows].
        k: How many items are listed.
        excludes_seen: Whether items of the entity's own past are left out, as in what the baselines stand beside;
            then none is made of own past items.
    """
    events = source.events
    k = min(k, events.num_items)
    names = (POPULARITY, ITEM_KNN) if excludes_seen else (POPULARITY, OWN_PAST, ITEM_KNN)
    lists = {name: np.full((len(entity_rows), k), -1, dtype=np.int64) for name in names}
    for us in np.unique(anchor_us):
        shelf = _shelf(source, int(us))
        rows = np.flatnonzero(anchor_us == us)
        for start in range(0, len(rows), _BLOCK_ROWS):
            block = rows[start : start + _BLOCK_ROWS]
            for name, ranked in _of_block(events, shelf, entity_rows[block], k, excludes_seen).items():
                lists[name][block] = ranked
    return lists


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """What is known of the items at an anchor."""

    anchor_us: int
    half_life_days: float
    exists: np.ndarray  # bool [items]
    popular: np.ndarray  # int64, items that exist, the most popular first
    places: np.ndarray  # int64 [items], of each among all by popularity
    similar: sparse.csr_array  # [items, items], cosines of who had them


def _shelf(source: CandidateSource, anchor_us: int) -> _Shelf:
    items, _ = source.as_of(anchor_us)
    recent, ever = (source.events.popularity(anchor_us, days) for days in (source.horizon_days, np.inf))
    order = np.lexsort((-ever, -recent))
    return _Shelf(
        anchor_us=anchor_us,
        half_life_days=_HALF_LIFE * source.horizon_days,
        exists=items.exists,
        popular=order[items.exists[order]],
        places=np.argsort(order),
        similar=items.of_entities,
    )


def _of_block(
    events: ItemEvents, shelf: _Shelf, entity_rows: np.ndarray, k: int, excludes_seen: bool
) -> dict[str, np.ndarray]:
    """The lists of some rows of an anchor."""
    own = events.own_items(entity_rows, np.full(len(entity_rows), shelf.anchor_us))
    own_keys = own.row * np.int64(events.num_items) + own.item
    seen = events.seen(entity_rows, np.full(len(entity_rows), shelf.anchor_us))
    barred = seen if excludes_seen else seen[:0]
    row, item, weight = _held(events, entity_rows, shelf.anchor_us, shelf.half_life_days)
    held = sparse.csr_array((weight, (row, item)), shape=(len(entity_rows), events.num_items))
    lists = {
        POPULARITY: _filled(own_keys[:0], barred, shelf.popular, len(entity_rows), events.num_items, k),
        ITEM_KNN: _filled(
            _nearest(held @ shelf.similar, shelf.exists, barred, k),
            barred,
            shelf.popular,
            len(entity_rows),
            events.num_items,
            k,
        ),
    }
    if excludes_seen:
        return lists
    there = np.flatnonzero(shelf.exists[own.item])
    order = there[np.lexsort((shelf.places[own.item[there]], -own.count[there], own.row[there]))]
    by_count = _filled(own_keys[order], barred, shelf.popular, len(entity_rows), events.num_items, k)
    return lists | {OWN_PAST: by_count}


def _held(
    events: ItemEvents, entity_rows: np.ndarray, anchor_us: int, half_life_days: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, item and decayed weight of the newest known events of each row, at most 100."""
    row, event = events.newest(entity_rows, np.full(len(entity_rows), anchor_us), _MOST_EVENTS)
    age = (anchor_us - events.times[event]) / DAY_US
    return row, events.items[event], np.maximum(0.5 ** (age / half_life_days), _LEAST_WEIGHT)


def _nearest(scores: sparse.csr_array, exists: np.ndarray, barred: np.ndarray, k: int) -> np.ndarray:
    """The keys of each row's k greatest entries that exist and are not barred, in order of row, then best first."""
    num_rows, num_items = scores.shape  # pyright: ignore[reportGeneralTypeIssues]  # two of them
    row = np.repeat(np.arange(num_rows), np.diff(scores.indptr))
    kept = exists[scores.indices] & ~_is_among(row * np.int64(num_items) + scores.indices, barred)
    coordinates = (row[kept], scores.indices[kept])
    best = best_of_rows(sparse.csr_array((scores.data[kept], coordinates), shape=(num_rows, num_items)), k)
    row = np.repeat(np.arange(num_rows), np.diff(best.indptr))
    order = np.lexsort((best.indices, -np.asarray(best.data, dtype=np.float64), row))
    return row[order] * np.int64(num_items) + best.indices[order]


def _filled(
    keys: np.ndarray, barred: np.ndarray, popular: np.ndarray, num_rows: int, num_items: int, k: int
) -> np.ndarray:
    """Item rows, int64 [rows, k]: the given ones, then what is popular and neither given nor barred; -1 for none.

    Args:
        keys: int64, row × number of items + item, in order of row, then best first.
        barred: int64, ascending, what may not be filled in.
        popular: int64, items, the most popular first.
        num_rows: How many rows.
        num_items: How many items.
        k: How many are listed.
    """
    lists = np.full((num_rows, k), -1, dtype=np.int64)
    row = keys // num_items
    place = places_in_groups(row)
    listed = place < k
    lists[row[listed], place[listed]] = keys[listed] % num_items
    num_listed = np.minimum(np.bincount(row, minlength=num_rows), k)
    taken = np.sort(np.concatenate([keys[listed], barred]))
    most_taken = np.bincount(taken // num_items, minlength=num_rows).max(initial=0)
    shown = popular[: k + most_taken]
    is_free = ~_is_among(np.arange(num_rows)[:, None] * np.int64(num_items) + shown, taken)
    place = num_listed[:, None] + np.cumsum(is_free, axis=1) - 1
    row, column = np.nonzero(is_free & (place < k))
    lists[row, place[row, column]] = shown[column]
    return lists


def _is_among(keys: np.ndarray, ascending: np.ndarray) -> np.ndarray:
    """Whether each key is one of the others, which are at least 0, bool."""
    return np.append(ascending, -1)[np.searchsorted(ascending, keys)] == keys
