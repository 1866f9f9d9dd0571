"""Held-out truth values and probabilities → ROC, precision over recall, calibration, and the table of four."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

from kumo_magic.errors import OptionError
from kumo_magic.evaluation.costs import cheapest_cut
from kumo_magic.evaluation.cut_curve import cut_curve
from kumo_magic.evaluation.palette import BASELINE, MODEL, REFERENCE
from kumo_magic.evaluation.plot_matrix import draw_matrix
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.metrics import reliability

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kumo_magic.evaluation.evaluation import Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """From where on a row counts as true.

    Attributes:
        threshold: A probability; None where the cost says it, or else the evaluation's own `prediction`.
        cost: Of a miss and of a false alarm.
    """

    threshold: float | None = None
    cost: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.threshold is not None and self.cost is not None:
            raise OptionError("Give threshold= or cost=, not both: a cost chooses the threshold.")
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise OptionError(f"threshold= is a probability between 0 and 1, not {self.threshold!r}.")
        if self.cost is not None and not _are_costs(self.cost):
            raise OptionError(f"cost= is two positive numbers, of a miss and of a false alarm, not {self.cost!r}.")


def draw_roc(evaluation: Evaluation, figure: Figure) -> None:
    """True positive rate over false positive rate, of the model and the best baseline."""
    _need_both_classes(evaluation, "roc")
    axes = figure.add_subplot()
    for name, colour, dash in _compared(evaluation):
        false, true, _ = roc_curve(evaluation.frame["label"].astype(int), evaluation.answer(name))
        score = evaluation.metrics.at[name, "AUROC"]
        axes.plot(false, true, color=colour, linestyle=dash, label=f"{name}, AUROC {score:.3f}")
    axes.plot([0, 1], [0, 1], color=REFERENCE, linestyle=":", linewidth=1)
    axes.set(xlabel="false positive rate", ylabel="true positive rate")


def draw_pr(evaluation: Evaluation, figure: Figure) -> None:
    """Precision over recall, beside the base rate."""
    _need_both_classes(evaluation, "pr")
    axes = figure.add_subplot()
    for name, colour, dash in _compared(evaluation):
        precision, recall, _ = precision_recall_curve(evaluation.frame["label"].astype(int), evaluation.answer(name))
        label = f"{name}, average precision {evaluation.metrics.at[name, 'average precision']:.3f}"
        axes.plot(recall, precision, color=colour, linestyle=dash, drawstyle="steps-post", label=label)
    rate = evaluation.base_rate
    axes.axhline(rate, color=REFERENCE, linestyle=":", linewidth=1, label=f"base rate {rate:.3f}")
    axes.set(xlabel="recall", ylabel="precision", ylim=(0, 1.03))


def draw_calibration(evaluation: Evaluation, figure: Figure) -> None:
    """What happened over what was predicted; of truth values beside the best baseline."""
    found = evaluation.reliability()
    assert found is not None
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=REFERENCE, linestyle=":", linewidth=1, label="perfectly calibrated")
    label = f"{evaluation.model}, ECE {found.error:.3f}"
    axes.plot(found.predicted, found.observed, color=MODEL, marker="o", label=label)
    if evaluation.task_type is not TaskType.MULTICLASS:
        name = evaluation.best_baseline
        happened = evaluation.frame["label"].to_numpy(np.float64)
        other = reliability(happened, evaluation.answer(name).to_numpy(np.float64))
        label = f"{name}, ECE {other.error:.3f}"
        axes.plot(other.predicted, other.observed, color=BASELINE, linestyle="--", marker="D", ms=4, label=label)
    axes.set(xlabel="mean predicted probability", ylabel="share that came true")


def draw_confusion(evaluation: Evaluation, figure: Figure, cut: Cut) -> None:
    """Predicted against what happened: the model, and the best baseline where it takes as many rows."""
    label = evaluation.frame["label"].to_numpy(bool)
    predicted, words = _decided(evaluation, label, cut)
    name = evaluation.best_baseline
    baseline = cut_curve(label, evaluation.answer(name).to_numpy(np.float64))
    place = baseline.taking(int(predicted.sum()))
    of_model = int(predicted.sum()), int((predicted & label).sum())
    of_baseline = int(baseline.num_predicted[place]), int(baseline.num_hits[place])
    figure.set_size_inches(7.6, 3.6)
    panels = figure.subplots(1, 2)
    titles = (f"{evaluation.model}, {words}", f"{name}, about as many rows")
    for axes, title, (num_predicted, hits) in zip(panels, titles, (of_model, of_baseline), strict=True):
        counts = np.array(
            [
                [hits, label.sum() - hits],
                [num_predicted - hits, len(label) - label.sum() - num_predicted + hits],
            ]
        )
        draw_matrix(axes, counts, ("true", "false"), title=title)


def _decided(evaluation: Evaluation, label: np.ndarray, cut: Cut) -> tuple[np.ndarray, str]:
    """Which rows are predicted true, and why."""
    probability = evaluation.answer(evaluation.model).to_numpy(np.float64)
    if cut.threshold is not None:
        return probability >= cut.threshold, f"from {cut.threshold:.3g} on"
    if cut.cost is None:
        return evaluation.frame["prediction"].to_numpy(bool), "as it predicts"
    miss, alarm = cut.cost
    curve = cut_curve(label, probability)
    found = cheapest_cut(curve, miss=miss, false_alarm=alarm)
    threshold = float(curve.thresholds[found.place])
    words = f"from {threshold:.3g} on" if math.isfinite(threshold) else "nobody"
    return probability >= threshold, f"{words}, cost {found.cost:,.6g}"


def _are_costs(cost: object) -> bool:
    match cost:
        case [int() | float() as miss, int() | float() as alarm]:
            return 0 < miss < math.inf and 0 < alarm < math.inf
        case _:
            return False


def _compared(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Who, in which colour, with which dash."""
    return [(evaluation.model, MODEL, "-"), (evaluation.best_baseline, BASELINE, "--")]


def _need_both_classes(evaluation: Evaluation, kind: str) -> None:
    if not 0 < evaluation.base_rate < 1:
        raise OptionError(f"There is no picture {kind!r} here: the labels of the held-out rows are all the same.")
