"""A column of a graph → its different values and how many rows have each, kept with the graph. Knows no query."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kumo_magic.graph.graph import Graph

FEWEST_ROWS = 5
"""A table of fewer rows is a sketch, which does not tell what values its columns have."""
_KEPT_AS = "values of columns"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was counted of one version of a graph, by table and column."""

    version: int
    counts: dict[tuple[str, str], pd.Series]


def present_values(graph: Graph, table: str, column: str) -> pd.Series:
    """The column without its missing values; numbers that are objects, such as decimals, as floats."""
    values = graph[table].frame[column].dropna()
    if pd.api.types.infer_dtype(values.head(100), skipna=True) == "decimal":
        return values.astype("float64")
    return values


def counted_values(graph: Graph, table: str, column: str) -> pd.Series:
    """Value → number of rows, the most frequent first. Missing values are left out; of sets each member counts."""
    kept = graph.derived.get(_KEPT_AS)
    if not isinstance(kept, _Kept) or kept.version != graph.version:
        kept = _Kept(graph.version, {})
        graph.derived[_KEPT_AS] = kept
    if (table, column) not in kept.counts:
        values = present_values(graph, table, column)
        if len(values) and pd.api.types.is_list_like(values.iloc[0]):
            values = values.explode().dropna()
        counts = values.value_counts()
        kept.counts[table, column] = counts[counts > 0]  # a category that no row has is no value
    return kept.counts[table, column]
