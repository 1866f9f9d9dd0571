import numpy as np

from kumo_magic.features.label_history import LabelHistory
from kumo_magic.learn.baselines import class_baselines
from kumo_magic.tasks.class_past import class_features, frequent_classes, past_classes

HISTORY = LabelHistory(
    entity_rows=np.array([0, 0, 0, 1, 1]),
    anchor_us=np.array([10, 20, 30, 10, 20]),
    closed_us=np.array([20, 30, 40, 20, 30]),
    values=np.array([0.0, 0.0, 1.0, 2.0, np.nan]),
)


def test_a_class_counts_from_the_end_of_its_window() -> None:
    counts, last = past_classes(HISTORY, 3, 3, np.array([0, 0, 1, 2]), np.array([39, 40, 40, 40]))

    assert counts.tolist() == [[2, 0, 0], [2, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert last.tolist() == [0, 1, 2, -1]


def test_which_classes_are_told_apart_is_decided_by_labels_closed_at_the_cut() -> None:
    assert frequent_classes(HISTORY, ("a", "b", "c"), 39) == {0: "a", 2: "c"}
    assert frequent_classes(HISTORY, ("a", "b", "c"), 40) == {0: "a", 1: "b", 2: "c"}


def test_the_share_of_each_class_is_a_feature() -> None:
    block = class_features(
        HISTORY, {0: "a", 1: "b"}, num_entities=2, entity_rows=np.array([0]), anchor_us=np.array([40])
    )

    found = dict(zip(block.names, (float(column[0]) for column in block.columns), strict=True))
    assert found["label: count of past"] == 3
    assert round(found["label = a: share of past"], 6) == 0.666667
    assert found["label = b: the last"] == 1


def test_class_baselines_answer_with_probabilities() -> None:
    shares = np.array([0.5, 0.3, 0.2])

    answers = class_baselines(HISTORY, shares, np.array([0, 2]), np.array([40, 40]))

    assert answers["commonest class"].tolist() == [[0.5, 0.3, 0.2]] * 2
    assert answers["last class"].tolist() == [[0, 1, 0], [0.5, 0.3, 0.2]]
    assert np.allclose(answers["past shares"], np.stack([np.array([2.5, 1.3, 0.2]) / 4, shares]))


def test_without_a_past_the_commonest_class_is_the_only_baseline() -> None:
    assert list(class_baselines(None, np.array([0.5, 0.5]), np.array([0]), np.array([1]))) == ["commonest class"]
