"""What `Graph.from_data` infers of real data sets, beside what their documentation says is right.

    python benchmarks/inference.py --data PATH

PATH holds a folder per data set with its parquet files and `schema.json`: tables with `primary_key` and `time_col`, and
`foreign_keys`. A wrong guess is *announced* when a finding or a note of the graph names its table and column.
Prints a Markdown table: of each data set how many keys, times and links are right, then each difference.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import kumo_magic as km


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A place where the guess is not what is right."""

    place: str
    right: str
    inferred: str
    is_announced: bool


def differences(graph: km.Graph, schema: dict[str, Any]) -> list[Difference]:
    """Where keys, times and links differ from the schema's."""
    found = []
    for name, told in schema["tables"].items():
        table = graph[name]
        for what, right, inferred in (
            ("key", told["primary_key"], table.primary_key),
            ("time", told["time_col"], table.time_column),
        ):
            if right != inferred:
                found.append(_difference(graph, name, what, right, inferred))
    right_links = {(one["table"], one["column"]): one["ref_table"] for one in schema["foreign_keys"]}
    inferred_links = {(link.table, link.column): link.parent for link in graph.links}
    for table, column in sorted({*right_links, *inferred_links}):
        right, inferred = right_links.get((table, column)), inferred_links.get((table, column))
        if right != inferred:
            found.append(_difference(graph, table, f"link of {column}", right, inferred))
    return found


def _difference(graph: km.Graph, table: str, what: str, right: object, inferred: object) -> Difference:
    column = what.removeprefix("link of ") if what.startswith("link") else str(right or inferred)
    names = (f"{table}.{column}", f"'{table}'")
    told = [*map(str, graph.findings), *graph.notes]
    return Difference(
        place=f"{table}: {what}",
        right=str(right),
        inferred=str(inferred),
        is_announced=any(name in note for name in names for note in told),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    print("| Data set | Keys and times right | Links right | Different | Of these announced | Findings |")
    print("|---|---|---|---|---|---|")
    lines = []
    for file in sorted(options.data.glob("*/schema.json")):
        schema = json.loads(file.read_text())
        frames = {name: pd.read_parquet(file.parent / table["file"]) for name, table in schema["tables"].items()}
        graph = km.Graph.from_data(frames, name=schema["name"])
        found = differences(graph, schema)
        num_roles, num_links = 2 * len(schema["tables"]), len(schema["foreign_keys"])
        wrong_links = sum("link of" in one.place for one in found)
        wrong_roles = len(found) - wrong_links
        announced = sum(one.is_announced for one in found)
        print(
            f"| {schema['name']} | {num_roles - wrong_roles} of {num_roles} | "
            f"{max(0, num_links - wrong_links)} of {num_links} | {len(found)} | {announced} | {len(graph.findings)} |"
        )
        lines += [
            f"* {schema['name']}, {one.place}: {one.inferred}, right is {one.right}"
            f"{'' if one.is_announced else ' (NOT ANNOUNCED)'}"
            for one in found
        ]
        lines += [f"* {schema['name']} says: {finding}" for finding in graph.findings]
    print("\n".join(["", *lines]))


if __name__ == "__main__":
    main()
