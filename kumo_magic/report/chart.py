"""A learning curve → SVG with its own opaque background. Draws; computes no score."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kumo_magic.report.curve import Curve, Point, of_each_network, thinned
from kumo_magic.report.numbers import decimals, fixed, number

WIDTH, HEIGHT = 740, 230
_PANEL_WIDTH, _TOP, _BOTTOM, _LEFT, _RIGHT = 370, 34, 34, 58, 18
_BACKGROUND, _INK, _GREY, _GRID = "#fbfbfd", "#20242c", "#5d6572", "#e2e5ea"
_SCORE, _LOSS, _BASELINE = "#2b6cb0", "#7a5ea8", "#b0620b"
_MOST_POINTS = 300


def curve_svg(curve: Curve) -> str:
    """Two panels side by side: the validation score with the baseline to beat, and the loss."""
    arrow = "↑" if curve.higher_is_better else "↓"
    panels = [
        _panel(
            0, f"{curve.metric} on validation rows {arrow}", curve.scores, curve, _SCORE, curve.baseline, curve.best
        ),
        _panel(_PANEL_WIDTH, "training loss", curve.losses, curve, _LOSS, None, None),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="11">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{_BACKGROUND}"/>{"".join(panels)}</svg>'
    )


def curve_words(curve: Curve) -> str:
    """What the picture shows, for those who cannot see it."""
    if not curve.scores:
        return "Learning curve: no validation score was reached."
    first, last = curve.scores[0], curve.scores[-1]
    words = (
        f"Learning curve: {curve.metric} on validation rows goes from {number(first[1])} at step {first[0]:,} "
        f"to {number(last[1])} at step {last[0]:,}"
    )
    if curve.best is not None:
        words += f", best {number(curve.best[1])} at step {curve.best[0]:,}"
    if curve.baseline is not None:
        words += f"; the best baseline, {curve.baseline[0]}, has {number(curve.baseline[1])}"
    if len(curve.starts) > 1:
        words += f". {len(curve.starts)} networks were trained in a row, a line each; they answer together"
    return f"{words}."


def _panel(
    left: int,
    title: str,
    points: Sequence[Point],
    curve: Curve,
    colour: str,
    baseline: tuple[str, float] | None,
    best: Point | None,
) -> str:
    """One line chart, ``left`` pixels from the picture's edge."""
    points = [point for point in thinned(points, _MOST_POINTS) if point[1] == point[1]]
    parts = [_text(left + _LEFT, 20, title, _INK, weight="600")]
    values = [value for _, value in points] + ([baseline[1]] if baseline else [])
    if not values:
        return "".join([*parts, _text(left + _LEFT, HEIGHT / 2, "no values", _GREY)])
    low, high = _padded(min(values), max(values))
    last_step = max((step for step, _ in points), default=1)
    x0, x1, y0, y1 = left + _LEFT, left + _PANEL_WIDTH - _RIGHT, HEIGHT - _BOTTOM, _TOP

    def x(step: float) -> float:
        return x0 + (x1 - x0) * step / max(last_step, 1)

    def y(value: float) -> float:
        return y0 + (y1 - y0) * (value - low) / (high - low)

    ticks = [low + (high - low) * part for part in (0.1, 0.5, 0.9)]
    places = max(decimals(ticks), decimals([high - low]))
    for tick in ticks:
        parts.append(_line(x0, y(tick), x1, y(tick), _GRID))
        parts.append(_text(x0 - 6, y(tick) + 4, fixed(tick, places), _GREY, anchor="end"))
    parts.append(_text(x0, y0 + 18, "0", _GREY))
    parts.append(_text(x1, y0 + 18, f"step {last_step:,}", _GREY, anchor="end"))
    for part in of_each_network(points, curve.starts):
        path = " ".join(f"{x(step):.1f},{y(value):.1f}" for step, value in part)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>'
        )
    if baseline is not None:
        name, score = baseline
        parts.append(_line(x0, y(score), x1, y(score), _BASELINE, dashes="6 4", width=1.5))
        parts.append(_text(x1, 20, f"– – {name} {number(score)}", _BASELINE, anchor="end"))
    if best is not None:
        parts.append(f'<circle cx="{x(best[0]):.1f}" cy="{y(best[1]):.1f}" r="4" fill="{colour}"/>')
    return "".join(parts)


def _padded(low: float, high: float) -> tuple[float, float]:
    """The range with a little air, never empty."""
    air = 0.12 * (high - low) or 0.05 * abs(high) or 0.05
    return low - air, high + air


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dashes: str = "", width: float = 1) -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashed}/>'
    )


def _text(x: float, y: float, words: str, colour: str, *, anchor: str = "start", weight: str = "400") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(words)}</text>"
    )
