"""Mistakes of each stage stand under the right characters and say what to do."""

import pytest

from kumo_magic.errors import QueryError
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
    (f"{SUM} FOR EACH «users.tier»", "clause", "users.user_id"),
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
    ("PREDICT «SUM(orders.amount, 0, 30)» FOR EACH returns.return_id", "join", "No path"),
    (f"{SUM} {EACH} WHERE «orders.status» = 'paid'", "join", "LAST(orders.status, -30, 0)"),
    (f"PREDICT «LIST_DISTINCT(items.kind, 0, 30)» {EACH}", "join", "VIA orders.user_id, orders.item_id"),
    (f"PREDICT «COUNT(orders.* VIA visits.user_id, 0, 30)» {EACH}", "join", "visits"),
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
