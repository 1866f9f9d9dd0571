"""A learning curve → SVG with its own opaque background. Draws; computes no score."""

from __future__ import annotations

from collections.abc import Sequence

from kumo_magic.report.curve import Curve, Named, Point, of_each_network, thinned
from kumo_magic.report.numbers import decimals, fixed, number
from kumo_magic.report.strokes import BLUE, GREEN, GREY, GRID, INK, OCHRE, VIOLET, canvas, dot, line, words

WIDTH, HEIGHT = 740, 250
_PANEL_WIDTH, _TOP, _BOTTOM, _LEFT, _RIGHT = 370, 54, 34, 58, 18
_MOST_POINTS = 300


def curve_svg(curve: Curve) -> str:
    """Two panels side by side: the validation score with the other learners' beside it, and the loss."""
    arrow = "↑" if curve.higher_is_better else "↓"
    levels = [(level, colour) for level, colour in ((curve.baseline, OCHRE), (curve.learner, GREEN)) if level]
    title = f"{curve.metric} on validation rows {arrow}"
    return canvas(
        WIDTH,
        HEIGHT,
        _panel(0, title, curve.scores, curve, BLUE, levels, curve.best),
        _panel(_PANEL_WIDTH, "training loss", curve.losses, curve, VIOLET, [], None),
    )


def curve_words(curve: Curve) -> str:
    """What the picture shows, for those who cannot see it."""
    if not curve.scores:
        return "Learning curve: no validation score was reached."
    first, last = curve.scores[0], curve.scores[-1]
    said = (
        f"Learning curve: {curve.metric} on validation rows goes from {number(first[1])} at step {first[0]:,} "
        f"to {number(last[1])} at step {last[0]:,}"
    )
    if curve.best is not None:
        said += f", best {number(curve.best[1])} at step {curve.best[0]:,}"
    if curve.baseline is not None:
        said += f"; the best baseline, {curve.baseline[0]}, has {number(curve.baseline[1])}"
    if curve.learner is not None:
        said += f"; {curve.learner[0]}: {number(curve.learner[1])}"
    if len(curve.starts) > 1:
        said += f". {len(curve.starts)} networks were trained in a row, a line each; they answer together"
    return f"{said}."


def _panel(
    left: int,
    title: str,
    points: Sequence[Point],
    curve: Curve,
    colour: str,
    levels: Sequence[tuple[Named, str]],
    best: Point | None,
) -> str:
    """One line chart, ``left`` pixels from the picture's edge."""
    points = [point for point in thinned(points, _MOST_POINTS) if point[1] == point[1]]
    parts = [words(left + _LEFT, 20, title, INK, weight="600")]
    values = [value for _, value in points] + [score for (_, score), _ in levels]
    if not values:
        return "".join([*parts, words(left + _LEFT, HEIGHT / 2, "no values", GREY)])
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
        parts.append(line(x0, y(tick), x1, y(tick), GRID))
        parts.append(words(x0 - 6, y(tick) + 4, fixed(tick, places), GREY, anchor="end"))
    parts.append(words(x0, y0 + 18, "0", GREY))
    parts.append(words(x1, y0 + 18, f"step {last_step:,}", GREY, anchor="end"))
    for part in of_each_network(points, curve.starts):
        path = " ".join(f"{x(step):.1f},{y(value):.1f}" for step, value in part)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>'
        )
    for place, ((name, score), level_colour) in enumerate(levels):
        parts.append(line(x0, y(score), x1, y(score), level_colour, dashes="6 4", width=1.5))
        parts.append(words(x1, 34 + 13 * place, f"– – {name} {number(score)}", level_colour, anchor="end"))
    if best is not None:
        parts.append(dot(x(best[0]), y(best[1]), 4, colour))
    return "".join(parts)


def _padded(low: float, high: float) -> tuple[float, float]:
    """The range with a little air, never empty."""
    air = 0.12 * (high - low) or 0.05 * abs(high) or 0.05
    return low - air, high + air
