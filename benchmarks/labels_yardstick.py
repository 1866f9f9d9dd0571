"""Labels of the yardstick tasks: every label table of `tasks/labels`, row for row, from the queries of `tasks.json`.

    python benchmarks/labels_yardstick.py --data PATH [--task uci_churn_90d ...]

PATH holds `tasks/tasks.json`, `tasks/labels/<task>_val.parquet` and one folder of parquet files per data set with its
`schema.json`. Text after three blanks in a query is a comment. Exit code 1 on any difference.

Two things are said of the tables, and printed. Items that their own table does not have (26 in `cj_next_products`) are
no items to rank: they are left out of the official table too. Two links lead from `team_matches` to `teams`, so that
the football query needs to say which: the link of `opponent` is taken out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import pandas as pd
from accuracy import load_graph
from labels_f1 import Comparison, head, report

import kumo_magic as km

ITEMS = {"uci_next_items": ("products", "stock_code"), "cj_next_products": ("products", "product_id")}
UNLINKED = {"football_goals_365d": ("team_matches", "opponent")}


def read_official(path: Path, name: str, graph: km.Graph) -> pd.DataFrame:
    """Key, anchor time and label; tables with one item a row become sets of the items that there are."""
    frame = pd.read_parquet(path)
    if name in ITEMS:
        table, key = ITEMS[name]
        exists = frame["item_id"].isin(graph[table].frame[key])
        if not exists.all():
            print(f"{name}: {(~exists).sum():,} of {len(exists):,} items are not in '{table}': left out.")
        frame = frame[exists]
        return frame.groupby(["entity_id", "anchor_time"])["item_id"].agg(set).rename("label").reset_index()
    return frame[["entity_id", "anchor_time", "label"]]


def main() -> None:
    """Print a line per task."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", nargs="*")
    options = parser.parse_args()
    tasks = json.loads((options.data / "tasks" / "tasks.json").read_text())
    found: dict[str, tuple[Comparison, float]] = {}
    for name in options.task or tasks:
        graph = load_graph(options.data / tasks[name]["dataset"])
        if name in UNLINKED:
            graph.unlink(*UNLINKED[name])
            print(f"{name}: without the link of {'.'.join(UNLINKED[name])}.")
        official = read_official(options.data / "tasks" / "labels" / f"{name}_val.parquet", name, graph)
        query = tasks[name]["query"].split("   ")[0]
        started = time.perf_counter()
        ours = km.labels(query, graph, sorted(official["anchor_time"].unique()))
        seconds = time.perf_counter() - started
        found[name] = Comparison.of(official, ours[[ours.columns[0], "anchor_time", "label"]]), seconds
    head("Task")
    verdicts = [report(name, *compared) for name, compared in found.items()]
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
