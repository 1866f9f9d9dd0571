"""The text of a cell → the mistakes in its magics of ours, with places and, where known, a fix. Computes nothing.

What is written is held against the notebook's frames and graphs, as running the cell would; before there is a graph
only the words of a query are checked. Knows no front end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypedDict

from kumo_magic.errors import GraphError, OptionError, QueryError
from kumo_magic.magic.graph_magic import find_graph
from kumo_magic.magic.line_check import line_mistake
from kumo_magic.magic.our_magics import OurMagic, our_magics, read_query_text, units
from kumo_magic.magic.predict_magic import parameter_names
from kumo_magic.magic.request import PREDICT
from kumo_magic.span import Span

_MEANT = re.compile(r"Did you mean (?:'(?P<name>[^']+)'|(?P<word>[A-Za-z_ ]+))\?")


class Mistake(TypedDict):
    """A mistake at [start, end) of the cell, in UTF-16 units as browsers count; ``fix`` is what to write there."""

    start: int
    end: int
    message: str
    fix: str | None


def mistakes_in(cell: str, namespace: Mapping[str, object]) -> list[Mistake]:
    """All that running the cell would complain of before any work; nothing for a cell without a magic of ours.

    Args:
        cell: The whole text of the cell.
        namespace: The notebook's variables.
    """
    variables = dict(namespace)  # a cell that runs meanwhile may change them
    return [mistake for magic in our_magics(cell) for mistake in _mistakes_of(magic, cell, variables)]


def _mistakes_of(magic: OurMagic, cell: str, namespace: Mapping[str, object]) -> Iterator[Mistake]:
    """The mistake of a magic's line, and those of its query unless the line cannot be read."""
    is_query = magic.command is PREDICT
    in_line = line_mistake(magic.text.partition("\n")[0] if is_query else magic.text, magic.command, namespace)
    if in_line is not None:
        start, end = in_line.span.start + magic.offset, in_line.span.end + magic.offset
        place = Span(start, end) if start < end else magic.name
        yield _mistake(cell, place.start, place.end, in_line.message, in_line.fix)
    if not is_query:
        return
    try:
        found = read_query_text(magic)
    except OptionError:  # told above
        return
    if found.line.has("help") or not found.query:
        return
    errors = _errors_of(found.query, found.graph_name, namespace)
    for error in errors:
        yield _mistake(
            cell,
            found.offset + error.span.start,
            found.offset + error.span.end,
            f"{error.problem} {error.hint}".rstrip(),
            _fix(error, found.query, len(errors), found.graph_name, namespace),
        )


def _errors_of(query: str, graph_name: str | None, namespace: Mapping[str, object]) -> tuple[QueryError, ...]:
    """The mistakes of a query; of its words alone where its graph is not known."""
    from kumo_magic.plan import bind
    from kumo_magic.query import parse

    try:
        parsed = parse(query)
        graph = find_graph(graph_name, namespace)
        bind(parsed, graph, {name: namespace[name] for name in parameter_names(parsed) if name in namespace})
    except QueryError as error:
        return error.errors
    except GraphError:  # there is none, or no such one, which is a mistake of the line
        return ()
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
