import numpy as np
import pandas as pd

from kumo_magic.tasks.class_sets import classes_of, codes_of, has_class, set_notes

LABELS = pd.Series([["b", "a"], ["a"], [], ["c", "a", None], ["d", "d", "b"]])
TRAINING = np.array([True, True, True, False, False])


def test_the_most_frequent_classes_of_the_training_rows_come_first_whatever_the_others_hold() -> None:
    labels = pd.concat([LABELS, pd.Series([["d"]] * 9)], ignore_index=True)
    training = np.concatenate([TRAINING, np.zeros(9, dtype=bool)])

    assert classes_of(labels, training, most=2) == ("a", "b")
    assert classes_of(labels, training, most=3) == ("a", "b", "d")
    assert classes_of(labels, training) == ("a", "b", "c", "d")


def test_numbers_and_words_in_one_set_have_an_order() -> None:
    assert classes_of(pd.Series([[2, "a"], [10, 1.5]]), np.array([True, True])) == (1.5, 2, 10, "a")


def test_a_label_holds_its_members_once_and_nothing_where_it_is_empty() -> None:
    held = has_class(("a", "b"), LABELS)

    assert held.tolist() == [[True, True], [True, False], [False, False], [True, False], [False, True]]


def test_members_that_are_no_class_keep_codes_of_their_own_so_that_a_ranking_misses_them() -> None:
    codes = codes_of(("a", "b"), LABELS)

    assert [row.tolist() for row in codes[:3]] == [[0, 1], [0], []]
    assert codes[3][0] == 0
    assert codes[4][0] == 1
    others = {codes[3][1], codes[4][1]}
    assert len(others) == 2
    assert min(others) >= 2


def test_what_cannot_be_predicted_and_what_scores_are_blind_for_is_noted() -> None:
    too_many, unseen = set_notes(("a", "b", "c"), LABELS, TRAINING)

    assert "Of 4 different values the 3 most frequent ones" in too_many
    assert "The others, 25.0% of all" in too_many  # d twice, of 8 members
    assert "No training row has c (1)" in unseen


def test_nothing_is_noted_where_every_class_was_learned() -> None:
    assert set_notes(("a", "b"), LABELS[:3], TRAINING[:3]) == []
