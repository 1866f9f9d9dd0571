"""The `shop`: a graph small enough to add up in one's head. And no property test has a deadline."""

import pandas as pd
import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def shop_frames() -> dict[str, pd.DataFrame]:
    """Three users (one never orders), two items, six orders; one order has no user, one no time."""
    users = pd.DataFrame(
        {"user_id": [1, 2, 3], "age": [30.0, None, 50.0], "tier": ["gold", "silver", "gold"]},
    )
    items = pd.DataFrame({"item_id": ["a", "b"], "price": [10.0, 20.0], "category": ["tea", "cup"]})
    orders = pd.DataFrame(
        {
            "order_id": [11, 12, 13, 14, 15, 16],
            "user_id": pd.array([1, 1, 2, 1, None, 2], dtype="Int64"),
            "item_id": ["a", "b", "a", "a", "b", "b"],
            "amount": [10.0, 20.0, 10.0, None, 20.0, 40.0],
            "status": ["paid", "paid", "open", "paid", "open", "paid"],
            "date": pd.to_datetime(
                ["2024-01-01", "2024-01-11", "2024-01-11", "2024-01-21", "2024-01-25", None], format="ISO8601"
            ),
        }
    )
    return {"users": users, "items": items, "orders": orders}
