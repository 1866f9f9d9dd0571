import numpy as np
import pandas as pd

from kumo_magic.sampling.bags import fit_items, item_bag, word_bag


def cells(bag: object) -> list[list[int]]:
    return [[code for code in row if code] for row in bag.codes[bag.distinct].tolist()]  # pyright: ignore[reportAttributeAccessIssue]  # a Bag


def test_the_same_word_has_the_same_code_in_any_text_and_any_process() -> None:
    first, second, third = cells(word_bag(pd.Series(["White HANGING heart", "heart, white", None])))

    assert second == [first[2], first[0]]
    assert third == []
    assert first[0] == 2788  # crc32 of "white" in 4,095 buckets, from 1


def test_a_text_gives_its_first_eight_different_words() -> None:
    (codes,) = cells(word_bag(pd.Series(["a b a c d e f g h i j"])))

    assert len(codes) == 8


def test_items_of_lists_and_of_separated_text_are_the_same() -> None:
    column = pd.Series([["b", "a"], "a|b", "b, a", np.array(["c"]), [], None], dtype=object)
    known = np.array([True, True, True, False, True, True])

    items = fit_items(column, known, most=10)

    assert items == ("a", "b")
    assert cells(item_bag(column, items)) == [[3, 2], [2, 3], [3, 2], [1], [], []]


def test_the_vocabulary_knows_only_the_counted_rows() -> None:
    column = pd.Series(["a|b", "b", "later"])

    assert fit_items(column, np.array([True, True, False]), most=10) == ("b", "a")
    assert fit_items(column, np.array([True, True, False]), most=1) == ("b",)
