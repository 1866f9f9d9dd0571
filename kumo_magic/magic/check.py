"""The text of a `%%predict` cell → its mistakes with their places and, where one is known, a fix. Computes no answer.

What is written is held against the registered graphs, as running the cell would; before there is a graph only the
words of the query are checked. Knows no front end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict

from kumo_magic.errors import KumoMagicError, QueryError
from kumo_magic.magic.graph_magic import find_graph
from kumo_magic.magic.predict_magic import parameter_names
from kumo_magic.magic.query_cell import line_span, read_query_cell, units
from kumo_magic.magic.request import Defaults, read_request

_MEANT = re.compile(r"Did you mean (?:'(?P<name>[^']+)'|(?P<word>[A-Za-z_ ]+))\?")


class Mistake(TypedDict):
    """A mistake at [start, end) of the cell, in UTF-16 units as browsers count; ``fix`` is what to write there."""

    start: int
    end: int
    message: str
    fix: str | None


def mistakes_in(cell: str, namespace: Mapping[str, object]) -> list[Mistake]:
    """All that running the cell would complain of before any work; nothing for a cell that is not ours.

    Args:
        cell: The whole text of the cell.
        namespace: The notebook's variables.
    """
    written = line_span(cell)
    if written is None:
        return []
    try:
        found = read_query_cell(cell)
        if found is None or found.line.has("help") or not found.query:
            return []
        read_request(found.line, defaults=Defaults(), namespace=namespace)
        errors = _errors_of(found.query, found.graph_name, namespace)
    except KumoMagicError as error:
        # It has no place of its own: options and the graph's name are on the first line.
        return [_mistake(cell, written.start, written.end, str(error), None)]
    return [
        _mistake(
            cell,
            found.offset + error.span.start,
            found.offset + error.span.end,
            f"{error.problem} {error.hint}".rstrip(),
            _fix(error, found.query, len(errors), found.graph_name, namespace),
        )
        for error in errors
    ]


def _errors_of(query: str, graph_name: str | None, namespace: Mapping[str, object]) -> tuple[QueryError, ...]:
    """The mistakes of a query.

    Raises:
        KumoMagicError: There is no such graph.
    """
    from kumo_magic.graph import registry
    from kumo_magic.plan import bind
    from kumo_magic.query import parse

    try:
        parsed = parse(query)
        if not registry.graphs() and (graph_name is None or graph_name not in namespace):
            return ()
        graph = find_graph(graph_name, namespace)
        bind(parsed, graph, {name: namespace[name] for name in parameter_names(parsed) if name in namespace})
    except QueryError as error:
        return error.errors
    return ()


def _fix(
    error: QueryError, query: str, num_errors: int, graph_name: str | None, namespace: Mapping[str, object]
) -> str | None:
    """What is probably meant, where writing it mends the mistake and makes no other."""
    from kumo_magic.query.formatter import format_name

    meant = _MEANT.match(error.hint)
    if meant is None:
        return None
    fix = meant["word"] or format_name(meant["name"])
    mended = f"{query[: error.span.start]}{fix}{query[error.span.end :]}"
    left = _errors_of(mended, graph_name, namespace)
    is_mended = all(other.span.start != error.span.start for other in left) and len(left) <= num_errors
    return fix if is_mended else None


def _mistake(cell: str, start: int, end: int, message: str, fix: str | None) -> Mistake:
    return Mistake(start=units(cell, start), end=units(cell, end), message=message, fix=fix)
