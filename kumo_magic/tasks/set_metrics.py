"""Probabilities of every class and which of them came true → scores. Arrays in, numbers out."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from kumo_magic.tasks.metrics import LEAST_PROBABILITY

MACRO_PRECISION = "macro average precision"
EVEN_ODDS = 0.5


def set_scores(labels: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """How well the classes of each row were told.

    Macro scores are means over the classes that some of these rows hold and some do not, NaN where there is none; micro
    scores take every pair of a row and a class as one question. F1 cuts at a probability of 0.5.

    Args:
        labels: bool [rows, classes].
        probability: float64 [rows, classes].
    """
    told = both_kinds(labels)
    weights = np.ones((1, len(labels)))
    pairs = probability.reshape(-1)
    truth = labels.reshape(-1)
    has_both = 0 < truth.mean() < 1
    hits = float((truth & (pairs >= EVEN_ODDS)).sum())
    likely = np.clip(np.where(truth, pairs, 1 - pairs), LEAST_PROBABILITY, 1)
    return {
        MACRO_PRECISION: float(macro_precision(labels, probability, weights)[0]),
        "macro AUROC": float(np.mean([_area(labels[:, code], probability[:, code]) for code in told]))
        if len(told)
        else np.nan,
        "micro average precision": float(_precision(truth, pairs, np.ones((1, len(pairs))))[0]) if has_both else np.nan,
        "micro F1": 2 * hits / max(1.0, float(truth.sum() + (pairs >= EVEN_ODDS).sum())),
        "log loss": float(-np.log(likely).mean()),
    }


def both_kinds(labels: np.ndarray) -> np.ndarray:
    """The classes that some rows hold and some do not, int64."""
    share = labels.mean(axis=0)
    return np.flatnonzero((share > 0) & (share < 1))


def macro_precision(labels: np.ndarray, answer: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Average precision, the mean over classes, in each resample, float64 [resamples].

    A class counts in the resamples that hold it; NaN where there is none.

    Args:
        labels: bool [rows, classes].
        answer: float64 [rows, classes].
        counts: float [resamples, rows], how often each row is drawn.
    """
    found = [_precision(labels[:, code], answer[:, code], counts) for code in both_kinds(labels)]
    if not found:
        return np.full(len(counts), np.nan)
    of_class = np.stack(found)  # [classes, resamples]
    known = np.isfinite(of_class)
    total = np.where(known, of_class, 0.0).sum(axis=0)
    return np.divide(total, known.sum(axis=0), out=np.full(len(counts), np.nan), where=known.any(axis=0))


def _precision(truth: np.ndarray, answer: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Average precision in each resample: the mean precision at the true rows, equal answers as one step."""
    order = np.argsort(-answer, kind="stable")
    starts = np.flatnonzero(np.diff(answer[order], prepend=np.inf))
    drawn = counts[:, order].astype(np.float64)
    true = np.add.reduceat(drawn * truth[order], starts, axis=1)
    found, listed = np.cumsum(true, axis=1), np.cumsum(np.add.reduceat(drawn, starts, axis=1), axis=1)
    precision = np.divide(found, listed, out=np.zeros_like(found), where=listed > 0)
    total = found[:, -1]
    return np.divide((precision * true).sum(axis=1), total, out=np.full(len(counts), np.nan), where=total > 0)


def _area(truth: np.ndarray, answer: np.ndarray) -> float:
    """AUROC by ranks; equal answers count half."""
    num_true = int(truth.sum())
    ranks = rankdata(answer)[truth].sum()
    return float((ranks - num_true * (num_true + 1) / 2) / (num_true * (len(truth) - num_true)))
