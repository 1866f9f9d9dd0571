"""A graph with the shapes that binding meets: parents, children, two ways round, a table without time."""

import pandas as pd
import pytest

from kumo_magic.graph import Graph


@pytest.fixture
def store() -> Graph:
    """Regions, users, items, orders of an item by a user, visits, and returns of orders."""
    day = pd.Timestamp("2024-01-01")
    frames = {
        "regions": pd.DataFrame({"region_id": [1], "people": [100.0], "climate": ["wet"]}),
        "users": pd.DataFrame(
            {
                "user_id": [1, 2],
                "region_id": [1, 1],
                "age": [30.0, 40.0],
                "tier": ["gold", "tin"],
                "email": ["a@b.c", "d@e.f"],
                "active": [True, False],
                "born": [day, day],
            }
        ),
        "items": pd.DataFrame(
            {"item_id": ["x", "y"], "price": [1.0, 2.0], "kind": ["tea", "cup"], "tags": [["a"], ["b", "c"]]}
        ),
        "orders": pd.DataFrame(
            {
                "order_id": [1, 2],
                "user_id": [1, 2],
                "item_id": ["x", "y"],
                "amount": [5.0, 6.0],
                "status": ["open", "paid"],
                "note": ["a first note", "a second note"],
                "date": [day, day],
            }
        ),
        "visits": pd.DataFrame({"visit_id": [1], "user_id": [1], "item_id": ["x"], "seen": [day]}),
        "returns": pd.DataFrame({"return_id": [1], "order_id": [1], "reason": ["late"], "date": [day]}),
    }
    return Graph.from_data(
        frames,
        name="store",
        infer=False,
        keys={name: f"{name.removesuffix('s')}_id" for name in frames},
        times={"orders": "date", "visits": "seen", "returns": "date"},
        links=[
            ("users", "region_id", "regions"),
            ("orders", "user_id", "users"),
            ("orders", "item_id", "items"),
            ("visits", "user_id", "users"),
            ("visits", "item_id", "items"),
            ("returns", "order_id", "orders"),
        ],
        stypes={
            ("regions", "people"): "numerical",
            ("regions", "climate"): "categorical",
            ("users", "age"): "numerical",
            ("users", "tier"): "categorical",
            ("users", "email"): "text",
            ("users", "active"): "categorical",
            ("users", "born"): "timestamp",
            ("items", "price"): "numerical",
            ("items", "kind"): "categorical",
            ("items", "tags"): "multicategorical",
            ("orders", "amount"): "numerical",
            ("orders", "status"): "categorical",
            ("orders", "note"): "text",
            ("returns", "reason"): "categorical",
        },
    )
