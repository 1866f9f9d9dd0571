"""Rows of a table at anchors, and an index → the windows of each row, by time and by the last so many events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.features.windows import newest_starts, window_bounds
from kumo_magic.timeline.timeline import LinkIndex
from kumo_magic.timeline.times import DAY_US

LENGTHS = (0.25, 1.0, 2.0, 3.0)
"""Of the windows by time, in horizons; all history comes after them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """Rows of a table, each with its anchor, and how long the horizon is. ``rows`` of -1 stand for no row."""

    rows: np.ndarray  # int64 [n]
    anchor_us: np.ndarray  # int64 [n]
    horizon_days: float

    def part(self, start: int, stop: int) -> AsOf:
        """The rows from one position up to another."""
        return AsOf(rows=self.rows[start:stop], anchor_us=self.anchor_us[start:stop], horizon_days=self.horizon_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The rows linked to each row and known at its anchor: ``index.rows[start:stop]``, in windows."""

    index: LinkIndex
    starts: np.ndarray  # int64 [n, windows], the shortest window first, all history last
    stops: np.ndarray  # int64 [n]
    words: tuple[str, ...]  # of each window
    is_temporal: bool

    @property
    def begins(self) -> np.ndarray:
        """Where all history begins, int64 [n]."""
        return self.starts[:, -1]

    def positions(self, lengths: tuple[float, ...]) -> list[int]:
        """Of the windows of these lengths, and of all history; of a table without times the latter alone."""
        return [*[LENGTHS.index(length) for length in lengths if self.is_temporal], len(self.words) - 1]

    def starts_of(self, positions: list[int]) -> np.ndarray:
        """Of some windows, in the one memory order that the kernels are compiled for."""
        return np.ascontiguousarray(self.starts[:, positions])

    def newest(self, numbers: tuple[int, ...]) -> np.ndarray:
        """Starts of the windows of the last so many rows, fewest first, int64 [n, windows]."""
        return newest_starts(self.begins, self.stops, numbers)

    def times_at(self, places: np.ndarray, usable: np.ndarray) -> np.ndarray:
        """Times of the rows at the usable places, float64 microseconds [n]; NaN at the others."""
        times = np.full(len(places), np.nan)
        times[usable] = self.index.row_times[self.index.rows[places[usable]]]
        return times


def build_span(index: LinkIndex, at: AsOf, *, is_temporal: bool) -> Span:
    """The windows of the rows at their anchors; of rows without times only all history."""
    lengths = np.array([int(length * at.horizon_days * DAY_US) for length in LENGTHS if is_temporal], dtype=np.int64)
    starts, stops = window_bounds(index.offsets, index.rows, index.row_times, at.rows, at.anchor_us, lengths)
    words = tuple(f"last {duration_words(length * at.horizon_days)}" for length in LENGTHS if is_temporal)
    return Span(index=index, starts=starts, stops=stops, words=(*words, "all"), is_temporal=is_temporal)


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
