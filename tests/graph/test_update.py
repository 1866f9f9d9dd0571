import pandas as pd
import pytest

from kumo_magic.errors import DataError, GraphError, OptionError
from kumo_magic.graph import Graph, Stype


@pytest.fixture
def shop(shop_frames: dict[str, pd.DataFrame]) -> Graph:
    graph = Graph.from_data(shop_frames, name="shop")
    graph["orders"]["status"].stype = "text"
    return graph


def new_order(**changes: object) -> pd.DataFrame:
    row = {"order_id": 17, "user_id": 3, "item_id": "b", "amount": 5.0, "status": "open", "date": "2024-02-01"}
    return pd.DataFrame([{**row, **changes}])


def test_new_rows_are_appended_and_everything_else_stays(shop: Graph) -> None:
    version, links = shop.version, shop.links
    shop.update({"orders": new_order()})

    orders = shop["orders"]
    assert orders.num_rows == 7
    assert orders.frame["date"].iloc[-1] == pd.Timestamp("2024-02-01")
    assert (orders.primary_key, orders.time_column, orders["status"].stype) == ("order_id", "date", Stype.TEXT)
    assert shop.links == links
    assert shop.version > version
    assert orders.frame["user_id"].dtype == "Int64"


def test_replacing_swaps_all_rows(shop: Graph) -> None:
    shop.update({"orders": new_order()}, mode="replace")

    assert shop["orders"].frame["order_id"].tolist() == [17]
    assert shop["orders"].time_column == "date"


def test_new_orphans_are_noted(shop: Graph) -> None:
    shop.update({"orders": new_order(user_id=99)})

    assert any("1 of 7 rows" in note and "99" in note for note in shop.notes)


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        (new_order(order_id=11), DataError, "more than once"),
        (new_order(order_id=None), DataError, "have no value"),
        (new_order(amount="much"), GraphError, "number values so far, the new rows text"),
        (new_order(date="01/02/2024"), DataError, "day or with the month"),
        (new_order(date=pd.Timestamp("2024-02-01", tz="UTC")), GraphError, "no time zone so far"),
        (new_order().drop(columns="status"), GraphError, "lack status"),
        (new_order(colour="red"), GraphError, "colour, which 'orders' has not"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_change_nothing(
    shop: Graph, rows: pd.DataFrame, error: type[Exception], words: str
) -> None:
    before = (shop.version, shop["orders"])
    with pytest.raises(error, match=words):
        shop.update({"users": pd.DataFrame({"user_id": [4], "age": [1.0], "tier": ["gold"]}), "orders": rows})

    assert (shop.version, shop["orders"]) == before
    assert shop["users"].num_rows == 3


def test_an_unknown_mode_is_refused(shop: Graph) -> None:
    with pytest.raises(OptionError, match="append"):
        shop.update({"orders": new_order()}, mode="merge")  # pyright: ignore[reportArgumentType]  # the mistake
