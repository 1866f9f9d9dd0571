"""A plan → the tables whose rows every anchor sees, because nothing tells when they became known. Reads few rows."""

from __future__ import annotations

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.event_time import dated_links, time_words
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.guess_times import time_candidates
from kumo_magic.graph.instants import is_instant
from kumo_magic.graph.link import Link
from kumo_magic.plan.plan import PredictionPlan

_NO_CANDIDATE = "COLUMN"


def seen_whole(plan: PredictionPlan) -> tuple[str, ...]:
    """Tables that point at others, as events do, and of which no row has a time: each anchor sees the later rows too.

    Left out are the entity table, whose rows are asked about; what others point at, such as products of a category,
    unless it points at the entity; tables with one row for each row that they point at, which describe it; and what
    belongs to something that happened, as lines to an order. A person's day of creation is no time of their visits.
    """
    if not plan.is_temporal:
        return ()
    return tuple(
        name
        for name in plan.graph.tables
        if name in connected_tables(plan.graph, plan.entity_table)
        and name != plan.entity_table
        and not _happened_with(plan.graph, name)
        and _may_be_events(plan, name)
    )


def tables_without_time(plan: PredictionPlan) -> list[Finding]:
    """What is to be said of tables without a time column of their own, each with the option that gives it one."""
    whole = seen_whole(plan)
    found = [_wholly_seen(plan, name) for name in whole]
    for name in plan.graph.tables if plan.is_temporal else ():
        dated = dated_links(plan.graph, name)
        if dated and name not in (plan.entity_table, *whole):
            found.append(
                Finding(
                    about=name,
                    says=f"'{name}' has no time column: its rows count as known from {time_words(plan.graph, name)} "
                    f"of the {' and '.join(dict.fromkeys(link.parent for link in dated))} they belong to.",
                    next_step=f"Name its own, if it has one: --time {name}.{_candidate(plan.graph, name)}.",
                    severity=Severity.REMARK,
                )
            )
    return found


def connected_tables(graph: Graph, table: str) -> set[str]:
    """The tables that links lead to from this one, in either direction, itself included."""
    found, to_visit = {table}, [table]
    while to_visit:
        here = to_visit.pop()
        near = {link.parent for link in graph.links_from(here)} | {link.table for link in graph.links_to(here)}
        to_visit += near - found
        found |= near
    return found


def _wholly_seen(plan: PredictionPlan, name: str) -> Finding:
    column = _candidate(plan.graph, name)
    parents = list(dict.fromkeys(link.parent for link in plan.graph.links_from(name)))
    is_about_entity = plan.entity_table in parents
    since = time_words(plan.graph, name) if dated_links(plan.graph, name) else ""
    seen = f"its rows count as known from {since} on" if since else "every row is visible at every anchor"
    return Finding(
        about=name,
        says=f"'{name}' points at {' and '.join(parents)} and has no time column: {seen}, the future's too. "
        "If its rows are events, the answer leaks.",
        next_step=f"Name its time column: --time {name}.{column}."
        if column != _NO_CANDIDATE
        else f"No column of it holds dates; join one to it and name that: --time {name}.{column}.",
        severity=Severity.LEAK if is_about_entity else Severity.GUESS,
    )


def _candidate(graph: Graph, name: str) -> str:
    """The column that is most likely the table's time."""
    return next(iter(time_candidates(graph[name])), _NO_CANDIDATE)


def _happened_with(graph: Graph, name: str) -> bool:
    """Whether the rows have the time of what they belong to, as lines have that of their order."""
    return any(is_instant(graph, link.parent) for link in dated_links(graph, name))


def _may_be_events(plan: PredictionPlan, name: str) -> bool:
    """Whether rows of the table may have come one after the other."""
    graph = plan.graph
    links = [link for link in graph.links_from(name) if link.parent != name]
    if graph[name].time_column is not None or not links:
        return False
    is_pointed_at = any(link.table != name for link in graph.links_to(name))
    is_about_entity = any(link.parent == plan.entity_table for link in links)
    return (is_about_entity or not is_pointed_at) and not any(_describes(graph, link) for link in links)


def _describes(graph: Graph, link: Link) -> bool:
    """Whether the table has at most one row for each row that it points at."""
    return graph[link.table].frame[link.column].dropna().is_unique
