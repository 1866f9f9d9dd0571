"""Which variables a graph was made from, so that a run can tell when one has been bound to something else."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph


class Bindings:
    """Graph → the objects its variables had when it was made. Holds them weakly: a frame may go."""

    def __init__(self) -> None:
        self._objects: weakref.WeakKeyDictionary[Graph, dict[str, Callable[[], object]]] = weakref.WeakKeyDictionary()

    def remember(self, graph: Graph, variables: Mapping[str, str], namespace: Mapping[str, object]) -> None:
        """Keep what the variables of the tables are bound to now."""
        self._objects[graph] = {name: _reference(namespace[name]) for name in variables.values()}

    def warnings(self, graph: Graph, namespace: Mapping[str, object]) -> tuple[str, ...]:
        """A sentence for every variable that now holds something else; a deleted one is no reason to warn."""
        changed = [
            name
            for name, reference in self._objects.get(graph, {}).items()
            if name in namespace and namespace[name] is not reference()
        ]
        return tuple(
            f"{name!r} has been bound to something else since %graph {graph.name} was made. This run used the rows of "
            "that time; run the %graph cell again for the new ones."
            for name in changed
        )


def source_graph(name: str, graphs: Mapping[str, Graph]) -> str | None:
    """The registered graph that has a table made from the variable; None when none has."""
    for graph in graphs.values():
        if any(table.source == name for table in graph.tables.values()):
            return graph.name
    return None


def _reference(value: object) -> Callable[[], object]:
    try:
        return weakref.ref(value)
    except TypeError:  # values without weak references are kept
        return lambda: value
