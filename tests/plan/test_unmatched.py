"""A condition on what no row has is told, with what the rows have."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import TooFewLabelsError
from kumo_magic.finding import Finding, Severity


@pytest.fixture(scope="module")
def library() -> km.Graph:
    """Thirty readers of three countries who borrow ten books over a hundred days; no loan is missing a state."""
    random = np.random.default_rng(0)
    readers = pd.DataFrame(
        {
            "reader_id": range(30),
            "country": [("DE", "FR", "UK")[number % 3] for number in range(30)],
            "born": pd.Timestamp("1980-01-01") + pd.to_timedelta(np.arange(30) * 100, unit="D"),
            "mail": [f"reader{number}@example.org" for number in range(30)],
        }
    )
    books = pd.DataFrame(
        {
            "isbn": [f"97{number}" for number in range(10)],
            "shelf": ["café", "history "] * 5,
            "topics": [["art", "war"] if number % 2 else ["sea"] for number in range(10)],
        }
    )
    loans = pd.DataFrame(
        {
            "loan_id": range(600),
            "reader_id": random.integers(0, 30, 600),
            "isbn": [f"97{number}" for number in random.integers(0, 10, 600)],
            "state": random.choice(["returned", "late"], 600),
            "days": random.integers(1, 29, 600),
            "fee": random.choice([0.0, 1.5, 3.0], 600),
            "was_lost": False,
            "lent": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(random.integers(0, 100, 600)), unit="D"),
        }
    )
    return km.Graph.from_data(
        {"readers": readers, "books": books, "loans": loans},
        stypes={("loans", "was_lost"): "categorical", ("books", "shelf"): "categorical"},
    )


def found(graph: km.Graph, condition: str, **params: Any) -> tuple[Finding, ...]:
    text = f"PREDICT COUNT(loans.* WHERE {condition}, 0, 9, days) FOR EACH readers.reader_id"
    return km.bind(text, graph, params).findings


SAID = {
    "loans.state = 'Late'": "No row of loans has state = 'Late'; did you mean 'late' (",
    "loans.state = 'late '": "= 'late '; did you mean 'late' (",
    "loans.state = 'retruned'": "did you mean 'returned' (",
    "loans.state = 'lost'": "= 'lost'; its values are 'late' (302 rows), 'returned' (298 rows).",
    "loans.state IN ('Late', 'returned')": "did you mean 'late' (",
    "loans.state != 'Late'": "so != leaves none out; did you mean 'late' (",
    "books.shelf = 'cafe'": "did you mean 'café' (5 rows)",
    "books.shelf = 'history'": "did you mean 'history ' (5 rows)",
    "loans.state LIKE 'Lat%'": "LIKE 'Lat%'; did you mean 'late' (",
    "loans.state STARTS WITH 'RET'": "did you mean 'returned' (",
    "loans.state ENDS WITH 'TE'": "did you mean 'late' (",
    "loans.state CONTAINS 'xyz'": "CONTAINS 'xyz'; its values are",
    "books.topics CONTAINS 'Art'": "No row of books has topics holding 'Art'; did you mean 'art' (5 rows)",
    "loans.isbn = 'ISBN5'": "it has 10 values, most often",
    "loans.days > 28": "days > 28: it goes from 1 to 28",
    "loans.days < 1": "it goes from 1 to 28",
    "loans.days BETWEEN 40 AND 50": "BETWEEN 40 AND 50: it goes from 1 to 28",
    "loans.fee = 2": "fee = 2; its values are 3 (211 rows), 0 (",
    "loans.days = 400": "days = 400: it goes from 1 to 28",
    "loans.lent > 2030-01-01": "it goes from 2024-01-01 to",
    "loans.was_lost = true": "was_lost = true; its values are false (600 rows)",
    "loans.state IS NULL": "loans.state is missing in no row of loans",
    "loans.state = :state": "did you mean 'late' (",
}


@pytest.mark.parametrize(("condition", "words"), SAID.items(), ids=SAID)
def test_a_value_that_no_row_has_is_told_with_what_there_is(library: km.Graph, condition: str, words: str) -> None:
    (finding,) = found(library, condition, state="LATE")

    assert words in finding.says
    assert finding.severity is Severity.HOLLOW
    assert finding.about.split(".")[1] in condition


@pytest.mark.parametrize(
    "condition",
    [
        "loans.state = 'late'",
        "loans.state IN ('late', 'returned')",
        "loans.state != 'late'",
        "loans.state LIKE '%at%'",
        "loans.state LIKE 'l_te'",
        "NOT loans.state CONTAINS 'late'",
        "books.topics CONTAINS 'art'",
        "loans.days >= 28",
        "loans.days BETWEEN 3 AND 4",
        "loans.fee = 1.5",
        "loans.was_lost = false",
        "loans.lent > 2024-02-01",
        "loans.state IS NOT NULL",
        "loans.isbn IN ('970', '971')",
    ],
)
def test_what_some_row_has_needs_no_word(library: km.Graph, condition: str) -> None:
    assert found(library, condition) == ()


@pytest.mark.parametrize(
    "condition",
    [
        "loans.state = 'late' OR loans.state = 'Late'",
        "loans.state IN ('late', 'Late')",
        "loans.state != 'lost'",
        "loans.state NOT LIKE '%test%'",
        "NOT loans.state = 'lost'",
    ],
)
def test_every_spelling_and_what_is_left_out_in_case_it_comes_is_a_remark(library: km.Graph, condition: str) -> None:
    (finding,) = found(library, condition)

    assert finding.severity is Severity.REMARK


@pytest.mark.parametrize(
    "text",
    [
        "PREDICT LAST(loans.state, 0, 9) = 'Late' FOR EACH readers.reader_id",
        "PREDICT COUNT(loans.*, 0, 9) > 0 FOR EACH readers.reader_id WHERE readers.country = 'Germany'",
        "PREDICT COUNT(loans.*, 0, 9) > 0 FOR EACH readers.reader_id "
        "ASSUMING COUNT(loans.* WHERE loans.state = 'Late', 0, 9) > 0",
        "PREDICT COUNT(loans.*, 0, 9) > 0 FOR EACH readers.reader_id "
        "WHERE COUNT(loans.* WHERE loans.state = 'Late' AND loans.days > 2, -30, 0) > 0",
        "PREDICT LIST_DISTINCT(loans.state, 0, 9) CONTAINS 'Late' FOR EACH readers.reader_id",
        "PREDICT AVG(loans.days, 0, 9) > 100 FOR EACH readers.reader_id",
    ],
)
def test_targets_where_and_assuming_are_looked_at(library: km.Graph, text: str) -> None:
    plan = km.bind(text, library)

    assert len(plan.findings) == 1
    assert str(plan.findings[0]) in plan.notes


def test_the_error_that_follows_names_the_cause(library: km.Graph) -> None:
    text = "PREDICT COUNT(loans.* WHERE loans.state = 'Late', 0, 9) FOR EACH readers.reader_id"

    with pytest.raises(TooFewLabelsError, match=r"training labels are 0 .* did you mean 'late' \("):
        km.labels(text, library)


def test_where_that_keeps_nobody_names_the_cause(library: km.Graph) -> None:
    text = "PREDICT COUNT(loans.*, 0, 9) FOR EACH readers.reader_id WHERE readers.country = 'Germany'"

    with pytest.raises(TooFewLabelsError, match=r"WHERE keeps none .* its values are 'DE' \(10 rows\)"):
        km.labels(text, library)


def test_new_rows_are_looked_at_anew() -> None:
    graph = km.Graph.from_data({"shops": pd.DataFrame({"shop_id": range(6), "town": ["Ulm", "Bonn"] * 3})})
    text = "PREDICT shops.town = 'Kiel' FOR EACH shops.shop_id"
    before = km.bind(text, graph).findings

    graph.update({"shops": pd.DataFrame({"shop_id": [6], "town": ["Kiel"]})})

    assert len(before) == 1
    assert km.bind(text, graph).findings == ()
