"""Frames of effects → pictures of them. Draws what they say; hides nothing and predicts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.report.markup import Markup, picture
from kumo_magic.report.strokes import BLUE, GREY, GRID, INK, OCHRE, canvas, dot, line, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

MOST_LISTED = 8
_WIDTH, _ROW, _LEFT, _RIGHT = 740, 22, 230, 90
_TIMELINE_HEIGHT, _TIMELINE_EDGE = 150, 40
_MOST_SIGNS = 34


def bars(title: str, effects: pd.DataFrame) -> Markup:
    """A bar for each of the first effects, to the right where the part raised the answer.

    Args:
        title: What the parts are.
        effects: [name, effect, ...], at least one.
    """
    return picture(_bars_svg(title, effects), _bars_words(title, effects), _WIDTH)


def timeline(rows: pd.DataFrame) -> Markup:
    """A stroke for each event at its time, up where it raised the answer.

    Args:
        rows: [name, time, effect, ...], at least one, the strongest first.
    """
    return picture(_timeline_svg(rows), _timeline_words(rows), _WIDTH)


def strongest(effects: pd.DataFrame) -> list[tuple[str, float]]:
    """Names and effects of the first so many."""
    shown = effects.head(MOST_LISTED)
    return [(str(name), float(effect)) for name, effect in zip(shown["name"], shown["effect"], strict=True)]


def _bars_svg(kind: str, effects: pd.DataFrame) -> str:
    """A bar per part, to the right where the part raised the answer."""
    shown = strongest(effects)
    low, high = min(0.0, *(effect for _, effect in shown)), max(0.0, *(effect for _, effect in shown))
    width = _WIDTH - _LEFT - _RIGHT

    def x(effect: float) -> float:
        return _LEFT + width * (effect - low) / ((high - low) or 1.0)

    parts = [words(12, 18, kind, INK, weight="600")]
    for place, (name, effect) in enumerate(shown):
        y = 38 + _ROW * place
        colour = BLUE if effect >= 0 else OCHRE
        parts.append(words(_LEFT - 8, y + 4, _short(name), INK, anchor="end"))
        parts.append(line(x(0.0), y, x(effect), y, colour, width=10))
        parts.append(words(_WIDTH - 8, y + 4, f"{effect:+.3g}", GREY, anchor="end"))
    height = 38 + _ROW * len(shown)
    parts.append(line(x(0.0), 26, x(0.0), height - 10, GRID))
    return canvas(_WIDTH, height, *parts)


def _bars_words(kind: str, effects: pd.DataFrame) -> str:
    return f"Effects of {kind}: " + ", ".join(f"{name} {effect:+.3g}" for name, effect in strongest(effects)) + "."


def _timeline_svg(rows: pd.DataFrame) -> str:
    """A stroke per event at its time, up where it raised the answer."""
    times = rows["time"].to_numpy(dtype="datetime64[us]").astype("int64")
    effects: Sequence[float] = rows["effect"].tolist()
    first, last = int(times.min()), int(times.max())
    reach = max(map(abs, effects)) or 1.0
    middle = _TIMELINE_HEIGHT / 2
    parts = [
        words(12, 18, "single rows in time", INK, weight="600"),
        line(_TIMELINE_EDGE, middle, _WIDTH - _TIMELINE_EDGE, middle, GRID),
    ]
    for time, effect in zip(times.tolist(), effects, strict=True):
        x = _TIMELINE_EDGE + (_WIDTH - 2 * _TIMELINE_EDGE) * (time - first) / max(last - first, 1)
        y = middle - (middle - 34) * effect / reach
        colour = BLUE if effect >= 0 else OCHRE
        parts += [line(x, middle, x, y, colour, width=1.5), dot(x, y, 2.5, colour)]
    ends = rows["time"].min(), rows["time"].max()
    parts.append(words(_TIMELINE_EDGE, _TIMELINE_HEIGHT - 8, f"{ends[0]:%Y-%m-%d}", GREY))
    parts.append(words(_WIDTH - _TIMELINE_EDGE, _TIMELINE_HEIGHT - 8, f"{ends[1]:%Y-%m-%d}", GREY, anchor="end"))
    return canvas(_WIDTH, _TIMELINE_HEIGHT, *parts)


def _timeline_words(rows: pd.DataFrame) -> str:
    strongest = rows.iloc[0]
    return (
        f"{len(rows)} rows in time; {strongest['name']} of {strongest['time']:%Y-%m-%d} moved the answer most, "
        f"by {strongest['effect']:+.3g}."
    )


def _short(name: str) -> str:
    return name if len(name) <= _MOST_SIGNS else f"{name[: _MOST_SIGNS - 1]}…"
