"""The text of a cell → the magics of ours in it, each with what is written behind it and where. Reads no query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import (
    EscapedCommand,
    MagicAssign,
    find_end_of_continued_line,
    make_tokens_by_line,
)

from kumo_magic.magic.graph_magic import COMMENT
from kumo_magic.magic.options import Command, Line, parse_line
from kumo_magic.magic.request import PREDICT
from kumo_magic.magic.runs_magic import RUNS
from kumo_magic.magic.tables import GRAPH
from kumo_magic.span import Span

_COMMANDS = {"predict": PREDICT, "graph": GRAPH, "runs": RUNS}
_CELL = re.compile(r"\s*(?P<magic>%%(?P<name>predict|graph))(?![\w?])")
_LINE = re.compile(r"(?P<magic>%(?P<name>predict|graph|runs))(?![\w?])")
_MOST_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OurMagic:
    """A magic: what is written behind its name, which begins ``offset`` characters into the cell, and its name's place.

    Comments and continued lines are blanks in ``text``, so that places in it hold in the cell.
    """

    command: Command
    text: str
    offset: int
    name: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryText:
    """What is behind a `predict`: its line, and the query, which begins ``offset`` characters into the cell."""

    line: Line
    query: str
    offset: int

    @property
    def graph_name(self) -> str | None:
        """The graph that the line names."""
        return self.line.words[0] if self.line.words else None


def our_magics(cell: str) -> Iterator[OurMagic]:
    """The cell magic of the whole cell, or the line magics in it, as IPython would find them."""
    magic = _CELL.match(cell)
    if magic is not None:
        text = cell[magic.end() :]
        if magic["name"] == "graph":
            line, newline, body = text.partition("\n")
            text = f"{line}{newline}{COMMENT.sub(_blank, body)}"
        yield _our_magic(magic, text, 0)
    elif not cell.lstrip().startswith("%%"):
        yield from _line_magics(cell)


def read_query_text(magic: OurMagic) -> QueryText:
    """The parts of a `predict`.

    Raises:
        OptionError: An option is unknown or not of its form.
    """
    line, newline, body = magic.text.partition("\n")
    parsed = parse_line(line, PREDICT)
    text = f"{parsed.query}{newline}{body}" if parsed.query else body
    query, _ = without_semicolon(text)
    offset = magic.offset + len(magic.text) - len(text)
    return QueryText(line=parsed, query=query if query.strip() else "", offset=offset)


def without_semicolon(text: str) -> tuple[str, bool]:
    """The query without a final semicolon, and whether there was one: it hides the frame."""
    bare = text.rstrip()
    query = bare.removesuffix(";")
    return query.rstrip(), query != bare


def units(text: str, place: int) -> int:
    """How many UTF-16 units, which browsers count in, come before a character."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def _line_magics(cell: str) -> Iterator[OurMagic]:
    """The line magics in their order. What was found is blanked before the next is looked for: it is no Python."""
    lines = cell.splitlines(keepends=True)
    for _ in range(_MOST_LINES):
        tokens = make_tokens_by_line(lines)
        found = [each for each in (EscapedCommand.find(tokens), MagicAssign.find(tokens)) if each is not None]
        if not found:
            return
        first = min(found, key=lambda each: (each.start_line, each.start_col))
        end = find_end_of_continued_line(lines, first.start_line) + 1
        start = sum(map(len, lines[: first.start_line])) + first.start_col
        text = "".join(lines[first.start_line : end])[first.start_col :].rstrip("\r\n")
        magic = _LINE.match(text)
        if magic is not None:
            yield _our_magic(magic, re.sub(r"\\\r?\n", _blank, text[magic.end() :]), start)
        lines[first.start_line : end] = [re.sub(r"[^\r\n]", " ", line) for line in lines[first.start_line : end]]


def _our_magic(magic: re.Match[str], text: str, start: int) -> OurMagic:
    return OurMagic(
        command=_COMMANDS[magic["name"]],
        text=text,
        offset=start + magic.end(),
        name=Span(start + magic.start("magic"), start + magic.end("magic")),
    )


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
