"""Label tables beside hand-written DuckDB SQL of the form 'events JOIN anchors, then aggregate', in turns.

    python benchmarks/labels.py [--millions 5] [--users 200000] [--anchors 24] [--rounds 3] [--only SUM LAST]

By hand is a frame of key, anchor time and label, fetched with `.df()`: a set label is a NumPy array.
Ours is that frame with a set label as a list, and besides: rows in order of anchor and entity, the split, when each
label is knowable, and the notes. Both run on one thread, each measurement in a process of its own that has the data.

First the labels of both are compared, row for row. Then a line tells CPU seconds (least of the rounds), their ratio,
rows, and the peak memory of ours and of by hand above the data and imports that the process starts with.
Several `--millions` or `--anchors` show how both grow.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np
import pandas as pd

from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table
from kumo_magic.plan import bind
from kumo_magic.query import parse

T = TypeVar("T")
FORK = multiprocessing.get_context("fork")
WINDOW_DAYS = 30
AGGREGATES = {
    "SUM": ("SUM(tx.amount, 0, 30)", "sum(e.amount)", "all"),
    "COUNT_DISTINCT": ("COUNT_DISTINCT(tx.product_id, 0, 30)", "count(DISTINCT e.product_id)", "all"),
    "LIST_DISTINCT": ("LIST_DISTINCT(tx.product_id, 0, 30) RANK TOP 12", "list(DISTINCT e.product_id)", "events"),
    "LAST": ("LAST(tx.amount, 0, 30)", "arg_max(e.amount, (e.date, e.tx_id))", "events"),
    "churn": ("COUNT(tx.*, 0, 30) = 0", "count(*)", "active"),
}
PAST = "WHERE COUNT(tx.*, -90, 0) > 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Tables, anchors, and one aggregate over them."""

    tables: dict[str, pd.DataFrame]
    graph: Graph
    anchors: list[pd.Timestamp]
    name: str = "SUM"

    def ours(self) -> pd.DataFrame:
        """The label table of the query."""
        target, _, shape = AGGREGATES[self.name]
        plan = bind(parse(f"PREDICT {target} FOR EACH users.user_id {PAST if shape == 'active' else ''}"), self.graph)
        return build_label_table(plan, anchor_times=self.anchors).frame

    def by_hand(self) -> pd.DataFrame:
        """Those with events, every user at every anchor, or the active ones, each with its label."""
        _, aggregate, shape = AGGREGATES[self.name]
        connection = duckdb.connect(config={"threads": 1})
        connection.register("tx", self.tables["tx"])
        connection.register("users", self.tables["users"])
        connection.register("anchors", pd.DataFrame({"anchor_time": self.anchors}))
        joined = f"""
            SELECT e.user_id, a.anchor_time, {aggregate} AS label FROM tx e
            JOIN anchors a ON e.date > a.anchor_time AND e.date <= a.anchor_time + INTERVAL {WINDOW_DAYS} DAY
            GROUP BY ALL"""
        if shape == "events":
            return connection.sql(joined).df()
        people = "SELECT u.user_id, a.anchor_time FROM users u CROSS JOIN anchors a"
        label = "coalesce(f.label, 0)"
        if shape == "active":
            label = "f.label IS NULL"
            people = """
                SELECT DISTINCT e.user_id, a.anchor_time FROM tx e
                JOIN anchors a ON e.date > a.anchor_time - INTERVAL 90 DAY AND e.date <= a.anchor_time"""
        join = f"({people}) p LEFT JOIN ({joined}) f USING (user_id, anchor_time)"
        return connection.sql(f"SELECT p.*, {label} AS label FROM {join}").df()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run took."""

    cpu_seconds: float
    peak_mb: float  # above what the process started with
    num_rows: int


def make_case(num_rows: int, num_users: int, num_anchors: int) -> Case:
    """Users, products and their transactions over as many windows as there are anchors."""
    random = np.random.default_rng(0)
    days = WINDOW_DAYS * (num_anchors + 4)
    seconds = random.integers(0, days * 86_400, num_rows)
    tables = {
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
    last = tables["tx"]["date"].max() - pd.Timedelta(days=WINDOW_DAYS)
    anchors = [last - pd.Timedelta(days=WINDOW_DAYS * step) for step in range(num_anchors)]
    return Case(tables=tables, graph=Graph.from_data(tables, name="bench"), anchors=anchors)


def in_child(work: Callable[[], T]) -> T:
    """What the work gives, done in a process that starts with this one's memory."""
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=lambda: sender.send(work()))  # pyright: ignore[reportAttributeAccessIssue]  # fork only
    process.start()
    sender.close()
    found = receiver.recv()
    process.join()
    return found


def measure(work: Callable[[Case], pd.DataFrame], small: Case, case: Case) -> Cost:
    """Cost of the work on a case. The small one first, so that nothing is imported while the clock runs."""
    work(small)
    gc.collect()
    before_mb = resident_mb()
    with memory_watched() as samples:
        began = time.process_time()
        frame = work(case)
        seconds = time.process_time() - began
    return Cost(cpu_seconds=seconds, peak_mb=max(samples) - before_mb, num_rows=len(frame))


@contextmanager
def memory_watched() -> Iterator[list[float]]:
    """Looks at the memory every few milliseconds: the system's own peak would be that of making the data."""
    samples, is_over = [resident_mb()], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.01):
            samples.append(resident_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield samples
    is_over.set()
    watcher.join()


def resident_mb() -> float:
    """Memory of this process, of Linux's own account."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def num_different(case: Case) -> int:
    """Rows that only one side has, and labels that are not the same (sums: to the twelfth digit)."""
    keys = ["anchor_time", "user_id"]
    ours, hand = (
        frame.sort_values(keys, ignore_index=True) for frame in (case.ours()[[*keys, "label"]], case.by_hand())
    )
    if len(ours) != len(hand) or (ours[keys].to_numpy() != hand[keys].to_numpy()).any():
        both = ours[keys].merge(hand[keys], how="outer", indicator=True)
        return int((both["_merge"] != "both").sum())
    if case.name == "SUM":
        return int((~np.isclose(ours["label"], hand["label"], rtol=1e-12, atol=0)).sum())
    if case.name != "LIST_DISTINCT":
        return int((ours["label"].to_numpy() != hand["label"].to_numpy()).sum())
    return sum(mine != sorted(theirs.tolist()) for mine, theirs in zip(ours["label"], hand["label"], strict=True))


def main() -> None:
    """Print a line per size and aggregate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, nargs="+", default=[5])
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--anchors", type=int, nargs="+", default=[24])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(AGGREGATES), default=list(AGGREGATES))
    options = parser.parse_args()
    small = make_case(10_000, 100, 24)
    for millions, num_anchors in product(options.millions, options.anchors):
        tables = make_case(int(millions * 1e6), options.users, num_anchors)
        print(f"{millions:g} million rows, {num_anchors} anchors; the process has {resident_mb():,.0f} MB", flush=True)
        for name in options.only:
            report(replace(small, name=name), replace(tables, name=name), options.rounds)


def report(small: Case, case: Case, rounds: int) -> None:
    """Print a line."""
    different = in_child(lambda: num_different(case))
    sides = (Case.ours, Case.by_hand)
    turns = [[in_child(partial(measure, side, small, case)) for side in sides] for _ in range(rounds)]
    ours, hand = (min(costs, key=lambda cost: cost.cpu_seconds) for costs in zip(*turns, strict=True))
    print(
        f"{case.name:15} ours {ours.cpu_seconds:5.2f} CPU-s, by hand {hand.cpu_seconds:5.2f}, "
        f"ratio {ours.cpu_seconds / hand.cpu_seconds:4.2f}; {ours.num_rows:,} rows, {different:,} different; "
        f"peak {ours.peak_mb:,.0f} and {hand.peak_mb:,.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
