import numpy as np
import pytest

from kumo_magic.learn.calibrate import (
    best_f1_threshold,
    conformal_margin,
    fewest_rows,
    fit_platt,
    fit_temperature,
    share_threshold,
)


def test_overconfident_logits_are_drawn_towards_the_rate_that_happened() -> None:
    random = np.random.default_rng(0)
    honest = random.normal(size=4000)
    labels = (random.random(4000) < 1 / (1 + np.exp(-honest))).astype(float)

    platt = fit_platt(5 * honest, labels)

    assert platt.slope == pytest.approx(0.2, abs=0.03)
    assert platt.probability(5 * honest).mean() == pytest.approx(labels.mean(), abs=0.01)


def test_timid_logits_are_stretched_to_what_happened() -> None:
    random = np.random.default_rng(0)
    honest = random.normal(size=300)
    labels = (random.random(300) < 1 / (1 + np.exp(-2 * honest))).astype(float)

    platt = fit_platt(0.1 * honest, labels)

    assert platt.slope == pytest.approx(20, rel=0.4)


def test_ten_rows_that_are_all_alike_leave_room_for_doubt() -> None:
    platt = fit_platt(np.zeros(10), np.ones(10))

    assert 0.6 < platt.probability(np.zeros(1))[0] < 0.97


def test_calibration_never_reorders_rows_even_when_the_logits_are_wrong() -> None:
    logits = np.array([-1.0, 0.0, 1.0])

    platt = fit_platt(logits, np.array([1.0, 1.0, 0.0]))

    assert (np.diff(platt.probability(logits)) > 0).all()


def test_the_threshold_separates_what_can_be_separated() -> None:
    threshold = best_f1_threshold(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.2, 0.6, 0.9]))

    assert threshold == pytest.approx(0.6)


@pytest.mark.parametrize(("num_rows", "rank"), [(4, 4), (9, 8), (14, 12), (50, 41), (99, 80)])
def test_the_margin_is_the_excess_of_the_rank_that_the_coverage_asks_for(num_rows: int, rank: int) -> None:
    labels = np.random.default_rng(num_rows).permutation(np.arange(1.0, num_rows + 1))

    assert conformal_margin(labels, np.zeros(num_rows), np.zeros(num_rows), coverage=0.8) == rank


@pytest.mark.parametrize("num_rows", [4, 9, 50])
def test_new_rows_stay_inside_as_often_as_exchangeable_rows_must(num_rows: int) -> None:
    random = np.random.default_rng(0)
    known, new = random.normal(size=(20_000, num_rows)), random.normal(size=20_000)

    margins = [conformal_margin(one, np.zeros(num_rows), np.zeros(num_rows), coverage=0.8) for one in known]

    expected = np.ceil((num_rows + 1) * 8 / 10) / (num_rows + 1)
    assert (np.maximum(-new, new) <= margins).mean() == pytest.approx(expected, abs=0.009)


def test_four_rows_are_the_fewest_that_promise_four_fifths() -> None:
    assert fewest_rows(0.8) == 4
    assert conformal_margin(np.array([3.0, 1.0]), np.zeros(2), np.zeros(2), coverage=0.8) == 3


def test_the_margin_narrows_intervals_that_are_too_wide() -> None:
    labels = np.zeros(50)

    margin = conformal_margin(labels, np.full(50, -10.0), np.full(50, 10.0), coverage=0.8)

    assert margin == pytest.approx(-10.0)


def test_overconfident_classes_are_cooled_to_what_happened() -> None:
    random = np.random.default_rng(0)
    honest = random.normal(size=(4000, 3))
    likely = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    codes = (likely.cumsum(axis=1) > random.random((4000, 1))).argmax(axis=1)

    assert fit_temperature(4 * honest, codes) == pytest.approx(4, rel=0.15)
    assert fit_temperature(honest / 2, codes) == pytest.approx(0.5, rel=0.15)


def test_three_rows_of_one_class_leave_the_temperature_near_one() -> None:
    assert 0.3 < fit_temperature(np.array([[1.0, 0.0]] * 3), np.zeros(3)) < 1.5


def test_few_true_rows_call_about_as_many_true_as_came_true() -> None:
    probability = np.linspace(0.001, 0.2, 500)
    labels = np.zeros(500)
    labels[[3, 480]] = 1  # one of the two is found late: the best F1 would be a lottery

    called = probability >= share_threshold(labels, probability)

    assert called.sum() == 2


def test_rows_that_are_all_as_likely_are_all_called_false_where_few_are_true() -> None:
    labels = np.zeros(100)
    labels[0] = 1

    assert not (np.full(100, 0.01) >= share_threshold(labels, np.full(100, 0.01))).any()


def test_many_equal_rows_at_the_end_of_the_true_ones_are_left_out() -> None:
    probability = np.array([0.9, 0.8, *[0.3] * 50, *[0.1] * 50])
    labels = np.zeros(102)
    labels[[0, 1, 60, 70]] = 1

    assert (probability >= share_threshold(labels, probability)).sum() == 2
