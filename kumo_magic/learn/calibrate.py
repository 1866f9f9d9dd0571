"""Outputs on held-out rows → probabilities that mean what they say, intervals that cover what they promise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit
from sklearn.metrics import precision_recall_curve


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
