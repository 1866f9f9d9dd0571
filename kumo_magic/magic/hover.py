"""A place in a magic of ours → what stands there: a table, a column, an option, a word of the language. No work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict

from kumo_magic.errors import KumoMagicError
from kumo_magic.magic.graph_magic import find_graph
from kumo_magic.magic.options import Command, places_of_words
from kumo_magic.magic.our_magics import OurMagic, our_magics, read_query_text, units
from kumo_magic.magic.request import PREDICT
from kumo_magic.magic.tables import GRAPH, is_frame

_PARTS = re.compile(r"(?P<table>`[^`]+`|\w+)(?P<dot>\s*\.\s*)(?P<column>`[^`]+`|\w+|\*)")
_NAME = re.compile(r"`[^`]+`|\w+")


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
    character = len(cell.encode("utf-16-le", "surrogatepass")[: 2 * place].decode("utf-16-le", "ignore"))
    for magic in our_magics(cell):
        if magic.offset <= character < magic.offset + len(magic.text):
            return _in_line(magic, cell, character, namespace) or _in_query(magic, cell, character, namespace)
    return None


def _in_line(magic: OurMagic, cell: str, character: int, namespace: Mapping[str, object]) -> Facts | None:
    """Of an option, or of a DataFrame that a graph is made of."""
    for span in places_of_words(magic.text):
        if magic.offset + span.start <= character < magic.offset + span.end:
            word = span.text(magic.text)
            lines = _option_words(word, magic.command)
            if not lines and magic.command is GRAPH:
                lines = _frame_words(word.rpartition("=")[2], namespace)
            return _facts(cell, magic.offset + span.start, magic.offset + span.end, lines)
        if magic.command is PREDICT and span.text(magic.text).upper() == PREDICT.query_word:
            break
    return None


def _in_query(magic: OurMagic, cell: str, character: int, namespace: Mapping[str, object]) -> Facts | None:
    """Of a name or a word of the query; nothing where a mistake in the options hides it, which `check` tells."""
    from kumo_magic.query.tokens import TokenKind, scan

    if magic.command is not PREDICT:
        return None
    try:
        found = read_query_text(magic)
    except KumoMagicError:
        return None
    for token in scan(found.query).tokens:
        start, end = found.offset + token.span.start, found.offset + token.span.end
        if start <= character < end:
            if token.kind == TokenKind.KEY:
                table, *parts = _NAME.finditer(token.text)
                part = next((part for part in parts if part.start() <= character - start < part.end()), None)
                lines = _facts_of(table[0], "*" if part is None else part[0], found.graph_name, namespace)
            elif token.kind == TokenKind.COLUMN:
                cut = _PARTS.fullmatch(token.text)
                is_table = cut is None or character < start + cut.end("table")
                column = "*" if cut is None or is_table else cut["column"]
                lines = [] if cut is None else _facts_of(cut["table"], column, found.graph_name, namespace)
            else:
                lines = _words_of(token.word)
            return _facts(cell, start, end, lines)
    return None


def _facts(cell: str, start: int, end: int, lines: list[str]) -> Facts | None:
    return Facts(start=units(cell, start), end=units(cell, end), lines=lines) if lines else None


def _option_words(word: str, command: Command) -> list[str]:
    """What an option does."""
    option = command.option(word.removeprefix("--").partition("=")[0]) if word.startswith("--") else None
    return [] if option is None else [f"--{option.name} {option.value}".rstrip(), option.words]


def _frame_words(name: str, namespace: Mapping[str, object]) -> list[str]:
    """The size and the columns of a variable that is a DataFrame."""
    from kumo_magic.report.facts import frame_facts

    frame = namespace.get(name)
    return frame_facts(name, frame) if is_frame(frame) else []


def _facts_of(table: str, column: str, graph_name: str | None, namespace: Mapping[str, object]) -> list[str]:
    """Of the column, or of the table where it is ``*``; nothing of names that the graph has not."""
    from kumo_magic.report.facts import column_facts, table_facts

    try:
        graph = find_graph(graph_name, namespace)
    except KumoMagicError:
        return []
    table, column = table.strip("`"), column.strip("`")
    if table not in graph:
        return []
    if column == "*":
        return table_facts(graph[table])
    return column_facts(graph, graph[table], column) if column in graph[table] else []


def _words_of(word: str) -> list[str]:
    """What a word of the language does."""
    from kumo_magic.query.vocabulary import FUNCTIONS, KEYWORDS, UNIT_SPELLINGS, UNITS

    explained = {function.value: words for function, words in FUNCTIONS.items()} | KEYWORDS
    explained |= {spelling.upper(): UNITS[unit] for spelling, unit in UNIT_SPELLINGS.items()}
    return [f"{word}: {explained[word]}"] if word in explained else []
