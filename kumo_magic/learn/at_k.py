"""Lists and true items of held-out rows → every metric at each length of the list, for all rows and for some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.tasks.metrics import ranking_hits

ALL = "all"
_MOST_LENGTHS = 30
_MOST_ANCHORS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AtK:
    """Means over some rows.

    Attributes:
        num_rows: How many.
        ks: Lengths of the list, ascending: all of them, or some of many.
        scores: Learner → metric, without its k → score at each length.
    """

    num_rows: int
    ks: tuple[int, ...]
    scores: dict[str, dict[str, tuple[float, ...]]]


def scores_at_k(
    truth: Sequence[np.ndarray], answers: Mapping[str, np.ndarray], k: int, groups: Mapping[str, np.ndarray]
) -> dict[str, AtK]:
    """Group → its means.

    Args:
        truth: Per row the true items.
        answers: Learner → items, int64 [rows, about k], best first, -1 for none.
        k: The longest list.
        groups: Positions of the rows of each group, at least one.
    """
    ks = np.unique(np.linspace(1, k, min(k, _MOST_LENGTHS)).round().astype(np.int64))
    num_true = np.fromiter(map(len, truth), dtype=np.int64, count=len(truth))
    found: dict[str, dict[str, dict[str, tuple[float, ...]]]] = {group: {} for group in groups}
    for learner, ranked in answers.items():
        by_row = _at_each_length(ranking_hits(truth, ranked[:, :k]), num_true, ks)
        for group, rows in groups.items():
            found[group][learner] = {
                metric: tuple(values[rows].mean(axis=0).tolist()) for metric, values in by_row.items()
            }
    lengths = tuple(ks.tolist())
    return {group: AtK(num_rows=len(rows), ks=lengths, scores=found[group]) for group, rows in groups.items()}


def row_groups(anchor_times: pd.Series, segments: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """All rows, those of each segment, and those of each anchor time (the newest ones) under its ISO name."""
    groups = {ALL: np.arange(len(anchor_times))}
    if segments is not None:
        groups |= {str(name): np.flatnonzero(segments == name) for name in np.unique(segments)}
    by_anchor = anchor_times.groupby(anchor_times.to_numpy(), sort=True).indices
    if len(by_anchor) > 1:
        newest = list(by_anchor.items())[-_MOST_ANCHORS:]
        groups |= {pd.Timestamp(time).isoformat(): np.asarray(rows) for time, rows in newest}
    return groups


def _at_each_length(hits: np.ndarray, num_true: np.ndarray, ks: np.ndarray) -> dict[str, np.ndarray]:
    """Metric → float64 [rows, lengths], as `ranking_row_scores` has them at one."""
    length = int(ks[-1])
    missing = max(0, length - hits.shape[1])
    hits = np.pad(hits[:, :length], ((0, 0), (0, missing)))
    places = np.arange(1, length + 1)
    at = ks - 1
    best = np.minimum(num_true[:, None], ks)
    num_hits = hits.cumsum(axis=1)
    ideal = np.concatenate([[1.0], np.cumsum(1 / np.log2(places + 1))])[best]
    return {
        "MAP": (num_hits * hits / places).cumsum(axis=1)[:, at] / np.maximum(best, 1),
        "NDCG": (hits / np.log2(places + 1)).cumsum(axis=1)[:, at] / ideal,
        "recall": num_hits[:, at] / np.maximum(num_true, 1)[:, None],
        "hit rate": (num_hits[:, at] > 0).astype(np.float64),
        "MRR": np.maximum.accumulate(np.where(hits & (num_hits == 1), 1 / places, 0.0), axis=1)[:, at],
    }
