"""The user's stop while something short is under way that the answer needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def despite_interrupt(work: Callable[[], T]) -> tuple[T, bool]:
    """The result of the work, and whether it had to begin again after an interrupt. A second interrupt passes."""
    try:
        return work(), False
    except KeyboardInterrupt:
        return work(), True
