"""Paths of foreign keys: direct links win, longer paths go down and then up."""

import pandas as pd
import pytest

from kumo_magic.errors import JoinError
from kumo_magic.graph import Graph
from kumo_magic.plan import bind
from kumo_magic.plan.paths import candidate_paths, path_via
from kumo_magic.query import parse


def words(graph: Graph, entity_table: str, table: str) -> list[str]:
    return [str(path) for path in candidate_paths(graph, entity_table, table)]


def test_a_direct_link_wins(store: Graph) -> None:
    assert words(store, "users", "orders") == ["orders.user_id"]


def test_a_longer_path_goes_down(store: Graph) -> None:
    assert words(store, "users", "returns") == ["orders.user_id, returns.order_id"]


def test_a_longer_path_goes_down_and_then_up(store: Graph) -> None:
    assert words(store, "users", "items") == ["orders.user_id, orders.item_id", "visits.user_id, visits.item_id"]


def test_no_path_goes_up_first(store: Graph) -> None:
    assert words(store, "returns", "visits") == []


def test_foreign_keys_that_do_not_touch_name_no_path(store: Graph) -> None:
    assert path_via(store, "users", "returns", [("returns", "order_id")]) == (
        "returns.order_id does not touch 'users', where the path stands."
    )
    assert (
        path_via(store, "users", "returns", [("orders", "user_id")]) == "The path ends at 'orders', not at 'returns'."
    )
    assert path_via(store, "users", "orders", [("orders", "amount")]) == "orders.amount is no foreign key."


@pytest.fixture
def friends() -> Graph:
    """Two foreign keys to one table, and one of a table to itself."""
    day = pd.Timestamp("2024-01-01")
    frames = {
        "users": pd.DataFrame({"id": [1], "invited_by": [1], "joined": [day]}),
        "messages": pd.DataFrame({"id": [1], "sender": [1], "reader": [1], "sent": [day]}),
    }
    return Graph.from_data(
        frames,
        infer=False,
        keys={"users": "id", "messages": "id"},
        times={"users": "joined", "messages": "sent"},
        links=[("users", "invited_by", "users"), ("messages", "sender", "users"), ("messages", "reader", "users")],
    )


def test_two_direct_links_need_via(friends: Graph) -> None:
    with pytest.raises(JoinError, match=r"VIA messages\.sender or VIA messages\.reader"):
        bind(parse("PREDICT COUNT(messages.*, 0, 30) FOR EACH users.id"), friends)


def test_via_picks_one_of_two_direct_links(friends: Graph) -> None:
    text = "PREDICT LIST_DISTINCT(messages.reader VIA messages.sender, 0, 30) FOR EACH users.id"

    assert bind(parse(text), friends).item_table == "users"


def test_a_table_may_be_its_own_child(friends: Graph) -> None:
    plan = bind(parse("PREDICT COUNT(users.*, 0, 30) FOR EACH users.id"), friends)

    assert plan.target_tables == ("users",)
