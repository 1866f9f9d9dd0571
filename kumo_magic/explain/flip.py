"""Events with their effects → few of them without which the model decides otherwise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kumo_magic.explain.occlusions import Event, without_events
from kumo_magic.explain.scenario import Scenario

_MOST = 60
_MOST_ROUNDS = 4

Decide = Callable[[list[Scenario]], np.ndarray]
"""Scenarios → what is decided in each, int64 [scenarios]."""


def strongest(effects: np.ndarray) -> list[int]:
    """Positions of the events that speak for the decision, strongest first, sixty at most."""
    return [int(place) for place in np.argsort(-effects, kind="stable")[:_MOST] if effects[place] > 0]


def one_after_the_other(events: list[Event], order: list[int]) -> list[Scenario]:
    """A past without the first event of the order, without the first two, and so on."""
    return [_without(events, order[: number + 1]) for number in range(len(order))]


def find_flip(
    events: list[Event], order: list[int], decisions: np.ndarray, decision: int, decide: Decide
) -> tuple[int, ...] | None:
    """Positions of the events that flip the decision together, strongest first; None where those of the order do not.

    Greedy: the fewest of the strongest events that do it, then without those that turn out not to be needed. A
    smaller set of others may exist.

    Args:
        events: Which may be hidden.
        order: Of `strongest`.
        decisions: int64, of `one_after_the_other`.
        decision: What is decided with all events.
        decide: Scenarios → decisions.
    """
    flipped = np.flatnonzero(decisions != decision)
    if not len(flipped):
        return None
    kept = order[: flipped[0] + 1]
    for _ in range(_MOST_ROUNDS):
        if len(kept) == 1:
            break
        fewer = [kept[:place] + kept[place + 1 :] for place in range(len(kept))]
        needless = np.flatnonzero(decide([_without(events, some) for some in fewer]) != decision)
        if not len(needless):
            break
        kept = fewer[needless[-1]]
    return tuple(kept)


def _without(events: list[Event], places: list[int]) -> Scenario:
    return without_events([events[place] for place in places])
