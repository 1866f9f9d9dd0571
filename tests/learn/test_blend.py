import numpy as np
import pytest

from kumo_magic.learn.blend import blend, blend_weights

LABELS = np.random.default_rng(0).normal(size=400)


def absolute(raw: np.ndarray) -> np.ndarray:
    return np.abs(raw - LABELS)


def noisy(scale: float, seed: int) -> np.ndarray:
    return LABELS + np.random.default_rng(seed).normal(scale=scale, size=400)


def test_a_single_learner_counts_for_everything() -> None:
    assert blend_weights({"trees": noisy(1, 1)}, absolute) == {"trees": 1.0}


def test_a_useless_learner_counts_nothing() -> None:
    weights = blend_weights({"trees": LABELS.copy(), "network": noisy(5, 1)}, absolute)

    assert weights == {"trees": 1.0, "network": 0.0}


def test_learners_that_err_apart_are_better_together() -> None:
    raw = {"trees": noisy(1, 1), "network": noisy(1, 2)}

    weights = blend_weights(raw, absolute)

    assert min(weights.values()) > 0.25
    assert sum(weights.values()) == pytest.approx(1)
    assert absolute(blend(raw, weights)).mean() < min(absolute(one).mean() for one in raw.values())


def test_few_rows_that_cannot_tell_learners_apart_keep_both() -> None:
    same = noisy(1, 1)

    weights = blend_weights(
        {"trees": same, "network": same + np.random.default_rng(2).normal(scale=0.1, size=400)}, absolute
    )

    assert min(weights.values()) >= 0.25


def test_a_learner_that_counts_nothing_need_not_answer() -> None:
    assert blend({"trees": np.ones(3)}, {"trees": 1.0, "network": 0.0}).tolist() == [1, 1, 1]
