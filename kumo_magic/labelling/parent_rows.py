"""A link → which row of the parent each child row points at. Knows no times."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link


def parent_rows(graph: Graph, link: Link) -> np.ndarray:
    """int64 per row of the child: the position of the parent's row, -1 for none."""
    parent = graph[link.parent]
    assert parent.primary_key is not None
    return positions(graph[link.table].frame[link.column], parent.frame[parent.primary_key])


def positions(values: pd.Series, keys: pd.Series) -> np.ndarray:
    """int64 per value: the position of the key that it names, -1 for none; the first where a key is twice."""
    if pd.api.types.is_numeric_dtype(values.dtype) != pd.api.types.is_numeric_dtype(keys.dtype):
        values, keys = values.astype("str"), keys.astype("str")
    found = np.full(len(values), -1, dtype=np.int64)
    first = np.flatnonzero(~keys.duplicated().to_numpy())
    named = np.flatnonzero(values.isin(keys.iloc[first]).to_numpy() & values.notna().to_numpy())
    place = pd.Index(keys.iloc[first]).get_indexer(pd.Index(values.iloc[named].astype(keys.dtype)))
    found[named] = np.where(place >= 0, first[place], -1)
    return found
