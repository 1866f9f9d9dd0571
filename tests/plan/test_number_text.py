"""Amounts written as text: the error proposes code that makes numbers of all of them."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import QueryTypeError
from kumo_magic.graph import Graph
from kumo_magic.graph.numbers_in_text import number_code
from kumo_magic.plan import bind
from kumo_magic.query import parse

WRITTEN = {
    "thousands": (["1,234.50", "12.00", "999,999"], [1234.5, 12, 999_999]),
    "decimal commas": (["12,5", "0,75", "1234,5"], [12.5, 0.75, 1234.5]),
    "dots and commas": (["1.234,50", "12,00"], [1234.5, 12]),
    "a currency behind": (["12,5 EUR", "3 EUR", "1.200,00 EUR"], [12.5, 3, 1200]),
    "a currency before": (["$1,200.00", "$7.5", "-$3"], [1200, 7.5, -3]),
    "spaces around": ([" 3 ", "4", " 5.5"], [3, 4, 5.5]),
    "spaces inside": (["1 234,5", "2\u00a0000"], [1234.5, 2000]),
    "apostrophes": (["1'234.50", "12.00"], [1234.5, 12]),
    "parentheses": (["(12.50)", "3.00"], [-12.5, 3]),
    "a minus behind": (["12.50-", "3.00"], [-12.5, 3]),
    "a long minus": (["\u221212.5", "3"], [-12.5, 3]),
    "percents": (["12.5%", "3%"], [12.5, 3]),
    "exponents": (["1e3", "2.5E-1"], [1000, 0.25]),
    "words between": (["1,234.5", "n/a", "7", "-", "8", "9"], [1234.5, np.nan, 7, np.nan, 8, 9]),
    "missing ones": (["1,234.5", None, "7"], [1234.5, np.nan, 7]),
}


def graph_of(amounts: pd.Series) -> Graph:
    sales = pd.DataFrame({"shop": 1, "date": pd.date_range("2024-01-01", periods=len(amounts)), "amount": amounts})
    return Graph.from_data({"shops": pd.DataFrame({"shop": [1]}), "sales": sales}, keys={"shops": "shop"})


def hint_of(amounts: pd.Series, function: str = "SUM") -> str:
    with pytest.raises(QueryTypeError) as refused:
        bind(parse(f"PREDICT {function}(sales.amount, 0, 7, days) FOR EACH shops.shop"), graph_of(amounts))
    return refused.value.hint


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
@pytest.mark.parametrize("kind", WRITTEN)
def test_the_proposed_code_makes_numbers_of_every_value(kind: str, dtype: str) -> None:
    written, numbers = WRITTEN[kind]
    sales = pd.DataFrame({"amount": pd.Series(written * 30, dtype=dtype)})

    code = hint_of(sales["amount"]).split("graph is made: ")[1].split(" (")[0]
    exec(code, {"sales": sales, "pd": pd})

    np.testing.assert_allclose(sales["amount"].astype(float), numbers * 30)
    plan = bind(parse("PREDICT SUM(sales.amount, 0, 7, days) FOR EACH shops.shop"), graph_of(sales["amount"]))
    assert plan.target is not None


def test_words_that_become_missing_are_counted() -> None:
    hint = hint_of(pd.Series(["1,5", "unknown", "2,5", "3"] * 5), "AVG")

    assert "(5 values such as 'unknown' become missing)" in hint


@pytest.mark.parametrize(
    "words", [["red", "blue"], ["2024-01-05", "2024-02-05"], ["12:30", "13:45"], ["5 EUR", "5 USD"], ["1,2,3", "4"]]
)
def test_what_is_no_number_is_not_made_one(words: list[str]) -> None:
    assert number_code(pd.Series(words), "sales['amount']") == ""
