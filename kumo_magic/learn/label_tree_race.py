"""Label sets → how many rounds the boosters of all classes grow, and boosters fitted so.

No settings are raced: a booster per class takes the time that a race would.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kumo_magic.learn.preset import Preset
from kumo_magic.learn.tree_race import ChosenTrees, affordable
from kumo_magic.learn.trial_score import trial_score
from kumo_magic.learners.label_trees import (
    LabelTrees,
    boosted_classes,
    fit_label_trees,
    losses_of_classes,
    rows_for_label_trees,
)
from kumo_magic.learners.schedule import TreeSchedule
from kumo_magic.learners.trees import TREES
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.multilabel import MultilabelObjective

_MOST_WATCHED = 5
_FEWEST_ROUNDS, _UNWATCHED_ROUNDS = 20, 100
_SHARE_TO_WATCH, _SHARE_FOR_FIT = 0.15, 0.25
"""Of what is left of the budget."""
_SECONDS_AFTER_STOP = 3.0


def choose_label_trees(
    assignment: Assignment,
    bench: Workbench,
    objective: MultilabelObjective,
    *,
    preset: Preset,
    schedule: TreeSchedule | None,
    budget: Budget,
    notify: Notify,
    on_first: Callable[[LabelTrees], None],
) -> ChosenTrees:
    """Watch the validation rows for a few classes, then fit every class on the training rows.

    Args:
        assignment: What is to be learned.
        bench: Prepared as of the training cut.
        objective: That of the bench.
        preset: Its first settings are used.
        schedule: Fit these, and watch nothing.
        budget: The clock, and the stop button.
        notify: Told of the trees.
        on_first: Given the trees once they are there.

    Raises:
        KeyboardInterrupt: The user stopped before anything was fitted.
    """
    notes: tuple[str, ...] = ()
    is_planned = schedule is not None
    if schedule is None:
        schedule, num_watched = _watched(assignment, bench, objective, preset, budget)
        classes = "class" if num_watched == 1 else "classes"
        watched = f" by the losses of {num_watched} {classes}" if num_watched else ""
        notes = (
            f"Boosted trees: a booster per class, {schedule.settings.words} and {schedule.num_rounds} rounds{watched}.",
        )
    began = budget.elapsed

    def fitted(planned: TreeSchedule, is_over: Callable[[], bool]) -> LabelTrees | None:
        return fit_label_trees(
            objective,
            bench.examples,
            assignment.splits.train,
            planned.settings,
            num_rounds=planned.num_rounds,
            num_seeds=planned.num_seeds,
            seed=assignment.seed,
            is_over=is_over,
        )

    trees = fitted(schedule, lambda: budget.is_stopped and not is_planned)
    if trees is None:
        spent = budget.elapsed - began
        schedule = affordable(schedule, seconds=spent, most=min(spent, _SECONDS_AFTER_STOP) / 4)
        trees = fitted(schedule, lambda: False)
    assert trees is not None
    seconds = budget.elapsed - began
    held_out = assignment.splits.val
    words = f"a booster per class, {schedule.settings.words}"
    raw = trees.raw(objective, bench.examples, held_out)
    notify(trial_score(TREES, words, objective, raw, held_out, budget.elapsed))
    on_first(trees)
    return ChosenTrees(trees=trees, schedule=schedule, seconds=seconds, notes=notes)


def _watched(
    assignment: Assignment, bench: Workbench, objective: MultilabelObjective, preset: Preset, budget: Budget
) -> tuple[TreeSchedule, int]:
    """The rounds with the least mean loss of a few classes, from frequent to rare, and how many were watched."""
    if budget.is_stopped:
        raise KeyboardInterrupt
    settings, splits = preset.trees[0], assignment.splits
    began, until = budget.elapsed, budget.elapsed + _SHARE_TO_WATCH * max(0.0, budget.left)
    rows = rows_for_label_trees(objective, splits.train, assignment.seed)
    codes = _spread(objective.labels[rows], objective.labels[splits.val])
    losses = losses_of_classes(
        objective,
        bench.examples,
        codes,
        rows,
        splits.val,
        settings,
        seed=assignment.seed,
        is_over=lambda: budget.is_stopped or budget.elapsed > until,
    )
    num_rounds = _UNWATCHED_ROUNDS
    if losses:
        length = min(len(one) for one in losses)
        num_rounds = max(_FEWEST_ROUNDS, int(np.mean([one[:length] for one in losses], axis=0).argmin()) + 1)
    per_round = (budget.elapsed - began) / max(1, sum(len(one) for one in losses))
    seconds = per_round * num_rounds * len(boosted_classes(objective.labels[rows]))
    most = _SECONDS_AFTER_STOP if budget.is_stopped else _SHARE_FOR_FIT * budget.left
    planned = TreeSchedule(settings=settings, num_rounds=num_rounds)
    return affordable(planned, seconds=seconds, most=most), len(losses)


def _spread(training: np.ndarray, held_out: np.ndarray) -> list[int]:
    """Classes to watch: at even steps from the most frequent on, of those with both kinds of rows in both."""
    usable = np.intersect1d(boosted_classes(training), boosted_classes(held_out))
    usable = usable[np.argsort(-training[:, usable].sum(axis=0), kind="stable")]
    places = np.unique(np.linspace(0, len(usable) - 1, min(_MOST_WATCHED, len(usable))).astype(np.int64))
    return usable[places].tolist() if len(usable) else []
