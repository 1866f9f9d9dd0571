"""The syntax tree: which nodes a text becomes, and where each of them stands."""

import datetime

import pytest

from kumo_magic.query import parse
from kumo_magic.query.predictive_query import (
    Aggregation,
    And,
    Classify,
    Column,
    Comparison,
    Constant,
    ConstantList,
    Forecast,
    Function,
    Not,
    Operator,
    Or,
    Parameter,
    Rank,
    Unit,
    Window,
)


def _is(name: str) -> Comparison:
    return Comparison(operand=Column(table="a", name=name), operator=Operator.EQ, value=Constant(value=1))


def _target(text: str) -> object:
    return parse(f"PREDICT {text} FOR EACH a.id").target


def _value(text: str) -> object:
    target = _target(f"a.x = {text}")
    assert isinstance(target, Comparison)
    assert isinstance(target.value, Constant)
    return target.value.value


def test_an_aggregation_holds_its_column_path_filter_and_window() -> None:
    target = _target("count(a.* via b.x, c.y where a.x = 1, -inf, 3, month)")

    assert target == Aggregation(
        function=Function.COUNT,
        column=Column(table="a", name="*"),
        via=(Column(table="b", name="x"), Column(table="c", name="y")),
        where=_is("x"),
        window=Window(start=None, end=3, unit=Unit.MONTHS),
    )


def test_a_window_without_a_unit_counts_days() -> None:
    target = _target("SUM(a.x, -7, 30)")

    assert isinstance(target, Aggregation)
    assert target.window == Window(start=-7, end=30, unit=Unit.DAYS)


def test_an_aggregation_may_have_no_window() -> None:
    target = _target("LIST_DISTINCT(a.x)")

    assert target == Aggregation(function=Function.LIST_DISTINCT, column=Column(table="a", name="x"))


def test_not_binds_tighter_than_and_and_and_tighter_than_or() -> None:
    target = _target("NOT a.x = 1 AND a.y = 1 OR a.z = 1")

    assert target == Or(conditions=(And(conditions=(Not(condition=_is("x")), _is("y"))), _is("z")))


def test_parentheses_bind_tightest() -> None:
    target = _target("NOT (a.x = 1 AND (a.y = 1 OR a.z = 1))")

    assert target == Not(condition=And(conditions=(_is("x"), Or(conditions=(_is("y"), _is("z"))))))


@pytest.mark.parametrize("text", ["a.x = 1 OR a.y = 1 OR a.z = 1", "(a.x = 1 OR a.y = 1) OR (a.z = 1)"])
def test_conditions_joined_by_one_word_are_one_node(text: str) -> None:
    assert _target(text) == Or(conditions=(_is("x"), _is("y"), _is("z")))


def test_exists_is_a_condition_by_itself() -> None:
    query = parse("PREDICT NOT EXISTS(a.*, 0, 1) FOR EACH b.id WHERE EXISTS(a.x, -1, 0) AND EXISTS(a.y, -1, 0)")

    assert isinstance(query.target, Not)
    assert isinstance(query.target.condition, Aggregation)
    assert isinstance(query.where, And)
    assert [type(condition) for condition in query.where.conditions] == [Aggregation, Aggregation]


def test_a_test_for_null_has_no_value() -> None:
    target = _target("a.x is  not\nnull")

    assert target == Comparison(operand=Column(table="a", name="x"), operator=Operator.IS_NOT_NULL)


def test_not_in_and_not_of_in_are_different_trees() -> None:
    values = ConstantList(items=(Constant(value=1), Constant(value=2)))
    inside = Comparison(operand=Column(table="a", name="x"), operator=Operator.IN, value=values)
    outside = Comparison(operand=Column(table="a", name="x"), operator=Operator.NOT_IN, value=values)

    assert _target("NOT a.x IN (1, 2)") == Not(condition=inside)
    assert _target("a.x NOT IN (1, 2)") == outside


def test_between_holds_both_ends_in_a_list() -> None:
    target = _target("a.x BETWEEN :low AND 9 AND a.y = 1")

    ends = ConstantList(items=(Parameter(name="low"), Constant(value=9)))
    between = Comparison(operand=Column(table="a", name="x"), operator=Operator.BETWEEN, value=ends)
    assert target == And(conditions=(between, _is("y")))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-0.5", -0.5),
        ("2e3", 2000.0),
        ("2E-2", 0.02),
        ("18446744073709551615", 18446744073709551615),
        ("TRUE", True),
        ("False", False),
        ("null", None),
        ("2024-01-31", datetime.date(2024, 1, 31)),
        ("2024/2/9", datetime.date(2024, 2, 9)),
        ("2024.02.09", datetime.date(2024, 2, 9)),
        ("2024-01-31   2:03:04", datetime.datetime(2024, 1, 31, 2, 3, 4)),
        ("'2024-01-31'", "2024-01-31"),
        ("''", ""),
        ("'it''s'", "it's"),
        ("'say \"\"'", 'say ""'),
        ('"say ""x"" isn\'\'t"', "say \"x\" isn''t"),
        (r"'\'\"\\\/\b\f\n\r\t\u00e9'", "'\"\\/\b\f\n\r\té"),
        (r"'\ud83c\udf75'", "🍵"),
        (r"'\\u0041'", r"\u0041"),
    ],
)
def test_a_literal_is_read_as_its_value(text: str, value: object) -> None:
    read = _value(text)

    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("FORECAST 3 TIMEFRAMES", Forecast(steps=3)),
        ("RANK TOP 5", Rank(k=5)),
        ("RANK", Rank()),
        ("RANK TOP 0", Rank(k=0)),
        ("CLASSIFY TOP -1", Classify(k=-1)),
        ("CLASSIFY", Classify()),
        ("", None),
    ],
)
def test_the_output_clause_is_kept_for_later_stages_to_judge(text: str, output: object) -> None:
    assert parse(f"PREDICT a.x {text} FOR EACH a.id").output == output


def test_for_selects_entities_and_for_each_takes_all() -> None:
    some, every, none = (
        parse("PREDICT a.x FOR a.id = 1"),
        parse("PREDICT a.x FOR EACH a.id"),
        parse("PREDICT a.x FOR a.id"),
    )

    assert (some.each, some.selection, some.entity) == (False, _is("id"), Column(table="a", name="id"))
    assert (every.each, every.selection) == (True, None)
    assert (none.each, none.selection) == (False, None)


def test_each_clause_holds_its_own_condition() -> None:
    query = parse("PREDICT a.x FOR EACH a.id WHERE (a.y = 1) ASSUMING a.z = 1;")

    assert (query.where, query.assuming) == (_is("y"), _is("z"))


def test_words_of_the_language_may_be_names_where_a_column_stands() -> None:
    query = parse("PREDICT count.sum = 1 FOR EACH each.for WHERE not.in = 1 AND NOT not.and IS NULL")

    assert query.entity == Column(table="each", name="for")
    assert isinstance(query.where, And)
    assert [type(condition) for condition in query.where.conditions] == [Comparison, Not]


def test_backticks_are_not_part_of_a_name() -> None:
    target = _target("`order lines`.`größe (cm)`")

    assert target == Column(table="order lines", name="größe (cm)")
