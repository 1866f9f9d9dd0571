"""How many cores a learner may use. Threads that wait for a core burn time by spinning."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def share_of_cores() -> Iterator[None]:
    """Half of the cores for PyTorch: the sampler works beside it."""
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def free_cores() -> int:
    """The cores that nobody else is using, at least one; half of them where the machine does not tell its load."""
    cores = os.cpu_count() or 2
    if not hasattr(os, "getloadavg"):
        return max(1, cores // 2)
    others = max(0.0, os.getloadavg()[0] - 1)  # this process counts for one
    return max(1, round(cores - others))
