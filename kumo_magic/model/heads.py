"""A seed's state → what the task needs, with the loss that trains it and the reading that answers."""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

QUANTILES = (0.1, 0.5, 0.9)
"""An 80% interval and the median, which minimises the mean absolute error."""


class Head(Protocol):
    """From states [seeds, channels] to outputs, and from outputs and labels to a loss."""

    def __call__(self, states: Tensor) -> Tensor:
        """Outputs of the seeds."""
        ...

    def loss(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """The mean loss, a scalar."""
        ...


class BinaryHead(nn.Module):
    """One logit, cross entropy."""

    def __init__(self, channels: int, base_rate: float) -> None:
        super().__init__()
        self.linear = nn.Linear(channels, 1)
        nn.init.normal_(self.linear.weight, std=0.01)
        nn.init.constant_(self.linear.bias, float(torch.logit(torch.tensor(base_rate), eps=1e-3)))

    def forward(self, states: Tensor) -> Tensor:
        """Logits, [seeds]."""
        return self.linear(states).squeeze(-1)

    def loss(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Cross entropy against labels 0 and 1, [seeds]."""
        return F.binary_cross_entropy_with_logits(outputs, labels)


class ClassHead(nn.Module):
    """One logit per class, cross entropy."""

    def __init__(self, channels: int, num_classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(channels, num_classes)

    def forward(self, states: Tensor) -> Tensor:
        """Logits, [seeds, classes]."""
        return self.linear(states)

    def loss(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Cross entropy against class codes, int64 [seeds]."""
        return F.cross_entropy(outputs, labels.long())


class QuantileHead(nn.Module):
    """Three quantiles that cannot cross, pinball loss, on labels compressed by asinh.

    A quantile commutes with a monotone transform, so the median of the compressed label is the compressed median: heavy
    tails are tamed without moving the optimum.

    Args:
        channels: Width of the states.
        start: The quantiles of the compressed training labels, where training begins.
    """

    def __init__(self, channels: int, start: tuple[float, float, float]) -> None:
        super().__init__()
        self.linear = nn.Linear(channels, 3)
        low, middle, high = start
        nn.init.normal_(self.linear.weight, std=0.01)
        with torch.no_grad():
            gaps = torch.tensor([max(middle - low, 1e-3), max(high - middle, 1e-3)])
            self.linear.bias.copy_(torch.cat([torch.tensor([middle]), torch.log(torch.expm1(gaps))]))

    def forward(self, states: Tensor) -> Tensor:
        """The 10%, 50% and 90% quantile of the compressed label, [seeds, 3]."""
        middle, below, above = self.linear(states).unbind(dim=-1)
        return torch.stack([middle - F.softplus(below), middle, middle + F.softplus(above)], dim=-1)

    def loss(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Pinball loss, the median counting as much as both ends together (Koenker and Bassett 1978)."""
        error = labels.unsqueeze(-1) - outputs  # [seeds, 3]
        quantiles = outputs.new_tensor(QUANTILES)
        pinball = torch.maximum(quantiles * error, (quantiles - 1) * error)
        return (pinball * outputs.new_tensor([0.5, 1.0, 0.5])).sum(dim=-1).mean()
