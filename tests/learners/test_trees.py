import numpy as np
import pytest

from kumo_magic.learners.schedule import TreeSettings
from kumo_magic.learners.trees import Trees, fit_trees
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import BinaryObjective, ClassObjective, EntityObjective, RegressionObjective

ROWS = np.arange(600)


@pytest.fixture(scope="module")
def examples() -> Examples:
    random = np.random.default_rng(0)
    features = random.normal(size=(600, 5)).astype(np.float32)
    features[random.random((600, 5)) < 0.1] = np.nan
    return Examples(entity_rows=ROWS, anchor_us=ROWS * 1_000_000, features=features)


def objective_of(kind: str, examples: Examples) -> EntityObjective:
    signal = np.nan_to_num(examples.features[:, 0]) + 0.3 * np.random.default_rng(1).normal(size=600)
    match kind:
        case "binary":
            return BinaryObjective((signal > 0).astype(float), ROWS)
        case "classes":
            return ClassObjective(np.digitize(signal, [-0.5, 0.5]).astype(float), 3)
        case _:
            return RegressionObjective(100 + 10 * signal, ROWS)


def fitted(objective: EntityObjective, examples: Examples) -> Trees:
    trees = fit_trees(objective, examples, ROWS, TreeSettings(), num_rounds=120, num_seeds=2, seed=3)
    assert trees is not None
    return trees


@pytest.mark.parametrize(("kind", "shape"), [("binary", (600,)), ("classes", (600, 3)), ("numbers", (600, 3))])
def test_a_rows_output_is_the_same_alone_and_in_company(kind: str, shape: tuple[int, ...], examples: Examples) -> None:
    objective = objective_of(kind, examples)
    trees = fitted(objective, examples)

    together = trees.raw(objective, examples, ROWS)

    assert together.shape == shape
    alone = np.concatenate([trees.raw(objective, examples, ROWS[row : row + 1]) for row in range(20)])
    assert np.array_equal(alone, together[:20])


def test_intervals_hold_the_prediction_and_most_of_the_labels(examples: Examples) -> None:
    objective = objective_of("numbers", examples)
    assert isinstance(objective, RegressionObjective)

    outputs = objective.read(fitted(objective, examples).raw(objective, examples, ROWS))

    assert (outputs[:, 0] <= outputs[:, 1]).all()
    assert (outputs[:, 1] <= outputs[:, 2]).all()
    covered = (objective.labels >= outputs[:, 0]) & (objective.labels <= outputs[:, 2])
    assert covered.mean() > 0.7
    assert objective.scores(outputs, ROWS)["Spearman"] > 0.8


def test_the_same_seed_grows_the_same_trees(examples: Examples) -> None:
    objective = objective_of("binary", examples)

    one, other = (fitted(objective, examples).raw(objective, examples, ROWS) for _ in range(2))

    assert np.array_equal(one, other)


def test_trees_that_are_not_done_in_time_are_none(examples: Examples) -> None:
    objective = objective_of("binary", examples)

    assert (
        fit_trees(
            objective,
            examples,
            ROWS,
            TreeSettings(half_life=0.3),
            num_rounds=50,
            num_seeds=1,
            seed=0,
            is_over=lambda: True,
        )
        is None
    )


def test_heavy_tails_are_compressed_and_come_back_in_the_labels_unit() -> None:
    labels = np.exp(3 * np.random.default_rng(0).normal(size=500))
    objective = RegressionObjective(labels, np.arange(500))

    scaled = objective.scaled_labels(np.arange(500))

    assert objective.is_compressed
    assert np.allclose(objective.read(np.stack([scaled] * 3, axis=1))[:, 1], labels)
