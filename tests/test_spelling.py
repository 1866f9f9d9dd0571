import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import GraphError, UnknownNameError
from kumo_magic.spelling import nearest_name, nearest_texts

TABLES = ["customers", "articles", "transactions_train", "order_items", "orders"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Trans", "transactions_train"),
        ("transactions", "transactions_train"),
        ("order", "orders"),
        ("Orders", "orders"),
        ("ORDERS", "orders"),
        ("OrderItems", "order_items"),
        ("custmers", "customers"),
        ("train", "transactions_train"),
        ("weather", None),
    ],
)
def test_a_table_is_found_by_its_beginning_case_plural_letters_or_part(written: str, meant: str | None) -> None:
    assert nearest_name(written, TABLES) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("PAID", ["paid"]), ("cafe", ["café"]), (" paid", ["paid"]), ("United", ["United Kingdom"]), ("Germany", [])],
)
def test_a_value_is_found_by_its_letters_or_beginning(written: str, meant: list[str]) -> None:
    assert nearest_texts(written, ["paid", "café", "United Kingdom", "DE"]) == meant


def graph() -> km.Graph:
    people = pd.DataFrame({"customer_id": range(9)})
    rows = pd.DataFrame({"t_id": range(9), "who": range(50, 59), "price": 1.5, "day": pd.Timestamp("2024-01-01")})
    return km.Graph.from_data({"customers": people, "transactions_train": rows.assign(customer=rows["who"])})


def test_queries_and_graphs_propose_the_same_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'transactions_train'"):
        km.bind("PREDICT COUNT(Trans.*, 0, 30) FOR EACH customers.customer_id", graph())
    with pytest.raises(GraphError, match="Did you mean 'transactions_train'"):
        graph()["TRANS"]


def test_a_missing_path_names_the_nearest_column_and_why_it_is_no_link() -> None:
    with pytest.raises(km.JoinError) as caught:
        km.bind("PREDICT COUNT(transactions_train.*, 0, 30) FOR EACH customers.customer_id", graph())

    assert "transactions_train.customer" in caught.value.hint
    assert "0%" in caught.value.hint
    assert "Link another: graph.link('transactions_train', <column>, 'customers')" in caught.value.hint
