"""Scores of anchor times and of segments → figures: the model with its interval, the best baseline beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.evaluation.palette import BASELINE, EDGE, MODEL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kumo_magic.evaluation.evaluation import Evaluation

_MOST_TICKS = 6
_INCHES_PER_SEGMENT = 0.3
_MOST_CHARACTERS = 40


def draw_by_anchor(evaluation: Evaluation, figure: Figure) -> None:
    """The primary metric at each anchor time."""
    axes, found, metric = figure.add_subplot(), evaluation.by_anchor, evaluation.primary_metric
    places = np.arange(len(found))
    axes.fill_between(places, found["low"], found["high"], color=MODEL, alpha=0.18, linewidth=0, label="95% interval")
    axes.plot(places, found[metric], color=MODEL, marker="o", label=evaluation.model)
    axes.plot(
        places,
        found["best baseline"],
        color=BASELINE,
        linestyle="--",
        marker="D",
        ms=4,
        mfc="none",
        label=evaluation.best_baseline,
    )
    shown = places[:: max(1, -(-len(places) // _MOST_TICKS))]
    times = [found["anchor_time"].iloc[place] for place in shown]
    words = ["without time" if pd.isna(time) else f"{time:%Y-%m-%d}" for time in times]
    axes.set_xticks(shown, words, rotation=30, ha="right")
    axes.set(xlabel="anchor time", ylabel=_titled(evaluation))


def draw_by_segment(evaluation: Evaluation, figure: Figure) -> None:
    """The primary metric of each segment."""
    found = evaluation.by_segment
    if found is None:
        raise OptionError(
            "There are no segments here: the entity table has no column with few values, and its rows no different "
            "pasts. evaluation.plot('by_anchor') shows anchor times."
        )
    shown = _rows(evaluation, found)
    figure.set_size_inches(6.4, 1.6 + _INCHES_PER_SEGMENT * len(shown))
    axes = figure.add_subplot()
    places = np.arange(len(shown))[::-1]
    axes.hlines(places, shown["low"], shown["high"], color=MODEL, alpha=0.4, linewidth=4)
    axes.plot(shown["model"], places, color=MODEL, marker="o", linestyle="", label=evaluation.model)
    axes.plot(
        shown["baseline"],
        places,
        color=BASELINE,
        marker="D",
        mfc="none",
        linestyle="",
        label=evaluation.best_baseline,
    )
    axes.grid(axis="y", color=EDGE, linewidth=0.5)
    axes.set_yticks(places, shown["name"].tolist(), fontsize=9)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    axes.set(xlabel=_titled(evaluation), ylim=(-0.7, len(shown) - 0.3))


def _rows(evaluation: Evaluation, found: pd.DataFrame) -> pd.DataFrame:
    """[name, model, baseline, low, high], a row per segment."""
    metric = evaluation.primary_metric
    if evaluation.parts is None:
        names = found["column"] + ": " + found["segment"].astype(str)
        scores = found[metric], found["best baseline"], found["low"], found["high"]
    else:
        names = found["segment"][found["learner"] == evaluation.model]
        model, baseline = (
            found.loc[found["learner"] == name, metric].to_numpy()
            for name in (evaluation.model, evaluation.best_baseline)
        )
        scores = model, baseline, model, model
    rows = found["rows"] if evaluation.parts is None else found.loc[names.index, "rows"]
    words = [
        f"{name if len(name) <= _MOST_CHARACTERS else name[: _MOST_CHARACTERS - 1] + '…'} ({num_rows:,})"
        for name, num_rows in zip(names, rows, strict=True)
    ]
    return pd.DataFrame(dict(zip(("model", "baseline", "low", "high"), map(np.asarray, scores), strict=True))).assign(
        name=words
    )


def _titled(evaluation: Evaluation) -> str:
    metric = evaluation.primary_metric
    return f"{metric} ({'more' if evaluation.higher_is_better[metric] else 'less'} is better)"
