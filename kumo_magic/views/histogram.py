"""Numbers → how many lie where. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NUM_BINS = 30
_MOST_STRETCHED = 3.0
"""By so much the largest values may stretch the picture; otherwise the last bin holds all that come after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Bins of one width.

    Attributes:
        edges: float64 [bins + 1], ascending.
        counts: int64 [bins]; the last bin holds its upper edge, and what is greater where ``is_open``.
        is_open: Whether values lie above the last edge.
    """

    edges: np.ndarray
    counts: np.ndarray
    is_open: bool

    def of(self, values: np.ndarray) -> np.ndarray:
        """How many of these values lie in each bin, int64 [bins]."""
        finite = values[np.isfinite(values)]
        return np.histogram(
            np.minimum(finite, self.edges[-1]), bins=len(self.edges) - 1, range=(self.edges[0], self.edges[-1])
        )[0].astype(np.int64)


def histogram_of(values: np.ndarray, *, is_share: bool) -> Histogram | None:
    """The bins of these values, from their least on; None without a value.

    Args:
        values: float64, missing ones left out.
        is_share: Whether they lie between 0 and 1; where they fill that range, it is the picture's.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    low, high = float(finite.min()), float(finite.max())
    if is_share and high - low > 0.5 and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif high > low:
        most = float(np.quantile(finite, 0.99))
        if most > low and high - low > _MOST_STRETCHED * (most - low):
            high = most
    else:
        air = abs(low) * 0.05 or 0.5
        low, high = low - air, high + air
    edges = np.linspace(low, high, NUM_BINS + 1)
    found = Histogram(edges=edges, counts=np.empty(0, dtype=np.int64), is_open=bool(finite.max() > high))
    return Histogram(edges=edges, counts=found.of(values), is_open=found.is_open)
