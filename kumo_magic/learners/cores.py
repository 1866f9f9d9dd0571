"""How many cores a learner may use. Threads that wait for a core burn time by spinning.

Counted are the cores that this process may use: by its affinity and by the limit of its container, not those of the
machine. How busy these are is not asked: a machine's load is its other users' as well.

PyTorch and LightGBM each bring or find an OpenMP runtime of their own. Two of GNU's (libgomp, on Linux) go side by
side. Two of LLVM's or Intel's (libomp, libiomp; what wheels lead to on macOS) crash when both run several threads
(LightGBM issue 6595, PyTorch issue 191933): then LightGBM runs in one thread, and PyTorch keeps its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

import joblib
import torch
from threadpoolctl import threadpool_info

_CLASHING = ("libomp", "libiomp")


def num_cores() -> int:
    """The cores that this process may use, at least one."""
    return joblib.cpu_count()


@contextlib.contextmanager
def share_of_cores() -> Iterator[None]:
    """Half of the cores for PyTorch: the sampler works beside it."""
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, num_cores() // 2))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def boosting_threads() -> int:
    """The threads for LightGBM: every core, or one where its OpenMP runtime would meet another that it clashes with."""
    return safe_threads(threadpool_info(), num_cores())


def safe_threads(runtimes: Sequence[Mapping[str, object]], cores: int) -> int:
    """All cores, or one where the runtimes, as threadpoolctl tells them, clash.

    Example:
        >>> gnu, llvm = {"prefix": "libgomp"}, {"prefix": "libomp"}
        >>> safe_threads([gnu, gnu], 8), safe_threads([gnu, llvm], 8), safe_threads([llvm, llvm], 8)
        (8, 8, 1)
    """
    num_clashing = sum(runtime.get("prefix") in _CLASHING for runtime in runtimes)
    return 1 if num_clashing > 1 else cores
