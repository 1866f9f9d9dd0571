"""The canonical text: it reads back as the same tree, whatever the tree."""

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.query import PredictiveQuery, parse
from kumo_magic.query.formatter import format_query
from kumo_magic.query.predictive_query import (
    Aggregation,
    And,
    Classify,
    Column,
    Comparison,
    Condition,
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

_WORDS = st.sampled_from(["users", "orders", "SUM", "each", "not", "null", "In", "inf", "day", "from", "_x1"])
_QUOTED = st.text(st.characters(exclude_characters="`\r\n", codec="utf-8"), min_size=1, max_size=6)
_NAMES = _WORDS | _QUOTED.filter(lambda name: name != "*")
_COLUMNS = st.builds(Column, table=_NAMES, name=_NAMES)
_PARTS = st.lists(_NAMES, min_size=2, max_size=3).map(tuple)
_KEYS = st.builds(
    lambda table, parts: Column(table=table, name=f"({', '.join(parts)})", parts=parts), table=_NAMES, parts=_PARTS
)
_WHOLE = st.integers(-(2**31), 2**31 - 1)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.text("'\"\\nu`%#-", max_size=8)
    | st.dates()
    | st.datetimes().map(lambda moment: moment.replace(microsecond=0))
)
_PARAMETERS = st.builds(Parameter, name=st.text(string.ascii_letters + "_", min_size=1, max_size=4))
_ITEMS = st.builds(Constant, value=_SCALARS) | _PARAMETERS
_LISTS = st.lists(_ITEMS, min_size=1, max_size=3).map(lambda items: ConstantList(items=tuple(items)))
_ENDS = st.tuples(_ITEMS, _ITEMS).map(lambda ends: ConstantList(items=ends))
_WINDOWS = st.builds(Window, start=st.none() | _WHOLE, end=_WHOLE, unit=st.sampled_from(Unit))
_NO_VALUE = (Operator.IS_NULL, Operator.IS_NOT_NULL)
_WITH_VALUE = [operator for operator in Operator if operator not in (*_NO_VALUE, Operator.BETWEEN)]


def _aggregations(conditions: st.SearchStrategy[Condition]) -> st.SearchStrategy[Aggregation]:
    return st.builds(
        Aggregation,
        function=st.sampled_from(Function),
        column=_COLUMNS | st.builds(Column, table=_NAMES, name=st.just("*")),
        via=st.lists(_COLUMNS | _KEYS, max_size=2).map(tuple),
        where=st.none() | conditions,
        window=st.none() | _WINDOWS,
    )


def _comparisons(operands: st.SearchStrategy[Aggregation | Column]) -> st.SearchStrategy[Comparison]:
    return (
        st.builds(Comparison, operand=operands, operator=st.sampled_from(_WITH_VALUE), value=_ITEMS | _LISTS)
        | st.builds(Comparison, operand=operands, operator=st.sampled_from(_NO_VALUE))
        | st.builds(Comparison, operand=operands, operator=st.just(Operator.BETWEEN), value=_ENDS)
    )


def _joined(kind: type[And] | type[Or], parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Nodes of two or three parts; a part of the same kind would be taken apart."""
    others = parts.filter(lambda part: not isinstance(part, kind))
    return st.lists(others, min_size=2, max_size=3).map(lambda conditions: kind(conditions=tuple(conditions)))


def _larger(conditions: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    exists = _aggregations(conditions).filter(lambda node: node.function == Function.EXISTS)
    return (
        st.builds(Not, condition=conditions)
        | _joined(And, conditions)
        | _joined(Or, conditions)
        | _comparisons(_aggregations(conditions))
        | exists
    )


_CONDITIONS: st.SearchStrategy[Condition] = st.recursive(_comparisons(_COLUMNS), _larger, max_leaves=6)
_COUNTS = st.integers(-(2**63), 2**63 - 1)
_OUTPUTS = (
    st.none()
    | st.builds(Forecast, steps=_COUNTS)
    | st.builds(Rank, k=st.none() | _COUNTS)
    | st.builds(Classify, k=st.none() | _COUNTS)
)


@st.composite
def _queries(draw: st.DrawFn) -> PredictiveQuery:
    key = draw(_COLUMNS | _KEYS)
    return PredictiveQuery(
        target=draw(_CONDITIONS | _aggregations(_CONDITIONS) | _COLUMNS),
        entity=key,
        each=draw(st.booleans()),
        output=draw(_OUTPUTS),
        selection=draw(st.none() | _comparisons(st.just(key))),
        where=draw(st.none() | _CONDITIONS),
        assuming=draw(st.none() | _CONDITIONS),
    )


@settings(deadline=None, max_examples=120)
@given(_queries())
def test_the_canonical_text_of_any_tree_reads_back_as_that_tree(query: PredictiveQuery) -> None:
    assert parse(format_query(query)) == query


@settings(deadline=None, max_examples=200)
@given(_SCALARS)
def test_a_constant_keeps_its_type_and_value(value: object) -> None:
    query = PredictiveQuery(
        target=Comparison(
            operand=Column(table="a", name="x"),
            operator=Operator.EQ,
            value=Constant(value=value),  # pyright: ignore[reportArgumentType]  # each branch of the strategy is one
        ),
        entity=Column(table="a", name="id"),
    )

    read = parse(str(query)).target

    assert isinstance(read, Comparison)
    assert isinstance(read.value, Constant)
    assert (type(read.value.value), read.value.value) == (type(value), value)


def test_the_canonical_text_has_a_line_per_clause() -> None:
    query = parse(
        "predict count(orders.* where (orders.a = 1), 0, 1, day) between 1 and 2 rank top 3 for users.id is in (1)"
        ' where (users.a = "it\'s" or users.b = 2024/1/31) and not (users.c is null) assuming exists(mails.*,0,7);'
    )

    assert str(query).splitlines() == [
        "PREDICT COUNT(orders.* WHERE orders.a = 1, 0, 1, days) BETWEEN 1 AND 2 RANK TOP 3",
        "FOR users.id IN (1)",
        r"WHERE (users.a = 'it\'s' OR users.b = 2024-01-31) AND NOT users.c IS NULL",
        "ASSUMING EXISTS(mails.*, 0, 7, days)",
    ]


def test_names_that_are_no_plain_words_stand_between_backticks() -> None:
    query = parse("PREDICT `order lines`.`sum` FOR EACH orders.`user-id` WHERE `plain`.last = 1")

    assert str(query).splitlines() == [
        "PREDICT `order lines`.`sum`",
        "FOR EACH orders.`user-id`",
        "WHERE plain.`last` = 1",
    ]


def test_a_day_and_its_midnight_are_written_differently() -> None:
    text = str(parse("PREDICT a.x IN (2024-01-31, 2024-01-31 00:00:00) FOR EACH a.id"))

    assert text.splitlines()[0] == "PREDICT a.x IN (2024-01-31, 2024-01-31 00:00:00)"
