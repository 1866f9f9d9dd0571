"""An explanation → HTML and plain text. Draws what its frames say; hides nothing and predicts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.report.markup import (
    Markup,
    box,
    details,
    element,
    headline,
    listing,
    muted,
    notice,
    paragraph,
    picture,
    table,
)
from kumo_magic.report.numbers import count, number
from kumo_magic.report.strokes import BLUE, GREY, GRID, INK, OCHRE, canvas, dot, line, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kumo_magic.explain.explanation import Explanation

_MOST_LISTED = 8
_WIDTH, _ROW, _LEFT, _RIGHT = 740, 22, 230, 90
_TIMELINE_HEIGHT, _TIMELINE_EDGE = 150, 40
_MOST_SIGNS = 34


def explanation_html(explanation: Explanation) -> Markup:
    """The answer in words, the strongest tables and columns as bars, the events in time, and the rest to open."""
    first, _, more = explanation.words.partition(". ")
    below = element("div", paragraph(more), _how(explanation))
    parts: list[object] = [headline(f"{first.rstrip('.')}.", below, accent=BLUE)]
    parts += [notice(note) for note in explanation.notes]
    strongest = [("tables", explanation.tables), ("columns", explanation.columns)]
    for kind, effects in strongest:
        if len(effects):
            parts.append(picture(_bars_svg(kind, effects), _bars_words(kind, effects), _WIDTH))
    if len(explanation.rows):
        parts.append(picture(_timeline_svg(explanation.rows), _timeline_words(explanation.rows), _WIDTH))
    for title, effects in (
        ("Paths", explanation.paths),
        ("Windows of time", explanation.windows),
        ("The rows that moved it most", explanation.events),
    ):
        if len(effects):
            parts.append(details(title, _effects_table(effects)))
    if explanation.flip is not None:
        title = f"Without {count(len(explanation.flip), 'row')} the decision is another"
        parts.append(details(title, listing(explanation.flip["name"])))
    return box(*parts)


def explanation_text(explanation: Explanation) -> str:
    """The same for terminals."""
    lines = [str(explanation)]
    for title, effects in (("tables", explanation.tables), ("columns", explanation.columns)):
        lines += [f"{title}:", *(f"  {name:<40} {effect:+.4g}" for name, effect in _strongest(effects))]
    return "\n".join(lines)


def _how(explanation: Explanation) -> Markup:
    moment = explanation.row[1]
    when = "" if moment != moment else f" As of {moment:%Y-%m-%d %H:%M}."
    return muted(
        "Each effect is this answer less that of the same model as if the part had never happened. Effects do not add "
        f"up: parts can stand in for one another.{when}"
    )


def _strongest(effects: pd.DataFrame) -> list[tuple[str, float]]:
    shown = effects.head(_MOST_LISTED)
    return [(str(name), float(effect)) for name, effect in zip(shown["name"], shown["effect"], strict=True)]


def _effects_table(effects: pd.DataFrame) -> Markup:
    shown = effects.head(_MOST_LISTED)
    has_time = "time" in shown
    rows = [
        [
            each["name"],
            *([f"{each['time']:%Y-%m-%d %H:%M}"] if has_time else []),
            count(int(each["rows"])),
            number(float(each["without"])),
            f"{each['effect']:+.4g}",
        ]
        for _, each in shown.iterrows()
    ]
    columns = ["", *(["time"] if has_time else []), "rows", "without it", "effect"]
    return table(columns, rows, numeric=range(1 + has_time, len(columns)))


def _bars_svg(kind: str, effects: pd.DataFrame) -> str:
    """A bar per part, to the right where the part raised the answer."""
    shown = _strongest(effects)
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
    return f"Effects of {kind}: " + ", ".join(f"{name} {effect:+.3g}" for name, effect in _strongest(effects)) + "."


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
