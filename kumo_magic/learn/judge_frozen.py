"""Labels and held-out rows → how well they are answered from what was known when the training windows had closed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kumo_magic.errors import OptionError
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.learn.cut import cut_like
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.frozen import FrozenLearners, can_freeze, fit_frozen
from kumo_magic.learn.scores import HeldOut, answer_scores, baseline_answers, held_out_frame, learner_answer
from kumo_magic.learners.trees import TREES
from kumo_magic.tasks.assignment import Assignment, assign
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.preparation import prepare


def frozen_held_out(fitted: FittedLearners, labels: LabelTable, seed: int) -> dict[str, HeldOut]:
    """Each held-out split, answered by trees of the training rows and by the baselines, all as of one cut.

    The cut is the time by which every training window has closed: nothing later reaches an answer, not even through
    a learner. What the rolling learners say is not asked.

    Raises:
        OptionError: The task has no trees for a frozen question, or held-out rows are not later than the cut.
    """
    plan = fitted.preparation.plan
    if not can_freeze(plan):
        kind = plan.task_type.value.replace("_", " ") + " task" + ("" if plan.is_temporal else " without a window")
        raise OptionError(
            f"There are no frozen scores of a {kind}: only truth values, classes and numbers over one window have "
            'learners for anchors that lie after what is known. Use regime="rolling".'
        )
    assignment = assign(plan, labels, fitted.preparation.timeline, seed=seed, device="cpu")
    cut_us = _cut(assignment)
    preparation = prepare(
        plan,
        assignment.timeline,
        assignment.history_until,
        classes=assignment.target.classes,
        cut_us=cut_us,
    )
    frozen = fit_frozen(preparation, assignment.labels, assignment.splits.train, seed)
    frozen = replace(frozen, readings=cut_like(frozen.readings, fitted.readings))
    return {
        split: _scored(assignment, frozen, split, cut_us, fitted.held_out[split].primary_metric)
        for split in assignment.splits.held_out
    }


def _cut(assignment: Assignment) -> int:
    """When the last training window has closed, microseconds."""
    labels, splits = assignment.labels, assignment.splits
    cut_us = int(labels.closed_us[splits.train].max())
    if any((labels.anchor_us[rows] < cut_us).any() for rows in splits.held_out.values()):
        raise OptionError(
            "There are no frozen scores here: training windows close after the first held-out anchor, so no cut lies "
            'between them. Use regime="rolling", or hold out later anchors.'
        )
    return cut_us


def _scored(assignment: Assignment, frozen: FrozenLearners, split: str, cut_us: int, metric: str) -> HeldOut:
    labels, target, rows = assignment.labels, assignment.target, assignment.splits.held_out[split]
    entity_rows = labels.entity_rows[rows]
    outputs = frozen.outputs(entity_rows, labels.anchor_us[rows], cut_us)
    as_of_cut = Examples(
        entity_rows=entity_rows,
        anchor_us=np.full(len(rows), cut_us, dtype=np.int64),
        features=np.empty((len(rows), 0), dtype=np.float32),
    )
    baselines = baseline_answers(assignment, as_of_cut, np.arange(len(rows)))
    answers = {TREES: learner_answer(target, frozen.readings, outputs), **baselines}
    return HeldOut(
        split=split,
        task_type=target.task_type,
        primary_metric=metric,
        scores={name: answer_scores(target, one, rows, assignment.k) for name, one in answers.items()},
        num_learners=0,
        frame=held_out_frame(target, frozen.readings, outputs, baselines, labels.frame.iloc[rows], assignment.plan),
    )
