"""Lists and labels of a ranking → what a mean over rows hides: repeats and new items, coverage, who has a past."""

from __future__ import annotations

import math

import numpy as np

from kumo_magic.timeline.neighbours import known_mask

COLD, WARM, HEAVY = "cold", "warm", "heavy"
_SHARE_BELOW_HEAVY = 0.8
_PARTS = ("coverage", "repeat recall", "explore recall")


def is_part(metric: str) -> bool:
    """Whether a metric at k is of a part of the labels or of the catalogue: it stands beside the scores of rows."""
    return metric.split("@", maxsplit=1)[0] in _PARTS


def part_row_scores(
    hits: np.ndarray, is_seen: np.ndarray, num_repeats: np.ndarray, num_new: np.ndarray, k: int
) -> dict[str, np.ndarray]:
    """Recall at k of each row's repeats and of its new items, float64 [rows]; NaN for a row that has none.

    Repeats are true items in the entity's own past at the anchor. (Li et al. 2023, A next basket recommendation
    reality check, which calls finding the others exploration.)

    Args:
        hits: bool [rows, at least k], which entries of a list are true.
        is_seen: bool [rows, at least k], which entries are in the entity's own past.
        num_repeats: int64 [rows], true items that are repeats.
        num_new: int64 [rows], true items that are not.
        k: How many of the list count.
    """
    hits, is_seen = hits[:, :k], is_seen[:, :k]
    return {
        f"repeat recall@{k}": _ratio((hits & is_seen).sum(axis=1), num_repeats),
        f"explore recall@{k}": _ratio((hits & ~is_seen).sum(axis=1), num_new),
    }


def mean_of_known(values: np.ndarray) -> float:
    """The mean of what is not NaN; NaN where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def catalogue_coverage(ranked: np.ndarray, anchor_us: np.ndarray, item_times: np.ndarray, k: int) -> float:
    """The share of the items that existed at an anchor which are in any of its lists, the mean over anchors.

    NaN where nothing existed. (Ge et al. 2010, Beyond accuracy.)

    Args:
        ranked: int64 [rows, at least k]; -1 fills a short list.
        anchor_us: int64 [rows].
        item_times: int64 [items], when each item comes to exist.
        k: How many of the list count.
    """
    shares = []
    for us in np.unique(anchor_us):
        exists = known_mask(item_times, us)
        listed = np.unique(ranked[anchor_us == us, :k])
        listed = listed[listed >= 0]
        shares.append(exists[listed].sum() / exists.sum() if exists.any() else math.nan)
    return mean_of_known(np.array(shares, dtype=np.float64))


def segments(num_events: np.ndarray) -> np.ndarray:
    """Cold, warm or heavy of each row by its number of past events, text [rows].

    Cold rows have none. Heavy ones have more than four fifths of the rows with a past: at most a fifth of them.
    """
    with_past = num_events[num_events > 0]
    most = np.quantile(with_past, _SHARE_BELOW_HEAVY, method="inverted_cdf") if len(with_past) else 0
    return np.where(num_events == 0, COLD, np.where(num_events > most, HEAVY, WARM))


def _ratio(number: np.ndarray, of: np.ndarray) -> np.ndarray:
    return np.divide(number, of, out=np.full(len(of), math.nan), where=of > 0)
