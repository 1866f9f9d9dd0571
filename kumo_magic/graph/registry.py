"""The graphs of this kernel, by name. The one place that remembers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

_graphs: dict[str, Graph] = {}


def register(graph: Graph) -> None:
    """Keep the graph under its name, in place of an earlier one of that name."""
    _graphs[graph.name] = graph


def graphs() -> dict[str, Graph]:
    """The registered graphs by name, in the order they came."""
    return dict(_graphs)


def get(name: str) -> Graph | None:
    """The graph of that name, or None."""
    return _graphs.get(name)


def clear() -> None:
    """Forget every graph."""
    _graphs.clear()
