"""A link → the foreign keys that name no row. Only rows that exist can be ranked."""

from __future__ import annotations

import pandas as pd

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link


def orphans(graph: Graph, link: Link) -> pd.Series:
    """The values of the link's column, of all its rows in their order, that are no key of the parent."""
    parent = graph[link.parent]
    assert parent.primary_key is not None
    listed = graph[link.table].frame[link.column].dropna()
    keys = parent.frame[parent.primary_key]
    if pd.api.types.is_numeric_dtype(listed.dtype) != pd.api.types.is_numeric_dtype(keys.dtype):
        listed, keys = listed.astype("str"), keys.astype("str")
    return listed[~listed.isin(keys)]
