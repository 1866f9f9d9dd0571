"""Events in order of effect → does hiding them in that order move the answer faster than at random?

The deletion curve of Petsiuk et al. 2018 (RISE), over single rows of the past; unlike there, random orders of the same
rows stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.explain.occlusions import Event, without_events
from kumo_magic.explain.scenario import Scenario

_MOST_POINTS = 12
_NUM_RANDOM = 5
_LEAST_MOVE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Faithfulness:
    """How far the answer moves while rows are hidden.

    Attributes:
        curve: [hidden, in_order, random]: the number of rows hidden, and how far the answer has then moved towards the
            one without any of them, by order of effect and in the mean of five random orders.
        ratio: The area under ``in_order`` by that under ``random``: above 1 the effects name what counts. None where
            hiding the rows does not move the answer.
    """

    curve: pd.DataFrame
    ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What to hide to find out, one order after the other.

    Attributes:
        scenarios: Of each order at each point, orders one after the other; the first is by effect.
        points: int64, how many rows are hidden.
        sign: 1 where the answer falls when all rows are hidden, else -1.
    """

    scenarios: list[Scenario]
    points: np.ndarray
    sign: float

    def read(self, prediction: float, answers: np.ndarray) -> Faithfulness:
        """The curve from the answers of the scenarios, float64 [scenarios]."""
        moved = self.sign * (prediction - answers.reshape(-1, len(self.points)))
        curve = pd.DataFrame(
            {
                "hidden": np.append(0, self.points),
                "in_order": np.append(0.0, moved[0]),
                "random": np.append(0.0, moved[1:].mean(axis=0)),
            }
        )
        in_order, random = (float(np.trapezoid(curve[name], curve["hidden"])) for name in ("in_order", "random"))
        return Faithfulness(curve=curve, ratio=in_order / random if random > _LEAST_MOVE * self.points[-1] else None)


def plan_deletion(events: list[Event], effects: np.ndarray, *, falls: bool) -> Deletion:
    """Hide the events one after the other, in order of effect and in random ones.

    Args:
        events: Which; at least one.
        effects: float64 [events], by how much the answer is higher with the event.
        falls: Whether the answer falls when all are hidden.
    """
    sign = 1.0 if falls else -1.0
    orders = [np.argsort(-sign * effects, kind="stable")]
    orders += [np.random.default_rng(seed).permutation(len(events)) for seed in range(_NUM_RANDOM)]
    points = np.unique(np.linspace(1, len(events), min(_MOST_POINTS, len(events))).round().astype(int))
    scenarios = [without_events([events[place] for place in order[:point]]) for order in orders for point in points]
    return Deletion(scenarios=scenarios, points=points, sign=sign)
