"""Predictions and labels → scores. Arrays in, numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    roc_auc_score,
)

HIGHER_IS_BETTER = {
    "AUROC": True,
    "average precision": True,
    "Brier": False,
    "ECE": False,
    "log loss": False,
    "accuracy": True,
    "macro F1": True,
    "MAE": False,
    "RMSE": False,
    "Spearman": True,
}
LEAST_PROBABILITY = float(np.finfo(np.float64).eps)
"""Of a label, in the log loss: a class that was ruled out costs much, not everything."""
_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Rows in bins of about equal size, by predicted probability.

    Attributes:
        num_rows: int64 [bins].
        predicted: Mean probability, float64 [bins], ascending.
        observed: Share of rows that came true, float64 [bins].
    """

    num_rows: np.ndarray
    predicted: np.ndarray
    observed: np.ndarray

    @property
    def error(self) -> float:
        """ECE: the mean distance of predicted and observed, weighted by rows."""
        return float(np.average(np.abs(self.predicted - self.observed), weights=self.num_rows))


def reliability(labels: np.ndarray, probability: np.ndarray, num_bins: int = _BINS) -> Reliability:
    """What was predicted beside what happened.

    A bin ends at each quantile of the probabilities; equal ones share a bin, so that there may be fewer bins, and the
    order of the rows says nothing.
    """
    edges = np.unique(np.quantile(probability, np.arange(1, num_bins) / num_bins, method="inverted_cdf"))
    place = np.searchsorted(edges, probability, side="left")
    num_rows = np.bincount(place, minlength=len(edges) + 1)
    filled = num_rows > 0
    sums = [np.bincount(place, weights=values, minlength=len(num_rows))[filled] for values in (probability, labels)]
    num_rows = num_rows[filled]
    return Reliability(num_rows=num_rows, predicted=sums[0] / num_rows, observed=sums[1] / num_rows)


def binary_scores(labels: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """AUROC, average precision, Brier score, ECE, log loss against labels 0 and 1; NaN for what one class hides."""
    both = 0 < labels.mean() < 1
    probability = np.clip(probability, 0, 1)
    return {
        "AUROC": float(roc_auc_score(labels, probability)) if both else np.nan,
        "average precision": float(average_precision_score(labels, probability)) if both else np.nan,
        "Brier": float(brier_score_loss(labels, probability)),
        "ECE": reliability(labels, probability).error,
        "log loss": float(log_loss(labels, probability, labels=[0, 1])),
    }


def class_scores(labels: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """Accuracy, macro F1 and log loss of each class's probability, float64 [rows, classes], against class codes."""
    codes = labels.astype(np.int64)
    of_label = probability[np.arange(len(codes)), codes]
    predicted = probability.argmax(axis=1)
    return {
        "accuracy": float(accuracy_score(codes, predicted)),
        "macro F1": float(f1_score(codes, predicted, average="macro")),
        "log loss": float(-np.log(np.clip(of_label, LEAST_PROBABILITY, 1)).mean()),
    }


def regression_scores(labels: np.ndarray, prediction: np.ndarray) -> dict[str, float]:
    """Mean absolute error, root mean squared error, Spearman's rank correlation (NaN for constant predictions)."""
    error = prediction - labels
    varies = len(labels) > 1 and np.ptp(prediction) > 0 and np.ptp(labels) > 0
    return {
        "MAE": float(np.abs(error).mean()),
        "RMSE": float(np.sqrt((error**2).mean())),
        "Spearman": float(np.corrcoef(rankdata(labels), rankdata(prediction))[0, 1]) if varies else np.nan,
    }


def ranking_scores(labels: Sequence[np.ndarray], ranked: np.ndarray, k: int) -> dict[str, float]:
    """`ranking_row_scores`, averaged over rows."""
    return {metric: float(scores.mean()) for metric, scores in ranking_row_scores(labels, ranked, k).items()}


def ranking_row_scores(labels: Sequence[np.ndarray], ranked: np.ndarray, k: int) -> dict[str, np.ndarray]:
    """Average precision, NDCG, recall, hit and reciprocal rank at k of each row, under the names of their means.

    Average precision is divided by min(k, number of true items), so that a perfect list scores 1. The reciprocal rank
    is that of the first hit, 0 without one (Voorhees 1999). A row without true items scores 0.

    Args:
        labels: Per row the true items.
        ranked: int [rows, at least k], different items best first; -1 fills a short list.
        k: How many of the list count.
    """
    hits = ranking_hits(labels, ranked[:, :k])
    num_true = np.fromiter(map(len, labels), dtype=np.int64, count=len(labels))
    places = np.arange(1, hits.shape[1] + 1)
    discounts = 1 / np.log2(places + 1)
    best = np.minimum(num_true, k)
    ideal = np.concatenate([[1.0], np.cumsum(1 / np.log2(np.arange(2, k + 2)))])[best]
    num_hits = hits.sum(axis=1)
    has_hit = num_hits > 0
    first = hits.argmax(axis=1) if len(places) else np.zeros(len(hits))
    return {
        f"MAP@{k}": (np.cumsum(hits, axis=1) * hits) @ (1 / places) / np.maximum(best, 1),
        f"NDCG@{k}": hits @ discounts / ideal,
        f"recall@{k}": num_hits / np.maximum(num_true, 1),
        f"hit rate@{k}": has_hit.astype(np.float64),
        f"MRR@{k}": has_hit / (first + 1.0),
    }


def ranking_hits(labels: Sequence[np.ndarray], ranked: np.ndarray) -> np.ndarray:
    """Which entries of each list, int [rows, k], are among its row's true items, bool [rows, k]."""
    num_true = np.fromiter(map(len, labels), dtype=np.int64, count=len(labels))
    true_items = np.concatenate([np.empty(0, dtype=np.int64), *labels])
    num_items = 1 + max(int(true_items.max(initial=-1)), int(ranked.max(initial=-1)))
    true_keys = np.sort(np.repeat(np.arange(len(labels)), num_true) * num_items + true_items, kind="stable")
    keys = np.arange(len(ranked))[:, None] * num_items + ranked
    place = np.searchsorted(true_keys, keys)
    is_true = np.append(true_keys, -1)[place] == keys
    return is_true & (ranked >= 0)


def is_higher_better(metric: str) -> bool:
    """Whether more is better; every metric at k is."""
    return HIGHER_IS_BETTER.get(metric, True)
