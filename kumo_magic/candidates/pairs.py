"""Candidates and what the channels say of them → a feature row per pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.candidates.attributes import Codes, Numbers
from kumo_magic.candidates.channels import Channels
from kumo_magic.candidates.groups import places_among, ranks_in_groups
from kumo_magic.candidates.own_past import PAIR_FEATURES, ROW_FEATURES, OwnPast
from kumo_magic.candidates.snapshot import ITEM_FEATURES, ItemSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Candidates of some rows, in order of row, then item."""

    rows: np.ndarray  # int64 [rows], the positions of all rows, also of those without a candidate
    row: np.ndarray  # int64 [pairs], position among the rows asked for
    item: np.ndarray  # int64 [pairs], row of the item table
    is_own: np.ndarray  # bool [pairs]: an event of the entity's past is about the item
    features: np.ndarray  # float32 [pairs, features], NaN for unknown


def describe(
    past: OwnPast,
    items: ItemSnapshot,
    found: Channels,
    attributes: tuple[Codes, ...],
    numbers: tuple[Numbers, ...],
) -> tuple[Pairs, tuple[str, ...]]:
    """The pairs with their features, and the features' names."""
    num_items = len(items.exists)
    row, item = found.row, found.item
    keys = row * np.int64(num_items) + item
    place = places_among(keys, past.keys)
    is_read = place >= 0
    own = np.zeros((len(row), len(PAIR_FEATURES)), dtype=np.float32)
    own[is_read] = past.features[place[is_read]]
    for column in (2, 3, 7, 8):  # days and gaps
        own[~is_read, column] = np.nan
    columns, names = (
        [own, items.features[item], past.row_features[row]],
        [
            *PAIR_FEATURES,
            *ITEM_FEATURES,
            *ROW_FEATURES,
        ],
    )

    def add(name: str, values: np.ndarray) -> None:
        names.append(name)
        columns.append(values.astype(np.float32)[:, None])

    add("own: rank", ranks_in_groups(row, own[:, 4]))
    add("item: rank", ranks_in_groups(row, items.features[item, 0]))
    for name, values in found.scores.items():
        add(f"{name}: score", values)
        add(f"{name}: rank", ranks_in_groups(row, values))
    for one in attributes:
        add(f"{one.name}: share of own visits", np.where(one.codes[item] >= 0, found.tastes[one.name], np.nan))
    for number in numbers:
        values = number.values[item]
        add(number.name, values)
        add(f"{number.name}: against own mean", values - _own_means(past, number, num_items)[row])
    rows = np.arange(len(past.row_features))
    is_own = places_among(keys, past.seen) >= 0
    return Pairs(rows=rows, row=row, item=item, is_own=is_own, features=np.concatenate(columns, axis=1)), tuple(names)


def _own_means(past: OwnPast, number: Numbers, num_items: int) -> np.ndarray:
    """The mean of the number over each row's own items, weighed by visits, float64 [rows]; NaN for none."""
    values = number.values[past.keys % num_items]
    weights = np.where(np.isnan(values), 0.0, past.features[:, 1])
    row, size = past.keys // num_items, len(past.row_features)
    total = np.bincount(row, weights=weights, minlength=size)
    of_items = np.bincount(row, weights=weights * np.nan_to_num(values), minlength=size)
    return np.where(total > 0, of_items / np.where(total > 0, total, 1), np.nan)
