import numpy as np

from kumo_magic.evaluation.cuts import MOST, cuts_of


def test_each_cut_counts_the_rows_at_or_above_it() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(1000).round(2)
    label = rng.random(1000) < probability
    cuts = cuts_of(label, probability, 0.333)

    for threshold, predicted, hits in zip(cuts.thresholds, cuts.num_predicted, cuts.num_hits, strict=True):
        is_predicted = probability >= threshold
        assert predicted == is_predicted.sum()
        assert hits == (is_predicted & label).sum()
    assert len(cuts.thresholds) <= MOST + 1
    assert cuts.thresholds[cuts.chosen] == 0.333
    assert (cuts.num_rows, cuts.num_true) == (1000, label.sum())
    assert cuts.num_predicted[0] == 1000


def test_a_threshold_above_every_probability_finds_nothing() -> None:
    cuts = cuts_of(np.array([True, False]), np.array([0.2, 0.2]), 0.9)

    assert cuts.thresholds.tolist() == [0.2, 0.9]
    assert cuts.num_predicted.tolist() == [2, 0]
    assert cuts.num_hits.tolist() == [1, 0]
    assert cuts.chosen == 1
