"""A place in a `%%predict` cell → what stands there: a table, a column, a word of the language. Computes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict

from kumo_magic.errors import KumoMagicError
from kumo_magic.magic.graph_magic import find_graph
from kumo_magic.magic.query_cell import read_query_cell, units

_PARTS = re.compile(r"(?P<table>`[^`]+`|\w+)(?P<dot>\s*\.\s*)(?P<column>`[^`]+`|\w+|\*)")


class Facts(TypedDict):
    """What is known of the characters [start, end) of the cell, in UTF-16 units as browsers count."""

    start: int
    end: int
    lines: list[str]


def facts_at(cell: str, place: int, namespace: Mapping[str, object]) -> Facts | None:
    """What is known of the name or word at a place; None where nothing is.

    Args:
        cell: The whole text of the cell.
        place: In UTF-16 units.
        namespace: The notebook's variables.
    """
    from kumo_magic.query.tokens import TokenKind, scan

    try:
        found = read_query_cell(cell)
    except KumoMagicError:  # a mistake in the options, which `check` tells
        return None
    if found is None:
        return None
    character = len(cell.encode("utf-16-le", "surrogatepass")[: 2 * place].decode("utf-16-le", "ignore"))
    for token in scan(found.query).tokens:
        start, end = found.offset + token.span.start, found.offset + token.span.end
        if start <= character < end:
            if token.kind == TokenKind.COLUMN:
                cut = _PARTS.fullmatch(token.text)
                is_table = cut is None or character < start + cut.end("table")
                lines = [] if cut is None else _facts_of(cut, is_table, found.graph_name, namespace)
            else:
                lines = _words_of(token.word)
            return Facts(start=units(cell, start), end=units(cell, end), lines=lines) if lines else None
    return None


def _facts_of(cut: re.Match[str], is_table: bool, graph_name: str | None, namespace: Mapping[str, object]) -> list[str]:
    """Of the table before the dot, or of the column behind it; nothing of names that the graph has not."""
    from kumo_magic.report.facts import column_facts, table_facts

    try:
        graph = find_graph(graph_name, namespace)
    except KumoMagicError:
        return []
    table, column = cut["table"].strip("`"), cut["column"].strip("`")
    if table not in graph:
        return []
    if is_table or column == "*":
        return table_facts(graph[table])
    return column_facts(graph, graph[table], column) if column in graph[table] else []


def _words_of(word: str) -> list[str]:
    """What a word of the language does."""
    from kumo_magic.query.vocabulary import FUNCTIONS, KEYWORDS, UNIT_SPELLINGS, UNITS

    explained = {function.value: words for function, words in FUNCTIONS.items()} | KEYWORDS
    explained |= {spelling.upper(): UNITS[unit] for spelling, unit in UNIT_SPELLINGS.items()}
    return [f"{word}: {explained[word]}"] if word in explained else []
