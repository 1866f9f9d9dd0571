"""A shop of any size: users, products, transactions and views, drawn from one seed.

Activity differs between users and popularity between products (both heavy-tailed), and every user joins at some
time; apart from that there is nothing to learn, so it measures speed and memory, not accuracy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.graph.graph import Graph

SECONDS = 720 * 86_400
START = np.datetime64("2023-01-01", "us")


def make_tables(
    num_rows: int = 5_000_000,
    *,
    num_users: int = 200_000,
    num_products: int = 20_000,
    num_views: int | None = None,
    in_order: bool = True,
    seed: int = 0,
) -> dict[str, pd.DataFrame]:
    """The four frames; two views per five transactions unless told otherwise.

    Args:
        num_rows: Transactions.
        num_users: Users.
        num_products: Products.
        num_views: Views.
        in_order: Whether the rows of the event tables come in order of time.
        seed: Of every draw.
    """
    random = np.random.default_rng(seed)
    num_views = num_rows * 2 // 5 if num_views is None else num_views
    activity = np.cumsum(random.gamma(0.7, 1.0, num_users))
    popularity = np.cumsum(random.pareto(1.2, num_products))
    joined = random.integers(0, SECONDS // 2, num_users)
    users = pd.DataFrame(
        {
            "user_id": np.arange(num_users),
            "age": random.integers(18, 90, num_users).astype(float),
            "region": random.choice(["north", "south", "east", "west"], num_users),
            "joined": _moment(joined),
        }
    )
    products = pd.DataFrame(
        {
            "product_id": np.arange(num_products),
            "price": random.gamma(2.0, 10.0, num_products).round(2),
            "category": random.choice([f"category {number}" for number in range(30)], num_products),
        }
    )

    def events(number: int, key: str) -> pd.DataFrame:
        user = _drawn(random, activity, number)
        seconds = joined[user] + (random.random(number) ** 1.3 * (SECONDS - joined[user])).astype(np.int64)
        frame = pd.DataFrame(
            {
                "user_id": user,
                "product_id": _drawn(random, popularity, number),
                "date": _moment(seconds),
            }
        )
        if in_order:
            frame = frame.sort_values("date", kind="stable", ignore_index=True)
        frame.insert(0, key, np.arange(number))
        return frame

    tx, views = events(num_rows, "tx_id"), events(num_views, "view_id")
    tx["amount"] = random.gamma(2.0, 10.0, num_rows).round(2)
    tx["quantity"] = random.integers(1, 6, num_rows)
    views["seconds"] = random.gamma(1.0, 30.0, num_views).astype(np.float32)
    return {"users": users, "products": products, "tx": tx, "views": views}


def make_graph(num_rows: int = 5_000_000, **options: int | bool) -> Graph:
    """The frames of `make_tables` as a graph, with everything said and nothing guessed but the stypes."""
    return Graph.from_data(
        make_tables(num_rows, **options),  # pyright: ignore[reportArgumentType]
        name="shop",
        infer=False,
        keys={"users": "user_id", "products": "product_id", "tx": "tx_id", "views": "view_id"},
        times={"users": "joined", "tx": "date", "views": "date"},
        links=[
            ("tx", "user_id", "users"),
            ("tx", "product_id", "products"),
            ("views", "user_id", "users"),
            ("views", "product_id", "products"),
        ],
    )


def _drawn(random: np.random.Generator, cumulated: np.ndarray, number: int) -> np.ndarray:
    """Positions drawn in proportion to weights, whose running total is given."""
    return np.searchsorted(cumulated, random.random(number) * cumulated[-1]).clip(max=len(cumulated) - 1)


def _moment(seconds: np.ndarray) -> np.ndarray:
    return START + (seconds * 1_000_000).astype("timedelta64[us]")
