import numpy as np
import pytest

from kumo_magic.learners.linear import Linear, fit_linear, normal_ranks
from kumo_magic.learners.schedule import LinearSchedule
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import BinaryObjective

ROWS = np.arange(800)


@pytest.fixture(scope="module")
def examples() -> Examples:
    random = np.random.default_rng(0)
    features = random.normal(size=(800, 6)).astype(np.float32)
    features[:, 1] = np.exp(3 * features[:, 1])
    features[random.random((800, 6)) < 0.1] = np.nan
    features[:, 4] = 7.0
    features[:, 5] = np.nan
    return Examples(entity_rows=ROWS, anchor_us=ROWS, features=features)


def fitted(examples: Examples) -> tuple[Linear, BinaryObjective]:
    signal = np.nan_to_num(examples.features[:, 0]) + np.random.default_rng(1).normal(size=800)
    objective = BinaryObjective((signal > 0).astype(float), ROWS)
    return fit_linear(objective, examples, ROWS, LinearSchedule(), seed=0), objective


def test_the_feature_that_tells_gets_the_largest_weight_and_empty_ones_none(examples: Examples) -> None:
    linear, objective = fitted(examples)

    assert linear.columns.tolist() == [0, 1, 2, 3]
    assert linear.weights.argmax() == 0
    assert objective.scores(linear.raw(objective, examples, ROWS), ROWS)["AUROC"] > 0.75


def test_a_rows_output_is_the_same_alone_and_in_company(examples: Examples) -> None:
    linear, objective = fitted(examples)

    together = linear.raw(objective, examples, ROWS)

    alone = np.concatenate([linear.raw(objective, examples, ROWS[row : row + 1]) for row in range(30)])
    assert np.array_equal(alone, together[:30])


def test_features_that_tell_nothing_leave_the_base_rate() -> None:
    examples = Examples(entity_rows=ROWS, anchor_us=ROWS, features=np.full((800, 2), np.nan, dtype=np.float32))
    objective = BinaryObjective((ROWS % 4 == 0).astype(float), ROWS)

    linear = fit_linear(objective, examples, ROWS, LinearSchedule(), seed=0)

    rate = 1 / (1 + np.exp(-linear.raw(objective, examples, ROWS)))
    assert rate == pytest.approx(np.full(800, 0.25), abs=0.01)


def test_ranks_of_a_heavy_tail_are_normal_and_ties_lie_in_their_middle() -> None:
    values = np.array([[0.0], [0.0], [0.0], [0.0], [1.0], [10.0], [1e9], [np.nan]])
    quantiles = np.quantile(values[:7], np.linspace(0, 1, 101), axis=0)

    ranks = normal_ranks(values, quantiles)[:, 0]

    assert (ranks[:4] == ranks[0]).all()
    assert ranks[0] < 0 < ranks[4] < ranks[5] < ranks[6] == 2.5
    assert ranks[7] == 0.0
