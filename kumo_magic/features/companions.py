"""The newest row linked to an entity → what else that row points at, and how that has fared, as of each anchor.

A driver's newest result points at a team: the team's columns and its own recent results belong to what is known of the
driver. One more step than a path of links goes, at the newest row alone.
"""

from __future__ import annotations

import numpy as np

from kumo_magic.features.columns import columns_of, numbers
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.history import AsOf
from kumo_magic.features.own_columns import row_features
from kumo_magic.features.windows import RECENT, summarise_numbers, window_bounds
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.graph.stype import Stype
from kumo_magic.timeline.neighbours import known_mask, num_known
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import DAY_US

_MOST_NUMBERS = 4


def companion_features(
    timeline: Timeline, *, graph: Graph, link: Link, other: Link, name: str, at: AsOf, cut_us: int
) -> FeatureBlock:
    """Features of the row that each row's newest child points at along the other link.

    Args:
        timeline: The index of time.
        graph: Where the columns are.
        link: From the children to the rows asked for.
        other: Another link of the same children.
        name: How the companion is called in the names of its features.
        at: The rows and their anchors.
        cut_us: Categories are those of rows up to then.
    """
    companions = _newest_companions(timeline, link, other, at)
    at = AsOf(rows=companions, anchor_us=at.anchor_us, horizon_days=at.horizon_days)
    block = row_features(timeline, graph=graph, table=other.parent, name=name, at=at, cut_us=cut_us)
    # Many rows share a companion at an anchor; each pair is summed up once.
    pairs, pair_of = np.unique(np.stack([companions, at.anchor_us]), axis=1, return_inverse=True)
    index = timeline.links[other]
    length = np.array([int(at.horizon_days * DAY_US)], dtype=np.int64)
    rows, anchor_us = np.ascontiguousarray(pairs[0]), np.ascontiguousarray(pairs[1])
    starts, stops = window_bounds(index.offsets, index.times, rows, anchor_us, length)
    pair_of, is_there = pair_of.reshape(-1), companions >= 0
    counts = stops[:, None] - starts
    block.add(f"{name}: {other.table} count, last horizon", np.where(is_there, counts[pair_of, 0], np.nan))
    block.add(f"{name}: {other.table} count, all", np.where(is_there, counts[pair_of, 1], np.nan))
    table = graph.tables[other.table]
    for column in columns_of(table, Stype.NUMERICAL)[:_MOST_NUMBERS]:
        values = numbers(table.frame[column])
        summaries, newest = summarise_numbers(index.rows, values, starts, stops)
        block.add(f"{name}: {other.table}.{column} mean, last horizon", summaries[pair_of, 0, 1])
        block.add(f"{name}: {other.table}.{column} mean, all", summaries[pair_of, 1, 1])
        block.add(f"{name}: {other.table}.{column} mean of the last {RECENT[1]}", newest[pair_of, 2])
    return block


def _newest_companions(timeline: Timeline, link: Link, other: Link, at: AsOf) -> np.ndarray:
    """The row of ``other.parent`` for each row, int64 [n]; -1 where there is no child, no companion, or not yet."""
    index = timeline.links[link]
    known = num_known(index.offsets, index.times, at.rows, at.anchor_us)
    companions = np.full(len(at.rows), -1, dtype=np.int64)
    some = np.flatnonzero(known > 0)
    newest = index.rows[index.offsets[at.rows[some]] + known[some] - 1]
    companions[some] = timeline.links[other].parent_rows[newest]
    some = np.flatnonzero(companions >= 0)
    not_yet = ~known_mask(timeline.row_times[other.parent][companions[some]], at.anchor_us[some])
    companions[some[not_yet]] = -1
    return companions
