"""Held-out numbers and predictions → what happened over what was predicted, residuals, coverage of intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kumo_magic.evaluation.palette import BASELINE, MODEL, REFERENCE
from kumo_magic.learn.answers import COVERAGE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from kumo_magic.evaluation.evaluation import Evaluation

_MOST_POINTS = 5_000


def draw_predicted(evaluation: Evaluation, figure: Figure) -> None:
    """Label over prediction, of the model and the best baseline; of many rows a sample."""
    axes, frame, name = figure.add_subplot(), _sample(evaluation), evaluation.best_baseline
    shown = [*frame["label"], *frame["prediction"], *frame[name]]
    ends = [min(shown), max(shown)]
    axes.plot(ends, ends, color=REFERENCE, linestyle=":", linewidth=1, label="as predicted")
    score = f"{evaluation.primary_metric} {evaluation.score(name):.3g}"
    axes.scatter(
        frame[name],
        frame["label"],
        marker="D",
        s=9,
        facecolors="none",
        edgecolors=BASELINE,
        alpha=0.35,
        label=f"{name}, {score}",
    )
    score = f"{evaluation.primary_metric} {evaluation.score(evaluation.model):.3g}"
    axes.scatter(
        frame["prediction"], frame["label"], s=10, color=MODEL, alpha=0.4, label=f"{evaluation.model}, {score}"
    )
    axes.set(xlabel="prediction", ylabel="label")


def draw_residuals(evaluation: Evaluation, figure: Figure) -> None:
    """Label minus prediction over the prediction; of many rows a sample."""
    axes, frame, name = figure.add_subplot(), _sample(evaluation), evaluation.best_baseline
    axes.axhline(0, color=REFERENCE, linestyle=":", linewidth=1)
    axes.plot(
        frame["prediction"],
        frame["label"] - frame["prediction"],
        linestyle="",
        marker=".",
        alpha=0.4,
        color=MODEL,
        label=evaluation.model,
        zorder=3,
    )
    axes.plot(
        frame[name],
        frame["label"] - frame[name],
        linestyle="",
        marker="D",
        ms=3,
        mfc="none",
        alpha=0.35,
        color=BASELINE,
        label=name,
    )
    axes.set(xlabel="prediction", ylabel="label − prediction")


def draw_coverage(evaluation: Evaluation, figure: Figure) -> None:
    """The share of labels inside their interval, by anchor time."""
    axes, found = figure.add_subplot(), evaluation.by_anchor
    places = np.arange(len(found))
    axes.plot(places, found["coverage"], color=MODEL, marker="o", label=f"reached, {evaluation.coverage:.0%} in all")
    axes.axhline(COVERAGE, color=REFERENCE, linestyle="--", linewidth=1, label=f"promised, {COVERAGE:.0%}")
    shown = places[:: max(1, len(places) // 6)]
    axes.set_xticks(shown, [f"{found['anchor_time'].iloc[place]:%Y-%m-%d}" for place in shown], rotation=30, ha="right")
    axes.set(xlabel="anchor time", ylabel="share of labels inside the interval", ylim=(0, 1.03))


def _sample(evaluation: Evaluation) -> pd.DataFrame:
    frame = evaluation.frame
    return frame.sample(_MOST_POINTS, random_state=0) if len(frame) > _MOST_POINTS else frame
