"""Rows at anchors that come more than once → each pair once. Knows no tables and no columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinctSeeds:
    """Pairs of an entity's row and an anchor, each once, in the order in which they first came.

    Attributes:
        rows: int64 [seeds], positions in the entity table.
        anchor_us: int64 [seeds].
        seed_of_row: int64 [n], which of the seeds each of the n pairs given is.
    """

    rows: np.ndarray
    anchor_us: np.ndarray
    seed_of_row: np.ndarray


def distinct_seeds(rows: np.ndarray, anchor_us: np.ndarray) -> DistinctSeeds:
    """Find what is to be sampled once: the steps of a FORECAST share their entity's neighbourhood at the anchor.

    Args:
        rows: int64 [n].
        anchor_us: int64 [n].
    """
    pairs = np.stack([rows, anchor_us], axis=1)
    _, first, inverse = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    firsts = first[order]
    return DistinctSeeds(rows=rows[firsts], anchor_us=anchor_us[firsts], seed_of_row=place[inverse.reshape(-1)])
