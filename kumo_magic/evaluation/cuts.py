"""Held-out probabilities and labels → what each threshold would have found. Chooses none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """What saying true from a threshold on is worth, threshold by threshold.

    Attributes:
        thresholds: Ascending probabilities: at most `MOST` of the held-out rows', and the one that was chosen. [cuts]
        num_predicted: Rows at or above each threshold. [cuts]
        num_hits: Those of them that are true. [cuts]
        chosen: The place of the chosen threshold; None where a capacity decides.
        num_true: True rows in all.
        num_rows: Rows in all.
    """

    thresholds: np.ndarray
    num_predicted: np.ndarray
    num_hits: np.ndarray
    chosen: int | None
    num_true: int
    num_rows: int


def cuts_of(label: np.ndarray, probability: np.ndarray, threshold: float | None) -> Cuts:
    """The cuts of held-out rows.

    Args:
        label: What happened, truth values. [rows]
        probability: What was said. [rows]
        threshold: The one that was chosen, if one was.
    """
    order = np.argsort(probability, kind="stable")
    ascending, happened = probability[order], label[order].astype(np.int64)
    values = np.unique(ascending)
    places = np.unique(np.linspace(0, len(values) - 1, min(MOST, len(values))).round().astype(np.int64))
    thresholds = np.unique([*values[places], *([] if threshold is None else [threshold])])
    below = np.searchsorted(ascending, thresholds, side="left")
    hits_below = np.concatenate([[0], np.cumsum(happened)])
    return Cuts(
        thresholds=thresholds,
        num_predicted=len(ascending) - below,
        num_hits=hits_below[-1] - hits_below[below],
        chosen=None if threshold is None else int(np.searchsorted(thresholds, threshold)),
        num_true=int(hits_below[-1]),
        num_rows=len(ascending),
    )
