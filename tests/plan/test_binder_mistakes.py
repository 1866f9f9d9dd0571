"""Mistakes of each stage stand under the right characters and say what to do."""

import pandas as pd
import pytest

from kumo_magic.errors import QueryError, UnknownNameError
from kumo_magic.graph import Graph
from kumo_magic.plan import bind
from kumo_magic.query import parse

SUM = "PREDICT SUM(orders.amount, 0, 30)"
EACH = "FOR EACH users.user_id"

# The query with «» around the characters that are wrong, the stage, and words of the message.
MISTAKES = [
    (f"PREDICT SUM(«order».amount, 0, 30) {EACH}", "name", "Did you mean 'orders'?"),
    (f"PREDICT SUM(orders.«amnt», 0, 30) {EACH}", "name", "Did you mean 'amount'?"),
    (f"{SUM} FOR EACH «Users».user_id", "name", "Did you mean 'users'?"),
    (f"{SUM} FOR EACH users.«userid»", "name", "Did you mean 'user_id'?"),
    (f"PREDICT SUM(orders.«tier», 0, 30) {EACH}", "name", "users.tier"),
    (f"{SUM} {EACH} WHERE users.age > «:limit»", "name", "params={'limit': ...}"),
    (f"PREDICT «AVG(orders.item_id, 0, 30)» {EACH}", "type", "is a key"),
    (f"PREDICT «SUM(orders.status, 0, 30)» {EACH}", "type", "is a category"),
    (f"PREDICT «FIRST(orders.item_id, 0, 30)» {EACH}", "type", "LIST_DISTINCT(orders.item_id"),
    (f"PREDICT «LIST_DISTINCT(orders.order_id, 0, 30)» {EACH}", "type", "primary key"),
    (f"PREDICT «LIST_DISTINCT(orders.amount, 0, 30)» {EACH}", "type", "has numbers"),
    (f"PREDICT «LAST(orders.note, 0, 30)» {EACH}", "type", "it is text"),
    (f"PREDICT «users.email» {EACH}", "type", "it is text"),
    (f"PREDICT «users.region_id» {EACH}", "type", "it is a key"),
    (f"{SUM} {EACH} WHERE users.age = «'US'»", "type", "'US' is text"),
    (f"{SUM} {EACH} WHERE users.tier = «5»", "type", "5 is a number"),
    (f"{SUM} {EACH} WHERE users.active = «1»", "type", "1 is a number"),
    (f"{SUM} {EACH} WHERE users.age IN (1, «'a'», 2)", "type", "'a' is text"),
    (f"{SUM} {EACH} WHERE users.born > «'soon'»", "type", "2024-01-31"),
    (f"{SUM} {EACH} WHERE users.age «CONTAINS» '4'", "type", "searches text"),
    (f"{SUM} {EACH} WHERE users.tier «>» 'gold'", "type", "compares numbers and timestamps"),
    (f"{SUM} {EACH} WHERE users.age «>» NULL", "type", "IS NULL"),
    (f"{SUM} {EACH} WHERE users.tier «IN» 'US'", "type", "= 'US'"),
    (f"{SUM} {EACH} WHERE users.tier = «('a', 'b')»", "type", "IN"),
    (f"{SUM} {EACH} WHERE users.tier «LIKE» 'gold'", "type", "= 'gold'"),
    (f"{SUM} {EACH} WHERE LIST_DISTINCT(orders.status, -9, 0) «=» 'paid'", "type", "CONTAINS"),
    (f"{SUM} FOR EACH «users.tier»", "name", "users.user_id"),
    (f"PREDICT «users.user_id» {EACH}", "clause", "cannot be predicted"),
    (f"{SUM} «RANK TOP 3» {EACH}", "clause", "set"),
    (f"PREDICT users.age «FORECAST 3 TIMEFRAMES» {EACH}", "clause", "window"),
    (f"PREDICT COUNT(orders.*, 0, 30) > 0 «FORECAST 3 TIMEFRAMES» {EACH}", "clause", "condition"),
    (f"{SUM} FORECAST «0» TIMEFRAMES {EACH}", "clause", "10,000"),
    (f"{SUM} FOR users.user_id «>» 5", "clause", "= or IN"),
    (f"{SUM} FOR users.user_id = «(1, 2)»", "clause", "IN (1, 2)"),
    (f"PREDICT «LIST_DISTINCT(orders.user_id, 0, 30)» {EACH}", "clause", "FOR EACH items.item_id"),
    (f"PREDICT SUM(orders.amount, «30», 10) {EACH}", "time", "not before its end"),
    (f"PREDICT SUM(orders.amount, «-30», 30) {EACH}", "time", "about the future"),
    (f"{SUM} {EACH} WHERE «COUNT(visits.*, 0, 7)» > 2", "time", "ASSUMING"),
    (f"{SUM} {EACH} ASSUMING «users.tier» = 'gold'", "time", "no window"),
    (f"PREDICT users.age {EACH} WHERE «COUNT(orders.*, -30, 0)» > 0", "time", "needs a target with a window"),
    (f"PREDICT «SUM(orders.amount)» {EACH}", "time", "SUM(orders.amount, 0, 30, days)"),
    (f"PREDICT «LIST_DISTINCT(orders.item_id)» RANK TOP 5 {EACH}", "time", "needs a window"),
    ("PREDICT «COUNT(items.*, 0, 30)» FOR EACH items.item_id", "time", "no time column"),
    (f"PREDICT COUNT(orders.*, 0, 30) > 0 OR «users.age > 40» {EACH}", "time", "not both"),
    ("PREDICT «SUM(orders.amount, 0, 30)» FOR EACH returns.return_id", "join", "The link goes the other way"),
    (f"{SUM} {EACH} WHERE «orders.status» = 'paid'", "join", "LAST(orders.status, -30, 0)"),
    (f"PREDICT «LIST_DISTINCT(items.kind, 0, 30)» {EACH}", "join", "VIA orders.user_id, orders.item_id"),
    (f"PREDICT «COUNT(orders.* VIA visits.user_id, 0, 30)» {EACH}", "join", "visits"),
    (f"{SUM} FOR «users.age» = 3", "name", "Write FOR users.user_id"),
    (f"{SUM} FOR users.user_id IN «:ids»", "name", "params={'ids': ...}"),
    (f"PREDICT SUM(orders.amount WHERE orders.«vip» = 1, 0, 30) {EACH}", "name", "Its columns are"),
    (f"PREDICT COUNT(returns.* VIA «order».user_id, returns.order_id, 0, 30) {EACH}", "name", "'orders'"),
    (f"PREDICT «SUM(orders.*, 0, 30)» {EACH}", "type", "COUNT(orders.*)"),
    (f"PREDICT «users.*» {EACH}", "type", "COUNT or EXISTS"),
    (f"PREDICT «SUM(orders.date, 0, 30)» {EACH}", "type", "is a timestamp"),
    (f"PREDICT «MAX(orders.date, 0, 30)» {EACH}", "type", "Compare it with a date"),
    (f"PREDICT «LIST_DISTINCT(orders.note, 0, 30)» RANK TOP 3 {EACH}", "type", "is text"),
    (f"PREDICT «users.born» {EACH}", "type", "is a timestamp"),
    (f"PREDICT users.active «>» false {EACH}", "type", "truth values"),
    (f"PREDICT users.age «!=» NULL {EACH}", "type", "IS NOT NULL"),
    (f"PREDICT users.age «IN» (1, NULL) {EACH}", "type", "IS NULL"),
    (f"PREDICT users.born «CONTAINS» '2024' {EACH}", "type", "searches text"),
    (f"PREDICT users.age > «2024-01-01» {EACH}", "type", "is a date"),
    (f"PREDICT users.age = «true» {EACH}", "type", "is a truth value"),
    ("PREDICT items.tags «=» 'a' FOR EACH items.item_id", "type", "CONTAINS"),
    (f"PREDICT LIST_DISTINCT(orders.item_id, 0, 30) CONTAINS «5» {EACH}", "type", "'5'"),
    (f"{SUM} FOR users.user_id = «'1'»", "type", "Write 1 without quotes"),
    (f"{SUM} FOR «users.user_id»", "clause", "FOR EACH users.user_id"),
    (f"{SUM} {EACH} «=» 3", "clause", "FOR users.user_id ="),
    (f"{SUM} {EACH} «IN» (1, 2)", "clause", "WHERE"),
    (f"{SUM} FOR users.user_id «IN» 3", "clause", "IN (3)"),
    (f"{SUM} FOR users.user_id «IS NULL»", "clause", "= or IN"),
    (f"PREDICT LIST_DISTINCT(orders.item_id, 0, 30) RANK TOP «0» {EACH}", "clause", "at least 1"),
    (f"PREDICT LAST(orders.status, 0, 30) «FORECAST 3 TIMEFRAMES» {EACH}", "clause", "none"),
    (f"PREDICT LIST_DISTINCT(orders.item_id, 0, 30) «FORECAST 3 TIMEFRAMES» {EACH}", "clause", "none"),
    (f"{SUM} FORECAST «10001» TIMEFRAMES {EACH}", "clause", "Write fewer"),
    (f"PREDICT COUNT(orders.*, 0, 30) > 0 «CLASSIFY» {EACH}", "clause", "true or false"),
    (f"PREDICT LIST_DISTINCT(orders.item_id WHERE «users.age > 3», 0, 30) {EACH}", "clause", "WHERE after FOR EACH"),
    (f"PREDICT SUM(orders.amount, «-INF», 0) {EACH}", "time", "about the future"),
    (f"{SUM} {EACH} WHERE COUNT(orders.*, «90», 0) > 0", "time", "-90, 0"),
    (f"{SUM} {EACH} WHERE «COUNT(orders.*)» > 0", "time", "COUNT(orders.*, -30, 0, days)"),
    (f"{SUM} {EACH} ASSUMING «COUNT(visits.*, -7, 0)» > 0", "time", "move the condition to WHERE"),
    (f"PREDICT users.age {EACH} ASSUMING «COUNT(orders.*, 0, 7) > 0»", "time", "needs a target with a window"),
    (f"PREDICT «orders.amount» {EACH}", "join", "LAST(orders.amount, 0, 30)"),
    (f"PREDICT «items.price» {EACH}", "join", "'regions' (region_id, people, climate)"),
    ("PREDICT «COUNT(orders.*, 0, 30)» FOR EACH visits.visit_id", "join", "Link them"),
    ("PREDICT «COUNT(orders.*, 0, 30)» FOR EACH orders.order_id", "join", "links to it: returns"),
]


@pytest.mark.parametrize(("marked", "stage", "words"), MISTAKES)
def test_a_mistake_is_marked_and_explained(store: Graph, marked: str, stage: str, words: str) -> None:
    before, wrong, _ = marked.replace("«", "»").split("»")
    query = parse(marked.replace("«", "").replace("»", ""))

    with pytest.raises(QueryError) as caught:
        bind(query, store)

    assert caught.value.stage == stage
    assert caught.value.span.start == len(before)
    assert caught.value.span.text(caught.value.source) == wrong
    assert words in str(caught.value)


def test_all_mistakes_of_a_stage_come_together(store: Graph) -> None:
    query = parse("PREDICT SUM(orders.amnt, 0, 30) FOR EACH user.user_id WHERE users.ag > 3")

    with pytest.raises(QueryError) as caught:
        bind(query, store)

    assert [error.span.text(error.source) for error in caught.value.errors] == ["amnt", "user", "ag"]


def test_a_later_stage_waits_for_the_earlier_one(store: Graph) -> None:
    query = parse(f"PREDICT SUM(orders.amnt, 30, 10) {EACH}")

    with pytest.raises(QueryError) as caught:
        bind(query, store)

    assert [error.stage for error in caught.value.errors] == ["name"]


@pytest.mark.parametrize(
    "key", ["label", "split", "step", "anchor_time", "prediction", "probability", "low", "rank", "score"]
)
def test_a_key_that_the_answer_has_a_column_of_is_to_be_renamed(key: str) -> None:
    graph = Graph.from_data({"users": pd.DataFrame({key: [1, 2], "age": [3.0, 4.0]})}, keys={"users": key})

    with pytest.raises(UnknownNameError, match=f"a column '{key}' of its own") as caught:
        bind(parse(f"PREDICT users.age FOR EACH users.{key}"), graph)

    assert caught.value.hint.endswith(f"users.rename(columns={{'{key}': 'users_{key}'}}).")
