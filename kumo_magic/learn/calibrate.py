"""Outputs on held-out rows → probabilities that mean what they say, intervals that cover what they promise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_expit, log_softmax
from sklearn.metrics import precision_recall_curve

_LOG_TEMPERATURES = (-3.0, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlattScaling:
    """``sigmoid(slope × logit + intercept)`` (Platt 1999)."""

    slope: float = 1.0
    intercept: float = 0.0

    def probability(self, logits: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of logits, [rows]."""
        return expit(self.slope * logits + self.intercept)


def fit_platt(logits: np.ndarray, labels: np.ndarray) -> PlattScaling:
    """Fit slope and intercept by cross entropy, under standard normal priors of log slope and intercept.

    The slope stays positive, so the order of the rows never changes. Few rows leave the logits near what they were.
    """

    def loss(parameters: np.ndarray) -> float:
        slope, intercept = np.exp(parameters[0]), parameters[1]
        scaled = slope * logits + intercept
        entropy = -(labels * log_expit(scaled) + (1 - labels) * log_expit(-scaled)).sum()
        return float(entropy + 0.5 * (parameters**2).sum())

    solution = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return PlattScaling(slope=float(np.exp(solution[0])), intercept=float(solution[1]))


def fit_temperature(logits: np.ndarray, codes: np.ndarray) -> float:
    """The temperature by which logits [rows, classes] are divided (Guo et al. 2017), under a normal prior of its log.

    The order of the classes of a row never changes. Few rows leave the temperature near 1.
    """
    logits, rows = logits.astype(np.float64), np.arange(len(codes))

    def loss(log_temperature: float) -> float:
        likely = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(0.5 * log_temperature**2 - likely[rows, codes.astype(np.int64)].sum())

    solution = minimize_scalar(loss, bounds=_LOG_TEMPERATURES, method="bounded")
    return float(np.exp(solution.x))  # pyright: ignore[reportAttributeAccessIssue]  # SciPy's stubs call it an object


def best_f1_threshold(labels: np.ndarray, probability: np.ndarray) -> float:
    """The threshold with the best F1 on the given rows; 0.5 when they hold one class only."""
    if not 0 < labels.mean() < 1:
        return 0.5
    precision, recall, thresholds = precision_recall_curve(labels, probability)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[int(f1[:-1].argmax())])


def share_threshold(labels: np.ndarray, probability: np.ndarray) -> float:
    """The threshold from which about as many rows are called true as are true.

    Equal probabilities stand together: where they are too many, the threshold lies above them, above all of them if
    need be.
    """
    values, counts = np.unique(probability, return_counts=True)
    num_called = np.append(counts[::-1].cumsum()[::-1], 0)  # from each value on, and from above all of them
    gaps = np.abs(num_called - labels.sum())
    place = len(gaps) - 1 - int(gaps[::-1].argmin())  # of two as near, the one that calls fewer true
    return float(values[place]) if place < len(values) else float(np.nextafter(values[-1], np.inf))


def conformal_margin(labels: np.ndarray, low: np.ndarray, high: np.ndarray, coverage: float) -> float:
    """How far to widen (or, negative, to narrow) intervals so that they cover the given share of rows like these.

    Conformalised quantile regression (Romano, Patterson and Candès 2019): the k-th smallest excess of n rows, which a
    new row of their kind stays within with a chance of k / (n + 1), at least the coverage. Rows of a later time may
    drift, so coverage there is to be measured, not promised. Fewer rows than `fewest_rows` cannot promise it: theirs is
    the largest excess there is.
    """
    excess = np.sort(np.maximum(low - labels, labels - high))
    return float(excess[min(_rank(len(excess), coverage), len(excess)) - 1])


def fewest_rows(coverage: float) -> int:
    """How many rows it takes before one of them is far enough out to promise the coverage: four for 80%."""
    return next(num_rows for num_rows in count(1) if _rank(num_rows, coverage) <= num_rows)


def _rank(num_rows: int, coverage: float) -> int:
    """ceil((n + 1) × coverage), counted from 1; 15 × 0.8 is 12, whatever floats say."""
    return math.ceil(round((num_rows + 1) * coverage, 9))
