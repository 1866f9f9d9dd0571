"""Spans: every node knows its characters in the text as the user typed it."""

import dataclasses
from collections.abc import Iterator

import pytest

from kumo_magic.query import parse
from kumo_magic.query.predictive_query import Aggregation, And, Comparison, Constant, Not, Or, Rank, Window
from kumo_magic.span import Span

_TEXT = (
    "# comment\n\tPREDICT\tCOUNT( orders . * VIA orders.user_id -- path\n WHERE (orders.status = 'é\t\"'), -7, 30, days"
    ") > 0\n\tRANK  TOP 5 FOR EACH users.user_id "
    "WHERE NOT (users.a = 1 OR (users.b IS  NULL)) AND users.c IN (1, :x)"
)


def _nodes(node: object) -> Iterator[object]:
    if isinstance(node, tuple):
        for part in node:
            yield from _nodes(part)
    elif dataclasses.is_dataclass(node) and not isinstance(node, Span):
        yield node
        for field in dataclasses.fields(node):
            yield from _nodes(getattr(node, field.name))


def _spans(node_type: type, name: str = "span") -> list[str]:
    return [getattr(node, name).text(_TEXT) for node in _nodes(parse(_TEXT)) if isinstance(node, node_type)]


def test_an_aggregation_spans_from_its_name_to_its_parenthesis() -> None:
    assert _spans(Aggregation)[0].startswith("COUNT( orders . *")
    assert _spans(Aggregation)[0].endswith("30, days)")
    assert _spans(Aggregation, "function_span") == ["COUNT"]


def test_a_window_spans_its_bounds_and_its_unit() -> None:
    assert _spans(Window) == ["-7, 30, days"]
    assert _spans(Window, "start_span") == ["-7"]
    assert _spans(Window, "end_span") == ["30"]


def test_a_column_knows_both_of_its_parts() -> None:
    column = parse(_TEXT).entity

    assert [span.text(_TEXT) for span in (column.span, column.table_span, column.name_span)] == [
        "users.user_id",
        "users",
        "user_id",
    ]


def test_a_comparison_spans_operand_and_value() -> None:
    assert _spans(Comparison)[1:] == [
        "orders.status = 'é\t\"'",
        "users.a = 1",
        "users.b IS  NULL",
        "users.c IN (1, :x)",
    ]
    assert _spans(Comparison, "operator_span") == [">", "=", "=", "IS  NULL", "IN"]


def test_connectives_span_the_parentheses_around_their_parts() -> None:
    assert _spans(Or) == ["users.a = 1 OR (users.b IS  NULL)"]
    assert _spans(Not) == ["NOT (users.a = 1 OR (users.b IS  NULL))"]
    assert _spans(And) == ["NOT (users.a = 1 OR (users.b IS  NULL)) AND users.c IN (1, :x)"]


def test_constants_and_counts_span_themselves() -> None:
    assert _spans(Constant) == ["'é\t\"'", "0", "1", "1"]
    assert _spans(Rank) == ["RANK  TOP 5"]
    assert _spans(Rank, "k_span") == ["5"]


def test_flattened_parts_span_the_parentheses_at_the_ends() -> None:
    text = "PREDICT (a.x = 1 AND a.y = 2) AND (a.z = 3) FOR EACH a.id"

    assert parse(text).target.span.text(text) == "(a.x = 1 AND a.y = 2) AND (a.z = 3)"


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_line_and_column_count_as_an_editor_does(line_break: str) -> None:
    text = f"PREDICT a.x{line_break}FOR EACH a.id{line_break}\tWHERE a.y = 1"

    where = parse(text).where

    assert where is not None
    assert (where.span.line(text), where.span.column(text)) == (3, 8)
