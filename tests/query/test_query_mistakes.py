"""Mistakes: which of them are reported, and what they propose."""

import pytest

from kumo_magic.errors import QueryClauseError, QueryError, QuerySyntaxError
from kumo_magic.query import parse
from kumo_magic.query.nearest import nearest_word
from kumo_magic.query.vocabulary import FUNCTIONS, KEYWORDS, OPERATORS, RESERVED, UNITS


def _error(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


def _places(text: str) -> list[str]:
    return [error.span.text(text) for error in _error(text).errors]


def test_the_first_mistake_of_each_clause_is_reported() -> None:
    text = "PREDICT MEAN(a.x, 0, 1) FOR EACH a WHERE a.y = US AND a.z = FR ASSUMING COUNT(b.*, 7) > 1"

    assert _places(text) == ["MEAN", "a", "US", ")"]


def test_a_mistake_before_the_output_clause_does_not_hide_one_in_it() -> None:
    assert _places("PREDICT SUM(a.x 0, 1) FORECAST x TIMEFRAMES FOR EACH a.id") == ["0", "x"]


def test_a_parenthesis_left_open_does_not_hide_later_clauses() -> None:
    assert _places("PREDICT SUM(a.x, 0, 1 FOR EACH a.id WHERE a.y = US ASSUMING COUNT(b.*, 7) > 1") == [
        "FOR",
        "US",
        ")",
    ]


def test_a_filter_inside_an_aggregation_is_not_taken_for_a_clause() -> None:
    assert _places("PREDICT MEAN(a.x WHERE a.y = US, 0, 1) FOR EACH a.id") == ["MEAN"]


def test_right_clauses_behind_a_mistake_are_not_reported() -> None:
    assert _places("PREDICT MEAN(a.x, 0, 1) RANK TOP 3 FOR EACH a.id WHERE a.y = 1 ASSUMING COUNT(b.*, 0, 7) > 1;") == [
        "MEAN"
    ]


def test_a_top_without_its_rank_is_a_mistake_of_the_clause_stage() -> None:
    error = _error("PREDICT LIST_DISTINCT(a.x, 0, 1) TOP 5 FOR EACH a.id")

    assert isinstance(error, QueryClauseError)
    assert error.span.start == 33


def test_a_top_without_its_rank_is_told_only_when_the_text_is_a_query() -> None:
    error = _error("PREDICT LIST_DISTINCT(a.x, 0, 1) TOP 5 FOR EACH a")

    assert isinstance(error, QuerySyntaxError)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("PREDICT average(a.x, 0, 1) FOR EACH a.id", "AVG"),
        ("PREDICT Counts(a.x, 0, 1) FOR EACH a.id", "COUNT"),
        ("PREDICT COUNTDISTINCT(a.x, 0, 1) FOR EACH a.id", "COUNT_DISTINCT"),
        ("PREDICT COUNT(DISTINCT a.x, 0, 1) FOR EACH a.id", "COUNT_DISTINCT(table.column"),
        ("PREDICT SUM(a.x, 0, 1, dais) FOR EACH a.id", "days"),
        ("PREDICT SUM(a.x, 0, 1, min) FOR EACH a.id", "minutes"),
        ("PREDICT SUM(a.x, 0, 1, YRS) FOR EACH a.id", "years"),
        ("PREDICT SUM(a.x, 0, 1) FORCAST 3 TIMEFRAMES FOR EACH a.id", "FORECAST"),
        ("PREDICT SUM(a.x, 0, 1) FORECAST 3 TIMEFRAME FOR EACH a.id", "TIMEFRAMES"),
        ("PREDICT SUM(a.x, 0, 1) FO EACH a.id", "FOR EACH"),
        ("PREDICT a.x FOR EACH a.id ASUMING COUNT(b.*, 0, 1) > 1", "ASSUMING"),
        ("PREDICT a.x CONTAIN 'y' FOR EACH a.id", "CONTAINS"),
        ("PREDICT a.x <> 1 FOR EACH a.id", "!="),
        ("PREDICT a.x IS NOT IN (1, 2) FOR EACH a.id", "NOT IN"),
        ("PREDICT a.x > 1 && a.y > 1 FOR EACH a.id", "AND"),
        ("PREDICT a.x = o'clock FOR EACH a.id", "'o'"),
        ("PREDICT a.x = 'it's' FOR EACH a.id", r"\'"),
        ("PREDICT a.x > 2024-01/31 FOR EACH a.id", "2024-01-31"),
        ("PREDICT a.x > 2024-01-31 12:30 FOR EACH a.id", "2024-01-31 12:30:00"),
        ("PREDICT a.x > .5 FOR EACH a.id", "0.5"),
        ("PREDICT a.x > - 5 FOR EACH a.id", "-5"),
        ("PREDICT 1 < a.x FOR EACH a.id", "a.x > 1"),
        ("PREDICT LIST_DISTINCT(a.x, 0, 1) RANK 5 FOR EACH a.id", "RANK TOP 5"),
    ],
)
def test_the_hint_proposes_what_was_meant(wrong: str, right: str) -> None:
    assert right in _error(wrong).hint


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("where", "WHERE"),
        ("WHER", "WHERE"),
        ("DAY", "days"),
        ("weekend", None),
        ("x" * 10_000, None),
        ("", None),
    ],
)
def test_the_nearest_word_differs_by_case_plural_or_a_few_letters(word: str, near: str | None) -> None:
    assert nearest_word(word, ["WHERE", "days"]) == near


def test_every_word_of_the_language_is_described() -> None:
    descriptions = [*FUNCTIONS.values(), *OPERATORS.values(), *UNITS.values(), *KEYWORDS.values()]
    words = {word for entry in [*FUNCTIONS, *OPERATORS, *UNITS, *KEYWORDS] for word in entry.upper().split()}

    assert all(description and "\n" not in description for description in descriptions)
    assert {word for word in words if word.isidentifier()} <= RESERVED
