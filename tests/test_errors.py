import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import QueryError, QuerySyntaxError, raise_together
from kumo_magic.span import Span

OF_QUERIES = (
    km.QuerySyntaxError,
    km.UnknownNameError,
    km.QueryTypeError,
    km.QueryClauseError,
    km.WindowError,
    km.JoinError,
)


@pytest.mark.parametrize(
    "error", [*OF_QUERIES, km.QueryError, km.GraphError, km.DataError, km.TooFewLabelsError, km.ModelFormatError]
)
def test_every_error_is_of_the_one_root(error: type[Exception]) -> None:
    assert issubclass(error, km.KumoMagicError)
    assert issubclass(error, km.QueryError) == (error in (*OF_QUERIES, km.QueryError))


@pytest.mark.parametrize(
    ("query", "error", "stage", "marked", "hint"),
    [
        ("PREDICT CONT(orders.*, 0, 9)\nFOR EACH users.user_id", km.QuerySyntaxError, "syntax", "CONT", "COUNT"),
        ("PREDICT COUNT(orders.*, 0, 9)\nFOR EACH users.usr", km.UnknownNameError, "name", "usr", "user_id"),
        ("PREDICT SUM(orders.status, 0, 9)\nFOR EACH users.user_id", km.QueryTypeError, "type", "orders.status", ""),
        ("PREDICT users.age RANK TOP 3\nFOR EACH users.user_id", km.QueryClauseError, "clause", "RANK TOP 3", ""),
        ("PREDICT COUNT(orders.*, 9, 0)\nFOR EACH users.user_id", km.WindowError, "time", "9", ""),
        ("PREDICT COUNT(orders.*, 0, 9)\nFOR EACH items.item_id", km.JoinError, "join", "orders.*", ""),
    ],
)
def test_an_error_of_a_query_carries_its_stage_place_and_hint(
    query: str, error: type[QueryError], stage: str, marked: str, hint: str, shop_frames: dict[str, pd.DataFrame]
) -> None:
    graph = km.Graph.from_data(shop_frames, unlinks=[("orders", "item_id")])

    with pytest.raises(km.QueryError) as caught:
        km.bind(query, graph)

    found = caught.value
    assert type(found) is error
    assert found.stage == stage
    assert marked in query[found.span.start : found.span.end]
    before = query[: found.span.start].split("\n")
    assert (found.line, found.column) == (len(before), len(before[-1]) + 1)
    assert hint in found.hint
    assert found.errors[0] is found


def test_errors_of_tables_carry_table_column_and_an_example(shop_frames: dict[str, pd.DataFrame]) -> None:
    graph = km.Graph.from_data(shop_frames)

    with pytest.raises(km.DataError) as of_rows:
        graph["orders"].primary_key = "status"
    with pytest.raises(km.GraphError) as of_tables:
        graph.link("orders", "status", "users")

    assert (of_rows.value.table, of_rows.value.column) == ("orders", "status")
    assert "rows 0 and 1" in str(of_rows.value.example)
    assert (of_tables.value.table, of_tables.value.column) == ("orders", "status")


def test_too_few_labels_are_told_with_counts_dates_and_what_to_widen(shop_frames: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(km.TooFewLabelsError) as caught:
        km.labels("PREDICT COUNT(orders.*, 0, 90) FOR EACH users.user_id", km.Graph.from_data(shop_frames))

    assert "90 days" in str(caught.value)
    assert "2024-01-01 to 2024-01-25" in str(caught.value)
    assert "Shorten the window" in str(caught.value)


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
