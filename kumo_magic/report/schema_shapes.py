"""A placed box or line → its SVG shapes. Colours and outlines; knows no graph."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import hypot

from kumo_magic.layout.schema_boxes import Box, Label
from kumo_magic.layout.schema_cards import FONT_SIZE, HEADING_HEIGHT, SMALL_SIZE, text_width
from kumo_magic.layout.schema_layout import Line

ROLE_COLOURS = {
    "entity": "#2b6cb0",
    "target": "#b0620b",
    "entity and target": "#2b6cb0",
    "items": "#1f7a53",
    "path": "#5d6572",
}
"""Of what a table is to a query; its word stands on the box too."""
_HUES = ("#3b82c4", "#d9772e", "#2f9e8f", "#c4568a", "#7d6bc9", "#7f9433", "#b3643f", "#4a93a8", "#a86bb0", "#5d8a4e")
_CORNER = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours that do not tell tables apart."""

    text: str
    muted: str
    border: str
    paper: str  # behind the boxes
    box: str


THEMED = Palette(
    text="var(--jp-ui-font-color1, currentColor)",
    muted="var(--jp-ui-font-color2, color-mix(in srgb, currentColor 62%, transparent))",
    border="var(--jp-border-color1, color-mix(in srgb, currentColor 28%, transparent))",
    paper="none",
    box="var(--jp-layout-color1, transparent)",
)
"""Follows the notebook's theme where the SVG stands in the page itself."""

FIXED = Palette(text="#1f2933", muted="#667180", border="#c9d0d9", paper="#f3f5f8", box="#ffffff")
"""Stands by itself on its own paper, since an image cannot see the theme around it."""


def box_shape(box: Box, palette: Palette, role: str | None = None) -> str:
    """The box of a table: a heading in its colour, a row per column, a tooltip, and what it is to the query."""
    hue = hue_of(box.hue) if box.hue is not None else None
    x, y, width, height = box.x, box.y, box.width, box.height
    heading = (
        f"M{x:.1f} {y + HEADING_HEIGHT:.1f}v{8 - HEADING_HEIGHT}q0-8 8-8h{width - 16:.1f}q8 0 8 8v{HEADING_HEIGHT - 8}z"
    )
    parts = [
        f"<g><title>{escape(_tooltip(box), quote=True)}</title>",
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="8" style="fill:{palette.box}"/>',
        f'<path d="{heading}" style="fill:{hue or palette.muted}" fill-opacity="{0.16 if hue else 0.1}"/>',
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="8" fill="none" '
        f'style="stroke:{hue or palette.border}" stroke-opacity="{0.75 if hue else 1}"/>',
    ]
    parts += [_text(label, palette) for label in box.labels]
    for placed in box.rows:
        colour = hue_of(placed.hue) if placed.hue is not None else palette.muted
        parts.append(_mark(placed.row.mark, x + 14, placed.y, colour))
    parts.append(f"{'' if role is None else _role(role, box)}</g>")
    return "".join(parts)


def _role(role: str, box: Box) -> str:
    """A frame in the role's colour, and its word on the upper edge."""
    colour, width = ROLE_COLOURS[role], text_width(role, SMALL_SIZE) + 12
    x, y = box.x + box.width - width - 8, box.y - 8
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="8" '
        f'fill="none" stroke="{colour}" stroke-width="2.5"/>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="16" rx="8" fill="{colour}"/>'
        f'<text x="{x + width / 2:.1f}" y="{y + 12:.1f}" font-size="{SMALL_SIZE}" text-anchor="middle" '
        f'style="fill:#ffffff">{role}</text>'
    )


def _tooltip(box: Box) -> str:
    rows = [f"{placed.row.name}: {placed.row.kind}" for placed in box.rows]
    rows += [f"and {box.card.hidden} more columns"] if box.card.hidden else []
    return "\n".join([f"{box.card.name}, {box.card.count}", *rows])


def _text(label: Label, palette: Palette) -> str:
    match label.role:
        case "table":
            size, weight, colour = FONT_SIZE + 1, 600, palette.text
        case "column":
            size, weight, colour = FONT_SIZE, 400, palette.text
        case _:
            size, weight, colour = SMALL_SIZE, 400, palette.muted
    is_right = label.role in ("count", "kind")
    x = label.x + label.width if is_right else label.x
    anchor = ' text-anchor="end"' if is_right else ""
    return (
        f'<text x="{x:.1f}" y="{label.y + label.height / 2 + size * 0.35:.1f}" font-size="{size}" '
        f'font-weight="{weight}"{anchor} style="fill:{colour}">{escape(label.text, quote=True)}</text>'
    )


def _mark(mark: str, x: float, y: float, colour: str) -> str:
    """A small key, chain link or clock before the name of a column."""
    stroke = f'fill="none" style="stroke:{colour}" stroke-width="1.4" stroke-linecap="round"'
    match mark:
        case "key":
            shape = f'<circle cx="{x - 2.6:.1f}" cy="{y:.1f}" r="2.6"/><path d="M{x:.1f} {y:.1f}h5.4v2.6m-2.2-2.6v2"/>'
        case "link":
            shape = f'<path d="M{x - 4.5:.1f} {y:.1f}h8.4m-3.2-3.2l3.2 3.2l-3.2 3.2" stroke-linejoin="round"/>'
        case "time":
            shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.6"/><path d="M{x:.1f} {y - 2.6:.1f}v2.6l1.9 1.2"/>'
        case _:
            return ""
    return f"<g {stroke}>{shape}</g>"


def line_shape(line: Line, *, is_on_path: bool = False) -> str:
    """The way of a link, in the colour of the table it leads to; wide where the query goes along it."""
    label, width = escape(str(line.link), quote=True), 3.2 if is_on_path else 1.6
    return (
        f'<path d="{_rounded(line.points)}" fill="none" stroke="{hue_of(line.hue)}" stroke-width="{width}" '
        f'stroke-opacity="0.85"><title>{label}</title></path>'
    )


def line_ends(line: Line) -> str:
    """A dot where the line leaves the foreign key, an arrowhead where it meets the key."""
    (start_x, start_y), (end_x, end_y) = line.points[0], line.points[-1]
    back = 7 if line.points[-2][0] > end_x else -7
    return (
        f'<circle cx="{start_x:.1f}" cy="{start_y:.1f}" r="2.8" fill="{hue_of(line.hue)}"/>'
        f'<path d="M{end_x:.1f} {end_y:.1f}l{back} -4.2v8.4z" fill="{hue_of(line.hue)}"/>'
    )


def _rounded(points: tuple[tuple[float, float], ...]) -> str:
    """A path through the points, its corners rounded."""
    corners = [points[0], *(point for before, point in pairwise(points) if point != before)]
    path = [f"M{corners[0][0]:.1f} {corners[0][1]:.1f}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        entry, leave = _towards(corner, before), _towards(corner, after)
        path.append(f"L{entry[0]:.1f} {entry[1]:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {leave[0]:.1f} {leave[1]:.1f}")
    path.append(f"L{corners[-1][0]:.1f} {corners[-1][1]:.1f}")
    return "".join(path)


def _towards(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    length = hypot(other[0] - corner[0], other[1] - corner[1])
    share = min(_CORNER, length / 2) / length
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def hue_of(number: int) -> str:
    """The colour of that number."""
    return _HUES[number % len(_HUES)]
