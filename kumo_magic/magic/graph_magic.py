"""`%graph`: tables → a registered Graph. Names in, a graph out; how it is drawn is not known here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kumo_magic.errors import GraphError
from kumo_magic.magic.bindings import Bindings
from kumo_magic.magic.options import Line, nearest, parse_line
from kumo_magic.magic.tables import GRAPH, frames_of, is_frame, read_graph_request

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

COMMENT = re.compile(r"(^|\s)#.*$", flags=re.MULTILINE)
"""What is no argument in the lines of a `%%graph` cell."""


def read_graph_line(text: str, cell: str | None) -> Line:
    """The line, and a cell's lines after it without their comments.

    Raises:
        OptionError: An option is unknown or not of its form.
    """
    return parse_line(text if cell is None else f"{text} {COMMENT.sub('', cell)}", GRAPH)


def make_graph(line: Line, namespace: Mapping[str, object], bindings: Bindings) -> Graph:
    """The graph that the line names, made anew and registered when the line has tables.

    Raises:
        GraphError: There is no such graph, or its tables do not make one.
        OptionError: An option is not of its form.
    """
    from kumo_magic.graph.graph import Graph

    refuse_frame_name(line, namespace)
    if len(line.words) == 1:
        return find_graph(line.words[0], namespace)
    request = read_graph_request(line, namespace)
    graph = Graph.from_data(
        request.tables,
        name=request.name,
        keys=request.keys,
        times=request.times,
        end_times=request.end_times,
        links=request.links,
        unlinks=request.unlinks,
        stypes=request.stypes,
        known=request.known,
        keep=request.keep,
        sources=request.variables,
    )
    graph.register()
    bindings.remember(graph, request.variables, namespace)
    return graph


def refuse_frame_name(line: Line, namespace: Mapping[str, object]) -> None:
    """Return unless the first word, where the graph's name belongs, is a DataFrame's and no graph's.

    Raises:
        GraphError: It is; shows what was probably meant.
    """
    from kumo_magic.graph import registry

    name = line.words[0]
    if registry.get(name) is None and is_frame(namespace.get(name)):
        raise GraphError(
            f"{name!r} is a DataFrame, and there is no graph of that name.",
            hint=f"A graph has a name of its own, then its tables: %graph {_free_name(namespace)} "
            f"{' '.join(_tables_first(line.words, namespace))}",
        )


def find_graph(name: str | None, namespace: Mapping[str, object]) -> Graph:
    """The registered graph of that name or the Graph in the variable; the only one when there is no name.

    Raises:
        GraphError: There is none, or several.
    """
    from kumo_magic.graph import registry
    from kumo_magic.graph.graph import Graph

    known = registry.graphs()
    if name is None:
        if len(known) == 1:
            return next(iter(known.values()))
        if known:
            raise GraphError(f"Which graph? There are {', '.join(known)}.", hint="Name it first: %%predict NAME.")
        raise GraphError("There is no graph yet.", hint=_first_graph(namespace))
    if name in known:
        return known[name]
    value = namespace.get(name)
    if isinstance(value, Graph):
        return value
    if is_frame(value):
        raise GraphError(f"{name!r} is a DataFrame, no graph.", hint=_first_graph(namespace))
    listed = f"Graphs here: {', '.join(known)}." if known else _first_graph(namespace)
    raise GraphError(f"There is no graph {name!r}.{nearest(name, known)}", hint=listed)


def first_graph_line(namespace: Mapping[str, object]) -> str:
    """The line that makes a graph of what the notebook has."""
    tables = frames_of(namespace)[:8] or ["users", "orders"]
    return f"%graph {_free_name(namespace)} {' '.join(tables)}"


def _first_graph(namespace: Mapping[str, object]) -> str:
    return f"Make one of your tables: {first_graph_line(namespace)}"


def _tables_first(words: tuple[str, ...], namespace: Mapping[str, object]) -> list[str]:
    """The tables that were probably meant: all of the words, or the notebook's frames when there is only one word."""
    others = [name for name in frames_of(namespace) if name != words[0]][:7]
    return [*words, *(others if len(words) == 1 else [])]


def _free_name(namespace: Mapping[str, object]) -> str:
    """A name for a graph that is no frame's."""
    return "shop" if not is_frame(namespace.get("shop")) else "my_graph"
