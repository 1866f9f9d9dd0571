import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, log_loss, roc_auc_score

from kumo_magic.tasks.set_metrics import MACRO_PRECISION, macro_precision, set_scores


def make_rows(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    probability = random.random((300, 4)).round(1)  # many are equal
    return random.random((300, 4)) < 0.3 * probability + 0.1, probability


def test_the_scores_are_those_of_scikit_learn() -> None:
    labels, probability = make_rows()

    scores = set_scores(labels, probability)

    assert scores[MACRO_PRECISION] == pytest.approx(average_precision_score(labels, probability, average="macro"))
    assert scores["macro AUROC"] == pytest.approx(roc_auc_score(labels, probability, average="macro"))
    assert scores["micro average precision"] == pytest.approx(
        average_precision_score(labels, probability, average="micro")
    )
    assert scores["micro F1"] == pytest.approx(f1_score(labels, probability >= 0.5, average="micro"))
    clipped = np.clip(probability.ravel(), np.finfo(float).eps, 1)
    assert scores["log loss"] == pytest.approx(log_loss(labels.ravel(), clipped), rel=1e-6)


def test_classes_that_all_rows_or_none_hold_tell_nothing() -> None:
    labels, probability = make_rows()
    wider = np.column_stack([labels, np.ones(300, dtype=bool), np.zeros(300, dtype=bool)])

    scores = set_scores(wider, np.column_stack([probability, probability[:, :2]]))

    assert scores[MACRO_PRECISION] == pytest.approx(set_scores(labels, probability)[MACRO_PRECISION])
    assert np.isnan(set_scores(np.ones((3, 1), dtype=bool), probability[:3, :1])[MACRO_PRECISION])


def test_a_resample_scores_its_rows_written_out() -> None:
    labels, probability = make_rows(1)
    counts = np.random.default_rng(2).integers(0, 3, size=(2, 300))

    scores = macro_precision(labels, probability, counts.astype(np.float32))

    for drawn, score in zip(counts, scores, strict=True):
        rows = np.repeat(np.arange(300), drawn)
        assert score == pytest.approx(average_precision_score(labels[rows], probability[rows], average="macro"))


def test_a_resample_without_any_class_has_no_score() -> None:
    labels = np.array([[True], [False]])

    scores = macro_precision(labels, np.array([[0.9], [0.1]]), np.array([[0.0, 2.0], [1.0, 1.0]]))

    assert np.isnan(scores[0])
    assert scores[1] == 1
