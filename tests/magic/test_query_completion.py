"""A query up to the cursor → exactly what may come next. A | stands for the cursor."""

from pathlib import Path

import pandas as pd
import pytest

from kumo_magic.errors import QueryError
from kumo_magic.graph import Graph
from kumo_magic.magic.query_completion import in_query
from kumo_magic.plan import bind
from kumo_magic.query import parse
from kumo_magic.query.predictive_query import Function, Operator

_DAY = pd.Timestamp("2024-01-01")
_NAMESPACE = {
    "least": 3,
    "name": "gold",
    "ids": [1, 2],
    "day": _DAY,
    "_": 5,
    "In": [""],
    "flag": True,
    "other": object(),
}
_FUNCTIONS = {str(function) for function in Function}
_NUMBER = {"=", "!=", "<", "<=", ">", ">=", "IN", "NOT IN", "BETWEEN", "IS NULL", "IS NOT NULL"}
_TEXT = {"=", "!=", "IN", "NOT IN", "CONTAINS", "NOT CONTAINS", "STARTS WITH", "ENDS WITH", "LIKE", "NOT LIKE"} | {
    "IS NULL",
    "IS NOT NULL",
}
_SET = {"CONTAINS", "NOT CONTAINS", "IS NULL", "IS NOT NULL"}
_UNITS = {"seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years"}
_FOR = {"FOR EACH", "FOR"}
_KEYS = {"regions.region_id", "users.user_id", "items.item_id", "`order lines`.`line id`"}
SUM = "PREDICT SUM(`order lines`.amount, 0, 30)"
EACH = "FOR EACH users.user_id"


@pytest.fixture(scope="module")
def store() -> Graph:
    """Regions, users, items, and the order lines of users; one table has a blank in its name."""
    frames = {
        "regions": pd.DataFrame({"region_id": [1], "people": [100.0]}),
        "users": pd.DataFrame(
            {
                "user_id": [1, 2],
                "region_id": [1, 1],
                "age": [30.0, 40.0],
                "tier": ["gold", "it's"],
                "grade": [1, 2],
                "email": ["a@b.c", "d@e.f"],
                "active": [True, False],
                "born": [_DAY, _DAY],
            }
        ),
        "items": pd.DataFrame({"item_id": ["x", "y"], "kind": ["tea", "cup"], "tags": [["a"], ["b", "c"]]}),
        "order lines": pd.DataFrame(
            {
                "line id": [1, 2, 3],
                "user_id": [1, 2, 2],
                "item_id": ["x", "y", "y"],
                "amount": [5.0, 6.0, 7.0],
                "status": ["open", "paid", "paid"],
                "date": [_DAY] * 3,
            }
        ),
        "log": pd.DataFrame({"user_id": [1], "text": ["a word"], "at": [_DAY]}),
    }
    return Graph.from_data(
        frames,
        name="store",
        infer=False,
        keys={"regions": "region_id", "users": "user_id", "items": "item_id", "order lines": "line id"},
        times={"order lines": "date", "log": "at"},
        links=[
            ("users", "region_id", "regions"),
            ("order lines", "user_id", "users"),
            ("order lines", "item_id", "items"),
            ("log", "user_id", "users"),
        ],
        stypes={
            ("regions", "people"): "numerical",
            ("users", "age"): "numerical",
            ("users", "tier"): "categorical",
            ("users", "grade"): "categorical",
            ("users", "email"): "text",
            ("users", "active"): "categorical",
            ("users", "born"): "timestamp",
            ("items", "kind"): "categorical",
            ("items", "tags"): "multicategorical",
            ("order lines", "amount"): "numerical",
            ("order lines", "status"): "categorical",
            ("log", "text"): "text",
        },
    )


EXACT = [
    ("|", {"PREDICT"}),
    ("PRE|", {"PREDICT"}),
    ("pre|", {"predict"}),
    ("WHE|", set()),
    ("PREDICT |", _FUNCTIONS | {"NOT", "regions.", "users.", "items.", "`order lines`.", "log."}),
    ("PREDICT CO|", {"COUNT", "COUNT_DISTINCT"}),
    ("predict co|", {"count", "count_distinct"}),
    ("PREDICT use|", {"users."}),
    ("PREDICT USE|", {"users."}),
    ("PREDICT users.a|", {"users.age", "users.active"}),
    ("PREDICT SUM|", {"SUM"}),
    ("PREDICT SUM |", set()),
    ("PREDICT SUM(|", {"regions.", "users.", "`order lines`."}),
    ("PREDICT SUM(users.|", {"users.age"}),
    ("PREDICT AVG(`order lines`.|", {"`order lines`.amount"}),
    ("PREDICT AVG(`order lines`.`am|", {"`order lines`.amount"}),
    ("PREDICT AVG(`ord|", {"`order lines`."}),
    ("PREDICT AVG(ord|", {"`order lines`."}),
    ("PREDICT COUNT(log.|", {"log.*", "log.user_id", "log.text", "log.at"}),
    ("PREDICT EXISTS(Log.|", {"log.*", "log.user_id", "log.text", "log.at"}),
    ("PREDICT SUM(missing.|", set()),
    (
        "PREDICT LIST_DISTINCT(`order lines`.|",
        {"`order lines`.user_id", "`order lines`.item_id", "`order lines`.status"},
    ),
    ("PREDICT LIST_DISTINCT(items.|", {"items.kind", "items.tags"}),
    ("PREDICT LAST(log.|", {"log.text", "log.at"}),
    ("PREDICT MIN(users.|", {"users.age", "users.email", "users.born"}),
    ("PREDICT COUNT(log.* |", {"VIA", "WHERE"}),
    ("PREDICT COUNT(log.* VIA |", {"users.region_id", "`order lines`.user_id", "`order lines`.item_id", "log.user_id"}),
    ("PREDICT COUNT(log.* VIA log.user_id |", {"WHERE"}),
    ("PREDICT COUNT(log.*, |", set()),
    ("PREDICT COUNT(log.*, 3|", set()),
    ("PREDICT COUNT(log.*, 0, 30, |", _UNITS),
    ("PREDICT COUNT(log.*, 0, 30, m|", {"minutes", "months"}),
    ("PREDICT COUNT(log.*, 0, 30|", set()),
    ("PREDICT COUNT(log.*, 0, 30) |", _NUMBER | _FOR | {"FORECAST"}),
    ("PREDICT COUNT(missing.*, 0, 30) = |", {":least"}),
    ("PREDICT COUNT(users.missing, 0, 30) IN (|", {":least"}),
    ("PREDICT missing.missing |", set()),
    ("PREDICT COUNT(log.*, 0, 30) FO|", {"FORECAST", *_FOR}),
    ("PREDICT COUNT(log.*, 0, 30) > 3 |", {"AND", "OR", *_FOR}),
    ("PREDICT COUNT(log.*, 0, 30) > 3 AND |", {"NOT", *_FUNCTIONS}),
    ("PREDICT (COUNT(log.*, 0, 30) > 3 |", {"AND", "OR"}),
    ("PREDICT EXISTS(log.*, 0, 30) |", {"AND", "OR", *_FOR}),
    ("PREDICT FIRST(log.text, 0, 30) |", _TEXT),
    ("PREDICT LIST_DISTINCT(items.kind, 0, 3) |", _SET | _FOR | {"RANK TOP", "CLASSIFY"}),
    ("PREDICT LIST_DISTINCT(items.kind, 0, 3) RANK |", {"TOP", *_FOR}),
    ("PREDICT LIST_DISTINCT(items.kind, 0, 3) RANK TOP |", set()),
    ("PREDICT LIST_DISTINCT(items.kind, 0, 3) RANK TOP 5 |", _FOR),
    ("PREDICT items.tags CL|", {"CLASSIFY"}),
    ("PREDICT users.age |", _NUMBER | _FOR),
    ("PREDICT users.age AN|", set()),
    ("PREDICT users.age > 3 AND us|", {"users."}),
    ("PREDICT users.age > 3 AND SU|", set()),
    (f"{SUM} FORECAST 3 |", {"TIMEFRAMES"}),
    (f"{SUM} FORECAST 3 TIMEFRAMES |", _FOR),
    (f"{SUM} FOR |", {"EACH", *_KEYS}),
    (f"{SUM} FOR EA|", {"EACH"}),
    (f"{SUM} FOR EACH |", _KEYS),
    (f"{SUM} FOR EACH users.|", {"users.user_id"}),
    (f"{SUM} FOR EACH log.|", set()),
    (f"{SUM} FOR users.user_id |", {"=", "IN"}),
    (f"{SUM} FOR users.user_id = |", {":least"}),
    (f"{SUM} FOR users.user_id IN |", {":ids"}),
    (f"{SUM} FOR users.user_id = 1 |", {"WHERE", "ASSUMING"}),
    (f"{SUM} {EACH} |", {"WHERE", "ASSUMING"}),
    (f"PREDICT users.age {EACH} |", {"WHERE"}),
    (f"{SUM}\n{EACH}\nwh|", {"WHERE"}),
    (f"{SUM} {EACH} WHERE |", {"users.", "regions.", "NOT", *_FUNCTIONS}),
    (f"PREDICT users.age {EACH} WHERE |", {"users.", "regions.", "NOT"}),
    (f"{SUM} {EACH} WHERE NOT use|", {"users."}),
    (f"{SUM} {EACH} WHERE COUNT(log.*, |", {"-INF"}),
    (f"{SUM} {EACH} WHERE COUNT(log.*, -|", {"-INF"}),
    (f"{SUM} {EACH} WHERE COUNT(log.*, -i|", {"-INF"}),
    (f"{SUM} {EACH} WHERE COUNT(log.*, -INF, 0, d|", {"days"}),
    (f"{SUM} {EACH} WHERE users.tier |", _TEXT),
    (f"{SUM} {EACH} WHERE users.active |", {"=", "!=", "IN", "NOT IN", "IS NULL", "IS NOT NULL"}),
    (f"{SUM} {EACH} WHERE users.born |", _NUMBER),
    (f"{SUM} {EACH} WHERE users.tier IS |", {"NULL", "NOT NULL"}),
    (f"{SUM} {EACH} WHERE users.tier IS NOT |", {"NULL"}),
    (f"{SUM} {EACH} WHERE users.tier NOT |", {"IN", "CONTAINS", "LIKE"}),
    (f"{SUM} {EACH} WHERE users.tier STARTS W|", {"WITH"}),
    (f"{SUM} {EACH} WHERE users.tier !|", {"!="}),
    (f"{SUM} {EACH} WHERE users.tier = |", {"'gold'", r"'it\'s'", ":name"}),
    (f"{SUM} {EACH} WHERE users.tier='g|", {"'gold'"}),
    (f'{SUM} {EACH} WHERE users.tier = "i|', {'"it\'s"'}),
    (f"{SUM} {EACH} WHERE users.tier = g|", {"'gold'"}),
    (f"{SUM} {EACH} WHERE users.tier = :n|", {":name"}),
    (f"{SUM} {EACH} WHERE users.tier = 'gold'|", set()),
    (f"{SUM} {EACH} WHERE users.tier IN |", {":ids"}),
    (f"{SUM} {EACH} WHERE users.tier IN (|", {"'gold'", r"'it\'s'", ":name"}),
    (f"{SUM} {EACH} WHERE users.tier IN ('gold', 'i|", {r"'it\'s'"}),
    (f"{SUM} {EACH} WHERE users.tier IN ('gold' |", set()),
    (f"{SUM} {EACH} WHERE users.tier IN ('gold') |", {"AND", "OR", "ASSUMING"}),
    (f"{SUM} {EACH} WHERE users.tier LIKE |", {":name"}),
    (f"{SUM} {EACH} WHERE users.grade = |", {"1", "2", ":least"}),
    (f"{SUM} {EACH} WHERE users.active = |", {"true", "false", ":flag"}),
    (f"{SUM} {EACH} WHERE users.born > |", {":day", ":name"}),
    (f"{SUM} {EACH} WHERE users.age BETWEEN 1 |", {"AND"}),
    (f"{SUM} {EACH} WHERE users.age BETWEEN 1 AND :|", {":least"}),
    (f"{SUM} {EACH} WHERE LIST_DISTINCT(items.tags, -9, 0) CONTAINS '|", {"'a'", "'b'", "'c'"}),
    (f"{SUM} {EACH} WHERE LIST_DISTINCT(log.t|", {"log.text"}),
    (f"{SUM} {EACH} WHERE LAST(`order lines`.status, -9, 0) = 'o|", {"'open'"}),
    (f"{SUM} {EACH} ASSUMING |", {"NOT", *_FUNCTIONS}),
    (f"{SUM} {EACH} ASSUMING users.|", set()),
    (f"{SUM} {EACH} ASSUMING COUNT(log.*, 0, 7) > 2 |", {"AND", "OR"}),
    ("PREDICT COUNT(log.* WHERE |", {"log.", "users.", "NOT", *_FUNCTIONS}),
    ("PREDICT COUNT(users.* WHERE COUNT(|", {"`order lines`.", "log."}),
    ("PREDICT SUM(`order lines`.amount WHERE `order lines`.status = 'p|", {"'paid'"}),
    ("PREDICT COUNT(users.* WHERE SUM(`order lines`.amount, -|", {"-INF"}),
    ("PREDICT COUNT(users.* WHERE NOT (users.age > 3 |", {"AND", "OR"}),
    ("PREDICT COUNT(log.* WHERE log.text LIKE 'x', 0, 30, h|", {"hours"}),
    (f"PREDICT MEDIAN(log.at, 3) > {EACH} WHERE users.ti|", {"users.tier"}),
    ("PREDICT log.at log.at |", set()),
    (f"{SUM} # PRE|", set()),
    (f"{SUM} -- FOR|", set()),
    (f"{SUM} # a comment\nFOR EACH us|", {"users.user_id"}),
    (f"{SUM} {EACH} ; |", set()),
    (f"predict sum(`order lines`.amount, 0, 30) {EACH.lower()} wh|", {"where"}),
]


@pytest.mark.parametrize(("marked", "texts"), EXACT)
def test_exactly_what_may_come_next_is_proposed(store: Graph, marked: str, texts: set[str]) -> None:
    proposals = in_query(marked.removesuffix("|"), [store], _NAMESPACE)

    assert set(proposals.texts) == texts
    assert marked.removesuffix("|").endswith(proposals.fragment)


def _is_accepted(store: Graph, text: str) -> bool:
    """Whether the type stage has no objection."""
    try:
        bind(parse(text), store)
    except QueryError as error:
        return error.stage != "type"
    return True


@pytest.mark.parametrize("function", [str(function) for function in Function if function != Function.EXISTS])
def test_the_columns_of_a_function_are_those_the_binder_takes(store: Graph, function: str) -> None:
    head = f"{SUM} {EACH} WHERE "
    proposed = {text for table in store.tables for text in in_query(f"{head}{function}(`{table}`.", [store], {}).texts}
    every = {(table, column) for table in store.tables for column in (*store[table].columns, "*")}

    taken = {
        text
        for table, column in every
        for text in [f"`{table}`.{column if column == '*' else f'`{column}`'}"]
        if _is_accepted(store, f"{head}{function}({text}, -9, 0) IS NULL")
    }
    assert {text.replace("`", "") for text in proposed} == {text.replace("`", "") for text in taken}


@pytest.mark.parametrize("column", ["age", "tier", "grade", "email", "active", "born", "user_id"])
def test_the_operators_of_a_column_are_those_the_binder_takes(store: Graph, column: str) -> None:
    values = {"age": "3", "grade": "3", "user_id": "3", "active": "true", "born": "2024-01-31"}
    value = values.get(column, "'x%'")
    head = f"{SUM} {EACH} WHERE users.{column} "
    behind = {"BETWEEN": f"{value} AND {value}", "IN": f"({value})", "NOT IN": f"({value})"}

    taken = {
        str(operator)
        for operator in Operator
        if _is_accepted(store, f"{head}{operator} {'' if 'NULL' in operator else behind.get(operator, value)}")
    }
    assert set(in_query(head, [store], {}).texts) == taken


def test_no_prefix_of_a_query_raises(store: Graph) -> None:
    text = (
        "predict count(`order lines`.* via log.user_id where log.text in ('a', \"b\") and not users.age is null"
        ", -INF, 30, days) >= 2.5 or (exists(log.*, 0, 1)) for users.user_id in (1, :ids) -- x\n"
        "where users.born between 2024-01-31 and :day assuming last(log.text, 0, 3) starts with 'x' ; # end"
    )

    assert all(in_query(text[:end], [store], _NAMESPACE) is not None for end in range(len(text)))
    assert all(in_query(text[start:], [store], _NAMESPACE) is not None for start in range(len(text)))


@pytest.mark.parametrize("name", ["valid.pql", "invalid.pql"])
def test_no_start_of_a_listed_query_raises(store: Graph, name: str) -> None:
    text = (Path(__file__).parent.parent / "queries" / name).read_text(encoding="utf-8")
    starts = [query[:end] for query in text.split("\n\n") for end in range(0, len(query), 5)]

    assert all(start.endswith(in_query(start, [store], _NAMESPACE).fragment) for start in starts)


def test_text_past_the_limits_gets_no_proposals(store: Graph) -> None:
    assert in_query("PREDICT " + "(" * 70, [store], {}).texts == ()
    assert in_query("PREDICT " + "NOT " * 6_000, [store], {}).texts == ()


def test_a_key_of_several_columns_is_proposed_whole() -> None:
    rooms = pd.DataFrame({"house": ["a", "a"], "room no": [1, 2], "beds": [2, 3]})
    graph = Graph.from_data({"rooms": rooms}, keys={"rooms": ("house", "room no")})

    for begun in ("PREDICT rooms.beds FOR EACH ", "PREDICT rooms.beds FOR EACH rooms."):
        assert list(in_query(begun, [graph], {}).texts) == ["rooms.(house, `room no`)"]
    behind = in_query("PREDICT rooms.beds FOR EACH rooms.(house, `room no`) ", [graph], {}).texts
    assert behind == ("WHERE",)
