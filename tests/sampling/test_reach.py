from kumo_magic.sampling.reach import inward_edge_types
from kumo_magic.sampling.schema import GraphSchema, TableSchema

ORDERS_OF_USERS, USER_OF_ORDERS = ("orders", "user_id", "users"), ("users", "rev_user_id", "orders")
ORDERS_OF_ITEMS, ITEM_OF_ORDERS = ("orders", "item_id", "items"), ("items", "rev_item_id", "orders")
SHOP = GraphSchema(
    tables={table: TableSchema() for table in ("users", "items", "orders")},
    edge_types=(ORDERS_OF_USERS, USER_OF_ORDERS, ORDERS_OF_ITEMS, ITEM_OF_ORDERS),
)


def test_from_a_user_come_orders_then_their_items_then_the_items_other_orders() -> None:
    assert inward_edge_types(SHOP, "users", 3) == ({ORDERS_OF_USERS}, {ITEM_OF_ORDERS}, {ORDERS_OF_ITEMS})


def test_from_an_order_come_both_parents_then_their_other_orders() -> None:
    assert inward_edge_types(SHOP, "orders", 2) == (
        {USER_OF_ORDERS, ITEM_OF_ORDERS},
        {ORDERS_OF_USERS, ORDERS_OF_ITEMS},
    )


def test_a_table_that_links_to_itself_is_walked_both_ways() -> None:
    down, up = ("staff", "boss_id", "staff"), ("staff", "rev_boss_id", "staff")
    schema = GraphSchema(tables={"staff": TableSchema()}, edge_types=(down, up))

    assert inward_edge_types(schema, "staff", 2) == ({down, up}, {down, up})


def test_no_hops_need_no_edge_types() -> None:
    assert inward_edge_types(SHOP, "users", 0) == ()
