"""A model and an anchor whose labels are known by now → its score and the best baseline's on exactly these rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.labelling import LabelTable
from kumo_magic.labelling.label_rows import label_rows
from kumo_magic.labelling.label_table import label_table
from kumo_magic.labelling.own_rows import own_rows
from kumo_magic.labelling.source import open_source
from kumo_magic.labelling.split import TEST
from kumo_magic.labelling.temporal_labels import closed_rows
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.scores import answer_scores, baseline_answers, learner_answer
from kumo_magic.learners.cores import share_of_cores
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.assignment import Assignment
from kumo_magic.tasks.class_sets import SETS, codes_of, has_class
from kumo_magic.tasks.metrics import is_higher_better
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.tasks.splits import Splits
from kumo_magic.tasks.target import Target, class_codes, encode_target, learnable_rows

if TYPE_CHECKING:
    from kumo_magic.trained_model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredAnchor:
    """The primary metric of the model and of the best baseline; NaN where it is not defined on these rows."""

    num_rows: int
    metric: str
    model: float
    baseline: str
    baseline_score: float


def score_at(model: Model, plan: PredictionPlan, anchor_us: int, own: pd.DataFrame | None) -> ScoredAnchor:
    """Score the model on everyone with a label at the anchor, whomever FOR names.

    Args:
        model: Fitted as of the anchor, or before.
        plan: Of the query.
        anchor_us: Its windows have closed by now.
        own: The user's own label table, in place of the query's labels.
    """
    fitted, metric = model.fitted, model.fitted.held_out["val"].primary_metric
    objective = fitted.objective
    labels = _labels_at(plan, anchor_us, own)
    if labels is None or not len(labels.frame):
        return ScoredAnchor(num_rows=0, metric=metric, model=math.nan, baseline="", baseline_score=math.nan)
    learned = learnable_rows(plan, model.labels)
    target, num_learned = _joint_target(plan, fitted, learned, labels), len(learned.frame)
    rows = np.arange(num_learned, num_learned + len(labels.frame))
    timeline = fitted.preparation.timeline
    assignment = Assignment(
        plan=plan,
        labels=learned,
        timeline=timeline,
        target=target,
        splits=Splits(train=np.arange(num_learned), val=rows[:0], test=rows),
        history_until=fitted.preparation.history_until,
        source=objective.source if isinstance(objective, RankingObjective) else None,
        seed=model.seed,
        device="cpu",
        excludes_seen=isinstance(objective, RankingObjective) and objective.excludes_seen,
    )
    steps = None if target.steps is None else target.steps[rows]
    examples = fitted.preparation.examples(labels.entity_rows, labels.anchor_us, steps)
    with share_of_cores():
        answer = learner_answer(target, fitted.readings, fitted.outputs(examples))
    answers = {"model": _padded(target, answer), **baseline_answers(assignment, examples, np.arange(len(examples)))}
    scores = {name: answer_scores(target, one, rows, assignment.k)[metric] for name, one in answers.items()}
    ours = scores.pop("model")
    known = {name: score for name, score in scores.items() if not math.isnan(score)}
    pick = max if is_higher_better(metric) else min
    best = pick(known, key=lambda name: known[name]) if known else ""
    return ScoredAnchor(
        num_rows=len(labels.frame), metric=metric, model=ours, baseline=best, baseline_score=known.get(best, math.nan)
    )


def _labels_at(plan: PredictionPlan, anchor_us: int, own: pd.DataFrame | None) -> LabelTable | None:
    """The labels of one anchor as they are known by now; None for none."""
    if own is None:
        rows = label_rows(plan, open_source(plan), np.array([anchor_us], dtype=np.int64))
        rows = rows[rows["came_true"].to_numpy(dtype=bool) & rows["is_defined"].to_numpy()]
    else:
        rows = own_rows(plan, own)
        rows = rows[(rows["anchor_us"] == anchor_us) & rows["label"].notna()]
    if rows.empty:
        return None
    rows = rows.assign(split=TEST).reset_index(drop=True)
    table = label_table(
        plan,
        rows,
        closed_us=closed_rows(plan, rows),
        prediction_us=anchor_us,
        dropped={},
        notes=(),
        regime_words="",
    )
    return learnable_rows(plan, table)


def _joint_target(plan: PredictionPlan, fitted: FittedLearners, learned: LabelTable, labels: LabelTable) -> Target:
    """What was learned from, then what is to be scored; the model's classes first, then those it never saw.

    Sets are told of the model's classes alone; in a ranking other members count as missed.
    """
    if fitted.readings.task_type in SETS:
        classes, column = fitted.readings.classes, pd.concat([learned.frame["label"], labels.frame["label"]])
        is_ranking = fitted.readings.task_type is TaskType.MULTILABEL_RANKING
        return Target(
            task_type=fitted.readings.task_type,
            values=has_class(classes, column),
            classes=classes,
            true_items=codes_of(classes, column) if is_ranking else (),
        )
    before, now = encode_target(plan, learned), encode_target(plan, labels)
    classes = fitted.readings.classes
    if classes:
        classes = (*classes, *[name for name in (*before.classes, *now.classes) if name not in classes])
        columns = (learned.frame["label"], labels.frame["label"])
        codes = [class_codes(classes, column).astype(np.float64) for column in columns]
        return replace(before, values=np.concatenate(codes), classes=classes)
    return replace(
        before,
        values=np.concatenate([before.values, now.values]),
        true_items=(*before.true_items, *now.true_items),
        steps=None if before.steps is None or now.steps is None else np.concatenate([before.steps, now.steps]),
    )


def _padded(target: Target, answer: np.ndarray) -> np.ndarray:
    """Probability 0 of the classes that the model never saw."""
    num_unseen = len(target.classes) - answer.shape[1] if target.classes and not target.are_sets else 0
    return np.pad(answer, ((0, 0), (0, num_unseen))) if num_unseen else answer
