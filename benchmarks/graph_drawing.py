"""Seconds to make a graph and to say what its drawing shows, with the size in a notebook's file.

python benchmarks/graph_drawing.py [--millions 5]
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import pandas as pd

import kumo_magic as km
from kumo_magic.views.schema import graph_answer, table_answer


def shop(num_orders: int) -> dict[str, pd.DataFrame]:
    """Orders of a tenth as many users."""
    draw, num_users = np.random.default_rng(0), num_orders // 10
    days = pd.to_timedelta(draw.integers(0, 365 * 86_400, num_orders), unit="s")
    return {
        "users": pd.DataFrame({"user_id": np.arange(num_users), "tier": draw.choice(["gold", "silver"], num_users)}),
        "orders": pd.DataFrame(
            {
                "order_id": np.arange(num_orders),
                "user_id": draw.integers(0, num_users, num_orders),
                "amount": draw.gamma(2.0, 10.0, num_orders),
                "status": draw.choice(["paid", "open"], num_orders),
                "date": pd.Timestamp("2024-01-01") + days,
            }
        ),
    }


def wide() -> dict[str, pd.DataFrame]:
    """20 tables of 20 columns."""
    draw = np.random.default_rng(0)
    return {
        f"table_{number}": pd.DataFrame(
            {
                f"table_{number}_id": np.arange(3_000),
                f"table_{max(number - 1, 0)}_id": draw.integers(0, 3_000, 3_000),
                **{f"a_column_of_some_length_{place}": draw.gamma(2.0, 10.0, 3_000) for place in range(18)},
            }
        )
        for number in range(20)
    }


def main() -> None:
    """Print a line per graph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, default=5.0)
    num_orders = int(parser.parse_args().millions * 1e6)
    cases = {
        "Online Retail": km.datasets.online_retail,
        f"{num_orders:,} orders": lambda: shop(num_orders),
        "20 x 20": wide,
    }
    for name, frames_of in cases.items():
        frames = frames_of()
        began = time.perf_counter()
        graph = km.Graph.from_data(frames, name="shop")
        made = time.perf_counter()
        answer = graph_answer(graph)
        told = time.perf_counter()
        table_answer(graph, next(iter(graph.tables)))
        asked = time.perf_counter()
        size = len(json.dumps(answer, indent=1))
        print(
            f"{name}: graph {made - began:.2f} s, its drawing {told - made:.2f} s and {size:,} bytes, "
            f"a table of it {asked - told:.2f} s"
        )


if __name__ == "__main__":
    main()
