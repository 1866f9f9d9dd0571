"""A query up to the cursor and the graphs it may be about → what may be written next. Knows no front end."""

from __future__ import annotations

import datetime
import json
import numbers
from collections.abc import Collection, Iterable, Iterator, Mapping

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.table import Table
from kumo_magic.magic.column_facts import column_facts, operators_of, takes, type_of, values_of
from kumo_magic.magic.proposals import Proposal, Proposals
from kumo_magic.plan.bound import Kind
from kumo_magic.query.cursor import Cursor, cursor_in
from kumo_magic.query.expected import position_after
from kumo_magic.query.formatter import format_name, format_scalar
from kumo_magic.query.position import Position, Wanted
from kumo_magic.query.predictive_query import Function, Operator, Scalar
from kumo_magic.query.vocabulary import FUNCTIONS, UNITS

_MOST_VALUES = 50
_LISTS = ("list", "tuple", "set", "frozenset", "Series", "Index", "ndarray")
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (numbers.Real,),
    "truth value": (bool,),
    "timestamp": (datetime.date, str),
}
_ROWS = (Function.COUNT, Function.EXISTS)


def in_query(text: str, graphs: Iterable[Graph], namespace: Mapping[str, object]) -> Proposals:
    """Proposals at the end of ``text``, which begins with the query.

    Args:
        text: The query up to the cursor.
        graphs: The one that is asked, or all that may be.
        namespace: The notebook's variables, for parameters.
    """
    cursor = cursor_in(text)
    if cursor is None:
        return Proposals(fragment="", found=())
    position = position_after(cursor.tokens)
    known = list(graphs)
    first = cursor.tokens[0].text if cursor.tokens else cursor.begun
    fitting = _fitting(cursor, position, known, namespace, is_lower=first[:1].islower())
    return Proposals(fragment=cursor.fragment, found=tuple(dict.fromkeys(fitting)))


def _fitting(
    cursor: Cursor, position: Position, graphs: list[Graph], namespace: Mapping[str, object], *, is_lower: bool
) -> Iterator[Proposal]:
    if cursor.table is not None:
        for graph in graphs:
            yield from _columns(cursor.table, cursor, position, graph)
        return
    if Wanted.VALUE in position.wanted:
        yield from _values(cursor, position, graphs, namespace)
    if cursor.quote or cursor.is_parameter:
        return
    begun = cursor.begun.casefold()
    for graph in graphs:
        for proposal in _tables(position, graph):
            if _bare(proposal.text).startswith(begun):
                yield proposal
    for word, kind in [*_functions(position), *_words(position, graphs)]:
        if word.casefold().startswith(begun) and not cursor.fragment.startswith("`"):
            yield Proposal(text=word.lower() if is_lower else word, kind=kind)


def _tables(position: Position, graph: Graph) -> Iterator[Proposal]:
    """Tables with a column that may stand here; where only keys may, the whole key."""
    if Wanted.KEY in position.wanted or Wanted.FOREIGN_KEY in position.wanted:
        for table in graph.tables:
            for column in _legal(table, position, graph):
                yield Proposal(text=f"{format_name(table)}.{_named(graph[table], column)}", kind="column")
        return
    for table in _tables_in_reach(position, graph):
        if any(True for _ in _legal(table, position, graph)):
            yield Proposal(text=f"{format_name(table)}.", kind="table")


def _tables_in_reach(position: Position, graph: Graph) -> Iterable[str]:
    is_top = not position.inside
    if Wanted.CALL_COLUMN in position.wanted:
        inner = position.inside[-1] if position.inside else ""
        return [link.table for link in graph.links_to(inner)] if inner in graph else graph.tables
    if Wanted.OPERAND not in position.wanted:
        return ()
    if is_top and (position.clause == "ASSUMING" or (position.clause == "PREDICT" and position.is_temporal)):
        return ()
    own = position.entity if is_top else position.inside[-1]
    if own not in graph:
        return graph.tables
    return [own, *(link.parent for link in graph.links_from(own))]


def _columns(written: str, cursor: Cursor, position: Position, graph: Graph) -> Iterator[Proposal]:
    """The columns behind ``table.``, however the table's name is written."""
    same = [name for name in graph.tables if name.casefold() == written.casefold()]
    table = written if written in graph else same[0] if len(same) == 1 else None
    wants_columns = position.wanted & {Wanted.OPERAND, Wanted.CALL_COLUMN, Wanted.KEY, Wanted.FOREIGN_KEY}
    if table is None or not wants_columns:
        return
    if position.clause == "ASSUMING" and Wanted.OPERAND in position.wanted and not position.inside:
        return
    for column in _legal(table, position, graph):
        if column.casefold().startswith(cursor.begun.casefold()):
            yield Proposal(text=f"{format_name(table)}.{_named(graph[table], column)}", kind="column")


def _named(table: Table, column: str) -> str:
    """The column behind its table and point; those of a key of several between parentheses."""
    if column in table.composites:
        return f"({', '.join(map(format_name, table.columns_of(column)))})"
    return "*" if column == "*" else format_name(column)


def _legal(table: str, position: Position, graph: Graph) -> Iterator[str]:
    """The columns of a table that may stand here."""
    if Wanted.KEY in position.wanted:
        key = graph[table].primary_key
        yield from [key] if key is not None else []
    elif Wanted.FOREIGN_KEY in position.wanted:
        yield from (link.column for link in graph.links_from(table))
    elif (function := position.function) is None:
        yield from graph[table].columns
    else:
        yield from ["*"] if function in _ROWS else []
        compared = position.clause != "PREDICT" or bool(position.inside)
        for column in graph[table].columns:
            if takes(function, column_facts(graph, table, column), in_condition=compared):
                yield column


def _functions(position: Position) -> list[tuple[str, str]]:
    is_static = position.is_temporal is False and not position.inside
    if Wanted.OPERAND not in position.wanted or is_static:
        return []
    return [(str(function), "function") for function in FUNCTIONS]


def _words(position: Position, graphs: list[Graph]) -> Iterator[tuple[str, str]]:
    """Operators, keywords and units."""
    types = [found for graph in graphs if position.operand and (found := type_of(graph, position.operand))]
    if Wanted.OPERATOR in position.wanted:
        begun = f"{position.begun} " if position.begun else ""
        for operator in dict.fromkeys(operator for found in types for operator in operators_of(found)):
            if operator.startswith(begun):
                yield str(operator).removeprefix(begun), "operator"
    if Wanted.LABEL_END in position.wanted and position.operand is not None:
        kinds = {found.kind for found in types}
        if Kind.SET in kinds:
            yield from [("RANK TOP", "keyword"), ("CLASSIFY", "keyword")]
        if Kind.NUMBER in kinds and position.operand.has_window:
            yield "FORECAST", "keyword"
        if kinds - {Kind.TEXT, Kind.TIMESTAMP, Kind.KEY}:
            yield from [("FOR EACH", "keyword"), ("FOR", "keyword")]
    for word in position.words:
        yield str(word), "unit" if word in tuple(UNITS) else "keyword"


def _values(
    cursor: Cursor, position: Position, graphs: list[Graph], namespace: Mapping[str, object]
) -> Iterator[Proposal]:
    """Constants of the operand's column, and variables of the notebook."""
    operator, operand = position.operator, position.operand
    is_list = operator in (Operator.IN, Operator.NOT_IN) and not position.is_in_list
    if operand is not None and operator is not None and not is_list and not cursor.is_parameter:
        values = (value for graph in graphs for value in values_of(graph, operand, operator))
        fitting = [value for value in values if _begins(value, cursor)]
        for value in list(dict.fromkeys(fitting))[:_MOST_VALUES]:
            yield Proposal(text=_written(value, cursor.quote), kind="value")
    if cursor.quote or (cursor.begun and not cursor.is_parameter):
        return
    types = [found for graph in graphs if operand and (found := type_of(graph, operand))]
    scalars = {found.scalar for found in types if found.scalar}
    for name, value in namespace.items():
        is_own = name.startswith("_") or name in ("In", "Out") or not name.isascii()
        if not is_own and name.startswith(cursor.begun) and _can_be_bound(value, scalars, is_list=is_list):
            yield Proposal(text=f":{name}", kind="parameter")


def _begins(value: Scalar, cursor: Cursor) -> bool:
    if cursor.quote and not isinstance(value, str):
        return False
    return str(value).casefold().startswith(cursor.begun.casefold())


def _written(value: Scalar, quote: str) -> str:
    return json.dumps(value, ensure_ascii=False) if quote == '"' else format_scalar(value)


def _can_be_bound(value: object, scalars: Collection[str], *, is_list: bool) -> bool:
    """Whether a variable holds a list, or a constant of one of the types; of any where no type is known."""
    if is_list:
        return type(value).__name__ in _LISTS
    return any(_is_of(value, scalar) for scalar in scalars or _TYPES)


def _is_of(value: object, scalar: str) -> bool:
    return isinstance(value, _TYPES[scalar]) and (scalar != "number" or not isinstance(value, bool))


def _bare(written: str) -> str:
    return written.replace("`", "").casefold()
