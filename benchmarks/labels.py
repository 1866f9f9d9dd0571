"""Label tables beside hand-written DuckDB SQL of the form 'events JOIN anchors, then aggregate', in turns.

    python benchmarks/labels.py [--millions 5] [--users 200000] [--anchors 24] [--rounds 3]

Prints CPU seconds of both (minimum of the rounds), their ratio, rows, and the process's peak memory.
"""

from __future__ import annotations

import argparse
import resource
import time

import duckdb
import numpy as np
import pandas as pd

import kumo_magic as km
from kumo_magic.labelling import build_label_table
from kumo_magic.pipeline import bind

WINDOW_DAYS = 30
AGGREGATES = {
    "SUM": ("SUM(tx.amount, 0, 30)", "sum(e.amount)", "all"),
    "COUNT_DISTINCT": ("COUNT_DISTINCT(tx.product_id, 0, 30)", "count(DISTINCT e.product_id)", "all"),
    "LIST_DISTINCT": ("LIST_DISTINCT(tx.product_id, 0, 30) RANK TOP 12", "list(DISTINCT e.product_id)", "events"),
    "LAST": ("LAST(tx.amount, 0, 30)", "arg_max(e.amount, (e.date, e.tx_id))", "events"),
    "churn": ("COUNT(tx.*, 0, 30) = 0", "count(*)", "active"),
}
PAST = "WHERE COUNT(tx.*, -90, 0) > 0"


def make_tables(num_rows: int, num_users: int, num_anchors: int) -> dict[str, pd.DataFrame]:
    """Users, products and their transactions over as many windows as there are anchors."""
    random = np.random.default_rng(0)
    days = WINDOW_DAYS * (num_anchors + 4)
    seconds = random.integers(0, days * 86_400, num_rows)
    return {
        "users": pd.DataFrame({"user_id": np.arange(num_users)}),
        "products": pd.DataFrame({"product_id": np.arange(20_000)}),
        "tx": pd.DataFrame(
            {
                "tx_id": np.arange(num_rows),
                "user_id": random.integers(0, num_users, num_rows),
                "product_id": random.integers(0, 20_000, num_rows),
                "amount": random.gamma(2.0, 10.0, num_rows).round(2),
                "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(np.sort(seconds), unit="s"),
            }
        ),
    }


def by_hand(connection: duckdb.DuckDBPyConnection, aggregate: str, shape: str) -> int:
    """The rows that the SQL gives: those with events, every user at every anchor, or the active ones."""
    joined = f"""
        SELECT e.user_id, a.anchor_time, {aggregate} AS label FROM tx e
        JOIN anchors a ON e.date > a.anchor_time AND e.date <= a.anchor_time + INTERVAL {WINDOW_DAYS} DAY
        GROUP BY ALL"""
    if shape == "events":
        return connection.sql(joined).to_arrow_table().num_rows
    if shape == "all":
        everyone = "SELECT u.user_id, a.anchor_time FROM users u CROSS JOIN anchors a"
        sql = (
            f"SELECT p.*, coalesce(f.label, 0) FROM ({everyone}) p LEFT JOIN ({joined}) f USING (user_id, anchor_time)"
        )
        return connection.sql(sql).to_arrow_table().num_rows
    active = """
        SELECT DISTINCT e.user_id, a.anchor_time FROM tx e
        JOIN anchors a ON e.date > a.anchor_time - INTERVAL 90 DAY AND e.date <= a.anchor_time"""
    sql = f"SELECT p.*, f.label IS NULL AS label FROM ({active}) p LEFT JOIN ({joined}) f USING (user_id, anchor_time)"
    return connection.sql(sql).to_arrow_table().num_rows


def cpu(work: object, rounds: int) -> float:
    """Least CPU seconds of the rounds."""
    assert callable(work)
    seconds = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return min(seconds)


def main() -> None:
    """Print a line per aggregate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, default=5)
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--anchors", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    tables = make_tables(int(options.millions * 1e6), options.users, options.anchors)
    graph = km.Graph.from_data(tables, name="bench")
    last = tables["tx"]["date"].max() - pd.Timedelta(days=WINDOW_DAYS)
    anchors = [last - pd.Timedelta(days=WINDOW_DAYS * step) for step in range(options.anchors)]
    connection = duckdb.connect(config={"threads": 1})
    connection.register("tx", tables["tx"])
    connection.register("users", tables["users"])
    connection.register("anchors", pd.DataFrame({"anchor_time": anchors}))
    for name, (target, aggregate, shape) in AGGREGATES.items():
        where = PAST if shape == "active" else ""
        plan = bind(f"PREDICT {target} FOR EACH users.user_id {where}", graph)
        sizes: dict[str, int] = {}

        def ours(plan: object = plan, sizes: dict[str, int] = sizes) -> None:
            sizes["ours"] = len(build_label_table(plan, anchor_times=anchors).frame)  # pyright: ignore[reportArgumentType]

        def theirs(aggregate: str = aggregate, shape: str = shape, sizes: dict[str, int] = sizes) -> None:
            sizes["by hand"] = by_hand(connection, aggregate, shape)

        hand = cpu(theirs, options.rounds)
        mine = cpu(ours, options.rounds)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name:15} ours {mine:6.2f} CPU-s, by hand {hand:6.2f}, ratio {mine / hand:4.2f}; "
            f"rows {sizes['ours']:,} and {sizes['by hand']:,}; peak {peak:,.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
