"""Text before the cursor of a cell → what may come next, where the cell is one of ours. Knows IPython's completer."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.getipython import get_ipython

from kumo_magic.magic.line_completion import in_line
from kumo_magic.magic.proposals import Proposal, Proposals
from kumo_magic.magic.request import PREDICT
from kumo_magic.magic.runs_magic import RUNS
from kumo_magic.magic.tables import GRAPH

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

_COMMANDS = {"predict": PREDICT, "graph": GRAPH, "runs": RUNS}
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>predict|graph)\b(?=\s)", flags=re.IGNORECASE)
_LINE_MAGIC = re.compile(
    r"\s*(?:[A-Za-z_]\w*\s*=\s*)?%(?P<name>predict|graph|runs)\b(?=[ \t])[^\n]*$", flags=re.IGNORECASE
)
_QUERY = re.compile(r"(?<!\S)PREDICT(?!\S)", flags=re.IGNORECASE)


@context_matcher()
def matcher(context: CompletionContext) -> SimpleMatcherResult:
    """What IPython asks; silent outside of our magics, alone inside them."""
    lines = context.full_text.split("\n")
    line = lines[context.cursor_line]
    before = "\n".join([*lines[: context.cursor_line], line[: context.cursor_position]])
    shell = get_ipython()
    proposals = proposals_for(before, _registered(), {} if shell is None else shell.user_ns)
    if proposals is None:
        return {"completions": [], "suppress": False}
    closing = line[context.cursor_position : context.cursor_position + 1]
    return {
        "completions": [
            SimpleCompletion(text=_without_closing(found, closing), type=found.kind) for found in proposals.found
        ],
        "suppress": True,
        "matched_fragment": proposals.fragment,
    }


def proposals_for(
    before: str, graphs: Mapping[str, Graph], namespace: Mapping[str, object] | None = None
) -> Proposals | None:
    """Proposals at the end of ``before``, the cell's text up to the cursor; None when it is no cell of ours.

    Args:
        before: All of the cell up to the cursor.
        graphs: The registered graphs by name.
        namespace: The notebook's variables: for parameters, runs, tables, and graphs that are not registered.
    """
    variables = namespace or {}
    cell = _CELL_MAGIC.match(before)
    match = cell or _LINE_MAGIC.match(before, before.rfind("\n") + 1)
    if match is None:
        return None
    command = _COMMANDS[match["name"].lower()]
    known = {**graphs, **{name: graph for name, graph in _graphs_of(variables).items() if name not in graphs}}
    rest = before[match.end("name") :]
    if command is not PREDICT:
        return in_line(rest.replace("\n", " "), command, known, variables)
    line, newline, body = rest.partition("\n")
    query = _QUERY.search(line)
    # A word that ends at the cursor may still become another one.
    if not newline and (query is None or query.end() == len(line)):
        return in_line(line, command, known, variables)
    from kumo_magic.magic.query_completion import in_query  # loads the rooms of queries and tables

    text = f"{line[query.start() :] if query else ''}{newline}{body}"
    return in_query(text, _asked(line[: query.start()] if query else line, known, graphs), variables)


def _asked(line: str, known: Mapping[str, Graph], registered: Mapping[str, Graph]) -> list[Graph]:
    """The graph that the line names; else every registered one."""
    first = line.split()[0] if line.split() else ""
    return [known[first]] if first in known else list(registered.values())


def _graphs_of(namespace: Mapping[str, object]) -> dict[str, Graph]:
    """The graphs in variables; none before the class is loaded."""
    module: Any = sys.modules.get("kumo_magic.graph.graph")
    if module is None:
        return {}
    kind: type[Graph] = module.Graph
    return {name: value for name, value in namespace.items() if not name.startswith("_") and isinstance(value, kind)}


def _registered() -> dict[str, Graph]:
    """The registered graphs; none, and nothing loaded, before the first one."""
    registry = sys.modules.get("kumo_magic.graph.registry")
    return registry.graphs() if registry is not None else {}


def _without_closing(found: Proposal, closing: str) -> str:
    """The text of a value without its last quote, where the front end has already written that."""
    if found.kind == "value" and closing in ("'", '"') and found.text.endswith(closing):
        return found.text[:-1]
    return found.text
