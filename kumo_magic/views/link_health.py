"""A link → how well it is kept: which rows find their parent, and how many children parents have."""

from __future__ import annotations

import numpy as np

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.timeline.key_source import match_link


def link_health(graph: Graph, link: Link) -> dict[str, object]:
    """Shares of matched rows in both directions, and the children of a parent: their median and 95th percentile.

    ``matched`` is the share of the child rows with a foreign key that find a parent, ``missing`` the share of the child
    rows without one. None where there are no rows to take a share of.
    """
    parent_rows = match_link(graph, link, None).parent_rows
    keys = graph.tables[link.table].frame[link.column]
    num_present, num_matched = int(keys.notna().sum()), int((parent_rows >= 0).sum())
    num_parents = graph.tables[link.parent].num_rows
    children = np.bincount(parent_rows[parent_rows >= 0], minlength=num_parents)
    return {
        "matched": _share(num_matched, num_present),
        "unmatched_rows": num_present - num_matched,
        "missing": _share(len(keys) - num_present, len(keys)),
        "with_children": _share(int((children > 0).sum()), num_parents),
        "median": float(np.median(children)) if num_parents else None,
        "often": float(np.quantile(children, 0.95)) if num_parents else None,
        "most": int(children.max()) if num_parents else None,
    }


def link_rows(graph: Graph) -> int:
    """How many keys must be looked up to know how all links are."""
    return sum(graph.tables[link.table].num_rows for link in graph.links)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
