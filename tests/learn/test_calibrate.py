import numpy as np
import pytest

from kumo_magic.learn.calibrate import best_f1_threshold, conformal_margin, fit_platt, fit_temperature


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


def test_the_margin_makes_the_interval_cover_its_share() -> None:
    labels = np.arange(100.0)

    margin = conformal_margin(labels, np.zeros(100), np.zeros(100), coverage=0.8)

    assert (np.abs(labels) <= margin).mean() == pytest.approx(0.81, abs=0.011)


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
