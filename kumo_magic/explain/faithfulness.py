"""Parts of the past in order of effect → does hiding them in that order move the answer faster than at random?

The deletion curve of Petsiuk et al. 2018 (RISE), over single rows of the past; unlike there, random orders of the same
rows stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

_MOST_POINTS = 12
_NUM_RANDOM = 5
_LEAST_MOVE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Faithfulness:
    """How far the answer moves while rows, or past items of a ranking, are hidden.

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
        hidden: Positions of the parts that are hidden, of each order at each point, orders one after the other; the
            first is by effect.
        points: int64, how many parts are hidden.
        sign: 1 where the answer falls when all parts are hidden, else -1.
    """

    hidden: list[list[int]]
    points: np.ndarray
    sign: float

    def read(self, prediction: float, answers: np.ndarray) -> Faithfulness:
        """The curve from the answers without what is hidden, float64 [hidden]."""
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


def plan_deletion(effects: np.ndarray, *, falls: bool) -> Deletion:
    """Hide the parts one after the other, in order of effect and in random ones.

    Args:
        effects: float64 [parts], by how much the answer is higher with the part; at least one.
        falls: Whether the answer falls when all are hidden.
    """
    sign = 1.0 if falls else -1.0
    orders = [np.argsort(-sign * effects, kind="stable")]
    orders += [np.random.default_rng(seed).permutation(len(effects)) for seed in range(_NUM_RANDOM)]
    points = np.unique(np.linspace(1, len(effects), min(_MOST_POINTS, len(effects))).round().astype(int))
    hidden = [order[:point].tolist() for order in orders for point in points]
    return Deletion(hidden=hidden, points=points, sign=sign)
