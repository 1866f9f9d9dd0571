"""An explanation → a matplotlib figure. Draws what the frames say; keeps no state of pyplot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kumo_magic.explain.explanation import Explanation

_SIZE = (9.5, 6.2)
_UP, _DOWN, _REFERENCE = "#2b6cb0", "#b0620b", "#8a919c"
_MOST_BARS = 8
_MOST_SIGNS = 34


def plot(explanation: Explanation) -> Picture:
    """Effects of tables and columns, of the events in time, and the deletion curve."""
    figure = Picture(figsize=_SIZE, layout="constrained")
    axes = figure.subplots(2, 2)
    _bars(axes[0, 0], explanation.tables, "without the table", explanation.answer_name)
    _bars(axes[0, 1], explanation.columns, "without the column", explanation.answer_name)
    _timeline(axes[1, 0], explanation)
    _deletion(axes[1, 1], explanation)
    key, anchor_time = explanation.row
    when = "" if pd.isna(anchor_time) else f" as of {anchor_time:%Y-%m-%d}"
    figure.suptitle(
        f"{explanation.entity_key} {key}{when}: {explanation.answer_name} {explanation.prediction:.4g}, "
        f"with nothing known {explanation.baseline:.4g}",
        fontsize=10,
    )
    for one in axes.flat:
        for side in ("top", "right"):
            one.spines[side].set_visible(False)
    return figure


def _bars(axes: Axes, effects: pd.DataFrame, title: str, answer_name: str) -> None:
    """The strongest effects, the strongest on top."""
    shown = effects.head(_MOST_BARS).iloc[::-1]
    values = shown["effect"].to_numpy(dtype=np.float64)
    axes.barh(np.arange(len(shown)), values, color=[_UP if value >= 0 else _DOWN for value in values])
    axes.set_yticks(np.arange(len(shown)), [_short(name) for name in shown["name"]], fontsize=8)
    axes.axvline(0, color=_REFERENCE, linewidth=1)
    axes.set_xlabel(f"{answer_name}, less that {title}", fontsize=8)


def _timeline(axes: Axes, explanation: Explanation) -> None:
    """The effect of each event, when it happened; the strongest have names."""
    rows = explanation.rows
    axes.axhline(0, color=_REFERENCE, linewidth=1)
    if rows.empty:
        axes.set_title("no events", fontsize=9)
        return
    values = rows["effect"].to_numpy(dtype=np.float64)
    axes.vlines(rows["time"], 0, values, color=[_UP if value >= 0 else _DOWN for value in values], linewidth=1)
    axes.scatter(rows["time"], values, c=[_UP if value >= 0 else _DOWN for value in values], s=9)
    for _, event in rows.head(3).iterrows():
        axes.annotate(_short(event["name"]), (event["time"], event["effect"]), fontsize=7, ha="right")
    axes.tick_params(axis="x", rotation=30, labelsize=7)
    axes.set_ylabel("effect of the row", fontsize=8)


def _deletion(axes: Axes, explanation: Explanation) -> None:
    """How far the answer has moved after so many rows are hidden."""
    found = explanation.faithfulness
    if found is None:
        axes.set_title("no events to hide", fontsize=9)
        return
    axes.plot(found.curve["hidden"], found.curve["in_order"], color=_UP, marker="o", markersize=3, label="by effect")
    axes.plot(
        found.curve["hidden"], found.curve["random"], color=_REFERENCE, linestyle="--", label="random, mean of five"
    )
    axes.set_xlabel("rows hidden", fontsize=8)
    axes.set_ylabel("answer moved by", fontsize=8)
    axes.legend(frameon=False, fontsize=8)


def _short(name: object) -> str:
    words = str(name)
    return words if len(words) <= _MOST_SIGNS else f"{words[: _MOST_SIGNS - 1]}…"
