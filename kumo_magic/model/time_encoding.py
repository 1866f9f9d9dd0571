"""Days before the anchor → channels. Relative time only: an absolute date would not transfer to a later anchor."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

_PERIODS_DAYS = (1.0, 7.0, 30.4375, 365.25)
_NUM_WAVES = 2 * len(_PERIODS_DAYS)


class TimeEncoding(nn.Module):
    """Logarithm, inverse and waves of a time difference, projected to channels.

    The waves follow Time2Vec (Kazemi et al. 2019) with fixed calendar periods; the logarithm carries differences of
    any size. A missing time (NaN) has a learned encoding of its own.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.project = nn.Linear(2 + _NUM_WAVES, channels)
        self.missing = nn.Parameter(torch.zeros(channels))
        self.register_buffer("frequencies", torch.tensor([2 * math.pi / days for days in _PERIODS_DAYS]))

    def forward(self, days: Tensor) -> Tensor:
        """Encode days before the anchor, of shape [...], as [..., channels]."""
        missing = torch.isnan(days)
        days = torch.where(missing, 0.0, days)
        angles = days.unsqueeze(-1) * self.get_buffer("frequencies")  # [..., periods]
        size = torch.stack([torch.sign(days) * torch.log1p(days.abs()) / 3, 1 / (1 + days.abs())], dim=-1)  # [..., 2]
        encoded = self.project(torch.cat([size, angles.sin(), angles.cos()], dim=-1))  # [..., channels]
        return torch.where(missing.unsqueeze(-1), self.missing, encoded)
