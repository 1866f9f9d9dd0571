"""How many cores PyTorch may use while a learner works."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def share_of_cores() -> Iterator[None]:
    """Half of the cores for PyTorch: the sampler works beside it, and threads that wait burn time by spinning."""
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    try:
        yield
    finally:
        torch.set_num_threads(before)
