"""Feature rows per second on a synthetic shop, cold kernels and warm ones, and the process's peak memory.

    python benchmarks/features.py [--millions 5] [--users 200000] [--rows 200000] [--anchors 12]

The first 1,000 rows are timed apart: with cleared
`kumo_magic/*/__pycache__` they include the compile of every kernel.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import pandas as pd

import kumo_magic as km
from kumo_magic.features.feature_table import FeatureTable, build_feature_table
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.timeline.timeline import Timeline, build_timeline
from kumo_magic.timeline.times import DAY_US

DAYS = 840
HORIZON_DAYS = 30


def make_shop(num_rows: int, num_users: int) -> dict[str, pd.DataFrame]:
    """Users, products, and transactions over two years and a bit."""
    random = np.random.default_rng(0)
    seconds = np.sort(random.integers(0, DAYS * 86_400, num_rows))
    return {
        "users": pd.DataFrame({"user_id": np.arange(num_users), "age": random.integers(18, 90, num_users)}),
        "products": pd.DataFrame({"product_id": np.arange(20_000), "price": random.gamma(2.0, 10.0, 20_000)}),
        "tx": pd.DataFrame(
            {
                "tx_id": np.arange(num_rows),
                "user_id": random.integers(0, num_users, num_rows),
                "product_id": random.integers(0, 20_000, num_rows),
                "amount": random.gamma(2.0, 10.0, num_rows).round(2),
                "channel": random.choice(["web", "shop", "phone"], num_rows),
                "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(seconds, unit="s"),
            }
        ),
    }


def peak_mb() -> float:
    """The most memory that the process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print a line per measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, default=5)
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--anchors", type=int, default=12)
    options = parser.parse_args()
    graph = km.Graph.from_data(make_shop(int(options.millions * 1e6), options.users), name="shop")
    began = time.process_time()
    timeline: Timeline = build_timeline(graph)
    print(f"timeline {time.process_time() - began:.2f} CPU-s, peak so far {peak_mb():,.0f} MB", flush=True)
    random = np.random.default_rng(1)
    start_us = pd.Timestamp("2022-01-01").value // 1000  # of nanoseconds
    anchors = start_us + (DAYS - HORIZON_DAYS * np.arange(1, options.anchors + 1)) * DAY_US
    rows, anchor_us = random.integers(0, options.users, options.rows), random.choice(anchors, options.rows)
    history = LabelHistory(
        entity_rows=rows,
        anchor_us=anchor_us,
        closed_us=anchor_us + HORIZON_DAYS * DAY_US,
        values=random.normal(size=len(rows)),
    )

    def build(number: int, past: LabelHistory | None) -> FeatureTable:
        return build_feature_table(
            timeline,
            graph=graph,
            table="users",
            rows=rows[:number],
            anchor_us=anchor_us[:number],
            horizon_days=HORIZON_DAYS,
            history=past,
            cut_us=int(anchors.max()),
        )

    for words, number, past in (
        ("first 1,000 rows", 1_000, history),
        ("again 1,000 rows", 1_000, history),
        (f"{options.rows:,} rows without past labels", options.rows, None),
        (f"{options.rows:,} rows with past labels", options.rows, history),
    ):
        began, began_cpu = time.perf_counter(), time.process_time()
        table = build(number, past)
        seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
        print(
            f"{words}: {len(table.names)} features, {cpu:.2f} CPU-s ({seconds:.2f} s), {number / cpu:,.0f} rows per "
            f"CPU-s, peak so far {peak_mb():,.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
