"""The rows linked to an entity along a path → counts, recency and aggregates of them as of each anchor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.features.categories import fit_categories
from kumo_magic.features.columns import columns_of, numbers
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.windows import (
    NUMBER_SUMMARIES,
    RECENT,
    count_codes,
    count_distinct,
    summarise_numbers,
    window_bounds,
)
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.graph.stype import Stype
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.timeline import LinkIndex, Timeline
from kumo_magic.timeline.times import DAY_US

WINDOWS = (0.25, 1.0, 2.0, 3.0)
"""Lengths in horizons; all history comes after them."""
_SHARES = 5
_MOST_NUMBERS = (12, 6)  # columns aggregated at the end of a path of one link, of two
_MOST_CATEGORIES = (12, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """Rows of a table, each with its anchor, and how long the horizon is. ``rows`` of -1 stand for no row."""

    rows: np.ndarray  # int64 [n]
    anchor_us: np.ndarray  # int64 [n]
    horizon_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """The windows of one path: starts int64 [n, windows], the shortest first, with their names; stops int64 [n]."""

    index: LinkIndex
    starts: np.ndarray
    stops: np.ndarray
    words: tuple[str, ...]
    is_temporal: bool


def path_features(
    timeline: Timeline, *, graph: Graph, path: tuple[Link, ...], name: str, at: AsOf, cut_us: int
) -> FeatureBlock:
    """Features of the rows at the far end of the path that are known at each anchor.

    Args:
        timeline: The index of time.
        graph: Where the columns are.
        path: One or two links, the nearest to the entity first.
        name: How the path is called in the names of its features.
        at: The rows and their anchors.
        cut_us: Which categories are counted is decided from rows up to then.
    """
    link = path[-1]
    table = graph.tables[link.table]
    times = timeline.row_times[link.table]
    is_temporal = any(timeline.is_temporal[step.table] for step in path)
    span = _span(timeline.along(path), at, is_temporal)
    block = FeatureBlock(len(at.rows))
    _add_counts(block, name, span, at)
    for column in columns_of(table, Stype.NUMERICAL)[: _MOST_NUMBERS[len(path) - 1]]:
        _add_numbers(block, f"{name}.{column}", span, numbers(table.frame[column]))
    known = known_mask(times, cut_us)
    for column in columns_of(table, Stype.CATEGORICAL)[: _MOST_CATEGORIES[len(path) - 1]]:
        values = table.frame[column]
        categories = fit_categories(values, known, most=_SHARES)
        _add_shares(block, f"{name}.{column}", span, categories.codes(values), categories.values)
    for other, index in timeline.links.items():
        if other.table == link.table and other != link:
            num_parents = len(timeline.row_times[other.parent])
            words = f"{name}: distinct {other.parent} ({other.column})"
            _add_distinct(block, words, span, index.parent_rows, num_parents)
    return block


def _span(index: LinkIndex, at: AsOf, is_temporal: bool) -> _Span:
    lengths = np.array([int(length * at.horizon_days * DAY_US) for length in WINDOWS if is_temporal], dtype=np.int64)
    starts, stops = window_bounds(index.offsets, index.times, at.rows, at.anchor_us, lengths)
    words = tuple(f"last {duration_words(length * at.horizon_days)}" for length in WINDOWS if is_temporal)
    return _Span(index=index, starts=starts, stops=stops, words=(*words, "all"), is_temporal=is_temporal)


def _add_counts(block: FeatureBlock, name: str, span: _Span, at: AsOf) -> None:
    counts = span.stops[:, None] - span.starts
    for window, words in enumerate(span.words):
        block.add(f"{name}: count, {words}", counts[:, window])
    if not span.is_temporal:
        return
    recent, recent_two = WINDOWS.index(1.0), WINDOWS.index(2.0)
    block.add(
        f"{name}: count, {span.words[recent]}, less the same before", 2 * counts[:, recent] - counts[:, recent_two]
    )
    times = span.index.times
    newest = _take(times, span.stops - 1, counts[:, -1] > 0)
    oldest = _take(times, span.starts[:, -1], counts[:, -1] > 0)
    block.add(f"{name}: days since the last", (at.anchor_us - newest) / DAY_US)
    block.add(f"{name}: days since the first", (at.anchor_us - oldest) / DAY_US)
    for window in (WINDOWS.index(3.0), -1):
        gaps = counts[:, window] - 1
        first = _take(times, span.starts[:, window], gaps > 0)
        block.add(f"{name}: mean days between, {span.words[window]}", (newest - first) / DAY_US / np.maximum(gaps, 1))


def _add_numbers(block: FeatureBlock, name: str, span: _Span, values: np.ndarray) -> None:
    windows = _windows(span, (1.0, 3.0))
    summaries, newest = summarise_numbers(span.index.rows, values, _starts(span, windows), span.stops)
    for position, window in enumerate(windows):
        for summary, words in enumerate(NUMBER_SUMMARIES):
            block.add(f"{name}: {words}, {span.words[window]}", summaries[:, position, summary])
    if not span.is_temporal:
        return
    block.add(f"{name}: last", newest[:, 0])
    for position, number in enumerate(RECENT, start=1):
        block.add(f"{name}: mean of the last {number}", newest[:, position])
    block.add(f"{name}: weighted mean", newest[:, 3])


def _add_shares(block: FeatureBlock, name: str, span: _Span, codes: np.ndarray, values: tuple[str, ...]) -> None:
    windows = _windows(span, (3.0,))
    counts = count_codes(span.index.rows, codes, len(values), _starts(span, windows), span.stops)
    totals = span.stops[:, None] - span.starts[:, windows]
    for position, window in enumerate(windows):
        total = totals[:, position]
        for code, value in enumerate(values):
            share = np.divide(counts[:, position, code], total, out=np.full(len(total), np.nan), where=total > 0)
            block.add(f"{name} = {value}: share, {span.words[window]}", share)
    if span.is_temporal:
        last = _take(codes[span.index.rows], span.stops - 1, totals[:, -1] > 0)
        for code, value in enumerate(values):
            block.add(f"{name} = {value}: the last", np.where(np.isnan(last), np.nan, last == code))


def _add_distinct(block: FeatureBlock, name: str, span: _Span, codes: np.ndarray, num_codes: int) -> None:
    windows = _windows(span, (1.0,))
    distinct = count_distinct(span.index.rows, codes, num_codes, _starts(span, windows), span.stops)
    for position, window in enumerate(windows):
        block.add(f"{name}, {span.words[window]}", distinct[:, position])


def _take(values: np.ndarray, places: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Values at the usable places, float64 [n]; NaN at the others."""
    taken = np.full(len(places), np.nan)
    taken[usable] = values[places[usable]]
    return taken


def _windows(span: _Span, lengths: tuple[float, ...]) -> list[int]:
    """Positions of the windows of these lengths, and of all history."""
    return [*[WINDOWS.index(length) for length in lengths if span.is_temporal], len(span.words) - 1]


def _starts(span: _Span, windows: list[int]) -> np.ndarray:
    """Of some windows, in the one memory order that the kernels are compiled for."""
    return np.ascontiguousarray(span.starts[:, windows])


def duration_words(days: float) -> str:
    """A duration for people.

    Example:
        >>> duration_words(90.0), duration_words(7.5), duration_words(0.25)
        ('90 days', '7.5 days', '6 hours')
    """
    for size, unit in ((1.0, "days"), (1 / 24, "hours"), (1 / 1440, "minutes")):
        if days >= size:
            return f"{round(days / size, 1):g} {unit}"
    return f"{round(days * 86_400, 1):g} seconds"
