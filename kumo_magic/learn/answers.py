"""Outputs of a head → the columns of the frame a user gets, by what the validation rows taught."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import softmax

from kumo_magic.labelling.population import moments
from kumo_magic.learn.calibrate import (
    PlattScaling,
    best_f1_threshold,
    conformal_margin,
    fit_platt,
    fit_temperature,
    share_threshold,
)
from kumo_magic.learn.order import repeated
from kumo_magic.learn.set_answers import ranked_frame, told_frame
from kumo_magic.learn.threshold import BY_F1, BY_SHARE, EVEN, ONE_CLASS
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.set_metrics import EVEN_ODDS
from kumo_magic.tasks.target import Target
from kumo_magic.tasks.windows import window_ends
from kumo_magic.timeline.times import microseconds

COVERAGE = 0.8
"""What an interval promises."""
_FEWEST_PER_STEP = 20
_MOST_PAIRS = 50_000
"""Of a row and a class: more of them calibrate no better."""
FEWEST_OF_EACH = 20
"""True and false held-out rows. Of fewer, one found late moves the best F1 to where nearly all are called true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """How to read outputs: learned on held-out rows, used for every later answer.

    Attributes:
        threshold: The probability from which a truth value is predicted true; None where ``capacity`` decides.
        capacity: How many of an anchor time are predicted true, the most probable ones.
        threshold_words: Why there, for people.
        best_f1: The threshold of the best F1, whatever was asked for.
        margin: By how much an interval of two quantiles is widened.
        margins: The same by step of a FORECAST, of those steps that have held-out rows enough.
        classes: By code.
        temperature: By which logits of classes are divided.
        constant: The output in place of every row's, where none orders rows better than chance.
    """

    task_type: TaskType
    platt: PlattScaling = field(default_factory=PlattScaling)
    threshold: float | None = None
    capacity: int | None = None
    threshold_words: str = BY_F1
    best_f1: float | None = None
    margin: float = 0.0
    margins: dict[int, float] = field(default_factory=dict)
    classes: tuple[object, ...] = ()
    temperature: float = 1.0
    constant: tuple[float, ...] | None = None

    def heard(self, outputs: np.ndarray) -> np.ndarray:
        """The outputs that answers are read from: the learners' own, or the same for every row."""
        return outputs if self.constant is None else repeated(self.constant, outputs)

    def probability_of_classes(self, outputs: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of logits, [rows, classes]."""
        if not len(outputs):
            return np.empty((0, len(self.classes)))
        return softmax(outputs.astype(np.float64) / self.temperature, axis=1)

    def probability_of_members(self, outputs: np.ndarray) -> np.ndarray:
        """Calibrated probabilities that a set holds each class, [rows, classes], in the order of the logits."""
        return self.platt.probability(outputs.astype(np.float64))


def fit_readings(target: Target, outputs: np.ndarray, rows: np.ndarray) -> Readings:
    """Calibrate on held-out rows: probabilities and the F1 threshold, or the margin of the 80% interval."""
    labels = target.values[rows] if len(target.values) else np.empty(0)
    match target.task_type:
        case TaskType.BINARY:
            platt = fit_platt(outputs.astype(np.float64), labels)
            probability = platt.probability(outputs.astype(np.float64))
            best_f1 = best_f1_threshold(labels, probability)
            threshold, words = best_f1, BY_F1
            if not 0 < labels.mean() < 1:
                words = ONE_CLASS
            elif min(labels.sum(), (1 - labels).sum()) < FEWEST_OF_EACH or np.ptp(probability) == 0:
                threshold, words = share_threshold(labels, probability), BY_SHARE
            return Readings(
                task_type=target.task_type,
                platt=platt,
                threshold=threshold,
                threshold_words=words,
                best_f1=best_f1,
            )
        case TaskType.REGRESSION:
            margin = conformal_margin(labels, outputs[:, 0], outputs[:, 2], COVERAGE)
            return Readings(task_type=target.task_type, margin=margin, margins=_margins_by_step(target, outputs, rows))
        case TaskType.MULTICLASS:
            temperature = fit_temperature(outputs, labels)
            return Readings(task_type=target.task_type, classes=target.classes, temperature=temperature)
        case TaskType.MULTILABEL_RANKING | TaskType.MULTILABEL_CLASSIFICATION:
            return _readings_of_sets(target, outputs, labels)
        case _:
            return Readings(task_type=target.task_type)


def _readings_of_sets(target: Target, outputs: np.ndarray, labels: np.ndarray) -> Readings:
    """One calibration for all classes: single ones have few rows, and their base rates were learned."""
    step = 1 + labels.size // _MOST_PAIRS
    logits, truth = outputs[::step].ravel().astype(np.float64), labels[::step].ravel().astype(np.float64)
    platt = fit_platt(logits, truth)
    return Readings(
        task_type=target.task_type,
        platt=platt,
        classes=target.classes,
        threshold=None if target.is_listed else EVEN_ODDS,
        threshold_words=EVEN,
        best_f1=None if target.is_listed else best_f1_threshold(truth, platt.probability(logits)),
    )


def answer_frame(readings: Readings, outputs: np.ndarray, rows: pd.DataFrame, plan: PredictionPlan) -> pd.DataFrame:
    """The frame of a task (columns as the contract has them), rows in the given order.

    Args:
        readings: What the validation rows taught.
        outputs: One entry per row, as the objective gives them.
        rows: [entity key, anchor_time], and the step of a FORECAST.
        plan: For the names of columns, and the items of a ranking.
    """
    frame = rows[[*plan.key_columns, "anchor_time"]].reset_index(drop=True)
    outputs = readings.heard(outputs)
    match readings.task_type:
        case TaskType.BINARY:
            probability = readings.platt.probability(outputs.astype(np.float64))
            prediction = is_true(readings, probability, frame["anchor_time"])
            return frame.assign(prediction=prediction, probability=probability)
        case TaskType.REGRESSION:
            margin = np.full(len(frame), readings.margin)
            if plan.task_type is TaskType.FORECASTING:
                steps = rows["step"].to_numpy(dtype=np.int64)
                margin = pd.Series(steps).map(readings.margins).fillna(readings.margin).to_numpy(dtype=np.float64)
                ends = window_ends(plan, microseconds(rows["anchor_time"]), steps)
                frame = frame.assign(step=steps, window_end=moments(plan, ends))
            low = np.minimum(outputs[:, 0] - margin, outputs[:, 1])
            high = np.maximum(outputs[:, 2] + margin, outputs[:, 1])
            return frame.assign(prediction=outputs[:, 1], low=low, high=high)
        case TaskType.MULTICLASS:
            probability = readings.probability_of_classes(outputs)
            best = probability.argmax(axis=1)
            frame["prediction"] = pd.Series(readings.classes).take(best).array
            frame["probability"] = probability.max(axis=1)
            for code, name in enumerate(readings.classes):
                frame[f"probability_{name}"] = probability[:, code]
            return frame
        case TaskType.MULTILABEL_RANKING:
            return ranked_frame(readings.probability_of_members(outputs), readings.classes, frame, plan)
        case TaskType.MULTILABEL_CLASSIFICATION:
            probability = readings.probability_of_members(outputs)
            least = EVEN_ODDS if readings.threshold is None else readings.threshold
            return told_frame(probability, probability >= least, readings.classes, frame, plan)
        case _:
            return _ranked_frame(outputs, frame, plan)


def _margins_by_step(target: Target, outputs: np.ndarray, rows: np.ndarray) -> dict[int, float]:
    """The margin of each step of a FORECAST that has rows enough for one of its own."""
    if target.steps is None:
        return {}
    steps, labels = target.steps[rows], target.values[rows]
    return {
        int(step): conformal_margin(labels[here], outputs[here, 0], outputs[here, 2], COVERAGE)
        for step in np.unique(steps)
        if (here := steps == step).sum() >= _FEWEST_PER_STEP
    }


def is_true(readings: Readings, probability: np.ndarray, anchor_times: pd.Series) -> np.ndarray:
    """Which rows are predicted true: from the threshold on, or the most probable of each anchor time."""
    if readings.capacity is None:
        return probability >= (0.5 if readings.threshold is None else readings.threshold)
    by_anchor = pd.Series(probability).groupby(anchor_times.to_numpy(), dropna=False)
    return (by_anchor.rank(method="first", ascending=False) <= readings.capacity).to_numpy()


def item_column(plan: PredictionPlan) -> str:
    """The column of a ranking's frame that holds the items."""
    assert plan.item_link is not None
    column = plan.item_link.column
    return f"{column}_item" if column in (*plan.key_columns, "anchor_time", "rank", "score") else column


def _ranked_frame(outputs: np.ndarray, frame: pd.DataFrame, plan: PredictionPlan) -> pd.DataFrame:
    """One row per entity and rank; places that no existing item fills are left out."""
    assert plan.item_table is not None
    num_ranked = outputs.shape[1]
    items = plan.graph[plan.item_table]
    ranked = frame.loc[frame.index.repeat(num_ranked)].reset_index(drop=True)
    ranked["rank"] = np.tile(np.arange(1, num_ranked + 1), len(frame))
    ranked[item_column(plan)] = items.keys.take(outputs[:, :, 0].astype(np.int64).ravel()).array
    ranked["score"] = outputs[:, :, 1].ravel()
    return ranked[np.isfinite(ranked["score"])].reset_index(drop=True)
