"""Rows of one anchor → what they had to do with which item, and when. Features of pairs and of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kumo_magic.features.item_events import MOST_EVENTS, ItemEvents
from kumo_magic.timeline.times import DAY_US

_YEAR_DAYS = 365
_MOST_DAYS = 10_000_000
HALF_LIFE = 3.0
"""In horizons: after which an event of a row's own past counts half."""
PAIR_FEATURES = (
    "own: events",
    "own: visits",
    "own: days since last",
    "own: days since first",
    "own: decayed visits",
    "own: visits, 1 horizon",
    "own: visits, 4 horizons",
    "own: mean gap",
    "own: days since last / gap",
    "own: share of visits",
    "own: share of visits since first",
    "own: on the last visit",
    "own: same season last year",
)
ROW_FEATURES = (
    "entity: events",
    "entity: visits",
    "entity: days since last",
    "entity: days since first",
    "entity: items",
    "entity: items a visit",
    "entity: share of repeats",
    "entity: visits, 1 horizon",
    "entity: visits, 4 horizons",
    "entity: mean gap",
    "entity: days since last / gap",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPast:
    """The past of n rows with the same anchor; of a very long one the newest 1,000 events.

    A visit is a day with an event. What is unknown is NaN.
    """

    keys: np.ndarray  # int64 [pairs], ascending: row × number of items + item
    features: np.ndarray  # float32 [pairs, PAIR_FEATURES]
    row_features: np.ndarray  # float32 [n, ROW_FEATURES]
    seen: np.ndarray  # int64, ascending: the keys of the whole past

    def decayed(self, num_items: int) -> sparse.csr_array:
        """Visits, each counting half after every `HALF_LIFE`, float64 [n, items]."""
        offsets = np.searchsorted(self.keys, np.arange(len(self.row_features) + 1) * np.int64(num_items))
        return sparse.csr_array(
            (self.features[:, 4].astype(np.float64), self.keys % num_items, offsets),
            shape=(len(self.row_features), num_items),
        )


def own_past(events: ItemEvents, entity_rows: np.ndarray, anchor_us: int, horizon_days: float) -> OwnPast:
    """What the entities did with items up to the anchor, its own instant included."""
    row, item, age = _known_events(events, entity_rows, anchor_us)
    row_days = np.unique(row * _MOST_DAYS + np.floor(age).astype(np.int64))
    order = np.lexsort((age, row * np.int64(events.num_items) + item))
    key, age = (row * np.int64(events.num_items) + item)[order], age[order]
    day = np.floor(age)
    starts = _starts(key)
    ends = np.append(starts, len(key))[1:] - 1
    is_visit = np.ones(len(key), dtype=bool)
    is_visit[1:] = (key[1:] != key[:-1]) | (day[1:] != day[:-1])
    last, first, pair_row = age[starts], age[ends], key[starts] // events.num_items
    visits = _totals(is_visit, starts)
    of_row = _row_features(row_days, pair_row, visits, ends - starts + 1, len(entity_rows), horizon_days)
    since_first = np.searchsorted(
        row_days, pair_row * _MOST_DAYS + np.floor(first).astype(np.int64), side="right"
    ) - np.searchsorted(row_days, pair_row * _MOST_DAYS)
    gap = _mean_gap(first - last, visits)
    is_season = (age < _YEAR_DAYS) & (age >= _YEAR_DAYS - horizon_days)
    features = [
        ends - starts + 1,
        visits,
        last,
        first,
        _totals(is_visit * 0.5 ** (age / (HALF_LIFE * horizon_days)), starts),
        _totals(is_visit & (age < horizon_days), starts),
        _totals(is_visit & (age < 4 * horizon_days), starts),
        gap,
        last / np.maximum(gap, 1.0),
        visits / np.maximum(of_row[pair_row, 1], 1),
        visits / np.maximum(since_first, 1),
        np.floor(last) <= of_row[pair_row, 2],
        _totals(is_season, starts),
    ]
    anchors = np.full(len(entity_rows), anchor_us, dtype=np.int64)
    return OwnPast(
        keys=key[starts],
        features=np.stack(features, axis=-1).astype(np.float32),
        row_features=of_row.astype(np.float32),
        seen=events.seen(entity_rows, anchors),
    )


def _known_events(
    events: ItemEvents, entity_rows: np.ndarray, anchor_us: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, item and age in days of the newest known events of each row."""
    anchors = np.full(len(entity_rows), anchor_us, dtype=np.int64)
    row, event = events.newest(entity_rows, anchors, MOST_EVENTS)
    return row, events.items[event], (anchor_us - events.times[event]) / DAY_US


def _row_features(
    row_days: np.ndarray,
    pair_row: np.ndarray,
    visits_of_pair: np.ndarray,
    events_of_pair: np.ndarray,
    num_rows: int,
    horizon_days: float,
) -> np.ndarray:
    """float64 [rows, ROW_FEATURES]; NaN for unknown.

    Args:
        row_days: int64, ascending: row × `_MOST_DAYS` + age in whole days of each visit.
        pair_row: The row of each pair.
        visits_of_pair: Of each pair.
        events_of_pair: Of each pair.
        num_rows: How many rows.
        horizon_days: Of the question.
    """
    row, age = row_days // _MOST_DAYS, (row_days % _MOST_DAYS).astype(np.float64)
    visits = np.bincount(row, minlength=num_rows).astype(np.float64)
    starts, with_past = _starts(row), np.flatnonzero(visits)
    last, first = np.full(num_rows, np.nan), np.full(num_rows, np.nan)
    last[with_past], first[with_past] = age[starts], age[np.append(starts, len(row))[1:] - 1]
    items = np.bincount(pair_row, minlength=num_rows)
    item_visits = np.bincount(pair_row, weights=visits_of_pair, minlength=num_rows)
    gap = _mean_gap(first - last, visits)
    features = [
        np.bincount(pair_row, weights=events_of_pair, minlength=num_rows),
        visits,
        last,
        first,
        items,
        item_visits / np.maximum(visits, 1),
        1 - items / np.maximum(item_visits, 1),
        np.bincount(row, weights=age < horizon_days, minlength=num_rows),
        np.bincount(row, weights=age < 4 * horizon_days, minlength=num_rows),
        gap,
        last / np.maximum(gap, 1.0),
    ]
    return np.stack(features, axis=-1)


def _starts(groups: np.ndarray) -> np.ndarray:
    """Where each group of equal neighbours begins."""
    is_first = np.ones(len(groups), dtype=bool)
    is_first[1:] = groups[1:] != groups[:-1]
    return np.flatnonzero(is_first)


def _totals(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The sum of each group, float64 [groups]."""
    return np.add.reduceat(values.astype(np.float64), starts) if len(starts) else np.empty(0)


def _mean_gap(span: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Days between visits on the mean; NaN for fewer than two."""
    return np.where(visits > 1, span / np.maximum(visits - 1, 1), np.nan)
