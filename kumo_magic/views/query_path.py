"""A plan → which tables and links of the graph its query is about, in a word each. Reads no rows."""

from __future__ import annotations

from dataclasses import dataclass

from kumo_magic.graph.link import Link
from kumo_magic.plan.bound import aggregations
from kumo_magic.plan.plan import PredictionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPath:
    """Tables by what they are to the query, and the links between them.

    Attributes:
        roles: Table → "entity", "target", "entity and target", "items" or "path".
        links: From the entity table to those whose rows make the label.
    """

    roles: dict[str, str]
    links: frozenset[Link]


NO_QUERY = QueryPath(roles={}, links=frozenset())


def query_path(plan: PredictionPlan) -> QueryPath:
    """The query's entity table, its target tables, the items of a ranking, and what lies between."""
    paths = [aggregation.path for aggregation in aggregations(plan.target)]
    links = {link for path in paths for link in (*path.down, *path.up)}
    if plan.item_link is not None:
        links.add(plan.item_link)
    targets = {path.table for path in paths} or {plan.entity_table}
    roles = {table: "path" for link in links for table in (link.table, link.parent)}
    roles |= dict.fromkeys(targets, "target")
    if plan.item_table is not None:
        roles[plan.item_table] = "items"
    roles[plan.entity_table] = "entity and target" if plan.entity_table in targets else "entity"
    return QueryPath(roles=roles, links=frozenset(links))
