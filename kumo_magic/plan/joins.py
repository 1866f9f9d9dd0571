"""Stage join: aggregated tables have one path to their entity, bare columns belong to the row or its parent."""

from __future__ import annotations

from dataclasses import replace

from kumo_magic.errors import JoinError, QueryError
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.key_forms import rewriting
from kumo_magic.graph.kind import first_of
from kumo_magic.graph.link import Link
from kumo_magic.graph.link_check import matches_kind, place_of
from kumo_magic.graph.table import Table
from kumo_magic.graph.validation import share_known
from kumo_magic.plan.bound import Path
from kumo_magic.plan.paths import candidate_paths, path_via
from kumo_magic.plan.question import Question, name_of
from kumo_magic.plan.walk import Clause, Place, leaves, places
from kumo_magic.query.formatter import format_node
from kumo_magic.query.predictive_query import Aggregation, Column, Comparison, Function, Target, Unit, Window
from kumo_magic.spelling import nearest_name

_MOST_NAMED = 8


class NoJoinError(Exception):
    """No path, or several; the message is the problem, ``hint`` what to do."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint


def join_errors(question: Question) -> list[QueryError]:
    """The operands that no path, or more than one, leads to."""
    errors: list[QueryError] = []
    for place in places(question.query):
        span = place.node.span
        try:
            _join(place, question)
        except NoJoinError as error:
            errors.append(JoinError(str(error), span=span, source=question.source, hint=error.hint))
    return errors


def aggregation_path(node: Aggregation, base: str, graph: Graph) -> Path:
    """The path from the base table to the aggregated one.

    Raises:
        NoJoinError: There is none, or several and VIA does not choose.
    """
    table = node.column.table
    if node.via:
        path = path_via(graph, base, table, [(column.table, column.name) for column in node.via])
        if isinstance(path, str):
            raise NoJoinError(path, "VIA names foreign keys, from the entity outwards.")
        return path
    found = candidate_paths(graph, base, table)
    match found:
        case []:
            raise _no_path(table, base, graph)
        case [path]:
            return path
        case _:
            ways = " or ".join(f"VIA {path}" for path in found[:5])
            raise NoJoinError(f"{len(found)} paths lead from '{table}' to '{base}'.", f"Choose one: {ways}.")


def column_link(node: Column, base: str, graph: Graph, place: Place, target: Target | None = None) -> Link | None:
    """The link from the base row to the parent whose column it is; None for the row's own column.

    The query's target serves an error's example.

    Raises:
        NoJoinError: The column belongs to neither.
    """
    if node.table == base:
        return None
    links = [link for link in graph.links_from(base) if link.parent == node.table]
    match links:
        case [link]:
            return link
        case [_, *_]:
            columns = ", ".join(f"{link.table}.{link.column}" for link in links)
            raise NoJoinError(
                f"Several foreign keys lead from '{base}' to '{node.table}': {columns}.", "Keep one link only."
            )
    name = name_of(node)
    if any(link.parent == base for link in graph.links_from(node.table)):
        start, end = ("-30", "0") if place.clause == Clause.WHERE else ("0", "30")
        hint = f"Aggregate it, for example LAST({name}, {start}, {end})"
        if place.comparison is not None:
            hint += f", or filter inside an aggregation: {_filtered(place.comparison, node.table, target)}"
        raise NoJoinError(f"{name} has many values for one row of '{base}'.", f"{hint}.")
    raise NoJoinError(
        f"{name} belongs neither to '{base}' nor to a table that '{base}' links to.",
        f"Use a column of {_columns_of_row(base, graph)}.",
    )


def _filtered(condition: Comparison, table: str, target: Target | None) -> str:
    """The condition inside the target's aggregation of its table, or inside a count of the table's rows."""
    month = Window(start=0, end=30, unit=Unit.DAYS)
    count = Aggregation(function=Function.COUNT, column=Column(table=table, name="*"), window=month)
    asked = [] if target is None else [*leaves(target)]
    operands = [leaf.operand if isinstance(leaf, Comparison) else leaf for leaf in asked]
    fits = (node for node in operands if isinstance(node, Aggregation) and node.column.table == table)
    found = next((node for node in fits if node.where is None), count)
    return format_node(replace(found, where=condition))


def _no_path(table: str, base: str, graph: Graph) -> NoJoinError:
    """Why nothing leads from an aggregated table to the base: the same table, the other way round, or no link."""
    children = [link.table for link in graph.links_to(base)]
    others = f"Aggregate a table that links to it: {', '.join(dict.fromkeys(children))}." if children else ""
    if table == base:
        return NoJoinError(f"Each row of '{base}' is one row of '{table}': there is nothing to aggregate.", others)
    if candidate_paths(graph, table, base):
        hint = f"Write FOR EACH {table}.{graph[table].primary_key or '<key>'} and aggregate '{base}'."
        return NoJoinError(f"The link goes the other way: a row of '{base}' has one row of '{table}'.", hint)
    return NoJoinError(f"No path of foreign keys leads from '{table}' to '{base}'.", _nearly(table, base, graph))


def _nearly(table: str, base: str, graph: Graph) -> str:
    """The column that could be the foreign key, why it is none, and how to make it one."""
    key = graph[base].primary_key
    if key is None:
        return f"'{base}' has no primary key to point at. Name one: graph[{base!r}].primary_key = ..."
    near = [said for (owner, _), said in graph.near_links.items() if owner == table and repr(base) in said.says]
    if near:
        return str(near[0])
    columns = [name for name in graph[table].columns if name != graph[table].primary_key or name == key]
    column = nearest_name(key, columns) or nearest_name(base, columns)
    if column is None:
        return (
            f"No column of '{table}' is named like {base}.{key}. Link them: graph.link({table!r}, <column>, {base!r})."
        )
    return _why_not_linked(graph[table], column, graph[base], key)


def _why_not_linked(child: Table, column: str, parent: Table, key: str) -> str:
    """How far the values of a column are keys of a table, and what makes them so."""
    values, keys = child.frame[column].dropna(), parent.frame[key]
    share = share_known(values, keys) if matches_kind(values, keys) else 0.0
    example = f" ({first_of(values)!r} beside {first_of(keys)!r})" if len(values) and len(keys) and share < 1 else ""
    why = f"{child.name}.{column} is nearest, and {share:.0%} of its values are in {parent.name}.{key}{example}."
    if share:
        return f"{why} Link them all the same: graph.link({child.name!r}, {column!r}, {parent.name!r})."
    line = rewriting(values, keys, place_of(child, column), place_of(parent, key))
    if line is None:
        return f"{why} Link another: graph.link({child.name!r}, <column>, {parent.name!r})."
    return f"{why} Written alike, {line.share:.0%} are: {line.code}."


def _columns_of_row(base: str, graph: Graph) -> str:
    """The columns that a condition on a row of the base may name: its own and those of its parents."""
    tables = dict.fromkeys((base, *(link.parent for link in graph.links_from(base))))
    named = []
    for table in tables:
        columns = list(graph[table].columns)
        more = ", ..." if len(columns) > _MOST_NAMED else ""
        named.append(f"'{table}' ({', '.join(columns[:_MOST_NAMED])}{more})")
    return " or ".join(named)


def _join(place: Place, question: Question) -> None:
    graph = question.graph
    base = question.entity_table if place.inside is None else place.inside.column.table
    if isinstance(place.node, Aggregation):
        path = aggregation_path(place.node, base, graph)
        if place.inside is not None and (len(path.down) > 1 or path.up):
            raise NoJoinError(
                f"'{place.node.column.table}' is no child of '{base}'.", "Aggregate a table that links to it."
            )
    else:
        column_link(place.node, base, graph, place, question.query.target if place.inside is None else None)
