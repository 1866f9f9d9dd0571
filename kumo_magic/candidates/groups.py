"""Places and ranks inside groups, keys among keys. Knows no events and no times."""

from __future__ import annotations

import numpy as np


def places_in_groups(groups: np.ndarray) -> np.ndarray:
    """The place of each entry among those of its group, from 0; entries of a group stand together."""
    if not len(groups):
        return np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    lengths = np.diff(np.append(starts, len(groups)))
    return np.arange(len(groups)) - np.repeat(starts, lengths)


def ranks_in_groups(groups: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The rank of each entry among those of its group, float32, 1 for the greatest score; groups stand together."""
    order = np.lexsort((-scores, groups))
    ranks = np.empty(len(groups), dtype=np.float32)
    ranks[order] = places_in_groups(groups[order]) + 1
    return ranks


def places_among(keys: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Where each of the keys stands among others in ascending order, int64; -1 for nowhere."""
    if not len(of):
        return np.full(len(keys), -1)
    place = np.minimum(np.searchsorted(of, keys), len(of) - 1)
    return np.where(of[place] == keys, place, -1)
