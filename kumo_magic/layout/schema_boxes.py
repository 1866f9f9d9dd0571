"""A card and its place → a box with its labels, in pixels. Knows no other box."""

from __future__ import annotations

from dataclasses import dataclass

from kumo_magic.layout.schema_cards import (
    FONT_SIZE,
    HEADING_HEIGHT,
    ROW_HEIGHT,
    SMALL_SIZE,
    Card,
    Row,
    shorten,
    text_width,
)

_INDENT = 25
_INSET = 10
_SPACE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text and the room it takes. ``role`` is table, count, column, kind or more."""

    role: str
    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow:
    """A column's row in a box; ``y`` is its middle, ``hue`` the colour of the table it is or points at the key of.

    ``texts`` are its name, cut where it is long, and its kind where there is room for it.
    """

    row: Row
    texts: tuple[str, ...]
    y: float
    hue: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A table's box. ``hue`` numbers the colour of the tables that are pointed at; None for the others."""

    card: Card
    x: float
    y: float
    width: float
    height: float
    rows: tuple[PlacedRow, ...]
    labels: tuple[Label, ...]
    hue: int | None


def place_box(card: Card, x: float, y: float, width: float, hues: dict[str, int]) -> Box:
    """The card at its place, with the room each of its texts takes."""
    labels = _heading(card, x, y, width)
    rows: list[PlacedRow] = []
    for number, row in enumerate(card.rows):
        middle = y + HEADING_HEIGHT + ROW_HEIGHT * (number + 0.5)
        own = _row_labels(row, x, middle, width)
        labels += own
        owner = row.parent if row.mark == "link" else card.name if row.mark == "key" else None
        hue = None if owner is None else hues.get(owner)
        rows.append(PlacedRow(row=row, texts=tuple(label.text for label in own), y=middle, hue=hue))
    if card.hidden:
        middle = y + HEADING_HEIGHT + ROW_HEIGHT * (len(card.rows) + 0.5)
        labels.append(_label("more", f"+ {card.hidden} more", x + _INDENT, middle, SMALL_SIZE))
    return Box(
        card=card,
        x=x,
        y=y,
        width=width,
        height=card.height,
        rows=tuple(rows),
        labels=tuple(labels),
        hue=hues.get(card.name),
    )


def _heading(card: Card, x: float, y: float, width: float) -> list[Label]:
    """The table's name and its number of rows; the word "rows" goes where both do not fit."""
    room = width - 2 * _INSET - _SPACE
    is_wide = text_width(card.name, FONT_SIZE + 1, bold=True) + text_width(card.count, SMALL_SIZE) > room
    count = f"{card.num_rows:,}" if is_wide else card.count
    count_width = text_width(count, SMALL_SIZE)
    name = shorten(card.name, room - count_width, FONT_SIZE + 1, bold=True)
    return [
        _label("table", name, x + _INSET, y + HEADING_HEIGHT / 2, FONT_SIZE + 1, bold=True),
        _label("count", count, x + width - _INSET - count_width, y + HEADING_HEIGHT / 2, SMALL_SIZE),
    ]


def _row_labels(row: Row, x: float, middle: float, width: float) -> list[Label]:
    """The column's name and kind; where both do not fit and a mark tells the kind, the name alone."""
    room, kind_width = width - _INDENT - _INSET, text_width(row.kind, SMALL_SIZE)
    if row.mark and text_width(row.name, FONT_SIZE) + kind_width + _SPACE > room:
        return [_label("column", shorten(row.name, room, FONT_SIZE), x + _INDENT, middle, FONT_SIZE)]
    name = shorten(row.name, room - kind_width - _SPACE, FONT_SIZE)
    return [
        _label("column", name, x + _INDENT, middle, FONT_SIZE),
        _label("kind", row.kind, x + width - _INSET - kind_width, middle, SMALL_SIZE),
    ]


def _label(role: str, text: str, x: float, middle: float, size: float, *, bold: bool = False) -> Label:
    width = text_width(text, size, bold=bold)
    return Label(role=role, text=text, x=x, y=middle - size * 0.65, width=width, height=size * 1.3)
