"""Text before the cursor of a `%graph` or `%%predict` cell → what may come next. Knows names and the vocabulary."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from kumo_magic.magic.options import Command
from kumo_magic.magic.request import DEVICES, PREDICT, REPORTS
from kumo_magic.magic.tables import GRAPH

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

_MAGIC = re.compile(r"\s*(%{1,2})(predict|graph)\b[ \t]*", flags=re.IGNORECASE)
_FRAGMENT = re.compile(r"[\w.\-]*$")
_VALUES = {"device": DEVICES, "report": REPORTS, "budget": ("30s", "60s", "2min", "5min")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Words that may replace ``fragment``, with their kind."""

    fragment: str
    words: tuple[tuple[str, str], ...]


@context_matcher()
def matcher(context: CompletionContext) -> SimpleMatcherResult:
    """What IPython asks; silent outside of our magics, alone inside them."""
    lines = context.full_text.split("\n")
    before = "\n".join([*lines[: context.cursor_line], lines[context.cursor_line][: context.cursor_position]])
    proposals = proposals_for(before, _graphs())
    if proposals is None:
        return {"completions": [], "suppress": False}
    return {
        "completions": [SimpleCompletion(text=word, type=kind) for word, kind in proposals.words],
        "suppress": True,
        "matched_fragment": proposals.fragment,
    }


def proposals_for(before: str, graphs: dict[str, Graph]) -> Proposals | None:
    """Proposals at the end of ``before``, the cell's text up to the cursor; None when it is no cell of ours."""
    match = _MAGIC.match(before)
    if match is None or (match[1] == "%" and "\n" in before):
        return None
    line, newline, body = before[match.end() :].partition("\n")
    command = PREDICT if match[2].lower() == "predict" else GRAPH
    found = _FRAGMENT.search(before)
    fragment = found.group() if found else ""
    query_start = re.search(r"(?<!\S)PREDICT(?=\s)", line, flags=re.IGNORECASE)
    if command is PREDICT and (newline or query_start):
        graph = _named_graph(line, graphs)
        text = (line[query_start.start() :] if query_start else "") + newline + body
        return _fitting(fragment, _in_query(fragment, text, graph, graphs))
    return _fitting(fragment, _in_line(fragment, line, command, graphs))


def _in_line(fragment: str, line: str, command: Command, graphs: dict[str, Graph]) -> Iterable[tuple[str, str]]:
    """Options, their values, and graphs' names."""
    words = line[: len(line) - len(fragment)].split()
    if fragment.startswith("-"):
        return [(f"--{option.name}", "option") for option in command.options] + [("--help", "option")]
    last = words[-1][2:] if words and words[-1].startswith("--") else ""
    option = command.option(last)
    if option is not None and option.value:
        return [(value, "value") for value in _VALUES.get(last, ())]
    if not words:
        return [(name, "graph") for name in graphs]
    return [("PREDICT", "keyword")] if command is PREDICT else []


def _in_query(fragment: str, text: str, graph: Graph | None, graphs: dict[str, Graph]) -> Iterable[tuple[str, str]]:
    """A table's columns after its dot; tables, functions, keywords and units elsewhere."""
    known = [graph] if graph is not None else list(graphs.values())
    table, dot, _ = fragment.rpartition(".")
    if dot:
        columns = [column for each in known if table in each for column in ("*", *each[table].columns)]
        return [(f"{table}.{column}", "column") for column in dict.fromkeys(columns)]
    tables = [(f"{name}.", "table") for each in known for name in each.tables]
    return [*tables, *_vocabulary(is_in_window=_is_in_window(text))]


def _vocabulary(*, is_in_window: bool) -> Iterable[tuple[str, str]]:
    from kumo_magic.query.vocabulary import FUNCTIONS, KEYWORDS, OPERATORS, UNITS

    units = [(str(unit), "unit") for unit in UNITS]
    words = [
        *[(str(function), "function") for function in FUNCTIONS],
        *[(word, "keyword") for word in KEYWORDS],
        *[(str(operator), "keyword") for operator in OPERATORS if str(operator)[0].isalpha()],
    ]
    return [*units, *words] if is_in_window else words


def _is_in_window(text: str) -> bool:
    """Whether a number and a comma precede, inside parentheses: a unit may follow."""
    return text.count("(") > text.count(")") and re.search(r"-?\d+\s*,\s*\w*$", text) is not None


def _named_graph(line: str, graphs: dict[str, Graph]) -> Graph | None:
    first = line.split()[0] if line.split() else ""
    return graphs.get(first) or (next(iter(graphs.values())) if len(graphs) == 1 else None)


def _fitting(fragment: str, words: Iterable[tuple[str, str]]) -> Proposals:
    """Those that begin like the fragment, whatever their case."""
    begun = fragment.lower()
    return Proposals(
        fragment=fragment,
        words=tuple((word, kind) for word, kind in words if word.lower().startswith(begun) and word != fragment),
    )


def _graphs() -> dict[str, Graph]:
    """The registered graphs; none, and nothing loaded, before the first one."""
    registry = sys.modules.get("kumo_magic.graph.registry")
    return registry.graphs() if registry is not None else {}
