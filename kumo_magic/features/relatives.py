"""An entity's parents → their columns, and how much else is linked to them, as of each anchor."""

from __future__ import annotations

import numpy as np

from kumo_magic.features.column_reader import ColumnReader
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.own_columns import row_features
from kumo_magic.features.spans import AsOf
from kumo_magic.features.windows import window_bounds
from kumo_magic.graph.link import Link
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import DAY_US


def parent_features(reader: ColumnReader, *, link: Link, at: AsOf) -> FeatureBlock:
    """The columns of the row that each row points at, and how many rows of each table point at that one."""
    name = parent_words(link)
    parents = parents_of(reader.timeline, link, at)
    block = row_features(reader, table=link.parent, name=name, at=parents)
    length = np.array([int(at.horizon_days * DAY_US)], dtype=np.int64)
    for other, index in reader.timeline.links.items():
        if other.parent == link.parent:
            starts, stops = window_bounds(
                index.offsets, index.rows, index.row_times, parents.rows, at.anchor_us, length
            )
            counts = np.where(parents.rows[:, None] >= 0, stops[:, None] - starts, np.nan)
            block.add(f"{name}: {other.table} ({other.column}) count, last horizon", counts[:, 0])
            block.add(f"{name}: {other.table} ({other.column}) count, all", counts[:, 1])
    return block


def parents_of(timeline: Timeline, link: Link, at: AsOf) -> AsOf:
    """The row that each row points at; -1 for none, and for one that is not known yet."""
    rows = timeline.links[link].parent_rows[at.rows].astype(np.int64)
    pointing = np.flatnonzero(rows >= 0)
    unknown = ~known_mask(timeline.row_times[link.parent][rows[pointing]], at.anchor_us[pointing])
    rows[pointing[unknown]] = -1
    return AsOf(rows=rows, anchor_us=at.anchor_us, horizon_days=at.horizon_days)


def parent_words(link: Link) -> str:
    """How the parent along a link is called in the names of its features."""
    return f"{link.parent} ({link.column})"
