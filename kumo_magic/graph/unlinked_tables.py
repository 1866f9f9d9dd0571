"""A graph → its tables that no link connects with those that a question reads: nothing of them is used."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from kumo_magic.finding import Finding, Severity

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph


def unlinked_tables(graph: Graph, read: Collection[str], told: Collection[Finding]) -> list[Finding]:
    """What is to be said of each, with the link that would connect it where one is likely.

    Args:
        graph: The tables and their links.
        read: The tables that a question reads.
        told: What is said already; who follows it may link the tables that it names.
    """
    named = " ".join(finding.says for finding in told)
    return [_finding(graph, name) for name in graph.tables if name not in read and repr(name) not in named]


def _finding(graph: Graph, name: str) -> Finding:
    near = [said.next_step for (table, _), said in graph.near_links.items() if table == name and said.next_step]
    return Finding(
        about=name,
        says=f"'{name}' is linked to no table that the question reads: nothing of it is used.",
        next_step=next(iter(near), f"If it belongs to one: --link {name}.COLUMN=TABLE."),
        severity=Severity.GUESS,
    )
