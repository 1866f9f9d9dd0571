"""A row of a run → why the model answers so, as plain JSON: what `Model.explain` finds, of values and of lists."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.explain.explanation import Explanation
from kumo_magic.explain.faithfulness import Faithfulness
from kumo_magic.explain.ranked_explanation import RankedExplanation
from kumo_magic.graph.graph import Graph
from kumo_magic.views.answers import Answer
from kumo_magic.views.history import history_answer
from kumo_magic.views.plain import number, text
from kumo_magic.views.row import Row

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction
    from kumo_magic.views.view import View

_MOST_BARS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A row of a run with its explanation."""

    run: Prediction
    row: Row
    explanation: Explanation | RankedExplanation


def explained(run: Prediction, row: Row) -> Explained:
    """The row, explained now; takes as long as that takes.

    Raises:
        KumoMagicError: It cannot be explained; says why.
    """
    return Explained(run=run, row=row, explanation=run.model.explain(row.line))


def explained_by(view: View) -> Explained:
    """The row of a view of its own.

    Raises:
        OptionError: The view is of no row.
        KumoMagicError: The row cannot be explained; says why.
    """
    run, row = view.subject, view.question.get("row")
    if isinstance(run, Graph) or not isinstance(row, Row):
        raise OptionError(f"The view {view.kind!r} is of no row of a run.")
    return explained(run, row)


def why_answer(found: Explained) -> Answer:
    """The explanation in words and numbers."""
    match found.explanation:
        case Explanation() as explanation:
            told = _of_value(explanation)
        case RankedExplanation() as explanation:
            told = _of_item(explanation)
    return {
        "type": "why",
        "row": dict(found.row.named),
        "choices": [asdict(choice) for choice in found.row.choices],
        "notes": list(found.explanation.notes),
        "curve": _curve(found.explanation.faithfulness),
        **told,
    }


def why_view_answer(found: Explained) -> Answer:
    """The same with the row's history, for a view of its own, which is to be read without a kernel too."""
    return {**why_answer(found), "history": history_answer(found.run, found.row)}


def _of_value(why: Explanation) -> dict[str, object]:
    first, _, more = why.words.partition(". ")
    return {
        "words": [f"{first.rstrip('.')}.", *([more] if more else [])],
        "is_probability": why.answer_name != "prediction",
        "prediction": number(why.prediction),
        "baseline": number(why.baseline),
        "groups": [
            {"title": title, "effects": _effects(frame.head(_MOST_BARS))}
            for title, frame in (
                ("Tables", why.tables),
                ("Columns", why.columns),
                ("Windows of time", why.windows),
                ("Paths", why.paths),
            )
            if len(frame)
        ],
        "events": _effects(why.events),
        "rows": [
            {"name": str(name), "effect": number(effect)}
            for name, effect in zip(why.rows["name"], why.rows["effect"], strict=True)
        ],
        "flip": None if why.flip is None else {"changes": "the decision is another", "names": _names(why.flip["name"])},
        "channels": [],
    }


def _of_item(why: RankedExplanation) -> dict[str, object]:
    first, *more = why.sentences
    moving = why.past_items[why.past_items["effect"] != 0].rename(columns={"item": "name", "events": "rows"})
    strongest = why.events.loc[why.events["effect"].abs().nlargest(10).index].sort_values("time", kind="stable")
    changes = f"it is not among the best {why.k}"
    return {
        "words": [first, *([" ".join(more)] if more else [])],
        "is_probability": False,
        "prediction": number(why.score),
        "baseline": number(why.baseline),
        "groups": [{"title": "Past items", "effects": _effects(moving.head(_MOST_BARS))}] if len(moving) else [],
        "events": _effects(strongest.rename(columns={"item": "name"})),
        "rows": [],
        "flip": None if why.flip is None else {"changes": changes, "names": _names(why.flip["item"])},
        "channels": [
            {"says": str(says), "place": int(rank), "has_brought": bool(brought)}
            for says, rank, brought in zip(
                why.channels["says"], why.channels["rank"], why.channels["brought"], strict=True
            )
        ],
    }


def _effects(frame: pd.DataFrame) -> list[dict[str, object]]:
    """A row of effects each: by how much the answer is higher with the part, and what it is without."""
    return [
        {
            "name": text(each["name"]),
            "effect": number(each["effect"]),
            "without": number(each["without"]),
            "rows": int(each["rows"]) if "rows" in frame else 1,
            "when": text(each["time"]) if "time" in frame else None,
        }
        for _, each in frame.iterrows()
    ]


def _names(names: pd.Series) -> list[str]:
    return [text(name) for name in names]


def _curve(faithfulness: Faithfulness | None) -> dict[str, object] | None:
    if faithfulness is None:
        return None
    curve = {name: [number(value) for value in faithfulness.curve[name]] for name in ("hidden", "in_order", "random")}
    return {**curve, "ratio": None if faithfulness.ratio is None else number(faithfulness.ratio)}
