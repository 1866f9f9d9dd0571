"""From no row to every row, and the cut that costs least."""

import numpy as np
import pytest

from kumo_magic.evaluation.costs import cheapest_cut
from kumo_magic.evaluation.cut_curve import cut_curve


def test_a_curve_goes_from_no_row_to_every_row_and_equal_answers_are_one_cut() -> None:
    curve = cut_curve(np.array([True, False, True, False]), np.array([0.9, 0.5, 0.5, 0.1]))

    assert curve.thresholds.tolist() == [np.inf, 0.9, 0.5, 0.1]
    assert curve.num_predicted.tolist() == [0, 1, 3, 4]
    assert curve.num_hits.tolist() == [0, 1, 2, 2]
    assert (curve.num_rows, curve.num_true, curve.taking(2)) == (4, 2, 1)


def test_the_cheapest_cut_stands_beside_treating_nobody_and_everybody() -> None:
    curve = cut_curve(np.array([True, False, True, False]), np.array([0.9, 0.5, 0.5, 0.1]))

    found = cheapest_cut(curve, miss=5, false_alarm=1)

    assert (curve.thresholds[found.place], found.cost) == (0.5, 1)
    assert (found.cost_of_none, found.cost_of_all) == (10, 2)


@pytest.mark.parametrize("miss", [0.2, 1, 3, 20])
def test_a_thinned_curve_keeps_its_ends_and_the_cheapest_cut(miss: float) -> None:
    random = np.random.default_rng(0)
    probability = random.beta(1, 3, 20_000)
    curve = cut_curve(random.random(20_000) < probability, probability)

    thin = curve.thinned(200)

    assert len(thin.thresholds) <= 200
    assert (thin.num_rows, thin.num_true, thin.num_predicted[0]) == (curve.num_rows, curve.num_true, 0)
    cost, exact = (cheapest_cut(each, miss=miss, false_alarm=1).cost for each in (thin, curve))
    assert cost == pytest.approx(exact, rel=0.002)


def test_rows_that_are_all_alike_have_a_curve_of_two_cuts() -> None:
    curve = cut_curve(np.array([True, True]), np.array([0.3, 0.3]))

    assert curve.num_predicted.tolist() == [0, 2]
    assert curve.thinned(2) is curve
