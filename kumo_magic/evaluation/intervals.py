"""Rows with labels and answers → how far a score might be off: bootstrap intervals. Arrays in, numbers out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

NUM_RESAMPLES = 200
MOST_ROWS = 10_000
"""More rows than these are not resampled: a sample of whole entities stands for them."""
CONFIDENCE = 0.95
Interval = tuple[float, float]
_UNKNOWN = (math.nan, math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resamples:
    """How often each resample draws each row.

    Attributes:
        rows: int64 [sample]; positions of the rows that are resampled, all of them where there are few.
        counts: float32 [resamples, sample].
        scale: How much narrower an interval of all rows is than one of the sample.
    """

    rows: np.ndarray
    counts: np.ndarray
    scale: float


def draw_resamples(entities: np.ndarray, most_rows: int = MOST_ROWS) -> Resamples | None:
    """Resamples of whole entities with replacement, the same each time; None for fewer than two entities.

    Rows of one entity are alike: drawn one by one they would promise too much.

    Args:
        entities: One value per row; equal ones are drawn together.
        most_rows: About how many rows a resample may have.
    """
    random = np.random.default_rng(0)
    _, codes = np.unique(entities, return_inverse=True)
    num_entities = int(codes.max(initial=-1)) + 1
    if num_entities < 2:
        return None
    num_drawn = min(num_entities, max(2, round(num_entities * most_rows / len(codes))))
    drawn = np.arange(num_entities)
    if num_drawn < num_entities:
        drawn = random.choice(num_entities, size=num_drawn, replace=False)
    place = np.full(num_entities, -1)
    place[drawn] = np.arange(num_drawn)
    rows = np.flatnonzero(place[codes] >= 0)
    picks = random.integers(num_drawn, size=(NUM_RESAMPLES, num_drawn))
    picks += num_drawn * np.arange(NUM_RESAMPLES)[:, None]
    counts = np.bincount(picks.ravel(), minlength=NUM_RESAMPLES * num_drawn).reshape(NUM_RESAMPLES, num_drawn)
    return Resamples(
        rows=rows,
        counts=counts.astype(np.float32)[:, place[codes[rows]]],
        scale=math.sqrt(num_drawn / num_entities),
    )


def mean_scores(quality: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The mean of a quality of each row in each resample, float64 [resamples]."""
    return counts @ quality / counts.sum(axis=1)


def auroc_scores(labels: np.ndarray, answer: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """AUROC in each resample, float64 [resamples]; NaN where a resample holds one class only.

    The share of pairs of a true and a false row that are in the right order; equal answers count half.
    """
    order = np.argsort(answer, kind="stable")
    starts = np.flatnonzero(np.diff(answer[order], prepend=-np.inf))
    sorted_counts, is_true = counts[:, order], labels[order].astype(bool)
    true = np.add.reduceat(sorted_counts * is_true, starts, axis=1)
    false = np.add.reduceat(sorted_counts * ~is_true, starts, axis=1)
    below = np.cumsum(false, axis=1) - false / 2
    num_pairs = true.sum(axis=1, dtype=np.float64) * false.sum(axis=1, dtype=np.float64)
    in_order = np.einsum("rg,rg->r", true, below, dtype=np.float64)
    return np.divide(in_order, num_pairs, out=np.full(len(counts), np.nan), where=num_pairs > 0)


def interval(score: float, of_sample: float, of_resamples: np.ndarray, scale: float) -> Interval:
    """The percentile interval of a score; resamples without a score do not count.

    Where a sample stood for all rows, its deviations are scaled down to theirs.
    """
    known = of_resamples[np.isfinite(of_resamples)]
    if not len(known) or not math.isfinite(score):
        return _UNKNOWN
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(score + scale * (low - of_sample)), float(score + scale * (high - of_sample))
