"""Raw outputs of several learners on the same rows → how much each of them counts. No learned stacker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

_MOST_ROWS = 5_000
"""More rows than this tell learners apart no better, and cost time."""
_MOST_PAIRS = 100_000
"""The same of a row and a class, where labels are sets."""
_STEPS = 20
_BAGS = 20
_LEAST_WEIGHT = 0.1
_ALIKE = 2.0
"""Paired standard errors by which a learner may be behind the best one and still be called as good."""


def blend_weights(
    raw: Mapping[str, np.ndarray], losses: Callable[[np.ndarray], np.ndarray], *, seed: int = 0
) -> dict[str, float]:
    """Weights that add up to 1, zero included, by bagged greedy selection with replacement (Caruana et al. 2004).

    Each of twenty rounds adds a count to the learner with which the mean loss is least; the best blend on that way is
    taken, and the weights of twenty bootstrap samples of the rows are averaged. Where no learner is worse than the best
    one by more than two paired standard errors, they are moved halfway to even weights: few rows cannot tell them
    apart, and even weights are the safer guess. Weights under a tenth are given up.

    Args:
        raw: Learner → raw outputs at the same rows.
        losses: Raw outputs → the loss of each row.
        seed: Of the bootstrap samples.
    """
    names, outputs = list(raw), list(raw.values())
    if len(names) == 1:
        return {names[0]: 1.0}
    alone = [losses(one) for one in outputs]
    random = np.random.default_rng(seed)
    num_rows = len(alone[0])
    bags = [np.bincount(random.integers(0, num_rows, num_rows), minlength=num_rows) for _ in range(_BAGS)]
    weights = np.mean([_greedy(outputs, losses, bag) for bag in bags], axis=0)
    if _are_alike(alone):
        weights = 0.5 * weights + 0.5 / len(names)
    weights = np.where(weights < _LEAST_WEIGHT, 0.0, weights)
    return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))


def most_rows(labels: np.ndarray) -> int:
    """How many rows tell learners apart well enough; ``labels`` are [rows], of sets [rows, classes]."""
    return _MOST_ROWS if labels.ndim == 1 else min(_MOST_ROWS, max(1, _MOST_PAIRS // labels.shape[1]))


def _greedy(
    outputs: list[np.ndarray], losses: Callable[[np.ndarray], np.ndarray], row_weights: np.ndarray
) -> np.ndarray:
    """The weights of one selection, float64 [learners]."""
    counts = np.zeros(len(outputs))
    total = np.zeros_like(outputs[0], dtype=np.float64)
    best_counts, best_loss = counts, np.inf
    for size in range(1, _STEPS + 1):
        tried = [float(losses((total + one) / size) @ row_weights) for one in outputs]
        chosen = int(np.argmin(tried))
        counts = counts + (np.arange(len(outputs)) == chosen)
        total = total + outputs[chosen]
        if tried[chosen] < best_loss:
            best_counts, best_loss = counts, tried[chosen]
    return best_counts / best_counts.sum()


def _are_alike(losses: list[np.ndarray]) -> bool:
    """Whether none is clearly worse than the best."""
    best = min(losses, key=lambda loss: float(loss.mean()))
    gaps = [loss - best for loss in losses]
    return all(gap.mean() <= _ALIKE * gap.std() / np.sqrt(len(gap)) for gap in gaps)


def blend(raw: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """The weighted mean of raw outputs; learners that count nothing need not be there."""
    parts = [weights[name] * outputs.astype(np.float64) for name, outputs in raw.items() if weights[name] > 0]
    return np.sum(parts, axis=0)
