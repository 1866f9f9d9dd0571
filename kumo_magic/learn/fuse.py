"""Ranked lists of several learners → one list, and how much each learner counts in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kumo_magic.tasks.metrics import ranking_row_scores

LISTED = 60
"""How long the lists are that are fused, where no more are asked for."""
_OFFSET = 10.0
_STEPS = 4


def fuse(lists: Mapping[str, np.ndarray], weights: Mapping[str, float], k: int) -> np.ndarray:
    """The k best items by weighted reciprocal ranks (Cormack et al. 2009), float64 [rows, k, 2].

    A shorter answer is the beginning of a longer one: ranks beyond the first 60 only order the items that are in no
    list's first 60, and so on with each doubling. Of equal sums the first item comes first. A single learner that
    counts keeps its own scores.

    Args:
        lists: Learner → float64 [rows, length, 2]: item row and score; -1 fills. As long as `length_to_fuse` says, or
            as there are items.
        weights: Learner → how much it counts.
        k: How many, no more than the lists hold.
    """
    counted = [name for name in lists if weights[name] > 0]
    if len(counted) == 1:
        return lists[counted[0]][:, :k]
    num_rows = len(lists[counted[0]])
    num_items = int(max(lists[name][:, :, 0].max(initial=0) for name in counted)) + 1
    keys, scores, bands = [], [], []
    for name in counted:
        items = lists[name][:, :, 0].astype(np.int64)
        row, place = np.nonzero(items >= 0)
        keys.append(row * np.int64(num_items) + items[row, place])
        scores.append(weights[name] / (_OFFSET + 1 + place))
        bands.append(np.ceil(np.log2(np.maximum(1, (place + 1) / LISTED))).astype(np.int64))
    found, position = np.unique(np.concatenate(keys), return_inverse=True)
    of_entry, band = np.concatenate(bands), np.full(len(found), np.iinfo(np.int64).max)
    np.minimum.at(band, position, of_entry)
    counts = of_entry == band[position]
    total = np.bincount(position[counts], weights=np.concatenate(scores)[counts], minlength=len(found))
    total *= min(weights[name] for name in counted) ** band  # below every sum of the band before
    row = found // num_items
    order = np.lexsort((found, -total, row))
    row = row[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    kept = place < k
    fused = np.full((num_rows, k, 2), -np.inf)
    fused[:, :, 0] = -1
    fused[row[kept], place[kept], 0] = found[order][kept] % num_items
    fused[row[kept], place[kept], 1] = total[order][kept]
    return fused


def length_to_fuse(k: int) -> int:
    """How long the lists must be, so that the k best of them fused begin like any longer answer."""
    return LISTED << max(0, (k - 1) // LISTED).bit_length()


def fuse_weights(lists: Mapping[str, np.ndarray], truth: Sequence[np.ndarray], metric: str, k: int) -> dict[str, float]:
    """Weights that add up to 1, zero included: the best of five mixtures of the first and the second learner."""
    first, *others = lists
    if not others:
        return {first: 1.0}
    (second,) = others
    tried = [{first: 1 - step / _STEPS, second: step / _STEPS} for step in range(_STEPS + 1)]

    def score(weights: dict[str, float]) -> float:
        ranked = fuse(lists, weights, k)[:, :, 0].astype(np.int64)
        return float(ranking_row_scores(truth, ranked, k)[metric].mean())

    return max(tried, key=score)
