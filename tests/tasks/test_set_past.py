from dataclasses import replace

import numpy as np
import pytest

from kumo_magic.features.label_history import LabelHistory
from kumo_magic.learn.baselines import set_baselines
from kumo_magic.tasks.set_past import OF_CLASS, packed, past_sets, set_features, unpacked

HELD = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
HISTORY = LabelHistory(
    entity_rows=np.array([0, 0, 0, 1]),
    anchor_us=np.array([10, 20, 30, 10]),
    closed_us=np.array([20, 30, 40, 20]),
    values=np.arange(4.0),
    members=packed(HELD),
)
CLASSES = {0: "a", 1: "b", 2: "c"}


def described(history: LabelHistory, entity_rows: list[int], anchor_us: list[int]) -> dict[str, np.ndarray]:
    values, names = set_features(
        history, CLASSES, num_entities=3, entity_rows=np.array(entity_rows), anchor_us=np.array(anchor_us)
    )
    return dict(zip(names, values.T, strict=True))


def test_more_classes_than_bits_of_a_byte_come_back_as_they_were() -> None:
    held = np.random.default_rng(0).random((5, 21)) < 0.4

    assert np.array_equal(unpacked(packed(held), 21), held)


def test_a_set_counts_from_the_end_of_its_window() -> None:
    num_past, counts, last = past_sets(HISTORY, 3, 3, np.array([0, 0, 1, 2]), np.array([39, 40, 40, 40]))

    assert num_past.tolist() == [2, 3, 1, 0]
    assert counts.tolist() == [[2, 0, 1], [2, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert last.tolist() == [[True, False, False], [False, True, False], [False, False, True], [False] * 3]


def test_the_features_of_each_class_come_last_and_in_order() -> None:
    found = described(HISTORY, [0, 2], [40, 40])

    assert list(found)[:2] == ["label: count of past", "label: days since the last one closed"]
    assert list(found)[2:6] == [f"label has a: {words}" for words in OF_CLASS.values()]
    assert len(found) == 2 + 3 * len(OF_CLASS)
    assert found["label has a: share of past"][0] == pytest.approx(2 / 3)
    assert found["label has b: in the last"][0] == 1
    assert np.isnan(found["label has a: share of past"][1])


def test_nothing_that_closes_after_the_anchor_changes_a_feature() -> None:
    random = np.random.default_rng(3)
    anchors = random.integers(0, 100, 200)
    history = LabelHistory(
        entity_rows=random.integers(0, 3, 200),
        anchor_us=anchors,
        closed_us=anchors + 10,
        values=np.arange(200.0),
        members=packed(random.random((200, 3)) < 0.5),
    )
    assert history.members is not None
    is_later = history.closed_us > 60
    members = history.members.copy()
    members[is_later] = 255

    before = described(history, [0, 1, 2], [60, 60, 60])
    after = described(replace(history, members=members), [0, 1, 2], [60, 60, 60])

    for name in before:
        assert np.array_equal(before[name], after[name], equal_nan=True)


def test_baselines_answer_with_the_probability_of_every_class() -> None:
    shares = np.array([0.5, 0.2, 0.3])

    answers = set_baselines(HISTORY, shares, np.array([0, 2]), np.array([40, 40]))

    assert answers["class shares"].tolist() == [shares.tolist()] * 2
    assert np.allclose(answers["past shares"][0], (np.array([2, 1, 1]) + shares) / 4)
    assert answers["last set"][0].argmax() == 1
    assert answers["last set"][0, 0] > answers["last set"][0, 2]
    assert answers["last set"][1].tolist() == shares.tolist()


def test_without_a_past_the_shares_are_the_only_baseline() -> None:
    assert list(set_baselines(None, np.array([0.5]), np.array([0]), np.array([1]))) == ["class shares"]
