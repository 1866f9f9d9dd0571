"""A seed's state and the past of each class → a logit per class, each a question of its own."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_HIDDEN = 16


class SetHead(nn.Module):
    """One logit per class, binary cross entropy. What is known of a class's own past is read by weights that all share.

    Args:
        channels: Width of the states.
        base_rates: float32 [classes], where training begins.
        num_past: Features of each class's past; 0 where nothing has a past.
    """

    def __init__(self, channels: int, base_rates: Tensor, num_past: int) -> None:
        super().__init__()
        self.linear = nn.Linear(channels, len(base_rates))
        nn.init.normal_(self.linear.weight, std=0.01)
        with torch.no_grad():
            self.linear.bias.copy_(torch.logit(base_rates, eps=1e-3))
        self.past = None
        if num_past:
            last = nn.Linear(_HIDDEN, 1)
            nn.init.normal_(last.weight, std=0.01)
            nn.init.zeros_(last.bias)
            self.past = nn.Sequential(nn.Linear(2 * num_past, _HIDDEN), nn.ReLU(), last)

    def forward(self, states: Tensor, past: Tensor) -> Tensor:
        """Logits, [seeds, classes].

        Args:
            states: [seeds, channels].
            past: [seeds, classes, past features], NaN for unknown.
        """
        logits = self.linear(states)
        if self.past is None:
            return logits
        is_known = ~torch.isnan(past)
        values = torch.where(is_known, torch.log1p(past.clamp(min=0)), 0.0)
        return logits + self.past(torch.cat([values, is_known.to(values.dtype)], dim=-1)).squeeze(-1)

    def loss(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Cross entropy against 0 and 1, [seeds, classes]."""
        return F.binary_cross_entropy_with_logits(outputs, labels)
