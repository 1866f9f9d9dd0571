"""Windowed features of the seeds → channels. Scales come from the training rows alone."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

_CLIP = 4.0


class FeatureEncoder(nn.Module):
    """Signed logarithm, standardised by the training rows, with a flag for missing.

    Args:
        training_values: float32 [rows, features], NaN for missing; only their means and deviations are kept.
        channels: Width of the output.
        dropout: Share of hidden units left out while training.
    """

    def __init__(self, training_values: np.ndarray, channels: int, dropout: float) -> None:
        super().__init__()
        compressed = _compress(torch.from_numpy(np.ascontiguousarray(training_values, dtype=np.float32)))
        known = ~torch.isnan(compressed)
        count = known.sum(dim=0).clamp(min=1)
        mean = torch.where(known, compressed, 0.0).sum(dim=0) / count
        variance = torch.where(known, (compressed - mean) ** 2, 0.0).sum(dim=0) / count
        self.register_buffer("mean", mean)
        self.register_buffer("inverse_deviation", torch.where(variance > 1e-8, variance.rsqrt(), 0.0))
        self.layers = nn.Sequential(
            nn.Linear(2 * training_values.shape[1], channels),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(channels, channels),
        )

    def forward(self, values: Tensor) -> Tensor:
        """Encode [rows, features] as [rows, channels]."""
        missing = torch.isnan(values)
        scaled = (_compress(values) - self.get_buffer("mean")) * self.get_buffer("inverse_deviation")
        scaled = torch.where(missing, 0.0, scaled).clamp(-_CLIP, _CLIP)
        return self.layers(torch.cat([scaled, missing.to(scaled.dtype)], dim=-1))


def _compress(values: Tensor) -> Tensor:
    """Sign and logarithm: counts and amounts of any size on one scale."""
    return torch.sign(values) * torch.log1p(values.abs())
