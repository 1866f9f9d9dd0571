"""Drawn, damaged and random texts: each is parsed and bound, or refused with a QueryError.

Three sources with one seed: queries built along the grammar, about half of whose names exist; lists' queries with
characters and words changed; and text without any sense.
"""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest

from kumo_magic.errors import QueryError
from kumo_magic.graph import Graph
from kumo_magic.plan import bind
from kumo_magic.query import parse
from kumo_magic.query.predictive_query import Function, Operator
from kumo_magic.query.vocabulary import RESERVED, UNIT_SPELLINGS

_LISTS = Path(__file__).parent.parent / "queries"
_PARAMS: dict[str, object] = {
    "one": 1,
    "ids": [1, 2],
    "none": None,
    "empty": [],
    "text": "gold",
    "day": pd.Timestamp("2024-01-01", tz="UTC"),
    "frame": pd.DataFrame(),
    "nan": float("nan"),
}
_COLUMNS = {
    "regions": ("region_id", "people", "climate"),
    "users": ("user_id", "region_id", "age", "tier", "email", "active", "born"),
    "items": ("item_id", "price", "kind", "tags"),
    "orders": ("order_id", "user_id", "item_id", "amount", "status", "note", "date"),
    "visits": ("visit_id", "user_id", "item_id", "seen"),
    "returns": ("return_id", "order_id", "reason", "date"),
    "members": ("member_id", "age"),
    "follows": ("follow_id", "member_id", "channel_id"),
    "nothing": ("nowhere",),
}
_LITERALS = ("1", "-2.5", "1e999", "0", "'gold'", '"it\\u0027s"', "'a''b'", "2024-02-29", "2023-02-29 12:00:00", "true")
_LITERALS += ("NULL", ":one", ":ids", ":none", ":empty", ":text", ":day", ":frame", ":nan", ":unbound", "'2024-01-31'")
_LITERALS += ("'%x'", "'x%y_'", "''", "99999999999999999999", "0.1e-400", "'2024-01-31T10:00:00+02:00'")
_SIGNS = "()',;:.*=<>!-+%`\"\\#\n\t &|[]{}é“\u200b\x00\ufeff🍵\ud800٣"


_TYPED = {
    "SUM(orders.amount{})": "number",
    "AVG(orders.amount{})": "number",
    "COUNT(orders.*{})": "number",
    "COUNT(visits.* VIA visits.user_id{})": "number",
    "COUNT(returns.*{})": "number",
    "MAX(orders.date{})": "time",
    "MIN(orders.note{})": "text",
    "LAST(orders.status{})": "text",
    "LIST_DISTINCT(orders.item_id{})": "set",
    "LIST_DISTINCT(orders.status{})": "set",
    "LIST_DISTINCT(items.kind VIA orders.user_id, orders.item_id{})": "set",
    "users.age": "number",
    "users.tier": "text",
    "users.born": "time",
    "regions.people": "number",
    "regions.climate": "text",
}
_RIGHT = {
    "number": ("> 2", "= 0", "<= -1.5", "IN (1, 2)", "IN :ids", "BETWEEN 1 AND 9", "!= :one", "IS NULL", "= :nan"),
    "time": ("> 2024-01-31", "IS NOT NULL", "< :day", "BETWEEN '2024-01-31' AND 2024-02-29", "= 'soon'"),
    "text": ("= 'paid'", "NOT IN ('a', :text)", "LIKE '%x_'", "STARTS WITH ''", "CONTAINS 'x'", "LIKE 'x'", "> 'x'"),
    "set": ("CONTAINS 'x'", "NOT CONTAINS :text", "IS NULL", "= 'x'"),
}


class _TypedWriter:
    """Queries about the users of the store whose types mostly fit: many can be bound."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def query(self) -> str:
        draw, window = self.draw, f", {self.draw.choice(('0, 30', '0, 1, months', '7, 14', '0, 2, years'))}"
        target = draw.choice(list(_TYPED)).format(window) if draw.random() < 0.6 else self.conditions(window)
        output = draw.choice(("", "", "", "RANK TOP 3", "CLASSIFY", "FORECAST 2 TIMEFRAMES"))
        text = f"PREDICT {target} {output} "
        text += draw.choice(("FOR EACH users.user_id", "FOR users.user_id = 1", "FOR users.user_id IN :ids"))
        past = draw.choice((", -30, 0", ", -INF, 0", ", -3, -1, weeks"))
        text += f" WHERE {self.conditions(past)}" if draw.random() < 0.5 else ""
        return text + (f" ASSUMING {self.conditions(window)}" if draw.random() < 0.2 else "")

    def conditions(self, window: str) -> str:
        """One to three conditions; now and then an aggregation has a filter of its own."""
        draw, found = self.draw, []
        for _ in range(draw.choice((1, 1, 2, 3))):
            operand, kind = draw.choice(list(_TYPED.items()))
            where = " WHERE orders.status = 'paid' OR items.price > 2" if "orders." in operand[:24] else ""
            operand = operand.format((where if draw.random() < 0.2 else "") + window)
            found.append(f"{draw.choice(('', '', 'NOT '))}{operand} {draw.choice(_RIGHT[kind])}")
        return draw.choice((" AND ", " OR ")).join(found)


class _Writer:
    """Queries along the grammar: every one can be read, few can be bound."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def query(self) -> str:
        draw = self.draw
        target = self.condition(0) if draw.random() < 0.4 else self.operand(0)
        outputs = ("", "", "RANK TOP 3", "RANK", "CLASSIFY", "CLASSIFY TOP 2", "FORECAST 3 TIMEFRAMES", "RANK TOP 0")
        table = draw.choice(list(_COLUMNS))
        key = f"{table}.{_COLUMNS[table][0] if draw.random() < 0.9 else draw.choice(_COLUMNS[table])}"
        text = f"PREDICT {target} {draw.choice(outputs)} "
        text += f"FOR EACH {key}" if draw.random() < 0.8 else f"FOR {key} {self.right_side()}"
        text += f" WHERE {self.condition(0)}" if draw.random() < 0.4 else ""
        return text + (f" ASSUMING {self.condition(0)}" if draw.random() < 0.2 else "")

    def condition(self, depth: int) -> str:
        draw = self.draw
        way = draw.random()
        if depth > 2 or way < 0.6:
            return f"{self.operand(depth)} {self.right_side()}"
        if way < 0.7:
            return f"NOT {self.condition(depth + 1)}"
        if way < 0.8:
            return f"EXISTS({self.column()}{self.window()})"
        joined = f" {draw.choice(('AND', 'OR'))} ".join(self.condition(depth + 1) for _ in range(draw.randint(2, 3)))
        return f"({joined})"

    def operand(self, depth: int) -> str:
        draw = self.draw
        if draw.random() < 0.25:
            return self.column()
        where = f" WHERE {self.condition(depth + 1)}" if depth < 3 and draw.random() < 0.2 else ""
        via = f" VIA {self.column()}" + (f", {self.column()}" if draw.random() < 0.3 else "")
        function = draw.choice([each for each in Function if each != Function.EXISTS])
        return f"{function}({self.column()}{via if draw.random() < 0.1 else ''}{where}{self.window()})"

    def column(self) -> str:
        table = self.draw.choice(list(_COLUMNS))
        return f"{table}.{self.draw.choice((*_COLUMNS[table], *_COLUMNS[table], '*', 'missing'))}"

    def window(self) -> str:
        draw = self.draw
        if draw.random() < 0.1:
            return ""
        bounds = draw.choice(("0, 30", "0, 7", "-30, 0", "-INF, 0", "-INF, 30", "5, 5", "9, 1", "0, 2147483647"))
        if draw.random() < 0.1:
            bounds = f"{draw.choice((-(2**31), -1, 0))}, {draw.choice((2**31 - 1, 2**31, 1))}"
        return f", {bounds}" + (f", {draw.choice(list(UNIT_SPELLINGS))}" if draw.random() < 0.5 else "")

    def right_side(self) -> str:
        draw, operator = self.draw, self.draw.choice(list(Operator))
        if operator in (Operator.IS_NULL, Operator.IS_NOT_NULL):
            return operator
        if operator == Operator.BETWEEN:
            return f"BETWEEN {draw.choice(_LITERALS)} AND {draw.choice(_LITERALS)}"
        is_list = draw.random() < (0.8 if operator in (Operator.IN, Operator.NOT_IN) else 0.05)
        if is_list:
            return f"{operator} ({', '.join(draw.choice(_LITERALS) for _ in range(draw.randint(1, 3)))})"
        return f"{operator} {draw.choice(_LITERALS)}"


def _blocks(name: str) -> list[str]:
    """The queries of a list, without their headings."""
    blocks = (_LISTS / name).read_text(encoding="utf-8").strip().split("\n\n")
    return [block.partition("\n")[2] for block in blocks]


def _damaged(text: str, draw: random.Random) -> str:
    """The text after one to four changes of characters or words."""
    for _ in range(draw.randint(1, 4)):
        place, length = draw.randrange(len(text) + 1), draw.randint(0, 6)
        inserted = draw.choice(
            (
                "",
                draw.choice(_SIGNS),
                f" {draw.choice(sorted(RESERVED))} ",
                draw.choice(_LITERALS),
                text[place : place + draw.randint(1, 40)],
            )
        )
        text = text[:place] + inserted + text[place + length * (draw.random() < 0.6) :]
    return text


def _noise(draw: random.Random) -> str:
    """Characters of all planes, or random bytes read as Latin-1, sometimes behind the start of a query."""
    start = draw.choice(("", "", "PREDICT ", "PREDICT SUM(orders.amount, 0, 30) FOR EACH users.user_id WHERE "))
    if draw.random() < 0.5:
        return start + draw.randbytes(draw.randint(0, 60)).decode("latin-1")
    return start + "".join(chr(draw.randrange(0x110000)) for _ in range(draw.randint(0, 30)))


def _texts(seed: int) -> Iterator[str]:
    """Texts without end: of seven three are built, three damaged, and one is noise."""
    draw = random.Random(seed)
    writer, typed, written = _Writer(draw), _TypedWriter(draw), [*_blocks("valid.pql"), *_blocks("invalid.pql")]
    while True:
        yield writer.query()
        yield _damaged(draw.choice(written), draw)
        yield typed.query()
        yield _damaged(typed.query(), draw)
        yield _noise(draw)
        yield _damaged(draw.choice(written), draw)
        yield typed.query()


@pytest.fixture
def graphs(store: Graph) -> tuple[Graph, ...]:
    """The store, a graph without any time column, and one with times in UTC and columns without values."""
    static = {
        "members": pd.DataFrame({"member_id": [1, 2], "age": [30.0, None]}),
        "follows": pd.DataFrame({"follow_id": [1], "member_id": [1], "channel_id": ["a"]}),
        "channels": pd.DataFrame({"channel_id": ["a"]}),
    }
    day = pd.to_datetime(["2024-01-01", None], utc=True)
    aware = {
        "users": pd.DataFrame({"user_id": ["a", "b"], "age": [None, None], "tier": [None, None], "born": day}),
        "orders": pd.DataFrame({"user_id": ["a", "a"], "amount": [1, 2], "status": [1, 2], "date": day}),
    }
    return (
        store,
        Graph.from_data(
            static,
            name="static",
            infer=False,
            keys={"members": "member_id", "follows": "follow_id", "channels": "channel_id"},
            links=[("follows", "member_id", "members"), ("follows", "channel_id", "channels")],
        ),
        Graph.from_data(
            aware,
            name="aware",
            infer=False,
            keys={"users": "user_id"},
            times={"orders": "date"},
            links=[("orders", "user_id", "users")],
        ),
    )


def _check(texts: Iterator[str], graphs: tuple[Graph, ...]) -> tuple[int, int]:
    """Parse and bind each text; how many could be read, and how often one could be bound."""
    num_read = num_bound = 0
    for text in texts:
        try:
            query = parse(text)
        except QueryError as error:
            _check_error(error, text)
            continue
        num_read += 1
        assert parse(str(query)) == query, repr(text)
        for graph in graphs:
            try:
                plan = bind(query, graph, _PARAMS)
            except QueryError as error:
                _check_error(error, text)
            else:
                num_bound += 1
                assert plan.describe(), repr(text)
    return num_read, num_bound


def _check_error(error: QueryError, text: str) -> None:
    """The error can be shown, and stands in the text."""
    assert str(error), repr(text)
    assert all(0 <= each.span.start <= each.span.end <= len(text) for each in error.errors), repr(text)


@pytest.mark.slow
@pytest.mark.small
def test_2_000_texts_raise_nothing_but_query_errors(graphs: tuple[Graph, ...]) -> None:
    num_read, num_bound = _check(islice(_texts(seed=0), 2_000), graphs)

    assert num_read > 400
    assert num_bound > 80


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
def test_100_000_texts_raise_nothing_but_query_errors(graphs: tuple[Graph, ...], seed: int) -> None:
    num_read, num_bound = _check(islice(_texts(seed=seed), 10_000), graphs)

    assert num_read > 2_000
    assert num_bound > 400
