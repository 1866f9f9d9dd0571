import pytest

from kumo_magic.errors import QueryError, QuerySyntaxError, raise_together
from kumo_magic.span import Span


def test_carets_stand_under_the_characters_that_are_wrong() -> None:
    error = QuerySyntaxError("Unknown word.", span=Span(8, 12), source="PREDICT SUMM(x)", hint="Did you mean SUM?")

    assert str(error).splitlines() == [
        "line 1 | PREDICT SUMM(x)",
        "       |         ^^^^",
        "Unknown word. Did you mean SUM?",
    ]


def test_the_line_of_the_mistake_is_shown_with_its_number() -> None:
    source = "PREDICT users.age\nFOR EACH user.id"

    error = QuerySyntaxError("No such table.", span=Span(27, 31), source=source)

    assert (error.line, error.column) == (2, 10)
    assert str(error).startswith("line 2 | FOR EACH user.id\n")


def test_a_tab_stays_a_tab_so_that_carets_line_up() -> None:
    error = QuerySyntaxError("No.", span=Span(1, 2), source="\tx")

    assert str(error).splitlines()[1] == "       | \t^"


def test_wide_characters_take_two_carets() -> None:
    error = QuerySyntaxError("No.", span=Span(1, 2), source="表表")

    assert str(error).splitlines()[1] == "       |   ^^"


def test_a_very_long_line_is_shown_around_the_mistake() -> None:
    source = "a" * 5000 + "!" + "b" * 5000

    text, carets, _ = str(QuerySyntaxError("No.", span=Span(5000, 5001), source=source)).splitlines()

    assert len(text) < 250
    assert text[carets.index("^")] == "!"


def test_errors_raised_together_come_in_the_order_of_the_text() -> None:
    source = "one two"
    errors: list[QueryError] = [
        QuerySyntaxError("Second.", span=Span(4, 7), source=source),
        QuerySyntaxError("First.", span=Span(0, 3), source=source),
    ]

    with pytest.raises(QuerySyntaxError) as caught:
        raise_together(errors)

    assert [error.problem for error in caught.value.errors] == ["First.", "Second."]
    assert str(caught.value).index("First.") < str(caught.value).index("Second.")
