"""Cuts and the price of mistakes → the cut that costs least. Knows no rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.evaluation.cut_curve import CutCurve


@dataclass(frozen=True, slots=True, kw_only=True)
class CheapestCut:
    """The best threshold for a price, beside treating nobody and everybody.

    Attributes:
        place: Of the cut in the curve.
        cost: What its mistakes cost on these rows.
        cost_of_none: The same where no row is taken.
        cost_of_all: The same where every row is.
    """

    place: int
    cost: float
    cost_of_none: float
    cost_of_all: float


def cheapest_cut(curve: CutCurve, *, miss: float, false_alarm: float) -> CheapestCut:
    """The cut that costs least; of equals the one that takes the fewest rows."""
    misses, alarms = curve.num_true - curve.num_hits, curve.num_predicted - curve.num_hits
    costs = miss * misses + false_alarm * alarms
    place = int(np.argmin(costs))
    return CheapestCut(
        place=place, cost=float(costs[place]), cost_of_none=float(costs[0]), cost_of_all=float(costs[-1])
    )
