"""A learner's held-out answers beside the labels → its primary metric, on all rows or some, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumo_magic.evaluation.intervals import Interval, Resamples, auroc_scores, interval, mean_scores
from kumo_magic.tasks.metrics import LEAST_PROBABILITY
from kumo_magic.tasks.set_metrics import MACRO_PRECISION, macro_precision


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredAnswers:
    """What one learner said of every held-out row, and what is scored of it.

    Attributes:
        labels: 0 and 1 [rows], for AUROC, bool [rows, classes] for sets; None for a metric that is a mean.
        values: The answers to rank by, float64 [rows] or of each class, or how well each row was answered.
    """

    labels: np.ndarray | None
    values: np.ndarray

    def score(self, rows: np.ndarray) -> float:
        """The metric of the given rows; NaN where it says nothing."""
        return float(self._scores(rows, np.ones((1, len(rows))))[0]) if len(rows) else math.nan

    def resampled(self, rows: np.ndarray, resamples: Resamples) -> np.ndarray:
        """The metric of each resample of the given rows."""
        return self._scores(rows[resamples.rows], resamples.counts)

    def interval(self, rows: np.ndarray, resamples: Resamples | None) -> Interval:
        """The interval of the metric of the given rows; NaN where there is nothing to resample."""
        if resamples is None:
            return math.nan, math.nan
        of_sample = self.score(rows[resamples.rows])
        return interval(self.score(rows), of_sample, self.resampled(rows, resamples), resamples.scale)

    def _scores(self, rows: np.ndarray, counts: np.ndarray) -> np.ndarray:
        if self.labels is None:
            return mean_scores(self.values[rows], counts)
        if self.labels.ndim == 2:
            return macro_precision(self.labels[rows], self.values[rows], counts)
        return auroc_scores(self.labels[rows], self.values[rows], counts)


def scored_answers(metric: str, labels: np.ndarray, answer: np.ndarray) -> ScoredAnswers:
    """The answers to labels under a primary metric of an entity task."""
    match metric:
        case "AUROC":
            return ScoredAnswers(labels=labels.astype(np.float64), values=answer.astype(np.float64))
        case "Brier":
            return ScoredAnswers(labels=None, values=(labels.astype(np.float64) - answer) ** 2)
        case "accuracy":
            return ScoredAnswers(labels=None, values=(labels == answer).astype(np.float64))
        case "MAE":
            return ScoredAnswers(labels=None, values=np.abs(labels.astype(np.float64) - answer))
        case _:
            raise ValueError(f"{metric} is no primary metric of an entity task")


def answers_of_sets(metric: str, truth: np.ndarray, probability: np.ndarray) -> ScoredAnswers:
    """The probabilities of classes, [rows, classes], under a primary metric of sets."""
    if metric == MACRO_PRECISION:
        return ScoredAnswers(labels=truth, values=probability)
    likely = np.clip(np.where(truth, probability, 1 - probability), LEAST_PROBABILITY, 1)
    return ScoredAnswers(labels=None, values=-np.log(likely).mean(axis=1))
