import numpy as np
import pytest

from kumo_magic.tasks.metrics import binary_scores, ranking_scores, regression_scores, reliability


def test_a_perfect_list_has_map_one_even_when_the_truth_is_shorter_than_k() -> None:
    scores = ranking_scores([np.array([4, 7])], np.array([[7, 4, 1, 2]]), k=4)

    assert scores == {"MAP@4": 1.0, "NDCG@4": 1.0, "recall@4": 1.0, "hit rate@4": 1.0, "MRR@4": 1.0}


def test_map_counts_the_precision_at_each_hit() -> None:
    scores = ranking_scores([np.array([1, 2])], np.array([[9, 1, 8, 2]]), k=4)

    assert scores["MAP@4"] == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_places_that_no_item_fills_are_no_hits() -> None:
    scores = ranking_scores([np.array([0])], np.array([[-1, -1]]), k=2)

    assert scores["hit rate@2"] == 0


def test_truth_longer_than_k_is_divided_by_k() -> None:
    scores = ranking_scores([np.arange(5)], np.array([[0, 1]]), k=2)

    assert scores["MAP@2"] == 1.0
    assert scores["recall@2"] == pytest.approx(2 / 5)


def test_auroc_of_one_class_is_unknown_and_brier_is_not() -> None:
    scores = binary_scores(np.ones(3), np.array([0.5, 0.5, 0.5]))

    assert np.isnan(scores["AUROC"])
    assert scores["Brier"] == pytest.approx(0.25)


def test_spearman_of_a_constant_prediction_is_unknown() -> None:
    scores = regression_scores(np.array([1.0, 2.0, 3.0]), np.zeros(3))

    assert scores["MAE"] == 2.0
    assert np.isnan(scores["Spearman"])


def test_calibration_error_is_the_mean_gap_of_bins_of_equal_size() -> None:
    probability = np.array([0.1, 0.2, 0.3, 0.4])

    found = reliability(np.array([0.0, 0.0, 1.0, 1.0]), probability, num_bins=2)

    assert found.num_rows.tolist() == [2, 2]
    assert found.predicted == pytest.approx([0.15, 0.35])
    assert found.observed == pytest.approx([0.0, 1.0])
    assert found.error == pytest.approx((0.15 + 0.65) / 2)


def test_equal_probabilities_share_a_bin_so_that_a_constant_has_one() -> None:
    found = reliability(np.array([0.0, 0.0, 0.0, 1.0]), np.full(4, 0.25))

    assert found.num_rows.tolist() == [4]
    assert found.error == pytest.approx(0)


def test_the_order_of_the_rows_changes_no_bin() -> None:
    random = np.random.default_rng(0)
    probability, labels = random.integers(7, size=99) / 7, random.integers(2, size=99).astype(float)
    order = random.permutation(99)

    found, again = reliability(labels, probability), reliability(labels[order], probability[order])

    assert again.num_rows.tolist() == found.num_rows.tolist()
    assert again.error == pytest.approx(found.error)


def test_rows_of_one_class_have_a_log_loss() -> None:
    assert binary_scores(np.ones(3), np.full(3, 0.5))["log loss"] == pytest.approx(np.log(2))
