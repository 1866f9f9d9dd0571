"""What happened and what was predicted, truth values → how often the predictions were right."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What `prediction` of truth values is worth on the held-out rows; NaN where there is nothing to count.

    Of sets every pair of a row and a class is a truth value.
    """

    num_true: int  # predicted true
    precision: float
    recall: float


def decisions_of(label: np.ndarray, predicted: np.ndarray) -> Decisions:
    """The counts of held-out rows.

    Args:
        label: What happened, bool. [rows]
        predicted: What was said, bool. [rows]
    """
    hits = int((predicted & label).sum())
    return Decisions(
        num_true=int(predicted.sum()),
        precision=hits / predicted.sum() if predicted.any() else math.nan,
        recall=hits / label.sum() if label.any() else math.nan,
    )
