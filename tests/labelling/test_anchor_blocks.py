"""Labels are the same however many anchors one query looks at."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.graph import Graph
from kumo_magic.labelling import label_rows as label_rows_module
from kumo_magic.labelling.label_rows import label_rows
from kumo_magic.labelling.source import open_source
from kumo_magic.plan import bind
from kumo_magic.query import parse

ANCHORS = pd.date_range("2024-02-01", periods=7, freq="5D").to_numpy("datetime64[us]").astype(np.int64)
QUERIES = [
    "PREDICT SUM(orders.amount, 0, 7) FOR EACH users.user_id",
    "PREDICT LAST(orders.amount, 0, 2) FOR EACH users.user_id WHERE COUNT(orders.*, -9, 0) > 0",
    "PREDICT MAX(orders.pieces, 0, 2) FOR EACH users.user_id",
    "PREDICT COUNT(orders.*, 0, 5) > 1 FOR EACH users.user_id ASSUMING SUM(orders.amount, 0, 9) > 8",
    "PREDICT LIST_DISTINCT(orders.item_id, 0, 4) RANK TOP 3 FOR EACH users.user_id",
    "PREDICT SUM(orders.amount, 0, 3) FORECAST 3 TIMEFRAMES FOR EACH users.user_id",
    "PREDICT FIRST(items.price, 0, 3) FOR EACH users.user_id",
]


@pytest.fixture(scope="module")
def shop() -> Graph:
    """Twenty users, and orders of five items over a hundred days."""
    random = np.random.default_rng(4)
    orders = pd.DataFrame(
        {
            "order_id": np.arange(300),
            "user_id": random.integers(0, 20, 300),
            "item_id": random.integers(0, 5, 300),
            "amount": random.gamma(2.0, 3.0, 300),
            "pieces": random.integers(1, 9, 300),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 2400, 300), unit="h"),
        }
    )
    items = pd.DataFrame({"item_id": range(5), "price": [2.0, 3.5, 1.0, 9.0, 4.5]})
    tables = {"users": pd.DataFrame({"user_id": range(20)}), "items": items, "orders": orders}
    return Graph.from_data(
        tables,
        infer=False,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users"), ("orders", "item_id", "items")],
        stypes={("orders", "amount"): "numerical", ("orders", "pieces"): "numerical", ("items", "price"): "numerical"},
    )


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("most_slots", [1, 70])
def test_anchors_in_blocks_give_the_rows_of_one_query(
    shop: Graph, text: str, most_slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = bind(parse(text), shop)
    at_once = label_rows(plan, open_source(plan), ANCHORS)
    monkeypatch.setattr(label_rows_module, "_MOST_SLOTS", most_slots)

    pd.testing.assert_frame_equal(label_rows(plan, open_source(plan), ANCHORS[::-1]), at_once)
