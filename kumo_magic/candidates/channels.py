"""Items as of an anchor, the past of some rows → each row's candidates, and how each channel scores them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kumo_magic.candidates.attributes import Codes
from kumo_magic.candidates.own_past import OwnPast
from kumo_magic.candidates.products import best_of_product, best_of_rows, keys_of, product_at, scale_rows
from kumo_magic.candidates.snapshot import LONGER, RECENT, ItemSnapshot

OWN, POPULAR, NEW, ENTITIES, VISITS, SIBLINGS = "own", "popular", "new", "entities", "visits", "siblings"
"""The channels; and one for each segment."""
_MOST_OWN = 100
_MOST_SIMILAR = 40
_MOST_SIBLINGS = 30
_SIBLINGS_PER_VALUE = 20
_MOST_POPULAR = 60
_MOST_IN_SEGMENT = 20
_MOST_NEW = 10
_NEW_HORIZONS = 2


def segment_channel(segment: Codes) -> str:
    """The name of the channel of what is popular in a segment."""
    return f"segment {segment.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """What every row of an anchor is shown alike: popular and new items; popular ones by attribute and by segment."""

    popular: np.ndarray  # int64, item rows, best first
    new: np.ndarray
    by_popularity: np.ndarray  # int64, all items that exist, best first
    by_value: Mapping[str, sparse.csr_array]  # attribute → [values, items]: share of the value's recent events
    by_segment: Mapping[str, sparse.csr_array]  # segment column → [values, items]: share of the value's recent events


def shelves(
    items: ItemSnapshot, attributes: tuple[Codes, ...], segments: tuple[Codes, ...], horizon_days: float
) -> Shelves:
    """The shelves of an anchor."""
    recent, longer = items.features[:, RECENT], items.features[:, LONGER]
    order = np.lexsort((-items.features[:, 2], -longer, -recent))
    order = order[items.exists[order]]
    by_longer = np.lexsort((-recent, -longer))
    by_longer = by_longer[items.exists[by_longer]]
    popular = np.unique(np.concatenate([order[:_MOST_POPULAR], by_longer[: _MOST_POPULAR // 2]]))
    age = ages_of(items)
    new = np.flatnonzero((age <= _NEW_HORIZONS * horizon_days) & items.exists)
    newest, rising = new[np.lexsort((new, age[new]))], new[np.lexsort((age[new], -longer[new]))]
    new = np.unique(np.concatenate([newest[:_MOST_NEW], rising[:_MOST_NEW]]))
    return Shelves(
        popular=popular,
        new=new,
        by_popularity=order,
        by_value={one.name: _of_values(one, longer * items.exists + 0.01 * items.exists) for one in attributes},
        by_segment={one.name: _of_segments(one, items) for one in segments},
    )


def ages_of(items: ItemSnapshot) -> np.ndarray:
    """Days since each item came to exist, or was first had where it has no time, float [items]; else infinite."""
    first = np.fmin(items.features[:, 7], np.inf)
    return np.where(np.isnan(items.features[:, 8]), first, items.features[:, 8])


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The candidates of n rows, and the scores of the channels that tell rows apart."""

    row: np.ndarray  # int64 [pairs], ascending
    item: np.ndarray  # int64 [pairs], ascending in a row
    scores: dict[str, np.ndarray]  # channel → float64 [pairs]
    tastes: dict[str, np.ndarray]  # attribute → float64 [pairs]: the share of the item's value in the row's visits
    brought: dict[str, np.ndarray]  # channel → int64, row × number of items + item, of what it brought


def channels(
    past: OwnPast,
    items: ItemSnapshot,
    shelf: Shelves,
    attributes: tuple[Codes, ...],
    segments: tuple[Codes, ...],
    entity_rows: np.ndarray,
    also: tuple[int, ...] = (),
) -> Channels:
    """The union of what each channel brings for each row; items that do not exist at the anchor are left out.

    Args:
        past: Of the rows.
        items: As of their anchor.
        shelf: Of that anchor.
        attributes: Of the items.
        segments: Of the entities.
        entity_rows: int64 [rows].
        also: Items that are candidates of every row, whether a channel brings them or not.
    """
    num_rows, num_items = len(entity_rows), len(items.exists)
    held = past.decayed(num_items)
    tastes = {one.name: _taste(held, one) for one in attributes}
    products = {
        ENTITIES: (held, items.of_entities, _MOST_SIMILAR),
        VISITS: (held, items.of_visits, _MOST_SIMILAR),
    }
    if attributes:
        of_values = sparse.csr_array(sparse.vstack([shelf.by_value[one.name] for one in attributes]))
        of_rows = sparse.csr_array(sparse.hstack([tastes[one.name] for one in attributes]))
        products[SIBLINGS] = (of_rows, of_values, _MOST_SIBLINGS)
    for one in segments:
        of_rows = _one_hot(one.codes[entity_rows], one.num_values)
        products[segment_channel(one)] = (of_rows, shelf.by_segment[one.name], _MOST_IN_SEGMENT)
    brought = {
        OWN: keys_of(best_of_rows(held, _MOST_OWN)),
        POPULAR: _for_all(shelf.popular, num_rows, num_items),
        NEW: _for_all(shelf.new, num_rows, num_items),
        **{name: keys_of(best_of_product(left, right, most)) for name, (left, right, most) in products.items()},
    }
    named = _for_all(np.array(also, dtype=np.int64), num_rows, num_items)
    keys = np.unique(np.concatenate([*brought.values(), named]))
    keys = keys[items.exists[keys % num_items]]
    row, item = keys // num_items, keys % num_items
    return Channels(
        row=row,
        item=item,
        scores={name: product_at(left, right, row, item) for name, (left, right, _) in products.items()},
        tastes={
            one.name: product_at(tastes[one.name], _identity(one.num_values), row, one.codes[item])
            for one in attributes
        },
        brought=brought,
    )


def _of_values(attribute: Codes, weight: np.ndarray) -> sparse.csr_array:
    """The best items of each value, with their share of its events, [values, items]."""
    there = np.flatnonzero((attribute.codes >= 0) & (weight > 0))
    codes = attribute.codes[there]
    total = np.bincount(codes, weights=weight[there], minlength=attribute.num_values)
    shape = (attribute.num_values, len(weight))
    matrix = sparse.csr_array((weight[there] / total[codes], (codes, there)), shape=shape)
    return best_of_rows(matrix, _SIBLINGS_PER_VALUE)


def _of_segments(segment: Codes, items: ItemSnapshot) -> sparse.csr_array:
    """The share of each item in the recent events of each value of a segment column, [values, items]."""
    codes = segment.codes[items.entities]
    there = codes >= 0
    shape = (segment.num_values, len(items.exists))
    counts = sparse.csr_array((np.ones(there.sum()), (codes[there], items.items[there])), shape=shape)
    counts.sum_duplicates()
    return scale_rows(counts, 1 / np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1))


def _taste(held: sparse.csr_array, attribute: Codes) -> sparse.csr_array:
    """The share of each value in a row's visits, decayed, [rows, values]."""
    taste = best_of_product(held, _one_hot(attribute.codes, attribute.num_values), attribute.num_values)
    total = np.asarray(taste.sum(axis=1)).ravel()
    return scale_rows(taste, 1 / np.where(total > 0, total, 1))


def _identity(size: int) -> sparse.csr_array:
    return sparse.csr_array(sparse.eye_array(size))


def _one_hot(codes: np.ndarray, num_values: int) -> sparse.csr_array:
    there = np.flatnonzero(codes >= 0)
    return sparse.csr_array((np.ones(len(there)), (there, codes[there])), shape=(len(codes), num_values))


def _for_all(items: np.ndarray, num_rows: int, num_items: int) -> np.ndarray:
    return (np.arange(num_rows)[:, None] * np.int64(num_items) + items).ravel()
