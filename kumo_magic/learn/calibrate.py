"""Outputs on held-out rows → probabilities that mean what they say, intervals that cover what they promise."""

from __future__ import annotations

from dataclasses import dataclass

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


def conformal_margin(labels: np.ndarray, low: np.ndarray, high: np.ndarray, coverage: float) -> float:
    """How far to widen (or, negative, to narrow) intervals so that they cover the given share of these rows.

    Conformalised quantile regression (Romano, Patterson and Candès 2019), its correction for few rows included. Rows of
    a later time may drift, so coverage there is to be measured, not promised.
    """
    excess = np.maximum(low - labels, labels - high)
    level = min(1.0, np.ceil((len(excess) + 1) * coverage) / len(excess))
    return float(np.quantile(excess, level, method="higher"))
