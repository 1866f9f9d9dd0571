"""A function → the same compiled by Numba, kept on disk only for as long as no kernel of the house has changed.

Numba keeps a compiled function beside its source and takes it again while that one file is as it was. But what a
function calls is compiled into it: with the rule of time edited or upgraded, callers in other files would go on with
the old rule. So what is kept counts only together with the source of every room that has kernels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")

ROOMS = ("candidates", "features", "sampling", "timeline")
"""The rooms that have kernels."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as a kernel that holds no lock of Python's; kept on disk, and made anew when any kernel changes.

    Where Numba keeps nothing, or not as it is expected to, the kernel is compiled in each process: never a stale one.

    Example:
        >>> @compiled
        ... def doubled(number: int) -> int:
        ...     return 2 * number
        >>> doubled(21)
        42
    """
    try:
        kernel = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder that can be written
        return njit(nogil=True)(function)
    kept = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    if kept is None or not hasattr(kept, "_source_stamp"):
        return njit(nogil=True)(function)
    kept._source_stamp = (kept._source_stamp, _SOURCE)
    return kernel


def _digest(package: Path) -> str:
    """A checksum of all source in the rooms with kernels."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for file in sorted((package / room).glob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


_SOURCE = _digest(Path(__file__).parents[1])
