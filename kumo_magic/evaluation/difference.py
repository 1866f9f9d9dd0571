"""By how much a model beats a baseline. Computes nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """By how much the model beats the best baseline on the primary metric, positive is better, with its 95% interval.

    Both are resampled together, so that what is hard for both does not blur the difference.
    """

    baseline: str
    value: float
    low: float
    high: float
