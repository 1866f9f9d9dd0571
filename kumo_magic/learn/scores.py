"""Held-out rows → scores of the model, of each learner and of every baseline on exactly the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumo_magic.learn.answers import Readings, answer_frame
from kumo_magic.learn.at_k import AtK, row_groups, scores_at_k
from kumo_magic.learn.baselines import class_baselines, constant, entity_baselines, forecast_baselines, set_baselines
from kumo_magic.learn.list_scores import ListParts
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.assignment import Assignment
from kumo_magic.tasks.class_sets import has_class
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.metrics import (
    binary_scores,
    class_scores,
    ranking_row_scores,
    ranking_scores,
    regression_scores,
)
from kumo_magic.tasks.multilabel import best_first
from kumo_magic.tasks.ranking_baselines import ranking_baselines
from kumo_magic.tasks.set_metrics import set_scores
from kumo_magic.tasks.target import Target, class_codes
from kumo_magic.tasks.windows import PastWindows

Scores = dict[str, dict[str, float]]
"""Learner → metric → score."""

Answers = dict[str, np.ndarray]
"""Learner → what is scored: probabilities, numbers [rows], probabilities [rows, classes], or item rows or class codes,
best first [rows, k or more]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What happened on the rows of one split.

    Attributes:
        scores: The model that answers first, then each learner in it, then the baselines.
        num_learners: How many learners there are between the model and the baselines; 0 when one learner is the model.
        frame: Entity key, anchor_time, label, the prediction columns, and for entity tasks a column per learner and
            baseline with what it was scored by.
        row_scores: Of a ranking: [entity key, anchor_time, a column per learner and baseline] with the primary metric
            of each row alone, whose mean is the score; None for entity tasks, which have it all in the frame.
        parts: Of a ranking: its scores by segment, and how much of it are repeats.
        at_k: Of a ranking: all rows, segments and anchor times → the means at each length of the list.
    """

    split: str
    task_type: TaskType
    primary_metric: str
    scores: Scores
    num_learners: int
    frame: pd.DataFrame
    row_scores: pd.DataFrame | None = None
    parts: ListParts | None = None
    at_k: dict[str, AtK] | None = None


def baseline_answers(assignment: Assignment, examples: Examples, rows: np.ndarray) -> Answers:
    """Every baseline's answers at the given rows of the examples."""
    target, plan = assignment.target, assignment.plan
    entity_rows, anchor_us = examples.entity_rows[rows], examples.anchor_us[rows]
    if target.is_ranking:
        assert assignment.source is not None
        return ranking_baselines(
            assignment.source, entity_rows, anchor_us, k=assignment.k, excludes_seen=assignment.excludes_seen
        )
    trained = target.values[assignment.splits.train]
    history = None if assignment.history_until is None else assignment.history_until(int(anchor_us.max()))
    if target.task_type is TaskType.MULTICLASS:
        shares = np.bincount(trained.astype(np.int64), minlength=len(target.classes)) / len(trained)
        return class_baselines(history, shares, entity_rows, anchor_us)
    if target.are_sets:
        answers = set_baselines(history, trained.mean(axis=0), entity_rows, anchor_us)
        return {name: best_first(one) for name, one in answers.items()} if target.is_listed else answers
    answer = constant(trained, target.task_type)
    if history is None:
        return {"constant": np.full(len(rows), answer)}
    if examples.steps is not None:
        return forecast_baselines(PastWindows(plan, history), entity_rows, anchor_us, examples.steps[rows], answer)
    return entity_baselines(history, entity_rows, anchor_us, answer)


def learner_answer(target: Target, readings: Readings, outputs: np.ndarray) -> np.ndarray:
    """What a learner is scored by: its calibrated probability, its number, its probability of each class, its items."""
    match target.task_type:
        case TaskType.BINARY:
            return readings.platt.probability(outputs.astype(np.float64))
        case TaskType.MULTICLASS:
            return readings.probability_of_classes(outputs)
        case TaskType.REGRESSION:
            return outputs[:, 1]
        case TaskType.MULTILABEL_CLASSIFICATION:
            return readings.probability_of_members(outputs)
        case TaskType.MULTILABEL_RANKING:
            return best_first(readings.probability_of_members(outputs))
        case _:
            return outputs[:, :, 0].astype(np.int64)


def answer_scores(target: Target, answer: np.ndarray, rows: np.ndarray, k: int) -> dict[str, float]:
    """Every metric of an answer to the given label rows."""
    match target.task_type:
        case TaskType.BINARY:
            return binary_scores(target.values[rows], answer)
        case TaskType.MULTICLASS:
            return class_scores(target.values[rows], answer)
        case TaskType.REGRESSION:
            return regression_scores(target.values[rows], answer)
        case TaskType.MULTILABEL_CLASSIFICATION:
            return set_scores(target.values[rows], answer)
        case _:
            return ranking_scores([target.true_items[row] for row in rows], answer, k)


def class_list_scores(
    target: Target, answers: Answers, rows: np.ndarray, metric: str, k: int, label_rows: pd.DataFrame
) -> pd.DataFrame:
    """What each list of classes scores by itself: [entity key, anchor_time, a column per learner]."""
    truth = [target.true_items[row] for row in rows]
    by_learner = {learner: ranking_row_scores(truth, ranked, k)[metric] for learner, ranked in answers.items()}
    return label_rows.iloc[:, :2].reset_index(drop=True).assign(**by_learner)


def class_lists_at_k(
    target: Target, answers: Answers, rows: np.ndarray, k: int, label_rows: pd.DataFrame
) -> dict[str, AtK]:
    """What lists of classes score at each length, for all rows and by anchor time."""
    truth = [target.true_items[row] for row in rows]
    return scores_at_k(truth, answers, k, row_groups(label_rows["anchor_time"].reset_index(drop=True)))


def held_out_frame(
    target: Target,
    readings: Readings,
    outputs: np.ndarray,
    answers: Mapping[str, np.ndarray],
    label_rows: pd.DataFrame,
    plan: PredictionPlan,
) -> pd.DataFrame:
    """Labels beside predictions: [entity key, anchor_time, label, prediction columns, a column per answer].

    For classes an answer has two columns: the class, and the probability of the label. A ranking has a row per rank,
    with the entity's true items as a list in every one of them, and no further columns. Of sets there is a row per
    class, and the label is whether the set holds it.
    """
    if target.task_type is TaskType.MULTILABEL_CLASSIFICATION:
        frame = answer_frame(readings, outputs, label_rows, replace(plan, k=None))
        held = has_class(target.classes, label_rows["label"])
        frame.insert(frame.columns.get_loc("prediction"), "label", held.ravel())  # pyright: ignore[reportArgumentType]  # one such column
        return frame.assign(**{name: probability.ravel() for name, probability in answers.items()})
    predicted = answer_frame(readings, outputs, label_rows, plan)
    keys = [*plan.key_columns, "anchor_time"]
    if target.is_listed:
        labelled = predicted.merge(label_rows[[*keys, "label"]], on=keys, how="left", validate="many_to_one")
        return labelled[[*keys, "label", *[column for column in predicted if column not in keys]]]
    frame = predicted.copy()
    frame.insert(frame.columns.get_loc("prediction"), "label", label_rows["label"].array)  # pyright: ignore[reportArgumentType]  # one such column
    if target.task_type is not TaskType.MULTICLASS:
        return frame.assign(**answers)
    classes, codes = pd.Series(target.classes), class_codes(target.classes, label_rows["label"])
    columns = {}
    for name, probability in answers.items():
        columns[name] = classes.take(probability.argmax(axis=1)).array
        columns[f"{name}: probability of the label"] = probability[np.arange(len(codes)), codes]
    return frame.assign(**columns)
