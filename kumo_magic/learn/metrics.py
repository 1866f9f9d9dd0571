"""Predictions and labels → scores. Arrays in, numbers out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import accuracy_score, average_precision_score, brier_score_loss, f1_score, roc_auc_score

HIGHER_IS_BETTER = {
    "AUROC": True,
    "average precision": True,
    "Brier": False,
    "accuracy": True,
    "macro F1": True,
    "MAE": False,
    "RMSE": False,
    "Spearman": True,
}


def binary_scores(labels: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """AUROC, average precision and Brier score against labels 0 and 1; NaN for what one class hides."""
    both = 0 < labels.mean() < 1
    return {
        "AUROC": float(roc_auc_score(labels, probability)) if both else np.nan,
        "average precision": float(average_precision_score(labels, probability)) if both else np.nan,
        "Brier": float(brier_score_loss(labels, np.clip(probability, 0, 1))),
    }


def class_scores(labels: np.ndarray, codes: np.ndarray) -> dict[str, float]:
    """Accuracy and macro F1 of predicted class codes."""
    return {
        "accuracy": float(accuracy_score(labels, codes)),
        "macro F1": float(f1_score(labels, codes, average="macro")),
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
    """MAP, NDCG, recall and hit rate at k, averaged over rows.

    Average precision is divided by min(k, number of true items), so that a perfect list scores 1.

    Args:
        labels: Per row the true items.
        ranked: int [rows, at least k], items best first; -1 fills a short list.
        k: How many of the list count.
    """
    ranked = ranked[:, :k]
    hits = np.array([np.isin(row, truth) & (row >= 0) for row, truth in zip(ranked, labels, strict=True)], dtype=float)
    num_true = np.array([len(truth) for truth in labels], dtype=float)
    places = np.arange(1, ranked.shape[1] + 1)
    discounts = 1 / np.log2(places + 1)
    best = np.minimum(num_true, k).astype(int)
    ideal = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, k + 2)))])[best]
    precision = np.cumsum(hits, axis=1) / places
    return {
        f"MAP@{k}": float(((precision * hits).sum(axis=1) / best).mean()),
        f"NDCG@{k}": float(((hits * discounts).sum(axis=1) / ideal).mean()),
        f"recall@{k}": float((hits.sum(axis=1) / num_true).mean()),
        f"hit rate@{k}": float((hits.sum(axis=1) > 0).mean()),
    }


def is_higher_better(metric: str) -> bool:
    """Whether more is better; every metric at k is."""
    return HIGHER_IS_BETTER.get(metric, True)
