"""Lines and words of a picture → SVG. The colours are made for the picture's own light background. Places only."""

from __future__ import annotations

from html import escape

INK, GREY, GRID = "#20242c", "#5d6572", "#e2e5ea"
BLUE, VIOLET, OCHRE, GREEN = "#2b6cb0", "#7a5ea8", "#b0620b", "#1f7a53"
_BACKGROUND = "#fbfbfd"


def canvas(width: int, height: int, *parts: str) -> str:
    """The picture around its parts."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="system-ui, sans-serif" font-size="11">'
        f'<rect width="{width}" height="{height}" rx="6" fill="{_BACKGROUND}"/>{"".join(parts)}</svg>'
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dashes: str = "", width: float = 1) -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashed}/>'
    )


def words(x: float, y: float, text: str, colour: str, *, anchor: str = "start", weight: str = "400") -> str:
    """A line of text; x is its start, middle or end."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(text)}</text>"
    )


def dot(x: float, y: float, radius: float, colour: str) -> str:
    """A filled circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>'
