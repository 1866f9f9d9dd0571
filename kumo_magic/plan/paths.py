"""Tables and links → the paths of foreign keys from one table down to another, and up again. Knows no query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.plan.bound import Path

MOST_LINKS = 5
"""Longer paths are not looked for: VIA can still name them."""


def direct_paths(graph: Graph, entity_table: str, table: str) -> list[Path]:
    """The paths of one link: the table's own foreign keys to the entity table."""
    return [Path(down=(link,)) for link in graph.links_from(table) if link.parent == entity_table]


def candidate_paths(graph: Graph, entity_table: str, table: str) -> list[Path]:
    """The paths that may be meant: the direct ones where there are any, else all longer ones, shortest first."""
    direct = direct_paths(graph, entity_table, table)
    if direct or entity_table == table:
        return direct
    found = [path for path in _walks(graph, (), (), entity_table) if path.table == table]
    return sorted(found, key=_length)


def paths_from(graph: Graph, entity_table: str) -> dict[str, list[Path]]:
    """What `candidate_paths` finds for every table that some path leads to, looked for once."""
    found: dict[str, list[Path]] = {}
    for path in _walks(graph, (), (), entity_table):
        found.setdefault(path.table, []).append(path)
    for table in graph.tables:
        direct = direct_paths(graph, entity_table, table)
        if direct:
            found[table] = direct
    return {table: sorted(found[table], key=_length) for table in graph.tables if table in found}


def path_via(graph: Graph, entity_table: str, table: str, columns: Sequence[tuple[str, str]]) -> Path | str:
    """The path that the foreign keys name, from the entity outwards; or why they name none."""
    down: list[Link] = []
    up: list[Link] = []
    here = entity_table
    for child, column in columns:
        link = next((link for link in graph.links_from(child) if link.column == column), None)
        if link is None:
            return f"{child}.{column} is no foreign key."
        if link.parent == here and not up and not (here == table and down):
            down.append(link)
            here = child
        elif down and link.table == here:
            up.append(link)
            here = link.parent
        else:
            return f"{child}.{column} does not touch '{here}', where the path stands."
    if not down or here != table:
        return f"The path ends at '{here}', not at '{table}'."
    return Path(down=tuple(down), up=tuple(up))


def _length(path: Path) -> tuple[int, str]:
    return len(path.down) + len(path.up), str(path)


def _walks(graph: Graph, down: tuple[Link, ...], up: tuple[Link, ...], entity_table: str) -> Iterator[Path]:
    """Every path without a table twice: first towards children, then towards parents."""
    if down:
        yield Path(down=down, up=up)
    if len(down) + len(up) == MOST_LINKS:
        return
    visited = {entity_table, *(link.table for link in down), *(link.parent for link in up)}
    here = up[-1].parent if up else down[-1].table if down else entity_table
    if not up:
        for link in graph.links_to(here):
            if link.table not in visited:
                yield from _walks(graph, (*down, link), (), entity_table)
    if down:
        for link in graph.links_from(here):
            if link.parent not in visited:
                yield from _walks(graph, down, (*up, link), entity_table)
