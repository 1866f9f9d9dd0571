"""Rows of a table as of anchors → their own columns as numbers, and the calendar of the anchor."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.features.categories import MISSING
from kumo_magic.features.column_reader import ColumnReader
from kumo_magic.features.columns import columns_of
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.spans import AsOf
from kumo_magic.graph.stype import Stype
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.times import days_before, microseconds

_MOST_CATEGORIES = 200


def row_features(reader: ColumnReader, *, table: str, name: str, at: AsOf) -> FeatureBlock:
    """The columns of each row, unknown where the row itself is not yet known at its anchor.

    Numbers stand as they are; categories by how frequent they are up to the cut, the most frequent as 0 and an unseen
    one as -1; times as days before the anchor. A time after the anchor is unknown: it would have been written later.
    One that is known when its row is written stands as days ahead of the anchor, below 0 once it has passed.
    """
    source = reader.graph.tables[table]
    times = reader.timeline.row_times[table]
    known = np.flatnonzero(at.rows >= 0)
    known = known[known_mask(times[at.rows[known]], at.anchor_us[known])]
    rows, anchor_us = at.rows[known], at.anchor_us[known]
    block = FeatureBlock(len(at.rows))

    def add(words: str, values: np.ndarray) -> None:
        spread = np.full(len(at.rows), np.nan)
        spread[known] = values
        block.add(words, spread)

    for column in reader.number_columns(table):
        add(f"{name}.{column}", reader.numbers(table, column)[rows])
    for column in reader.category_columns(table):
        codes = reader.coded(table, column, _MOST_CATEGORIES).codes[rows]
        add(f"{name}.{column}", np.where(codes != MISSING, np.maximum(codes, -1), np.nan))
    for column in columns_of(source, Stype.TIMESTAMP):
        dates_us = microseconds(source.frame[column].iloc[rows])
        if source.columns[column].is_known:
            add(f"{name}.{column}: days ahead", -days_before(dates_us, anchor_us, is_known_ahead=True))
        else:
            add(f"{name}.{column}: days ago", days_before(dates_us, anchor_us))
    if reader.timeline.is_temporal[table]:
        add(f"{name}: age in days", days_before(times[rows], anchor_us))
    return block


def calendar_features(anchor_us: np.ndarray) -> FeatureBlock:
    """Where in the year and in the week the anchor is."""
    dates = pd.DatetimeIndex(anchor_us.astype("datetime64[us]"))
    angle = 2 * np.pi * (dates.month.to_numpy() - 1) / 12
    block = FeatureBlock(len(anchor_us))
    block.add("anchor: month, sine", np.sin(angle))
    block.add("anchor: month, cosine", np.cos(angle))
    block.add("anchor: weekday", dates.day_of_week.to_numpy())
    return block
