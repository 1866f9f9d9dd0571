"""Plans said in plain English."""

import pytest

from kumo_magic.graph import Graph
from kumo_magic.plan import bind
from kumo_magic.plan.nouns import noun
from kumo_magic.query import parse

EACH = "FOR EACH users.user_id"


def first_line(query: str, graph: Graph) -> str:
    return bind(parse(query), graph).describe().splitlines()[0]


@pytest.mark.parametrize(
    "target", ["COUNT(orders.*, 0, 90) = 0", "COUNT(orders.*, 0, 90) < 1", "NOT EXISTS(orders.*, 0, 90)"]
)
@pytest.mark.parametrize(
    "where", ["EXISTS(orders.*, -90, 0)", "COUNT(orders.*, -90, 0) > 0", "COUNT(orders.*, -90, 0) >= 1"]
)
def test_churn_is_asked_the_way_people_ask_it(store: Graph, target: str, where: str) -> None:
    said = first_line(f"PREDICT {target} {EACH} WHERE {where}", store)

    assert said == ("For every user with an order in the last 90 days: will they have no order in the next 90 days?")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"PREDICT EXISTS(visits.*, 0, 1, months) {EACH}", "For every user: will they have a visit in the next month?"),
        (f"PREDICT COUNT(orders.*, 0, 7) > 2 {EACH}", "will they have more than 2 orders in the next 7 days?"),
        (f"PREDICT COUNT(orders.*, 0, 7) <= 1 {EACH}", "will they have at most 1 order in the next 7 days?"),
        (f"PREDICT COUNT(orders.*, 0, 7) {EACH}", "how many orders will they have in the next 7 days?"),
        (
            "PREDICT COUNT(orders.*, 0, 7) = 0 FOR EACH items.item_id",
            "For every item: will it have no order in the next 7 days?",
        ),
        (
            f"PREDICT LIST_DISTINCT(orders.item_id, 0, 7) RANK TOP 3 {EACH}",
            "which items will be in their orders in the next 7 days?",
        ),
        (
            f"PREDICT COUNT(orders.* WHERE orders.status = 'open', 0, 7) = 0 {EACH}",
            "will they have no order (where orders.status is 'open') in the next 7 days?",
        ),
        (f"PREDICT SUM(orders.amount, 0, 7) {EACH}", "what will be the sum of orders.amount in the next 7 days?"),
        (
            f"PREDICT SUM(orders.amount, 0, 7) > 5 {EACH}",
            "will the sum of orders.amount in the next 7 days be more than 5?",
        ),
        (f"PREDICT NOT EXISTS(orders.note, 0, 7) {EACH}", "will there be no value of orders.note in the next 7 days?"),
        (
            f"PREDICT MIN(orders.amount, 0, 7) BETWEEN 1 AND 2 {EACH}",
            "will it be true that the least orders.amount in the next 7 days is between 1 and 2?",
        ),
        (f"PREDICT users.tier = 'gold' {EACH}", "For every user: is users.tier 'gold'?"),
        (f"PREDICT users.active {EACH}", "For every user: is users.active true?"),
        (f"PREDICT users.age {EACH}", "For every user: what is users.age?"),
    ],
)
def test_a_target_becomes_a_question(store: Graph, query: str, said: str) -> None:
    assert first_line(query, store).endswith(said)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("users.age > 30", "For every user where users.age is more than 30:"),
        (
            "COUNT(visits.*, -INF, 0) >= 3 AND users.age > 30",
            "For every user with at least 3 visits so far, where users.age is more than 30:",
        ),
        (
            "EXISTS(orders.*, -7, 0) AND NOT EXISTS(visits.*, -7, 0)",
            "For every user with an order in the last 7 days and no visit in the last 7 days:",
        ),
        (
            "EXISTS(orders.*, -7, 0) OR users.age > 30",
            "For every user where there is a row of orders in the last 7 days or users.age is more than 30:",
        ),
    ],
)
def test_what_where_asks_of_events_is_had_and_the_rest_holds(store: Graph, where: str, said: str) -> None:
    assert first_line(f"PREDICT COUNT(orders.*, 0, 7) = 0 {EACH} WHERE {where}", store).startswith(said)


def test_one_id_is_named_and_those_that_it_is_learned_from(store: Graph) -> None:
    query = "PREDICT COUNT(orders.*, 0, 7) = 0 FOR users.user_id = 1 WHERE EXISTS(orders.*, -7, 0)"

    assert first_line(query, store).startswith(
        "For the user with user_id 1 (learned from every user with an order in the last 7 days): "
    )


def test_a_name_that_is_no_plain_plural_keeps_the_precise_phrase() -> None:
    assert [noun(name) for name in ("Orders", "order items", "qualifying", "status", "s3", "news")] == [None] * 6


def test_the_task_and_why_follow(store: Graph) -> None:
    plan = bind(parse(f"PREDICT LIST_DISTINCT(orders.item_id, 0, 7) RANK TOP 3 {EACH}"), store)

    assert plan.describe().splitlines()[1] == (
        "It is a link prediction: the answer is a list of rows of another table, ranked, the best 3."
    )
