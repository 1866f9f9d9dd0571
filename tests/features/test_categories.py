import numpy as np
import pandas as pd
import pytest

from kumo_magic.features.categories import MISSING, UNSEEN, fit_categories


def test_the_most_frequent_comes_first_and_ties_go_by_text() -> None:
    column = pd.Series(["b", "a", "c", "c", None])

    assert fit_categories(column, np.ones(5, dtype=bool), most=10).values == ("c", "a", "b")
    assert fit_categories(column, np.ones(5, dtype=bool), most=1).values == ("c",)


def test_codes_tell_missing_from_unseen() -> None:
    column = pd.Series(["a", "b", None, "later"])
    categories = fit_categories(column, np.array([True, True, True, False]), most=10)

    assert categories.codes(column).tolist() == [0, 1, MISSING, UNSEEN]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2, None], dtype="Int64"),
        pd.Series([1.0, 2.0, None]),
        pd.Series(["1", "2", None]),
        pd.Series(["1", "2", None], dtype="category"),
        pd.Series([1, "2", None], dtype=object),
    ],
)
def test_codes_do_not_depend_on_the_dtype(column: pd.Series) -> None:
    categories = fit_categories(pd.Series([1, 1, 2]), np.ones(3, dtype=bool), most=10)

    assert categories.codes(column).tolist() == [0, 1, MISSING]


def test_truth_values_are_two_categories_in_any_dtype() -> None:
    categories = fit_categories(pd.Series([True, True, False]), np.ones(3, dtype=bool), most=10)

    assert categories.values == ("true", "false")
    assert categories.codes(pd.Series([False, None], dtype="boolean")).tolist() == [1, MISSING]


def test_lists_count_as_their_text() -> None:
    column = pd.Series([[1], [1], None, [2]], dtype=object)

    assert fit_categories(column, np.ones(4, dtype=bool), most=10).codes(column).tolist() == [0, 0, MISSING, 1]
