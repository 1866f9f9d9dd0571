"""What a task asks of a learner: its head, its loss, its score on held-out rows. One small class per kind of label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from scipy.special import expit, log_expit, softmax
from scipy.stats import skew
from torch import Tensor, nn

from kumo_magic.model.heads import QUANTILES, BinaryHead, ClassHead, QuantileHead
from kumo_magic.tasks.examples import ExampleBatch
from kumo_magic.tasks.metrics import binary_scores, class_scores, regression_scores

_LEAST_COUNT = 0.1  # rows of a class that has none
_LEAST_LIKELY = 1e-4
_HEAVY_TAIL = 2.0
"""Skewness of the training labels from which they are compressed."""


class Objective(Protocol):
    """One task on one set of examples; labels are addressed by positions in the examples."""

    metric: str

    def head(self, channels: int, rows: np.ndarray) -> nn.Module:
        """A new head, started at what the labels of the given rows suggest."""
        ...

    def loss(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """The loss of a batch's states, a scalar."""
        ...

    def raw(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """What the head says of each row, in a form that can be averaged over networks; needs no labels."""
        ...

    def read(self, raw: np.ndarray) -> np.ndarray:
        """Raw outputs as an array with one entry per row."""
        ...

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """Every metric of the outputs at the given rows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeTask:
    """What boosted trees are asked: LightGBM's objective of each column of the raw output, and which one is scored."""

    columns: tuple[dict[str, object], ...]
    main: int = 0


class EntityObjective(Objective, Protocol):
    """An objective with one label per row, which learners of features alone can answer too."""

    def losses(self, raw: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The loss of each row's raw output, float64 [rows]: smooth enough to tell close learners apart."""
        ...

    def tree_task(self, is_squared: bool) -> TreeTask:
        """What boosted trees are asked; numbers may be asked for the mean rather than the median."""
        ...

    def scaled_labels(self, rows: np.ndarray) -> np.ndarray:
        """The labels on the scale of the raw output, float64 [rows]."""
        ...


class BinaryObjective:
    """Labels 0 and 1; outputs are logits."""

    def __init__(self, labels: np.ndarray, validation_rows: np.ndarray) -> None:
        self.labels = labels.astype(np.float32)
        has_both = len(np.unique(self.labels[validation_rows])) == 2
        self.metric = "AUROC" if has_both else "Brier"

    def head(self, channels: int, rows: np.ndarray) -> nn.Module:
        """Start at the base rate."""
        return BinaryHead(channels, float(self.labels[rows].mean()))

    def loss(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Cross entropy."""
        return _label_loss(head, states, self.labels[batch.rows])

    def raw(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Logits, [batch]."""
        del batch
        return head(states)

    def read(self, raw: np.ndarray) -> np.ndarray:
        """Logits, [batch]."""
        return raw

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """AUROC and its companions; the Brier score is of the uncalibrated probability."""
        return binary_scores(self.labels[rows], expit(outputs.astype(np.float64)))

    def losses(self, raw: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cross entropy."""
        logits, labels = raw.astype(np.float64), self.labels[rows]
        return -(labels * log_expit(logits) + (1 - labels) * log_expit(-logits))

    def tree_task(self, is_squared: bool) -> TreeTask:
        """Cross entropy of one column."""
        del is_squared
        return TreeTask(columns=({"objective": "binary"},))

    def scaled_labels(self, rows: np.ndarray) -> np.ndarray:
        """0 and 1."""
        return self.labels[rows].astype(np.float64)


class ClassObjective:
    """Labels are class codes; outputs are logits."""

    metric = "accuracy"

    def __init__(self, codes: np.ndarray, num_classes: int) -> None:
        self.codes = codes.astype(np.int64)
        self.num_classes = num_classes

    def head(self, channels: int, rows: np.ndarray) -> nn.Module:
        """Start at how often each class is, one that the rows lack near 0."""
        head = ClassHead(channels, self.num_classes)
        counts = np.bincount(self.codes[rows], minlength=self.num_classes) + _LEAST_COUNT
        nn.init.normal_(head.linear.weight, std=0.01)
        with torch.no_grad():
            head.linear.bias.copy_(torch.from_numpy(np.log(counts / counts.sum())))
        return head

    def loss(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Cross entropy."""
        return _label_loss(head, states, self.codes[batch.rows])

    def raw(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Logits, [batch, classes]."""
        del batch
        return head(states)

    def read(self, raw: np.ndarray) -> np.ndarray:
        """Logits, [batch, classes]."""
        return raw

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """Accuracy, macro F1 and log loss."""
        return class_scores(self.codes[rows], softmax(outputs.astype(np.float64), axis=1))

    def losses(self, raw: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cross entropy, bounded: a class that nobody could learn must not decide which learner is better."""
        probability = softmax(raw.astype(np.float64), axis=1)[np.arange(len(rows)), self.codes[rows]]
        return -np.log(np.clip(probability, _LEAST_LIKELY, 1))

    def tree_task(self, is_squared: bool) -> TreeTask:
        """One tree per class and round."""
        del is_squared
        return TreeTask(columns=({"objective": "multiclass", "num_class": self.num_classes},))

    def scaled_labels(self, rows: np.ndarray) -> np.ndarray:
        """Class codes."""
        return self.codes[rows].astype(np.float64)


class RegressionObjective:
    """Labels are numbers; outputs are quantiles in the label's own unit.

    They are learned on a scale of their own: in interquartile ranges from the median, and compressed by asinh where the
    training labels have a heavy tail.
    """

    metric = "MAE"

    def __init__(self, labels: np.ndarray, training_rows: np.ndarray) -> None:
        self.labels = labels.astype(np.float64)
        known = self.labels[training_rows]
        self.is_compressed = bool(np.ptp(known) > 0 and abs(skew(known)) > _HEAVY_TAIL)
        if self.is_compressed:
            sizes = np.abs(known[known != 0])
            self.center, self.scale = 0.0, float(np.median(sizes))
        else:
            self.center = float(np.median(known))
            self.scale = float(np.ptp(np.quantile(known, [0.25, 0.75]))) or float(known.std()) or 1.0

    def head(self, channels: int, rows: np.ndarray) -> nn.Module:
        """Start at the quantiles of the labels."""
        low, middle, high = np.quantile(self.scaled_labels(rows), QUANTILES)
        return QuantileHead(channels, (float(low), float(middle), float(high)))

    def loss(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Pinball loss of the scaled labels."""
        return _label_loss(head, states, self.scaled_labels(batch.rows).astype(np.float32))

    def raw(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Quantiles of the scaled label, [batch, 3]."""
        del batch
        return head(states)

    def read(self, raw: np.ndarray) -> np.ndarray:
        """Quantiles 10%, 50% and 90%, float64 [batch, 3]."""
        return self._unscaled(raw)

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """Errors of the median."""
        return regression_scores(self.labels[rows], outputs[:, 1])

    def losses(self, raw: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Absolute error of the median, in the label's own unit."""
        return np.abs(self._unscaled(raw)[:, 1] - self.labels[rows])

    def tree_task(self, is_squared: bool) -> TreeTask:
        """Low, middle and high by a booster each."""
        low, _, high = QUANTILES
        return TreeTask(
            columns=(
                {"objective": "quantile", "alpha": low},
                {"objective": "regression" if is_squared else "regression_l1"},
                {"objective": "quantile", "alpha": high},
            ),
            main=1,
        )

    def scaled_labels(self, rows: np.ndarray) -> np.ndarray:
        """Labels on the scale on which they are learned."""
        scaled = (self.labels[rows] - self.center) / self.scale
        return np.arcsinh(scaled) if self.is_compressed else scaled

    def _unscaled(self, raw: np.ndarray) -> np.ndarray:
        raw = raw.astype(np.float64)
        return (np.sinh(raw) if self.is_compressed else raw) * self.scale + self.center


def _label_loss(head: nn.Module, states: Tensor, labels: np.ndarray) -> Tensor:
    """The head's own loss of its outputs against one label per state."""
    return head.loss(head(states), torch.from_numpy(labels).to(states.device))  # pyright: ignore[reportCallIssue]  # a Head
