"""What `Graph.from_data` infers of real data sets, beside what their documentation says is right.

    python benchmarks/inference.py [--data PATH] [--packages PATH]

The path of `--data` holds a folder per data set with its parquet files and `schema.json`: tables with `primary_key` and
`time_col`, and `foreign_keys`; that of `--packages` is described in `known_schemas.py`. A difference is *told* when a
finding or a note of the graph names its table and column. Prints a Markdown table: of each data set how many keys,
times and links are right, how many links there are that the schema does not list, then each difference.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
from known_schemas import f1, package_sets

import kumo_magic as km


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A place where the guess is not what is right."""

    place: str
    right: str
    inferred: str
    is_told: bool


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
        is_told=any(name in note for name in names for note in told),
    )


def frames_of(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, pd.DataFrame]]]:
    """Each schema in the folder, and the frames of its tables."""
    for file in sorted(folder.glob("*/schema.json")):
        schema = json.loads(file.read_text())
        yield schema, {name: pd.read_parquet(file.parent / table["file"]) for name, table in schema["tables"].items()}
    if (folder / "f1").is_dir():
        yield f1(folder / "f1")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder per data set with parquet files and schema.json")
    parser.add_argument("--packages", type=Path, help="where the packages of known_schemas.py are installed")
    options = parser.parse_args()
    of_files = frames_of(options.data) if options.data else ()
    of_packages = package_sets(options.packages) if options.packages else ()
    print("| Data set | Keys and times right | Links found | Links beyond | Different | Of these told | Findings |")
    print("|---|---|---|---|---|---|---|")
    lines = []
    for schema, data in chain(of_files, of_packages):
        graph = km.Graph.from_data(data, name=schema["name"])
        found = differences(graph, schema)
        num_roles, num_links = 2 * len(schema["tables"]), len(schema["foreign_keys"])
        of_links = [one for one in found if "link of" in one.place]
        beyond = sum(one.right == "None" for one in of_links)
        told = sum(one.is_told for one in found)
        print(
            f"| {schema['name']} | {num_roles - len(found) + len(of_links)} of {num_roles} | "
            f"{num_links - len(of_links) + beyond} of {num_links} | {beyond} | {len(found)} | {told} | "
            f"{len(graph.findings)} |"
        )
        lines += [
            f"* {schema['name']}, {one.place}: {one.inferred}, right is {one.right}"
            f"{'' if one.is_told else ' (NOT TOLD)'}"
            for one in found
        ]
        lines += [f"* {schema['name']} says: {finding}" for finding in graph.findings]
    print("\n".join(["", *lines]))


if __name__ == "__main__":
    main()
