"""Labels of RelBench's rel-f1: four official label tables, row for row, from plain queries.

    python benchmarks/labels_f1.py --data PATH

PATH holds `f1/*.parquet`, the queries in the table of `f1/README.md`, and `f1/tasks/<task>_{train,val}.parquet` with an
anchor time, an entity key and a label in each row. The anchors are those of the official tables. Exit code 1 on any
difference.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import kumo_magic as km

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How an official label table and ours differ."""

    rows: int
    ours: int
    equal: int
    other_values: int

    @property
    def is_exact(self) -> bool:
        """Every row is in both, with one value."""
        return self.rows == self.ours == self.equal

    @classmethod
    def of(cls, official: pd.DataFrame, ours: pd.DataFrame) -> Comparison:
        """Both frames have key, anchor time and label, in this order, and one row per key and anchor."""
        keys = ["key", "anchor_time"]
        left, right = (frame.set_axis([*keys, "label"], axis=1) for frame in (official, ours))
        for frame in (left, right):
            frame["anchor_time"] = frame["anchor_time"].astype("datetime64[us]")
            assert not frame.duplicated(keys).any()
        both = left.merge(right, on=keys, validate="1:1")
        equal = [_same(one, other) for one, other in zip(both["label_x"], both["label_y"], strict=True)]
        return cls(rows=len(left), ours=len(right), equal=sum(equal), other_values=len(both) - sum(equal))


def _same(official: object, ours: object) -> bool:
    """Sets in any order; numbers up to the rounding of their sum."""
    if isinstance(ours, list):
        return isinstance(official, set) and official == set(ours) and len(official) == len(ours)
    one, other = float(official), float(ours)  # pyright: ignore[reportArgumentType]  # a number or a truth value
    return abs(one - other) <= TOLERANCE * max(1.0, abs(one))


def report(name: str, found: Comparison, seconds: float) -> bool:
    """Print one line of the table; whether nothing differs."""
    verdict = "equal" if found.is_exact else "DIFFERENT"
    counts = (found.rows, found.ours, found.equal, found.other_values)
    print(f"| {name} | {' | '.join(f'{count:,}' for count in counts)} | {verdict} | {seconds:.1f} s |", flush=True)
    return found.is_exact


def head(first: str) -> None:
    """Print the head of the table."""
    print(f"| {first} | Official rows | Our rows | Rows equal | Other values | Verdict | Time |")
    print("|---|---:|---:|---:|---:|---|---:|")


def read_queries(readme: Path) -> dict[str, str]:
    """Task → query, from the rows of the page's table."""
    return dict(re.findall(r"^\| ([a-z0-9-]+) \| `(PREDICT [^`]+)`", readme.read_text(), flags=re.MULTILINE))


def load_graph(folder: Path) -> km.Graph:
    """The graph of the parquet files, with all its keys, times and links inferred."""
    return km.Graph.from_data(
        {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}, name="f1"
    )


def read_official(path: Path) -> pd.DataFrame:
    """Key, anchor time and label of an official label table; a set label is a set."""
    frame = pd.read_parquet(path)
    label = next(column for column in frame.columns if column not in ("date", "driverId"))
    values = frame[label].map(set) if frame[label].dtype == object else frame[label]
    return pd.DataFrame({"key": frame["driverId"], "anchor_time": frame["date"], "label": values})


def main() -> None:
    """Print a line per task and split."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data / "f1"
    graph = load_graph(folder)
    head("Task, split")
    all_equal = True
    for task, query in read_queries(folder / "README.md").items():
        for split in ("train", "val"):
            official = read_official(folder / "tasks" / f"{task}_{split}.parquet")
            started = time.perf_counter()
            ours = km.labels(query, graph, sorted(official["anchor_time"].unique()))
            seconds = time.perf_counter() - started
            found = Comparison.of(official, ours[["driverId", "anchor_time", "label"]])
            all_equal &= report(f"{task}, {split}", found, seconds)
    sys.exit(0 if all_equal else 1)


if __name__ == "__main__":
    main()
