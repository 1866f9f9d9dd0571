"""An explanation → HTML and plain text. Draws what its frames say; hides nothing and predicts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.report.effects import MOST_LISTED, bars, strongest, timeline
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
    table,
)
from kumo_magic.report.numbers import count, number
from kumo_magic.report.strokes import BLUE

if TYPE_CHECKING:
    import pandas as pd

    from kumo_magic.explain.explanation import Explanation


def explanation_html(explanation: Explanation) -> Markup:
    """The answer in words, the strongest tables and columns as bars, the events in time, and the rest to open."""
    first, _, more = explanation.words.partition(". ")
    below = element("div", paragraph(more), _how(explanation))
    parts: list[object] = [headline(f"{first.rstrip('.')}.", below, accent=BLUE)]
    parts += [notice(note) for note in explanation.notes]
    kinds = [("tables", explanation.tables), ("columns", explanation.columns)]
    for kind, effects in kinds:
        if len(effects):
            parts.append(bars(kind, effects))
    if len(explanation.rows):
        parts.append(timeline(explanation.rows))
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
        lines += [f"{title}:", *(f"  {name:<40} {effect:+.4g}" for name, effect in strongest(effects))]
    return "\n".join(lines)


def _how(explanation: Explanation) -> Markup:
    moment = explanation.row[1]
    when = "" if moment != moment else f" As of {moment:%Y-%m-%d %H:%M}."
    return muted(
        "Each effect is this answer less that of the same model as if the part had never happened. Effects do not add "
        f"up: parts can stand in for one another.{when}"
    )


def _effects_table(effects: pd.DataFrame) -> Markup:
    shown = effects.head(MOST_LISTED)
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
