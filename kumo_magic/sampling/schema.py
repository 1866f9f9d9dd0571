"""What a model must know of a graph to be built: sizes of columns per table, and the edge types. No rows."""

from __future__ import annotations

from dataclasses import dataclass

EdgeType = tuple[str, str, str]
"""(source table, relation, destination table), as PyG names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """The encoded columns of one table, in the order of the batch's fields."""

    numerical: tuple[str, ...] = ()
    categorical: tuple[tuple[str, int], ...] = ()  # name and number of codes, missing (0) and unseen (1) included
    bags: tuple[tuple[str, int], ...] = ()  # name and number of codes, the padding 0 included
    timestamps: tuple[str, ...] = ()
    has_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSchema:
    """Tables by name, and every edge type in both directions: each link's to its parent, then back."""

    tables: dict[str, TableSchema]
    edge_types: tuple[EdgeType, ...]
