"""Text and tables → HTML that notebook sanitizers keep: inline styles, nothing else. Everything is escaped here.

Colours are translucent greys over whatever the theme has, and mid-tone accents that read on light and dark.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

LINE = "1px solid rgba(128, 128, 128, 0.35)"
GOOD = "#2f9e6e"
WARNING = "#c2790c"
LEAK = "#cf4a3c"
_SHADE = "rgba(128, 128, 128, 0.1)"
_FONT = "font-size: 13px; line-height: 1.5"
_CELL = "padding: 3px 14px 3px 0; border: none; background: transparent"


class Markup(str):
    """HTML that is finished: escaped already, or made here."""

    __slots__ = ()


def text(value: object) -> Markup:
    """The value's text, escaped; finished HTML as it is."""
    return value if isinstance(value, Markup) else Markup(escape(str(value), quote=True))


def element(tag: str, *children: object, **attributes: str) -> Markup:
    """An element with escaped attributes (a trailing underscore is dropped from their names) and children."""
    written = "".join(f' {name.rstrip("_")}="{escape(value, quote=True)}"' for name, value in attributes.items())
    return Markup(f"<{tag}{written}>{''.join(text(child) for child in children)}</{tag}>")


def box(*children: object) -> Markup:
    """The outermost element of a record."""
    return element("div", *children, style=f"{_FONT}; max-width: 960px; padding: 4px 0")


def paragraph(*children: object, style: str = "") -> Markup:
    """A line of prose."""
    return element("div", *children, style=f"margin: 2px 0; {style}".rstrip("; "))


def muted(*children: object) -> Markup:
    """Less important words."""
    return element("div", *children, style="margin: 2px 0; opacity: 0.75; font-size: 12px")


def headline(words: object, below: object, *, accent: str) -> Markup:
    """The answer, large, and under it what to think of it, behind a strip of colour."""
    return element(
        "div",
        element("div", words, style="font-size: 15px; font-weight: 600; margin: 0 0 3px 0"),
        element("div", below),
        style=f"border-left: 4px solid {accent}; padding: 2px 0 2px 12px; margin: 2px 0 10px 0",
    )


def notice(*children: object) -> Markup:
    """A line that must be seen."""
    style = f"border-left: 4px solid {WARNING}; background-color: {_SHADE}; padding: 5px 12px; margin: 0 0 8px 0"
    return element("div", element("b", "Note: "), *children, style=style)


def details(title: object, *children: object, is_open: bool = False) -> Markup:
    """A section that opens on a click, or closes where it is open."""
    summary = element("summary", title, style="cursor: pointer; padding: 4px 0; font-weight: 600")
    body = element("div", *children, style="padding: 4px 0 8px 16px; overflow-x: auto")
    opened = {"open": "open"} if is_open else {}
    return element("details", summary, body, style=f"border-top: {LINE}", **opened)


def listing(items: Iterable[object]) -> Markup:
    """A bulleted list."""
    style = "margin: 2px 0; padding-left: 18px"
    return element("ul", *[element("li", item, style="margin: 2px 0") for item in items], style=style)


def code(words: str) -> Markup:
    """Words as typed, lines kept."""
    style = (
        f"margin: 2px 0 6px 0; padding: 6px 10px; background-color: {_SHADE}; font-size: 12px; white-space: pre-wrap"
    )
    return element("pre", words, style=style)


def picture(svg: str, words: str, width: int) -> Markup:
    """An SVG as an image, which sanitizers keep; ``words`` are its text alternative."""
    data = base64.b64encode(svg.encode()).decode()
    return _image(f"data:image/svg+xml;base64,{data}", words, width)


def photo(png: bytes, words: str, width: int) -> Markup:
    """The same of a PNG."""
    return _image(f"data:image/png;base64,{base64.b64encode(png).decode()}", words, width)


def _image(source: str, words: str, width: int) -> Markup:
    return Markup(f'<img alt="{escape(words, quote=True)}" src="{source}" width="{width}" style="max-width: 100%">')


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, numeric: Iterable[int] = ()) -> Markup:
    """A table; the columns at the places ``numeric`` are set flush right. The first cell of a row is its header."""
    right = set(numeric)

    def align(place: int) -> str:
        return "text-align: right" if place in right else "text-align: left"

    head = [
        element("th", name, scope="col", style=f"{_CELL}; {align(place)}; font-weight: 600; border-bottom: {LINE}")
        for place, name in enumerate(columns)
    ]
    body = []
    for row in rows:
        first, *rest = row
        cells = [element("th", first, scope="row", style=f"{_CELL}; {align(0)}; font-weight: 400; white-space: nowrap")]
        cells += [
            element("td", value, style=f"{_CELL}; {align(place)}; vertical-align: top")
            for place, value in enumerate(rest, start=1)
        ]
        body.append(element("tr", *cells, style="background: transparent"))
    return element(
        "table",
        element("thead", element("tr", *head, style="background: transparent"), style="border: none"),
        element("tbody", *body),
        style="border-collapse: collapse; border: none; font-size: 13px; margin: 4px 0 8px 0",
    )
