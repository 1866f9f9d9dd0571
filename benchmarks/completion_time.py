"""Milliseconds until completions are there, in the kernel: of 20 tables of 20 columns, and of a wide one of many rows.

python benchmarks/completion_time.py [--rounds 50]
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from kumo_magic.graph import Graph
from kumo_magic.magic.query_completion import in_query


def many_tables() -> Graph:
    """Tables t0 to t19, each linked to the one before it."""
    frames = {
        f"t{i}": pd.DataFrame(
            {"id": range(1000), "parent": range(1000), **{f"c{j}": np.arange(1000) % (j + 2) for j in range(18)}}
        )
        for i in range(20)
    }
    return Graph.from_data(
        frames,
        name="many",
        infer=False,
        keys=dict.fromkeys(frames, "id"),
        links=[(f"t{i}", "parent", f"t{i - 1}") for i in range(1, 20)],
    )


def wide_table(num_rows: int) -> Graph:
    """One table of 60 numerical columns and a categorical one."""
    wide = {f"n{i}": np.zeros(num_rows, dtype="float32") for i in range(60)}
    events = pd.DataFrame({"id": np.arange(num_rows), **wide, "code": np.resize(["a", "b", "c"], num_rows)})
    stypes = {("events", name): "numerical" for name in wide} | {("events", "code"): "categorical"}
    return Graph.from_data({"events": events}, name="wide", infer=False, keys={"events": "id"}, stypes=stypes)


def answers_ms(graph: Graph, texts: tuple[str, ...], rounds: int) -> list[float]:
    """Milliseconds of each answer, the first one of all included."""
    taken = []
    for _ in range(rounds):
        for text in texts:
            began = time.perf_counter()
            in_query(text, [graph], {})
            taken.append(1000 * (time.perf_counter() - began))
    return taken


def main() -> None:
    """Print median, 95th percentile and the slowest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--rows", type=int, default=200_000)
    asked = parser.parse_args()
    cases = {
        "20 tables": (many_tables(), ("PREDICT SUM(", "PREDICT SUM(t7.", "PREDICT COUNT(t7.*, 0, 9) FOR EACH ")),
        "wide table": (
            wide_table(asked.rows),
            ("PREDICT SUM(", "PREDICT SUM(events.", "PREDICT events.code = '", "PREDICT LAST(events.code, 0, 9) = "),
        ),
    }
    for name, (graph, texts) in cases.items():
        taken = answers_ms(graph, texts, asked.rounds)
        median, late, slowest = np.percentile(taken, [50, 95, 100])
        print(f"{name}: median {median:.1f} ms, p95 {late:.1f} ms, slowest {slowest:.1f} ms")


if __name__ == "__main__":
    main()
