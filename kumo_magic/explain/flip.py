"""Parts of the past with their effects → few of them without which the model decides otherwise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_MOST = 60
MOST_ROUNDS = 4

Decide = Callable[[list[list[int]]], np.ndarray]
"""Positions of the parts that are hidden, each list by itself → what is decided without them, int64 [lists]."""


def strongest(effects: np.ndarray) -> list[int]:
    """Positions of the parts that speak for the decision, strongest first, sixty at most."""
    return [int(place) for place in np.argsort(-effects, kind="stable")[:_MOST] if effects[place] > 0]


def one_after_the_other(order: list[int]) -> list[list[int]]:
    """The first part of the order, the first two, and so on: what is hidden in turn."""
    return [order[: number + 1] for number in range(len(order))]


def find_flip(
    order: list[int], decisions: np.ndarray, decision: int, decide: Decide, *, most_rounds: int = MOST_ROUNDS
) -> tuple[int, ...] | None:
    """Positions of the parts that flip the decision together, strongest first; None where those of the order do not.

    Greedy: the fewest of the strongest parts that do it, then without those that turn out not to be needed. A
    smaller set of others may exist.

    Args:
        order: Of `strongest`.
        decisions: int64, of `one_after_the_other`.
        decision: What is decided with all parts.
        decide: What is hidden → decisions.
        most_rounds: How many parts are dropped again at most; each costs a decision for every part that is left.
    """
    flipped = np.flatnonzero(decisions != decision)
    if not len(flipped):
        return None
    kept = order[: flipped[0] + 1]
    for _ in range(most_rounds):
        if len(kept) == 1:
            break
        fewer = [kept[:place] + kept[place + 1 :] for place in range(len(kept))]
        needless = np.flatnonzero(decide(fewer) != decision)
        if not len(needless):
            break
        kept = fewer[needless[-1]]
    return tuple(kept)
