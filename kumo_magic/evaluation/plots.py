"""An evaluation → matplotlib figures of its held-out rows. Draws what the frame says; keeps no state of pyplot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

from kumo_magic.errors import OptionError
from kumo_magic.learn.answers import COVERAGE
from kumo_magic.picture import Picture
from kumo_magic.plan.task_type import TaskType

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kumo_magic.evaluation.evaluation import Evaluation

_SIZE = (5.2, 4.2)
_MOST_POINTS = 5_000
_MODEL, _BASELINE, _REFERENCE = "#2b6cb0", "#b0620b", "#8a919c"


def plot(evaluation: Evaluation, kind: str) -> Picture:
    """A picture of the held-out rows.

    Raises:
        OptionError: There is no such picture of this task.
    """
    kinds = _KINDS.get(evaluation.task_type, {})
    if kind not in kinds:
        words = evaluation.task_type.value.replace("_", " ")
        choices = ", ".join(repr(name) for name in kinds)
        hint = f"Choose from {choices}." if kinds else "evaluation.by_anchor has its scores as numbers."
        raise OptionError(f"There is no picture {kind!r} of a {words} task. {hint}")
    figure = Picture(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    kinds[kind](evaluation, axes)
    where = "validation" if evaluation.split == "val" else evaluation.split
    axes.set_title(f"{evaluation.num_rows:,} {where} rows, {evaluation.regime}", fontsize=10)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(frameon=False, fontsize=9)
    return figure


def _roc(evaluation: Evaluation, axes: Axes) -> None:
    """True positive rate over false positive rate, of the model and the best baseline."""
    _need_both_classes(evaluation, "roc")
    for name, colour in _compared(evaluation):
        false, true, _ = roc_curve(evaluation.frame["label"].astype(int), evaluation.answer(name))
        axes.plot(false, true, color=colour, label=f"{name}, AUROC {evaluation.metrics.at[name, 'AUROC']:.3f}")
    axes.plot([0, 1], [0, 1], color=_REFERENCE, linestyle="--", linewidth=1)
    axes.set(xlabel="false positive rate", ylabel="true positive rate")


def _pr(evaluation: Evaluation, axes: Axes) -> None:
    """Precision over recall, beside the base rate."""
    _need_both_classes(evaluation, "pr")
    for name, colour in _compared(evaluation):
        precision, recall, _ = precision_recall_curve(evaluation.frame["label"].astype(int), evaluation.answer(name))
        score = evaluation.metrics.at[name, "average precision"]
        axes.plot(
            recall, precision, color=colour, drawstyle="steps-post", label=f"{name}, average precision {score:.3f}"
        )
    rate = evaluation.base_rate
    axes.axhline(rate, color=_REFERENCE, linestyle="--", linewidth=1, label=f"base rate {rate:.3f}")
    axes.set(xlabel="recall", ylabel="precision", ylim=(0, 1.03))


def _calibration(evaluation: Evaluation, axes: Axes) -> None:
    """What happened over what was predicted."""
    found = evaluation.reliability()
    assert found is not None
    axes.plot([0, 1], [0, 1], color=_REFERENCE, linestyle="--", linewidth=1, label="perfectly calibrated")
    axes.plot(
        found.predicted, found.observed, color=_MODEL, marker="o", label=f"{evaluation.model}, ECE {found.error:.3f}"
    )
    axes.set(xlabel="mean predicted probability", ylabel="share that came true")


def _residuals(evaluation: Evaluation, axes: Axes) -> None:
    """Label minus prediction over the prediction; of many rows a sample."""
    frame = evaluation.frame
    if len(frame) > _MOST_POINTS:
        frame = frame.sample(_MOST_POINTS, random_state=0)
    axes.axhline(0, color=_REFERENCE, linestyle="--", linewidth=1)
    axes.plot(
        frame["prediction"], frame["label"] - frame["prediction"], linestyle="", marker=".", alpha=0.4, color=_MODEL
    )
    axes.set(xlabel="prediction", ylabel="label − prediction")


def _coverage(evaluation: Evaluation, axes: Axes) -> None:
    """The share of labels inside their interval, by anchor time."""
    found = evaluation.by_anchor
    places = np.arange(len(found))
    axes.plot(places, found["coverage"], color=_MODEL, marker="o", label=f"reached, {evaluation.coverage:.0%} in all")
    axes.axhline(COVERAGE, color=_REFERENCE, linestyle="--", linewidth=1, label=f"promised, {COVERAGE:.0%}")
    shown = places[:: max(1, len(places) // 6)]
    axes.set_xticks(shown, [f"{found['anchor_time'].iloc[place]:%Y-%m-%d}" for place in shown], rotation=30, ha="right")
    axes.set(xlabel="anchor time", ylabel="share of labels inside the interval", ylim=(0, 1.03))


def _compared(evaluation: Evaluation) -> list[tuple[str, str]]:
    return [(evaluation.model, _MODEL), (evaluation.best_baseline, _BASELINE)]


def _need_both_classes(evaluation: Evaluation, kind: str) -> None:
    if not 0 < evaluation.base_rate < 1:
        raise OptionError(f"There is no picture {kind!r} here: the labels of the held-out rows are all the same.")


_KINDS: dict[TaskType, dict[str, Callable[[Evaluation, Axes], None]]] = {
    TaskType.BINARY: {"roc": _roc, "pr": _pr, "calibration": _calibration},
    TaskType.MULTICLASS: {"calibration": _calibration},
    TaskType.MULTILABEL_CLASSIFICATION: {"calibration": _calibration},
    TaskType.REGRESSION: {"residuals": _residuals, "coverage": _coverage},
    TaskType.FORECASTING: {"residuals": _residuals, "coverage": _coverage},
}
