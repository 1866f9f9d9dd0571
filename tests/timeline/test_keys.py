import numpy as np
import pandas as pd
import pytest

from kumo_magic.timeline.keys import match_grown_keys, match_keys


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (pd.Series([7, 9, 5]), pd.Series([9, 8, 7])),
        (pd.Series([7.0, 9.0, None]), pd.Series([9, 8, 7])),
        (pd.Series([7, 9, None], dtype="Int64"), pd.Series([9.0, 8.0, 7.0])),
        (pd.Series([7, 9, 5], dtype="int32"), pd.Series([9, 8, 7], dtype="uint8")),
        (pd.Series(["g", "i", None]), pd.Series(["i", "h", "g"])),
        (pd.Series(["g", "i", None], dtype="category"), pd.Series(["i", "h", "g"], dtype=object)),
        (pd.Series([7.5, 9.0, np.nan]), pd.Series([9.0, 8.0, 7.5])),
        (pd.Series([True, "i", None], dtype=object), pd.Series(["i", "h", True], dtype=object)),
        (
            pd.Series(["2024-01-07", "2024-01-09", None], dtype="datetime64[us]"),
            pd.Series(["2024-01-09", "2024-01-08", "2024-01-07"], dtype="datetime64[ns]"),
        ),
    ],
    ids=["int", "float that are whole", "nullable", "widths", "text", "category", "float", "mixed", "time"],
)
def test_keys_match_by_value_whatever_their_dtype(child: pd.Series, parent: pd.Series) -> None:
    matched = match_keys(child, parent)

    np.testing.assert_array_equal(matched, [2, 0, -1])
    assert matched.dtype == np.int32


def test_a_null_key_points_nowhere_even_when_a_parent_key_is_null() -> None:
    matched = match_keys(pd.Series(["a", None]), pd.Series([None, "a"]))

    np.testing.assert_array_equal(matched, [1, -1])


def test_of_parents_with_the_same_key_the_first_counts() -> None:
    assert match_keys(pd.Series([4]), pd.Series([3, 4, 4])).tolist() == [1]
    assert match_keys(pd.Series([4, "x"], dtype=object), pd.Series(["x", 4, 4], dtype=object)).tolist() == [1, 0]


def test_text_does_not_match_numbers() -> None:
    assert match_keys(pd.Series(["1", "2"]), pd.Series([1, 2])).tolist() == [-1, -1]


def test_no_rows_match_no_rows() -> None:
    assert match_keys(pd.Series([], dtype="int64"), pd.Series([], dtype="int64")).tolist() == []


def test_keys_beyond_the_exact_floats_stay_apart() -> None:
    large = 2**60
    matched = match_keys(pd.Series([large, large + 1]), pd.Series([large + 1, large]))

    np.testing.assert_array_equal(matched, [1, 0])


@pytest.mark.parametrize("spread", [1, 10**9], ids=["near each other", "far apart"])
def test_whole_keys_match_the_same_near_each_other_and_far_apart(spread: int) -> None:
    parent = pd.Series(np.array([40, 10, 30]) * spread)
    keys = [10 * spread, None, 40 * spread, -(2**63), 2**63 - 1, 20 * spread, 30 * spread]
    child = pd.Series(pd.array(keys, dtype="Int64"))

    assert match_keys(child, parent).tolist() == [1, -1, 0, -1, -1, -1, 2]


def test_only_new_keys_and_orphans_are_looked_up_again() -> None:
    child, parent = pd.Series([5, 6, 7, 6]), pd.Series([5, 7, 6])
    former = np.array([0, -1, 1], dtype=np.int32)

    assert match_grown_keys(child, parent, former, 2).tolist() == [0, 2, 1, 2]
    assert match_grown_keys(child.iloc[:3], parent.iloc[:2], former, 2) is former


@pytest.mark.parametrize(
    "odd", [2**100, "\ud800", b"\xff", 3 + 2j, (1, 2)], ids=["huge", "half", "bytes", "complex", "pair"]
)
def test_keys_that_arrow_has_no_type_for_match_too(odd: object) -> None:
    child, parent = pd.Series(["b", odd, None], dtype=object), pd.Series([odd, "b"], dtype=object)

    assert match_keys(child, parent).tolist() == [1, 0, -1]
    assert match_keys(pd.Series([odd], dtype=object), pd.Series([odd], dtype=object)).tolist() == [0]
