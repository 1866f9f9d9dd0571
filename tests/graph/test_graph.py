import copy
from itertools import pairwise

import pandas as pd
import pytest

from kumo_magic.errors import DataError, GraphError, UnknownTableOrColumn
from kumo_magic.graph import Graph, Link, Stype, graphs, registry

Frames = dict[str, pd.DataFrame]


@pytest.fixture
def shop(shop_frames: Frames) -> Graph:
    return Graph.from_data(shop_frames, name="shop")


def test_the_shop_is_inferred_from_its_frames(shop: Graph) -> None:
    assert {name: table.primary_key for name, table in shop.tables.items()} == {
        "users": "user_id",
        "items": "item_id",
        "orders": "order_id",
    }
    assert {name: table.time_column for name, table in shop.tables.items()} == {
        "users": None,
        "items": None,
        "orders": "date",
    }
    assert shop.links == (Link("orders", "user_id", "users"), Link("orders", "item_id", "items"))


def test_a_table_tells_rows_columns_and_where_it_came_from(shop_frames: Frames) -> None:
    graph = Graph.from_data(shop_frames, sources={"orders": "orders_2024"})

    amount = graph["orders"]["amount"]
    assert (graph["orders"].num_rows, graph["orders"].source, graph["users"].source) == (6, "orders_2024", "users")
    assert (amount.name, amount.stype, amount.dtype, amount.num_nulls) == ("amount", Stype.NUMERICAL, "float64", 1)
    assert amount.examples == (10.0, 20.0, 10.0)


def test_a_graph_is_a_snapshot_of_its_frames(shop_frames: Frames) -> None:
    graph = Graph.from_data(shop_frames)
    shop_frames["orders"].loc[0, "amount"] = 999.0
    shop_frames["orders"]["new"] = 1

    assert graph["orders"].frame["amount"].iloc[0] == 10.0
    assert "new" not in graph["orders"].columns


def test_the_frames_of_the_user_stay_as_they_are(shop_frames: Frames) -> None:
    before = copy.deepcopy(shop_frames)
    Graph.from_data(shop_frames)

    for name, frame in shop_frames.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_every_change_raises_the_version(shop: Graph) -> None:
    versions = [shop.version]
    shop.unlink("orders", "user_id")
    versions.append(shop.version)
    shop.link("orders", "user_id", "users")
    versions.append(shop.version)
    shop["orders"].time_column = None
    versions.append(shop.version)
    shop["orders"].end_time_column = "date"
    versions.append(shop.version)
    shop["orders"]["status"].stype = "text"
    versions.append(shop.version)
    shop["orders"].primary_key = None
    versions.append(shop.version)

    assert all(before < after for before, after in pairwise(versions))


def test_what_the_user_says_is_not_overruled(shop_frames: Frames) -> None:
    graph = Graph.from_data(
        shop_frames,
        keys={"orders": None},
        times={"orders": None},
        unlinks=[("orders", "item_id")],
        stypes={("users", "age"): "categorical"},
    )

    assert graph["orders"].primary_key is None
    assert graph["orders"].time_column is None
    assert graph.links == (Link("orders", "user_id", "users"),)
    assert graph["users"]["age"].stype is Stype.CATEGORICAL


def test_without_inference_there_are_tables_and_stypes_alone(shop_frames: Frames) -> None:
    graph = Graph.from_data(shop_frames, infer=False)

    assert graph.links == ()
    assert {table.primary_key for table in graph.tables.values()} == {None}
    assert graph["items"]["price"].stype is Stype.NUMERICAL


def test_links_are_listed_from_both_sides(shop: Graph) -> None:
    assert [link.column for link in shop.links_from("orders")] == ["user_id", "item_id"]
    assert [link.table for link in shop.links_to("users")] == ["orders"]
    assert shop.links_to("orders") == ()


def test_a_column_has_one_parent_and_a_new_link_replaces_the_old(shop_frames: Frames) -> None:
    shop = Graph.from_data({**shop_frames, "members": pd.DataFrame({"member_id": [1, 2, 3]})})

    shop.link("orders", "user_id", "members")

    assert shop.links_from("orders")[0] == Link("orders", "user_id", "members")
    assert len(shop.links) == 2


def test_unlinking_gives_the_column_its_own_meaning_back(shop: Graph) -> None:
    shop.unlink("orders", "item_id")

    assert shop["orders"]["item_id"].stype is Stype.CATEGORICAL
    assert shop["orders"]["user_id"].stype is Stype.KEY


def test_unlinking_what_is_not_linked_names_what_is(shop: Graph) -> None:
    with pytest.raises(GraphError, match=r"orders.amount is not linked") as raised:
        shop.unlink("orders", "amount")

    assert "user_id, item_id" in str(raised.value)


def test_a_link_needs_a_parent_with_a_primary_key(shop_frames: Frames) -> None:
    graph = Graph.from_data(shop_frames, infer=False)

    with pytest.raises(GraphError, match="'users', which has no primary key"):
        graph.link("orders", "user_id", "users")


def test_a_link_between_text_and_numbers_is_refused_with_both_values(shop: Graph) -> None:
    version = shop.version
    with pytest.raises(GraphError, match="holds text values") as raised:
        shop.link("orders", "status", "users")

    assert "'paid' and 'open' (text) against 1 and 2 (whole number)" in str(raised.value)
    assert raised.value.column == "status"
    assert (shop.version, len(shop.links)) == (version, 2)


def test_unknown_names_suggest_the_nearest(shop: Graph) -> None:
    with pytest.raises(UnknownTableOrColumn, match="Did you mean 'users'"):
        shop["user"]
    with pytest.raises(UnknownTableOrColumn, match="Did you mean 'amount'"):
        shop["orders"]["amnt"]
    with pytest.raises(UnknownTableOrColumn, match="no column 'user'"):
        shop.link("orders", "user", "users")


def test_a_repeated_primary_key_is_refused_with_its_rows(shop: Graph) -> None:
    with pytest.raises(DataError, match="more than once") as raised:
        shop["orders"].primary_key = "status"

    assert str(raised.value.example) == "'paid' in rows 0 and 1"
    assert shop["orders"].primary_key == "order_id"


def test_a_primary_key_with_missing_values_is_refused_with_a_row(shop: Graph) -> None:
    with pytest.raises(DataError, match=r"1 of 6 rows have no value") as raised:
        shop["orders"].primary_key = "user_id"

    assert raised.value.example == "row 4"


def test_a_primary_key_that_links_need_cannot_be_taken_away(shop: Graph) -> None:
    with pytest.raises(GraphError, match="needs the primary key") as raised:
        shop["users"].primary_key = None

    assert "graph.unlink('orders', 'user_id')" in str(raised.value)
    assert shop["users"].primary_key == "user_id"


def test_a_former_primary_key_gets_a_meaning_of_its_own(shop: Graph) -> None:
    shop["orders"].primary_key = None

    assert shop["orders"]["order_id"].stype is not Stype.KEY or "no table" in shop["orders"]["order_id"].reason


def test_numbers_that_count_from_an_unknown_day_cannot_be_a_time_column(shop_frames: Frames) -> None:
    graph = Graph.from_data(shop_frames)
    with pytest.raises(GraphError, match="number values") as raised:
        graph["orders"].time_column = "amount"

    assert "unit='D', origin=" in raised.value.hint
    assert graph["orders"].time_column == "date"


@pytest.mark.parametrize(
    ("column", "stype", "words"),
    [
        ("status", "numerical", "pd.to_numeric"),
        ("amount", "timestamp", "pd.to_datetime"),
        ("amount", "multicategorical", "split"),
        ("date", "categorical", "the time column"),
        ("order_id", "numerical", "the primary key"),
        ("user_id", "categorical", "graph.unlink"),
        ("status", "colour", "Choose one of numerical"),
    ],
)
def test_a_stype_that_does_not_fit_is_refused_and_changes_nothing(
    shop: Graph, column: str, stype: str, words: str
) -> None:
    before = (shop["orders"][column].stype, shop.version)
    with pytest.raises(GraphError) as raised:
        shop["orders"][column].stype = stype

    assert words in str(raised.value)
    assert (shop["orders"][column].stype, shop.version) == before


def test_registered_graphs_are_found_by_name(shop: Graph) -> None:
    before = graphs()
    try:
        assert shop.register() is shop
        assert registry.get("shop") is shop
        assert graphs()["shop"] is shop
    finally:
        registry.clear()
        for graph in before.values():
            graph.register()


def test_a_graph_prints_its_tables_columns_and_links(shop: Graph) -> None:
    assert str(shop).splitlines() == [
        "Graph 'shop': 3 tables, 2 links",
        "  users: 3 rows, key user_id",
        "      numerical: age",
        "      categorical: tier",
        "  items: 2 rows, key item_id",
        "      numerical: price",
        "      categorical: category",
        "  orders: 6 rows, key order_id, time date",
        "      numerical: amount",
        "      categorical: status",
        "  orders.user_id → users",
        "  orders.item_id → items",
    ]


def test_every_choice_has_a_reason(shop: Graph) -> None:
    reasons = shop.reasons()

    assert "orders: primary key order_id: named after 'orders', unique and never missing" in reasons
    assert "orders: time column date: named like the time of a row" in reasons
    assert "users: time column none: no column says when a row happened or began" in reasons
    assert "orders.user_id → users: named after 'users'; all of its values are there" in reasons
    assert "users.tier: categorical, 2 different texts" in reasons


def test_a_graph_without_tables_is_refused() -> None:
    with pytest.raises(GraphError, match="at least one table"):
        Graph.from_data({})
