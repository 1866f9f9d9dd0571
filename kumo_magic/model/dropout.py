"""States → states with some units left out while training. Knows nothing else."""

from __future__ import annotations

import torch
from torch import Tensor, nn

_STEPS = 256  # one byte decides about a unit


class ByteDropout(nn.Module):
    """Dropout (Srivastava et al. 2014) that draws eight units at once; the share is rounded to a 256th.

    On a CPU `torch.nn.Dropout` draws a number per unit one by one, which takes longer than a layer's other work.

    Args:
        share: Of the units left out, from 0 to less than 1; the others are scaled up so that the mean is kept.

    Raises:
        ValueError: The share is not in that range.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        if not 0 <= share < 1:
            raise ValueError(f"The share of units left out is from 0 to less than 1, not {share}.")
        self.threshold = min(round(share * _STEPS), _STEPS - 1)

    def forward(self, states: Tensor) -> Tensor:
        """The same shape; while evaluating, or with a share of 0, the states themselves."""
        if not self.training or self.threshold == 0:
            return states
        number = states.numel()
        words = torch.empty((number + 7) // 8, dtype=torch.int64, device=states.device).random_(-(2**63), None)
        is_kept = (words.view(torch.uint8)[:number] >= self.threshold).view(states.shape)
        return states * (is_kept.to(states.dtype) * (_STEPS / (_STEPS - self.threshold)))
