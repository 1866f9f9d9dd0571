"""What a task with sets of classes asks of a learner: every class a question of yes or no."""

from __future__ import annotations

import numpy as np
import torch
from scipy.special import expit
from torch import Tensor, nn

from kumo_magic.model.set_head import SetHead
from kumo_magic.tasks.examples import ExampleBatch
from kumo_magic.tasks.metrics import ranking_scores
from kumo_magic.tasks.objective import TreeTask
from kumo_magic.tasks.set_metrics import MACRO_PRECISION, both_kinds, set_scores
from kumo_magic.tasks.set_past import OF_CLASS

_LEAST_COUNT = 0.1  # rows of a class that has none


class MultilabelObjective:
    """Labels are truth values [rows, classes]; outputs are logits [rows, classes].

    The last features of a row are those of each class's own past, class by class, where there is a past.

    Args:
        labels: bool [rows, classes].
        true_codes: Per row the codes of its classes, where a ranking is scored; empty otherwise.
        validation_rows: Say whether the primary metric has a value.
        has_past: Whether features tell of each class's past.
        k: How much of a ranking counts; None for a classification.
    """

    def __init__(
        self,
        labels: np.ndarray,
        true_codes: tuple[np.ndarray, ...],
        *,
        validation_rows: np.ndarray,
        has_past: bool,
        k: int | None,
    ) -> None:
        self.labels = labels
        self.true_codes = true_codes
        self.num_classes = labels.shape[1]
        self.num_past = len(OF_CLASS) if has_past else 0
        self.k = k
        if k is not None:
            self.metric = f"MAP@{k}"
        else:
            self.metric = MACRO_PRECISION if len(both_kinds(labels[validation_rows])) else "log loss"

    def head(self, channels: int, rows: np.ndarray) -> nn.Module:
        """Start at how often each class is, one that the rows lack near 0."""
        rates = (self.labels[rows].sum(axis=0) + _LEAST_COUNT) / (len(rows) + 2 * _LEAST_COUNT)
        return SetHead(channels, torch.from_numpy(rates.astype(np.float32)), self.num_past)

    def loss(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Cross entropy, the mean over classes."""
        labels = torch.from_numpy(self.labels[batch.rows].astype(np.float32)).to(states.device)
        return head.loss(self.raw(head, states, batch), labels)  # pyright: ignore[reportCallIssue]  # a SetHead

    def raw(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Logits, [batch, classes]."""
        width = self.num_classes * self.num_past
        past = batch.features[:, batch.features.shape[1] - width :]
        return head(states, past.reshape(len(past), self.num_classes, self.num_past))

    def read(self, raw: np.ndarray) -> np.ndarray:
        """Logits, [batch, classes]."""
        return raw

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """Of a ranking MAP and its companions, of a classification macro and micro scores."""
        if self.k is not None:
            ranked = best_first(outputs)
            return ranking_scores([self.true_codes[row] for row in rows], ranked, self.k)
        return set_scores(self.labels[rows], expit(outputs.astype(np.float64)))

    def losses(self, raw: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cross entropy, the mean over classes."""
        logits = raw.astype(np.float64)
        return (np.logaddexp(0.0, logits) - self.labels[rows] * logits).mean(axis=1)

    def tree_task(self, is_squared: bool) -> TreeTask:
        """Cross entropy of a column per class."""
        del is_squared
        return TreeTask(columns=({"objective": "binary"},) * self.num_classes)

    def scaled_labels(self, rows: np.ndarray) -> np.ndarray:
        """0 and 1, [rows, classes]."""
        return self.labels[rows].astype(np.float64)


def best_first(scores: np.ndarray) -> np.ndarray:
    """The codes of each row's classes by their scores, int64 [rows, classes]; of equals the first class."""
    return np.argsort(-scores, axis=1, kind="stable")
