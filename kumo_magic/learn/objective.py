"""What a task asks of a learner: its head, its loss, its score on held-out rows. One small class per kind of label."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from kumo_magic.learn.examples import ExampleBatch
from kumo_magic.learn.metrics import binary_scores, class_scores, regression_scores
from kumo_magic.model.heads import BinaryHead, ClassHead, QuantileHead


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

    def read(self, raw: Tensor) -> np.ndarray:
        """Raw outputs as an array with one entry per row."""
        ...

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """Every metric of the outputs at the given rows."""
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

    def read(self, raw: Tensor) -> np.ndarray:
        """Logits, float32 [batch]."""
        return raw.cpu().numpy()

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """AUROC and its companions; the Brier score is of the uncalibrated probability."""
        return binary_scores(self.labels[rows], 1 / (1 + np.exp(-outputs.astype(np.float64))))


class ClassObjective:
    """Labels are class codes; outputs are logits."""

    metric = "accuracy"

    def __init__(self, codes: np.ndarray, num_classes: int) -> None:
        self.codes = codes.astype(np.int64)
        self.num_classes = num_classes

    def head(self, channels: int, rows: np.ndarray) -> nn.Module:
        """Start undecided."""
        del rows
        return ClassHead(channels, self.num_classes)

    def loss(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Cross entropy."""
        return _label_loss(head, states, self.codes[batch.rows])

    def raw(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Logits, [batch, classes]."""
        del batch
        return head(states)

    def read(self, raw: Tensor) -> np.ndarray:
        """Logits, float32 [batch, classes]."""
        return raw.cpu().numpy()

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """Accuracy and macro F1."""
        return class_scores(self.codes[rows], outputs.argmax(axis=1))


class RegressionObjective:
    """Labels are numbers, compressed by ``asinh(label / scale)``; outputs are quantiles in the label's own unit."""

    metric = "MAE"

    def __init__(self, labels: np.ndarray, training_rows: np.ndarray) -> None:
        self.labels = labels.astype(np.float64)
        known = np.abs(self.labels[training_rows])
        known = known[known > 0]
        self.scale = float(np.median(known)) if len(known) else 1.0

    def head(self, channels: int, rows: np.ndarray) -> nn.Module:
        """Start at the quantiles of the labels."""
        low, middle, high = np.quantile(np.arcsinh(self.labels[rows] / self.scale), [0.1, 0.5, 0.9])
        return QuantileHead(channels, (float(low), float(middle), float(high)))

    def loss(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Pinball loss of the compressed labels."""
        return _label_loss(head, states, np.arcsinh(self.labels[batch.rows] / self.scale).astype(np.float32))

    def raw(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Quantiles of the compressed label, [batch, 3]."""
        del batch
        return head(states)

    def read(self, raw: Tensor) -> np.ndarray:
        """Quantiles 10%, 50% and 90%, float64 [batch, 3]."""
        return np.sinh(raw.cpu().numpy().astype(np.float64)) * self.scale

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """Errors of the median."""
        return regression_scores(self.labels[rows], outputs[:, 1])


def _label_loss(head: nn.Module, states: Tensor, labels: np.ndarray) -> Tensor:
    """The head's own loss of its outputs against one label per state."""
    return head.loss(head(states), torch.from_numpy(labels).to(states.device))  # pyright: ignore[reportCallIssue]  # a Head
