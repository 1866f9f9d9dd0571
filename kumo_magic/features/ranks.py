"""Rows at anchors → where some of their features stand among all active entities at the same time.

Active: known, with an event linked to the entity in the last three horizons. Neither the rows asked for nor the label
table play a part, so a row has the same ranks alone and in any batch. The others are looked at as of the last midnight
(for short horizons: the last eighth of one), so that any number of anchors costs a bounded number of looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.features.column_reader import ColumnReader
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.label_history import PAST_FEATURES, GroupedLabels
from kumo_magic.features.spans import AsOf
from kumo_magic.features.windows import DECAYS, newest_starts, summarise_numbers, window_bounds
from kumo_magic.graph.link import Link
from kumo_magic.timeline.neighbours import known_bounds, known_mask
from kumo_magic.timeline.times import DAY_US

MOST_ENTITIES = 10_000
"""With more entities that had an event by the cut there are no ranks."""
_ACTIVE_HORIZONS = 3
_NEWEST = 20
_MOST_LOOKS = 1_000_000  # entities x anchors looked at in one go
_DECAY = np.array(DECAYS[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRecipe:
    """What is ranked.

    Attributes:
        table: The entity table.
        links: From event tables to it, each with its name and the columns of numbers that are ranked.
        labels: The entities' own past labels, if there are any.
    """

    table: str
    links: tuple[tuple[Link, str, tuple[str, ...]], ...]
    labels: GroupedLabels | None


def rank_features(
    reader: ColumnReader, *, recipe: RankRecipe, at: AsOf, among: tuple[ColumnReader, RankRecipe] | None = None
) -> FeatureBlock:
    """The share of active entities that stand below each row, ties counted half; NaN where nobody is active.

    Args:
        reader: Of the columns.
        recipe: What is ranked.
        at: The rows and their anchors.
        among: Where the entities are that the rows are compared with; None for those of the reader itself.
    """
    all_reader, all_recipe = among or (reader, recipe)
    block = FeatureBlock(len(at.rows))
    is_ranked = reader.facts.is_ranked
    if recipe.table not in is_ranked:
        is_ranked[recipe.table] = 0 < len(_candidates(all_reader, all_recipe)) <= MOST_ENTITIES
    linked = _linked(all_reader, all_recipe)
    if not is_ranked[recipe.table] or not len(linked):
        return block
    grid_us = max(min(DAY_US, int(at.horizon_days * DAY_US / 8)), 1)
    looks_us, look_of = np.unique(at.anchor_us // grid_us * grid_us, return_inverse=True)
    names, own = _measure(reader, recipe, at)
    ranks = np.full((len(names), len(at.rows)), np.nan)
    step = max(_MOST_LOOKS // len(linked), 1)
    for first in range(0, len(looks_us), step):
        some = np.flatnonzero((look_of >= first) & (look_of < first + step))
        crowd, look = _crowd(all_reader, all_recipe, linked, looks_us[first : first + step], at.horizon_days)
        _, theirs = _measure(all_reader, all_recipe, crowd)
        for position in range(len(names)):
            ranks[position, some] = _percentiles(
                theirs[position], look, own[position][some], look_of[some] - first, step
            )
    for name, column in zip(names, ranks, strict=True):
        block.add(f"rank of {name}", column)
    return block


def _candidates(reader: ColumnReader, recipe: RankRecipe) -> np.ndarray:
    """Entities with an event up to the cut: how many decides whether there are ranks."""
    entities = np.flatnonzero(known_mask(reader.timeline.row_times[recipe.table], reader.cut_us))
    cuts = np.full(len(entities), reader.cut_us, dtype=np.int64)
    has_event = np.zeros(len(entities), dtype=bool)
    for link, _, _ in recipe.links:
        index = reader.timeline.links[link]
        starts, stops = known_bounds(index.offsets, index.rows, index.row_times, entities, cuts)
        has_event |= stops > starts
    return entities[has_event]


def _linked(reader: ColumnReader, recipe: RankRecipe) -> np.ndarray:
    """Entities that any event ever points at: the others need no look."""
    has_event = np.zeros(reader.timeline.num_rows[recipe.table], dtype=bool)
    for link, _, _ in recipe.links:
        has_event |= np.diff(reader.timeline.links[link].offsets) > 0
    return np.flatnonzero(has_event)


def _crowd(
    reader: ColumnReader, recipe: RankRecipe, linked: np.ndarray, looks_us: np.ndarray, horizon_days: float
) -> tuple[AsOf, np.ndarray]:
    """Every active entity at each look; and the number of the look."""
    times = reader.timeline.row_times[recipe.table]
    entities = np.tile(linked, len(looks_us))
    looks = np.repeat(np.arange(len(looks_us)), len(linked))
    known = np.flatnonzero(known_mask(times[entities], looks_us[looks]))
    entities, looks = entities[known], looks[known]
    has_event = np.zeros(len(entities), dtype=bool)
    length = np.array([int(_ACTIVE_HORIZONS * horizon_days * DAY_US)], dtype=np.int64)
    for link, _, _ in recipe.links:
        index = reader.timeline.links[link]
        starts, stops = window_bounds(index.offsets, index.rows, index.row_times, entities, looks_us[looks], length)
        has_event |= stops > starts[:, 0]
    return (
        AsOf(rows=entities[has_event], anchor_us=looks_us[looks[has_event]], horizon_days=horizon_days),
        looks[has_event],
    )


def _measure(reader: ColumnReader, recipe: RankRecipe, at: AsOf) -> tuple[list[str], list[np.ndarray]]:
    """What is ranked, for each row."""
    names: list[str] = []
    measures: list[np.ndarray] = []
    length = np.array([int(_ACTIVE_HORIZONS * at.horizon_days * DAY_US)], dtype=np.int64)
    for link, name, columns in recipe.links:
        index = reader.timeline.links[link]
        starts, stops = window_bounds(index.offsets, index.rows, index.row_times, at.rows, at.anchor_us, length)
        names.append(f"{name}: count, last {_ACTIVE_HORIZONS} horizons")
        measures.append((stops - starts[:, 0]).astype(np.float64))
        newest = newest_starts(starts[:, 1], stops, (_NEWEST,))
        for column in columns:
            values = reader.numbers(link.table, column)
            names.append(f"{name}.{column}: weighted mean of the last {_NEWEST}")
            measures.append(summarise_numbers(index.rows, values, newest, stops, _DECAY)[1][:, 1])
    if recipe.labels is not None:
        past = recipe.labels.features(at.rows, at.anchor_us)
        for words in ("weighted mean of past", "mean of the last 10"):
            names.append(f"label: {words}")
            measures.append(past[:, PAST_FEATURES.index(words)])
    return names, measures


def _percentiles(
    crowd: np.ndarray, crowd_group: np.ndarray, values: np.ndarray, group: np.ndarray, num_groups: int
) -> np.ndarray:
    """The share of the group's crowd below each value, ties counted half; NaN for a missing value or an empty group."""
    is_there = ~np.isnan(crowd)
    crowd, crowd_group = crowd[is_there], crowd_group[is_there]
    levels = np.unique(crowd)
    width = len(levels) + 1
    keys = np.sort(crowd_group * width + np.searchsorted(levels, crowd))
    sizes = np.bincount(crowd_group, minlength=num_groups)
    begins = np.cumsum(sizes) - sizes
    below = np.searchsorted(keys, group * width + np.searchsorted(levels, values, side="left")) - begins[group]
    up_to = np.searchsorted(keys, group * width + np.searchsorted(levels, values, side="right")) - begins[group]
    shares = np.full(len(values), np.nan)
    usable = ~np.isnan(values) & (sizes[group] > 0)
    np.divide(below + up_to, 2 * sizes[group], out=shares, where=usable)
    return shares
