"""The rows linked to an entity along a path → counts, recency and aggregates of them as of each anchor."""

from __future__ import annotations

import numpy as np

from kumo_magic.features.column_reader import CodedColumn, ColumnReader
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.spans import AsOf, Span, duration_words
from kumo_magic.features.windows import (
    DECAYS,
    NUMBER_SUMMARIES,
    count_codes,
    count_distinct,
    summarise_ahead,
    summarise_numbers,
)
from kumo_magic.graph.link import Link
from kumo_magic.timeline.times import DAY_US

NEWEST = (3, 5, 10, 20, 40)
"""Windows of so many events."""
BRIEFLY = (5, 20)
_SHARE_NEWEST = (5, 20)
_MOST_DISTINCT = 3
_DECAYS = np.array(DECAYS)


def count_features(reader: ColumnReader, *, link: Link, name: str, span: Span, at: AsOf) -> FeatureBlock:
    """How many rows are known at each anchor, how old they are, and how many others they point at.

    Args:
        reader: Of the columns.
        link: The last one of the path, from the rows counted.
        name: How the path is called in the names of the features.
        span: The windows along the path.
        at: The rows and their anchors.
    """
    block = FeatureBlock(len(at.rows))
    counts = span.stops[:, None] - span.starts
    for window, words in enumerate(span.words):
        block.add(f"{name}: count, {words}", counts[:, window])
    if span.is_temporal:
        _add_recency(block, name, span, counts, at)
    others = [other for other in reader.timeline.links if other.table == link.table and other != link]
    for other in others[:_MOST_DISTINCT]:
        windows = span.positions((1.0,))
        parents = reader.parents(other)
        num_parents = reader.timeline.num_rows[other.parent]
        distinct = count_distinct(span.index.rows, parents, num_parents, span.starts_of(windows), span.stops)
        for position, window in enumerate(windows):
            words = f"{name}: distinct {other.parent} ({other.column}), {span.words[window]}"
            block.add(words, distinct[:, position])
    return block


def number_features(name: str, span: Span, values: np.ndarray, *, has_missing: bool) -> FeatureBlock:
    """What a column of numbers sums up to, in windows by time and by number of rows."""
    block = FeatureBlock(len(span.stops))
    windows = span.positions((1.0, 3.0))
    summaries, newest = summarise_numbers(span.index.rows, values, span.starts_of(windows), span.stops, _DECAYS)
    for position, window in enumerate(windows):
        # Least, greatest and sum of every window would be many features that say nearly the same.
        kinds = NUMBER_SUMMARIES if window == windows[-1] else NUMBER_SUMMARIES[: 2 if position == 0 else 1]
        for words in kinds:
            column = summaries[:, position, NUMBER_SUMMARIES.index(words)]
            block.add(f"{name}: {words}, {span.words[window]}", column)
    if not span.is_temporal:
        return block
    for position, words in enumerate(("last", "weighted mean", "slowly weighted mean")):
        block.add(f"{name}: {words}", newest[:, position])
    starts = span.newest(NEWEST)
    summaries, _ = summarise_numbers(span.index.rows, values, starts, span.stops, _DECAYS[:0])
    means = dict(zip(NEWEST, summaries[:, :, 0].T, strict=True))
    for number in NEWEST:
        block.add(f"{name}: mean of the last {number}", means[number])
    block.add(f"{name}: mean of the last 5 less that of 20", means[5] - means[20])
    ten = NEWEST.index(10)
    block.add(f"{name}: min of the last 10", summaries[:, ten, 2])
    block.add(f"{name}: max of the last 10", summaries[:, ten, 3])
    if has_missing:
        share = _ratio(summaries[:, ten, 4], span.stops - starts[:, ten])
        block.add(f"{name}: share missing of the last 10", 1 - share)
    return block


def brief_number_features(name: str, span: Span, values: np.ndarray) -> FeatureBlock:
    """The same in few words, for columns further away."""
    block = FeatureBlock(len(span.stops))
    windows = span.positions((1.0,))
    summaries, newest = summarise_numbers(span.index.rows, values, span.starts_of(windows), span.stops, _DECAYS[:1])
    for position, window in enumerate(windows):
        for summary, words in enumerate(NUMBER_SUMMARIES[:2]):
            block.add(f"{name}: {words}, {span.words[window]}", summaries[:, position, summary])
    if not span.is_temporal:
        return block
    block.add(f"{name}: last", newest[:, 0])
    block.add(f"{name}: weighted mean", newest[:, 1])
    summaries, _ = summarise_numbers(span.index.rows, values, span.newest(BRIEFLY), span.stops, _DECAYS[:0])
    for position, number in enumerate(BRIEFLY):
        block.add(f"{name}: mean of the last {number}", summaries[:, position, 0])
    return block


def ahead_features(name: str, span: Span, dates_us: np.ndarray, at: AsOf) -> FeatureBlock:
    """How many dates that are known with their rows lie ahead of each anchor, and how far; of rows known by then.

    Args:
        name: Of the column.
        span: The windows along the path.
        dates_us: int64 [table rows], `NEVER` where missing.
        at: The rows and their anchors.
    """
    block = FeatureBlock(len(at.rows))
    horizon_us = int(at.horizon_days * DAY_US)
    found = summarise_ahead(span.index.rows, dates_us, span.begins, span.stops, at.anchor_us, horizon_us)
    near = f"next {duration_words(at.horizon_days)}"
    words = (
        "ahead, count",
        f"ahead, count, {near}",
        "days ahead, the nearest",
        "days ahead, the furthest",
        "days ahead, last",
    )
    for position, word in enumerate(words):
        block.add(f"{name}: {word}", found[:, position])
    return block


def share_features(name: str, span: Span, coded: CodedColumn) -> FeatureBlock:
    """How often each category occurs, in windows by time and by number of rows, and whether it came last."""
    block = FeatureBlock(len(span.stops))
    windows = span.positions((3.0,))
    starts, words = [span.starts_of(windows)], [span.words[window] for window in windows]
    if span.is_temporal:
        starts.append(span.newest(_SHARE_NEWEST))
        words.extend(f"last {number}" for number in _SHARE_NEWEST)
    shares = []
    for part in starts:
        counts = count_codes(span.index.rows, coded.codes, len(coded.values), part, span.stops)
        shares.append(_ratio(counts, (span.stops[:, None] - part)[:, :, None]))
    share = np.concatenate(shares, axis=1)
    for position, window in enumerate(words):
        for code, value in enumerate(coded.values):
            block.add(f"{name} = {value}: share, {window}", share[:, position, code])
    if span.is_temporal:
        some = np.flatnonzero(span.stops > span.begins)
        last = np.full(len(span.stops), np.nan)
        last[some] = coded.codes[span.index.rows[span.stops[some] - 1]]
        for code, value in enumerate(coded.values):
            block.add(f"{name} = {value}: the last", np.where(np.isnan(last), np.nan, last == code))
    return block


def _add_recency(block: FeatureBlock, name: str, span: Span, counts: np.ndarray, at: AsOf) -> None:
    once, twice = span.positions((1.0, 2.0))[:2]
    block.add(f"{name}: count, {span.words[once]}, less the same before", 2 * counts[:, once] - counts[:, twice])
    newest = span.times_at(span.stops - 1, counts[:, -1] > 0)
    oldest = span.times_at(span.begins, counts[:, -1] > 0)
    block.add(f"{name}: days since the last", (at.anchor_us - newest) / DAY_US)
    block.add(f"{name}: days since the first", (at.anchor_us - oldest) / DAY_US)
    for window in span.positions((3.0,)):
        gaps = counts[:, window] - 1
        first = span.times_at(span.starts[:, window], gaps > 0)
        block.add(f"{name}: mean days between, {span.words[window]}", (newest - first) / DAY_US / np.maximum(gaps, 1))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """A share, NaN of nothing."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
