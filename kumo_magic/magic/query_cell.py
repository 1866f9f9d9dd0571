"""The text of a `%%predict` cell → its line, its query and where that begins. Reads no query."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kumo_magic.magic.options import Line, parse_line
from kumo_magic.magic.request import PREDICT
from kumo_magic.span import Span

_CELL = re.compile(r"\s*%%predict(?![\w?])")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryCell:
    """A cell in parts: what is written behind `%%predict`, and the query, which begins ``offset`` characters in."""

    line: Line
    query: str
    offset: int

    @property
    def graph_name(self) -> str | None:
        """The graph that the line names."""
        return self.line.words[0] if self.line.words else None


def line_span(cell: str) -> Span | None:
    """Where the options of a `%%predict` cell stand, or its magic where there are none; None for another cell."""
    magic = _CELL.match(cell)
    if magic is None:
        return None
    line = cell[magic.end() :].partition("\n")[0]
    start, end = magic.end() + len(line) - len(line.lstrip()), magic.end() + len(line.rstrip())
    return Span(start, end) if start < end else Span(magic.end() - len(magic[0].lstrip()), magic.end())


def read_query_cell(cell: str) -> QueryCell | None:
    """The parts of the cell; None for another cell.

    Raises:
        OptionError: An option is unknown or not of its form.
    """
    magic = _CELL.match(cell)
    if magic is None:
        return None
    line, newline, body = cell[magic.end() :].partition("\n")
    parsed = parse_line(line, PREDICT)
    text = f"{parsed.query}{newline}{body}" if parsed.query else body
    query, _ = without_semicolon(text)
    return QueryCell(line=parsed, query=query if query.strip() else "", offset=len(cell) - len(text))


def without_semicolon(text: str) -> tuple[str, bool]:
    """The query without a final semicolon, and whether there was one: it hides the frame."""
    bare = text.rstrip()
    query = bare.removesuffix(";")
    return query.rstrip(), query != bare


def units(text: str, place: int) -> int:
    """How many UTF-16 units, which browsers count in, come before a character."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2
