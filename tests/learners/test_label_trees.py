"""Boosters of one class against the rest."""

import numpy as np
import pytest

from kumo_magic.learners.label_trees import FEWEST_OF_A_KIND, LabelTrees, fit_label_trees
from kumo_magic.learners.schedule import TreeSettings
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.multilabel import MultilabelObjective
from kumo_magic.tasks.set_past import OF_CLASS

ROWS = np.arange(800)
NUM_CLASSES, NUM_SHARED = 3, 4


@pytest.fixture(scope="module")
def examples() -> Examples:
    random = np.random.default_rng(0)
    features = random.normal(size=(800, NUM_SHARED + NUM_CLASSES * len(OF_CLASS))).astype(np.float32)
    return Examples(entity_rows=ROWS, anchor_us=ROWS * 1_000_000, features=features)


@pytest.fixture(scope="module")
def objective(examples: Examples) -> MultilabelObjective:
    """The first class follows its own past, the second a shared feature, the third is rare."""
    labels = np.zeros((800, NUM_CLASSES), dtype=bool)
    labels[:, 0] = examples.features[:, NUM_SHARED] > 0.3
    labels[:, 1] = examples.features[:, 1] > 0
    labels[: FEWEST_OF_A_KIND - 1, 2] = True
    return MultilabelObjective(labels, (), validation_rows=ROWS, has_past=True, k=None)


def fitted(objective: MultilabelObjective, examples: Examples, rows: np.ndarray = ROWS) -> LabelTrees:
    trees = fit_label_trees(objective, examples, rows, TreeSettings(), num_rounds=60, num_seeds=1, seed=3)
    assert trees is not None
    return trees


def test_every_class_is_told_by_shared_features_and_its_own_past(
    objective: MultilabelObjective, examples: Examples
) -> None:
    raw = fitted(objective, examples, ROWS[:600]).raw(objective, examples, ROWS[600:])

    assert raw.shape == (200, NUM_CLASSES)
    for code in (0, 1):
        assert ((raw[:, code] > 0) == objective.labels[600:, code]).mean() > 0.95


def test_the_past_of_another_class_is_not_read(objective: MultilabelObjective, examples: Examples) -> None:
    trees = fitted(objective, examples)
    changed = examples.features.copy()
    changed[:, NUM_SHARED + len(OF_CLASS) :] = 7.0
    other = Examples(entity_rows=ROWS, anchor_us=examples.anchor_us, features=changed)

    assert np.array_equal(trees.raw(objective, examples, ROWS)[:, 0], trees.raw(objective, other, ROWS)[:, 0])


def test_a_class_with_few_rows_is_answered_by_its_share(objective: MultilabelObjective, examples: Examples) -> None:
    trees = fitted(objective, examples)

    assert trees.boosters[2] == ()
    probability = 1 / (1 + np.exp(-trees.raw(objective, examples, ROWS)[:, 2]))
    assert np.allclose(probability, (FEWEST_OF_A_KIND - 1) / 800, rtol=0.02)


def test_a_rows_output_is_the_same_alone_and_in_company(objective: MultilabelObjective, examples: Examples) -> None:
    trees = fitted(objective, examples)

    together = trees.raw(objective, examples, ROWS)

    alone = np.concatenate([trees.raw(objective, examples, ROWS[row : row + 1]) for row in range(20)])
    assert np.array_equal(alone, together[:20])


def test_boosters_that_are_not_done_in_time_are_none(objective: MultilabelObjective, examples: Examples) -> None:
    assert (
        fit_label_trees(
            objective, examples, ROWS, TreeSettings(), num_rounds=60, num_seeds=1, seed=3, is_over=lambda: True
        )
        is None
    )
