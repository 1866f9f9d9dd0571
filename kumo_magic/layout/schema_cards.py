"""A table of a graph → the card that stands for it: a heading and its most telling columns. Knows no places."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table

Mark = Literal["key", "link", "time", ""]

ROW_HEIGHT = 21
HEADING_HEIGHT = 34
PADDING = 7
FONT_SIZE = 12
SMALL_SIZE = 11

_WORDS = {
    "numerical": "number",
    "categorical": "category",
    "multicategorical": "set",
    "timestamp": "time",
    "text": "text",
    "ignored": "left out",
    "key": "key",
}
_NARROW, _WIDE = frozenset("iIjlft.,:;'|!()[]- "), frozenset("mwMW@%&")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A column as the card shows it. ``kind`` is a word for its stype; ``parent`` is the table it points at."""

    name: str
    mark: Mark
    kind: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A table as the drawing shows it. ``hidden`` counts the columns that are not among the rows."""

    name: str
    num_rows: int
    rows: tuple[Row, ...]
    hidden: int

    @property
    def count(self) -> str:
        """The number of rows in words."""
        return f"{self.num_rows:,} row{'' if self.num_rows == 1 else 's'}"

    @property
    def height(self) -> float:
        """The height of the card."""
        return HEADING_HEIGHT + ROW_HEIGHT * (len(self.rows) + bool(self.hidden)) + PADDING


def card_of(graph: Graph, table: Table, most_rows: int) -> Card:
    """The table's keys, links and times, then its other columns up to ``most_rows`` rows in all."""
    parents = {link.column: link.parent for link in graph.links_from(table.name)}
    rows = [_row(table, name, parents.get(name)) for name in table.columns]
    order: dict[str, int] = {"key": 0, "link": 1, "time": 2, "": 3}
    rows.sort(key=lambda row: 0 if row.name == table.primary_key else order[row.mark])
    telling = sum(row.mark != "" for row in rows)
    # A row that says "+ 1 more" takes as much room as the column it hides.
    num_shown = len(rows) if len(rows) <= most_rows + 1 else max(telling, most_rows)
    return Card(name=table.name, num_rows=table.num_rows, rows=tuple(rows[:num_shown]), hidden=len(rows) - num_shown)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is in a sans-serif font; rather too wide than too narrow."""
    width = sum(
        1.05
        if unicodedata.east_asian_width(sign) in "WF"
        else 0.36
        if sign in _NARROW
        else 0.92
        if sign in _WIDE
        else 0.7
        if sign.isupper()
        else 0.6
        for sign in text
    )
    return width * size * (1.08 if bold else 1.0)


def shorten(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it would be wider."""
    if text_width(text, size, bold=bold) <= width:
        return text
    # A text of more signs is wider; names of 10,000 signs are cut, too.
    num_signs = bisect_right(range(1, len(text)), width, key=lambda n: text_width(f"{text[:n]}…", size, bold=bold))
    return f"{text[:num_signs]}…"


def _row(table: Table, name: str, parent: str | None) -> Row:
    column = table.columns[name]
    if name == table.primary_key:
        return Row(name=name, mark="key", kind="key", parent=parent)
    if parent is not None:
        return Row(name=name, mark="link", kind="link", parent=parent)
    if name in (table.time_column, table.end_time_column):
        return Row(name=name, mark="time", kind="end time" if name == table.end_time_column else "time")
    word = _WORDS[column.stype]
    return Row(name=name, mark="", kind="date" if word == "time" else word)
