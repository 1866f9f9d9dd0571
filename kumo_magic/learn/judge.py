"""Fitted learners and held-out rows → how much each counts, how to read them, and their scores beside the baselines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kumo_magic.finding import Finding
from kumo_magic.learn.answers import COVERAGE, Readings, fit_readings
from kumo_magic.learn.blend import blend, blend_weights, most_rows
from kumo_magic.learn.calibrate import fewest_rows
from kumo_magic.learn.fuse import fuse, fuse_weights, length_to_fuse
from kumo_magic.learn.list_scores import list_scores
from kumo_magic.learn.order import Order, constant_output, order_of, repeated, useful
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
from kumo_magic.plan.task_type import TaskType
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
        findings: What makes these scores and answers say less than they seem to.
    """

    weights: dict[str, float]
    readings: Readings
    held_out: dict[str, HeldOut]
    findings: tuple[Finding, ...] = ()


def judge(
    assignment: Assignment, bench: Workbench, learners: tuple[Learner | Ranker, ...], baselines: dict[str, Answers]
) -> Judgement:
    """Blend the learners, calibrate the blend, score it and each learner on every held-out split.

    A learner whose order of the validation rows is worse than chance counts nothing, however small its loss: few true
    rows reward whoever says little of all of them. Where every order is worse, the one nearest to chance answers alone,
    and where that is no accident of few rows, everyone gets the same answer. A ranking's lists are weighed by what they
    hit, so that a list without hits has no weight.

    Args:
        assignment: What was to be learned.
        bench: Prepared as of the training cut.
        learners: Fitted on the training rows.
        baselines: The baselines' answers by split.
    """
    splits, target, objective = assignment.splits, assignment.target, bench.objective
    constant, findings = None, _few_rows(assignment)
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
        orders = {name: order_of(target, one[asked], splits.val[asked]) for name, one in raw["val"].items()}
        weights = dict.fromkeys(orders, 0.0) | blend_weights(
            {name: raw["val"][name][asked] for name in useful(orders)},
            lambda one: objective.losses(one, splits.val[asked]),
            seed=assignment.seed,
        )
        if all(order.is_clearly_worse for order in orders.values()):
            constant = constant_output(target, splits.train)
        findings += _worse_than_chance(assignment, orders, is_constant=constant is not None)
        model = BLEND if len(learners) > 1 else next(iter(weights))
        outputs = {
            name: {learner: objective.read(one) for learner, one in of_split.items()}
            | {model: _answered(objective.read(blend(of_split, weights)), constant)}
            for name, of_split in raw.items()
        }
        outputs = {name: {model: of_split[model]} | of_split for name, of_split in outputs.items()}
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
    return Judgement(
        weights=weights, readings=replace(final, constant=constant), held_out=held_out, findings=tuple(findings)
    )


def _answered(outputs: np.ndarray, constant: tuple[float, ...] | None) -> np.ndarray:
    """What the blend answers: its own outputs, or the same for everyone."""
    return outputs if constant is None else repeated(constant, outputs)


def _worse_than_chance(assignment: Assignment, orders: dict[str, Order], *, is_constant: bool) -> list[Finding]:
    """Whether no learner can be trusted to order rows."""
    if not all(order.is_worse_than_chance for order in orders.values()):
        return []
    (nearest,) = useful(orders)
    what = "rank correlation" if assignment.target.task_type is TaskType.REGRESSION else "AUROC"
    value = orders[nearest].value * 2 - 1 if what == "rank correlation" else orders[nearest].value
    answer = "everyone gets the same answer" if is_constant else f"{nearest} answers alone"
    return [
        Finding(
            about=assignment.plan.entity_table,
            says=f"No learner orders the {len(assignment.splits.val):,} validation rows better than chance (the best, "
            f"{nearest}: {what} {value:.2f}), so {answer}.",
            next_step="Add tables or columns that could tell, older rows, or ask about a longer window.",
        )
    ]


def _few_rows(assignment: Assignment) -> list[Finding]:
    """Whether the held-out rows are too few for what an interval promises."""
    num_rows, num_needed = len(assignment.splits.val), fewest_rows(COVERAGE)
    if assignment.target.task_type is not TaskType.REGRESSION or num_rows >= num_needed:
        return []
    rows = f"{num_rows:,} validation row{'' if num_rows == 1 else 's'}"
    return [
        Finding(
            about=assignment.plan.entity_table,
            says=f"The {COVERAGE:.0%} intervals are as wide as {rows} showed; {num_needed} could promise so much.",
            next_step="Hold out more rows: give --step a shorter distance, or add older rows.",
        )
    ]


def _lists(learner: Learner | Ranker, objective: RankingObjective, bench: Workbench, rows: np.ndarray) -> np.ndarray:
    assert isinstance(learner, Ranker | Networks)
    return learner.lists(objective, bench.examples, rows, length_to_fuse(objective.k))


def _raw(learner: Learner | Ranker, objective: EntityObjective, bench: Workbench, rows: np.ndarray) -> np.ndarray:
    assert not isinstance(learner, Ranker)
    return learner.raw(objective, bench.examples, rows)
