"""What the view of a graph shows → a matplotlib figure: boxes, lines, and what the query is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.patches import FancyBboxPatch, Rectangle

from kumo_magic.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

_INK, _GREY, _EDGE = "#20242c", "#5d6572", "#8a919c"
_ROLES = {"entity": "#2b6cb0", "entity and target": "#2b6cb0", "target": "#b0620b", "items": "#1f7a53", "path": _GREY}
_PIXELS_PER_INCH = 110
_HEADING, _ROW = 34, 21
_INSET, _INDENT = 10, 25
_SIGNS = {"key": "⚷", "link": "→", "time": "◷", "": ""}


def schema_figure(answer: Mapping[str, Any]) -> Picture:
    """The drawing of the graph, in the same places as on the page."""
    width, height = answer["width"], answer["height"] + 8
    figure = Picture(figsize=(width / _PIXELS_PER_INCH, height / _PIXELS_PER_INCH), dpi=_PIXELS_PER_INCH)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(answer["height"], -8))
    axes.set_axis_off()
    for link in answer["links"]:
        _draw_link(axes, link)
    for table in answer["tables"]:
        _draw_table(axes, table)
    return figure


def _draw_link(axes: Axes, link: Mapping[str, Any]) -> None:
    points = [tuple(map(float, point.split(","))) for point in link["points"].split()]
    colour, width = (_INK, 1.6) if link["is_on_path"] else (_EDGE, 0.9)
    axes.plot(*zip(*points, strict=True), color=colour, linewidth=width, zorder=1, solid_joinstyle="round")
    axes.plot(*points[0], marker="o", markersize=2.5, color=colour, zorder=3)
    is_from_right = points[-2][0] > points[-1][0]
    shift = 3 if is_from_right else -3
    marker = "<" if is_from_right else ">"
    axes.plot(points[-1][0] + shift, points[-1][1], marker=marker, markersize=4, color=colour, zorder=3)


def _draw_table(axes: Axes, table: Mapping[str, Any]) -> None:
    x, y, width, height = (table[name] for name in ("x", "y", "width", "height"))
    colour = _ROLES.get(table["role"], _EDGE)
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=6",
            facecolor="white",
            edgecolor=colour,
            linewidth=1.6 if table["role"] else 0.9,
            zorder=2,
        )
    )
    axes.add_patch(Rectangle((x + 1, y + _HEADING - 1), width - 2, 0.8, facecolor=colour, edgecolor="none", zorder=2))
    _write(axes, x + _INSET, y + _HEADING / 2, table["title"], size=8.5, weight="bold")
    _write(axes, x + width - _INSET, y + _HEADING / 2, table["count"], size=6.5, colour=_GREY, align="right")
    for place, column in enumerate(table["shown"]):
        middle = y + _HEADING + _ROW * (place + 0.5)
        _write(axes, x + _INSET, middle, _SIGNS[column["mark"]], size=7, colour=_GREY)
        _write(axes, x + _INDENT, middle, column["text"], size=7.5)
        _write(axes, x + width - _INSET, middle, column["kind"], size=6.5, colour=_GREY, align="right")
    if table["more"]:
        middle = y + _HEADING + _ROW * (len(table["shown"]) + 0.5)
        _write(axes, x + _INDENT, middle, f"+ {table['more']} more", size=6.5, colour=_GREY)
    if table["role"]:
        axes.text(
            x + width - _INSET,
            y,
            table["role"],
            size=6.5,
            color="white",
            ha="right",
            va="center",
            zorder=4,
            bbox={"boxstyle": "round,pad=0.3", "facecolor": colour, "edgecolor": "none"},
        )


def _write(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    *,
    size: float,
    weight: str = "normal",
    colour: str = _INK,
    align: str = "left",
) -> None:
    """The words as they are: a dollar sign in a name begins no formula."""
    axes.text(x, y, words, size=size, weight=weight, color=colour, ha=align, va="center", zorder=4, parse_math=False)  # pyright: ignore[reportArgumentType]
