"""What a user says of the device → where to compute. Computes nothing."""

from __future__ import annotations

import torch

from kumo_magic.errors import OptionError


def device_of(name: str) -> str:
    """Where to compute.

    Raises:
        OptionError: No such device, or none on this machine.
    """
    if name not in ("auto", "cpu", "cuda"):
        raise OptionError(f"There is no device {name!r}. Choose auto, cpu or cuda.")
    has_cuda = torch.cuda.is_available()
    if name == "cuda" and not has_cuda:
        raise OptionError("device='cuda': PyTorch finds no CUDA device here. Choose auto or cpu.")
    return "cuda" if name == "cuda" or (name == "auto" and has_cuda) else "cpu"
