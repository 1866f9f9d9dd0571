"""Raw outputs on held-out rows → how well they order them, and what to answer where none orders better than chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, logit
from scipy.stats import rankdata

from kumo_magic.model.heads import QUANTILES
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.target import Target

CHANCE = 0.5
_CLEARLY = 2.0
"""Standard errors below chance at which an order is no accident of few rows."""
_LEAST_COUNT = 0.1  # rows of a class that has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How well rows are ordered.

    Attributes:
        value: AUROC, the mean over classes where there are several; of numbers (1 + Spearman's correlation) / 2. Chance
            is 0.5; NaN where the labels are all alike.
        error: Its standard error under chance.
    """

    value: float
    error: float

    @property
    def is_worse_than_chance(self) -> bool:
        """Whether rows would be ordered better the other way round."""
        return self.value < CHANCE

    @property
    def is_clearly_worse(self) -> bool:
        """The same, and few rows are no excuse."""
        return self.value < CHANCE - _CLEARLY * self.error


def order_of(target: Target, raw: np.ndarray, rows: np.ndarray) -> Order:
    """How well a learner's raw outputs order the given label rows, ties half.

    Args:
        target: Truth values, numbers, classes or sets of classes.
        raw: [rows], or [rows, columns]: the quantiles of a number, the logits of classes.
        rows: Positions of the label rows, int64.
    """
    labels = target.values[rows]
    match target.task_type:
        case TaskType.REGRESSION:
            return _of_numbers(labels, raw[:, 1])
        case TaskType.MULTICLASS:
            likely = log_softmax(raw.astype(np.float64), axis=1)
            return _of_classes(labels[:, None] == np.arange(raw.shape[1]), likely)
        case TaskType.BINARY:
            return _of_classes(labels[:, None] > 0, raw[:, None])
        case _:
            return _of_classes(labels.astype(bool), raw)


def useful(orders: Mapping[str, Order]) -> list[str]:
    """The learners that may count: those that are not worse than chance, else the one that is nearest to it."""
    names = [name for name, order in orders.items() if not order.is_worse_than_chance]
    return names or [max(orders, key=lambda name: orders[name].value)]


def constant_output(target: Target, rows: np.ndarray) -> tuple[float, ...]:
    """What to answer everyone by the labels of the given rows alone: their rate, quantiles, or shares of classes."""
    labels = target.values[rows]
    match target.task_type:
        case TaskType.REGRESSION:
            return tuple(np.quantile(labels, QUANTILES).tolist())
        case TaskType.MULTICLASS:
            counts = np.bincount(labels.astype(np.int64), minlength=len(target.classes)) + _LEAST_COUNT
            return tuple(np.log(counts / counts.sum()).tolist())
        case _:
            rates = (labels.sum(axis=0) + _LEAST_COUNT) / (len(labels) + 2 * _LEAST_COUNT)
            return tuple(np.atleast_1d(logit(rates)).tolist())


def repeated(constant: tuple[float, ...], outputs: np.ndarray) -> np.ndarray:
    """The constant in place of every row's output, in its shape."""
    return np.broadcast_to(np.asarray(constant) if outputs.ndim > 1 else constant[0], outputs.shape).copy()


def _of_numbers(labels: np.ndarray, answer: np.ndarray) -> Order:
    if len(labels) < 2 or np.ptp(labels) == 0:
        return Order(value=np.nan, error=np.nan)
    error = 0.5 / np.sqrt(len(labels) - 1)
    if np.ptp(answer) == 0:
        return Order(value=CHANCE, error=error)
    return Order(value=float((1 + np.corrcoef(rankdata(labels), rankdata(answer))[0, 1]) / 2), error=error)


def _of_classes(truth: np.ndarray, answer: np.ndarray) -> Order:
    """AUROC by ranks, the mean over the columns that hold both kinds."""
    num_true = truth.sum(axis=0)
    num_false = len(truth) - num_true
    both = np.flatnonzero((num_true > 0) & (num_false > 0))
    if not len(both):
        return Order(value=np.nan, error=np.nan)
    num_true, num_false = num_true[both].astype(np.float64), num_false[both].astype(np.float64)
    ranks = (rankdata(answer[:, both], axis=0) * truth[:, both]).sum(axis=0)
    areas = (ranks - num_true * (num_true + 1) / 2) / (num_true * num_false)
    errors = np.sqrt((num_true + num_false + 1) / (12 * num_true * num_false))  # of the rank sum test
    return Order(value=float(areas.mean()), error=float(errors.mean()))
