"""Raw outputs of several learners on the same rows → how much each of them counts. No learned stacker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

_STEPS = 20
_LEAST_WEIGHT = 0.1


def blend_weights(raw: Mapping[str, np.ndarray], losses: Callable[[np.ndarray], np.ndarray]) -> dict[str, float]:
    """Weights that add up to 1, zero included, by greedy selection with replacement (Caruana et al. 2004).

    Each of twenty rounds adds a count to the learner with which the mean loss is least; the best blend on that way is
    taken. Unlike there, it is moved halfway to even weights when no learner is worse than the best one by more than
    a paired standard error: few rows cannot tell them apart, and even weights are the safer guess. Weights under a
    tenth are given up.

    Args:
        raw: Learner → raw outputs at the same rows.
        losses: Raw outputs → the loss of each row.
    """
    counts = dict.fromkeys(raw, 0)
    total = np.zeros_like(next(iter(raw.values())), dtype=np.float64)
    best_counts, best_loss = counts, np.inf
    for size in range(1, _STEPS + 1):
        tried = {name: float(losses((total + one) / size).mean()) for name, one in raw.items()}
        chosen = min(tried, key=lambda name: tried[name])
        counts = counts | {chosen: counts[chosen] + 1}
        total = total + raw[chosen]
        if tried[chosen] < best_loss:
            best_counts, best_loss = counts, tried[chosen]
    weights = _without_trifles({name: count / sum(best_counts.values()) for name, count in best_counts.items()})
    if _are_alike([losses(one) for one in raw.values()]):
        return {name: 0.5 * weight + 0.5 / len(raw) for name, weight in weights.items()}
    return weights


def _without_trifles(weights: dict[str, float]) -> dict[str, float]:
    """The weights, those too small to be worth a refit given to the others."""
    kept = {name: weight if weight >= _LEAST_WEIGHT else 0.0 for name, weight in weights.items()}
    return {name: weight / sum(kept.values()) for name, weight in kept.items()}


def _are_alike(losses: list[np.ndarray]) -> bool:
    """Whether none is worse than the best by more than a paired standard error."""
    best = min(losses, key=lambda loss: float(loss.mean()))
    gaps = [loss - best for loss in losses]
    return all(gap.mean() <= gap.std() / np.sqrt(len(gap)) for gap in gaps)


def blend(raw: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """The weighted mean of raw outputs; learners that count nothing need not be there."""
    parts = [weights[name] * outputs.astype(np.float64) for name, outputs in raw.items() if weights[name] > 0]
    return np.sum(parts, axis=0)
