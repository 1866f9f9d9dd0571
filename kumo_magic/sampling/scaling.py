"""A numerical column → numbers of about the size of one. Knows no tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_CLIP = 5.0
_HEAVY_TAIL = 6.0
_NORMAL_IQR = 1.349  # of a normal distribution, in deviations
_LARGEST, _LEAST = 1e100, 1e-100  # far from where quotients overflow
_PRECISION = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberScale:
    """How a column is scaled: signed logarithm when its tails are heavy, then centre and spread, then clipped to ±5."""

    unit: float | None  # of the logarithm's argument; None for no logarithm
    center: float
    spread: float

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Scaled values, float32 [rows]; NaN stays NaN."""
        values = np.clip(values, -_LARGEST, _LARGEST)
        compressed = values if self.unit is None else _compress(values, self.unit)
        return np.clip((compressed - self.center) / self.spread, -_CLIP, _CLIP).astype(np.float32)


def fit_scale(values: np.ndarray) -> NumberScale:
    """The scale of these values, float64, NaN for missing; any order gives the same scale."""
    known = np.sort(np.clip(values[~np.isnan(values)], -_LARGEST, _LARGEST))
    if not len(known):
        return NumberScale(unit=None, center=0.0, spread=1.0)
    unit = None
    low, lower, middle, upper, high = np.quantile(known, (0.005, 0.25, 0.5, 0.75, 0.995))
    if max(high - middle, middle - low) > _HEAVY_TAIL * (upper - lower) and high > low:
        sizes = np.sort(np.abs(known[known != 0]))
        unit = max(float(sizes[len(sizes) // 2]), _LEAST)
        known = np.sort(_compress(known, unit))
        lower, middle, upper = np.quantile(known, (0.25, 0.5, 0.75))
    resolution = max(_LEAST, _PRECISION * abs(float(middle)))
    candidates = (float(upper - lower) / _NORMAL_IQR, float(known.std()), abs(float(middle)), 1.0)
    spread = next(spread for spread in candidates if spread > resolution)
    return NumberScale(unit=unit, center=float(middle), spread=spread)


def _compress(values: np.ndarray, unit: float) -> np.ndarray:
    return np.sign(values) * np.log1p(np.abs(values) / unit)
