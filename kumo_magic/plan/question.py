"""A query that meets its graph: what every stage of binding reads. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kumo_magic.graph.graph import Graph
from kumo_magic.query.predictive_query import Aggregation, Column, PredictiveQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The syntax tree, the graph it is asked of, and the values of its parameters."""

    query: PredictiveQuery
    graph: Graph
    params: Mapping[str, object]

    @property
    def source(self) -> str:
        """The text that spans count in."""
        return self.query.text or str(self.query)

    @property
    def entity_table(self) -> str:
        """The table whose rows are asked about."""
        return self.query.entity.table


def name_of(node: Aggregation | Column) -> str:
    """What messages call an operand: ``users.age``, ``SUM(orders.amount)``."""
    if isinstance(node, Column):
        return f"{node.table}.{node.name}"
    return f"{node.function}({node.column.table}.{node.column.name})"
