"""Seconds a run may take → what is left of them. Knows the clock and the stop button, no learner."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from kumo_magic.errors import OptionError

_SECONDS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_LEAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A wall-clock budget that began at ``started`` (a `time.perf_counter` reading)."""

    seconds: float
    started: float = field(default_factory=time.perf_counter)
    stop: Callable[[], bool] | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.started

    @property
    def left(self) -> float:
        """Seconds until the budget ends; negative once it has."""
        return self.seconds - self.elapsed

    @property
    def is_stopped(self) -> bool:
        """Whether the user asked the run to stop."""
        return self.stop is not None and self.stop()


def parse_budget(text: str | float) -> float:
    """Seconds of a budget such as ``90s``, ``2min``, ``1h`` or a number of seconds.

    Raises:
        OptionError: It is not a duration, or shorter than 5 seconds.

    Example:
        >>> parse_budget("2min")
        120.0
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", str(text).lower())
    unit = match[2] if match else ""
    if match is None or (unit and unit not in _SECONDS):
        raise OptionError(f"The budget {text!r} is no duration. Write it like 90s, 2min or 1h.")
    seconds = float(match[1]) * _SECONDS[unit or "s"]
    if seconds < _LEAST_SECONDS:
        raise OptionError(f"A budget of {text} is too short to learn anything. Give it {_LEAST_SECONDS:.0f}s or more.")
    return seconds
