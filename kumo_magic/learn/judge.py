"""Fitted learners and held-out rows → how much each counts, how to read them, and their scores beside the baselines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.learn.answers import Readings, fit_readings
from kumo_magic.learn.blend import blend, blend_weights, most_rows
from kumo_magic.learn.fuse import LISTED, fuse, fuse_weights
from kumo_magic.learn.list_scores import list_scores
from kumo_magic.learn.scores import (
    Answers,
    HeldOut,
    answer_scores,
    class_list_scores,
    class_lists_at_k,
    held_out_frame,
    learner_answer,
)
from kumo_magic.learners.learner import Learner
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.ranker import Ranker
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.objective import EntityObjective
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.tasks.splits import few_enough

BLEND = "blend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What held-out rows say.

    Attributes:
        weights: Learner → how much it counts; from the validation rows alone.
        readings: For answers to come: calibrated on all held-out rows, the newest closed anchors among them.
        held_out: By split; scored as calibrated on the validation rows alone, so that test rows stay unseen.
    """

    weights: dict[str, float]
    readings: Readings
    held_out: dict[str, HeldOut]


def judge(
    assignment: Assignment, bench: Workbench, learners: tuple[Learner | Ranker, ...], baselines: dict[str, Answers]
) -> Judgement:
    """Blend the learners, calibrate the blend, score it and each learner on every held-out split.

    Args:
        assignment: What was to be learned.
        bench: Prepared as of the training cut.
        learners: Fitted on the training rows.
        baselines: The baselines' answers by split.
    """
    splits, target, objective = assignment.splits, assignment.target, bench.objective
    if isinstance(objective, RankingObjective):
        k = objective.k
        lists = {
            name: {learner.name: _lists(learner, objective, bench, rows) for learner in learners}
            for name, rows in splits.held_out.items()
        }
        weights = fuse_weights(lists["val"], [target.true_items[row] for row in splits.val], objective.metric, k)
        model = BLEND if len(learners) > 1 else next(iter(weights))
        outputs = {
            name: {model: fuse(of_split, weights, k)} | {learner: one[:, :k] for learner, one in of_split.items()}
            for name, of_split in lists.items()
        }
    else:
        raw = {
            name: {learner.name: _raw(learner, objective, bench, rows) for learner in learners}
            for name, rows in splits.held_out.items()
        }
        asked = few_enough(np.arange(len(splits.val)), most_rows(target.values), assignment.seed)
        weights = blend_weights(
            {name: one[asked] for name, one in raw["val"].items()},
            lambda one: objective.losses(one, splits.val[asked]),
            seed=assignment.seed,
        )
        model = BLEND if len(learners) > 1 else next(iter(weights))
        outputs = {
            name: {model: objective.read(blend(of_split, weights))}
            | {learner: objective.read(one) for learner, one in of_split.items()}
            for name, of_split in raw.items()
        }
    readings = {name: fit_readings(target, one, splits.val) for name, one in outputs["val"].items()}
    held_out = {}
    for name, rows in splits.held_out.items():
        answers = {learner: learner_answer(target, readings[learner], one) for learner, one in outputs[name].items()}
        answers |= baselines[name]
        label_rows = assignment.labels.frame.iloc[rows]
        lists = list_scores(assignment, answers, rows, objective.metric) if target.is_ranking else None
        row_scores = None if lists is None else lists.row_scores
        at_k = None if lists is None else lists.at_k
        if target.are_sets and target.is_listed:
            row_scores = class_list_scores(target, answers, rows, objective.metric, assignment.k, label_rows)
            at_k = class_lists_at_k(target, answers, rows, assignment.k, label_rows)
        held_out[name] = HeldOut(
            split=name,
            task_type=target.task_type,
            primary_metric=objective.metric,
            scores=lists.scores
            if lists is not None
            else {learner: answer_scores(target, one, rows, assignment.k) for learner, one in answers.items()},
            num_learners=len(outputs[name]) - 1,
            frame=held_out_frame(
                target,
                readings[model],
                outputs[name][model],
                {learner: one for learner, one in answers.items() if learner != model},
                label_rows,
                assignment.plan,
            ),
            row_scores=row_scores,
            parts=None if lists is None else lists.parts,
            at_k=at_k,
        )
    all_outputs = np.concatenate([outputs[name][model] for name in splits.held_out])
    final = fit_readings(target, all_outputs, np.concatenate(list(splits.held_out.values())))
    return Judgement(weights=weights, readings=final, held_out=held_out)


def _lists(learner: Learner | Ranker, objective: RankingObjective, bench: Workbench, rows: np.ndarray) -> np.ndarray:
    assert isinstance(learner, Ranker | Networks)
    return learner.lists(objective, bench.examples, rows, max(LISTED, objective.k))


def _raw(learner: Learner | Ranker, objective: EntityObjective, bench: Workbench, rows: np.ndarray) -> np.ndarray:
    assert not isinstance(learner, Ranker)
    return learner.raw(objective, bench.examples, rows)
