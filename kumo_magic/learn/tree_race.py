"""A portfolio of tree settings, raced over forward folds → the settings and rounds to use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kumo_magic.learners.schedule import TreeSchedule, TreeSettings
from kumo_magic.learners.trees import TREES, Grown, Trees, dataset, few_enough, fit_trees, grow
from kumo_magic.plan.task_type import TaskType
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import LearnerScored, Notify
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.folds import Fold, forward_folds
from kumo_magic.tasks.metrics import is_higher_better
from kumo_magic.tasks.objective import EntityObjective

PORTFOLIO = (
    TreeSettings(),
    TreeSettings(half_life=0.3),
    TreeSettings(num_leaves=31, learning_rate=0.05, fewest_rows_per_leaf=40),
    TreeSettings(num_leaves=4, feature_share=0.5),
)
_FOR_NUMBERS = (TreeSettings(is_squared=True), TreeSettings(is_squared=True, half_life=0.3))
_MOST_FOLDS = 3
_MOST_SEEDS = 3
_FEWEST_ROUNDS = 20
_SHARE_OF_TIME = 0.3
"""Of what is left of the budget, for the whole race."""
_SHARE_FOR_FIT = 0.15
_LARGEST_STEP = 0.15
_SHARE_FOR_SEEDS = 0.12
"""Of what is left after the race: as many seeds as fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raced:
    """How one setting did: held-out losses of every row of the folds it ran, the newest fold first."""

    settings: TreeSettings
    grown: tuple[Grown, ...]
    losses: tuple[np.ndarray, ...]  # float64 [held-out rows] of each fold
    seconds: float  # for all folds, those that were not run counted too
    seconds_per_fold: float

    @property
    def num_rounds(self) -> int:
        """The round that was best on the mean of the folds."""
        length = min(len(one.losses) for one in self.grown)
        mean = np.mean([one.losses[:length] for one in self.grown], axis=0)
        return max(_FEWEST_ROUNDS, int(mean.argmin()) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenTrees:
    """Trees fitted on the training rows, the schedule that repeats them, and how long such a fit takes."""

    trees: Trees
    schedule: TreeSchedule
    seconds: float
    notes: tuple[str, ...]


def choose_trees(
    assignment: Assignment,
    bench: Workbench,
    objective: EntityObjective,
    *,
    schedule: TreeSchedule | None,
    budget: Budget,
    notify: Notify,
) -> ChosenTrees:
    """Race the portfolio as long as time allows, fit the winner on the training rows.

    The default is tried first. Another setting runs the newest fold, and the others when it did better there; it wins
    when its mean loss over the folds is lower by more than one standard error of the paired differences.

    Raises:
        KeyboardInterrupt: The user stopped before anything was fitted.
    """
    rows = assignment.splits.train
    notes: tuple[str, ...] = ()
    if schedule is None:
        if budget.is_stopped:
            raise KeyboardInterrupt
        best, num_tried = _race(assignment, bench, objective, budget, notify)
        num_seeds = int(np.clip(_SHARE_FOR_SEEDS * budget.left / max(best.seconds, 1e-3), 1, _MOST_SEEDS))
        schedule = _affordable(
            TreeSchedule(settings=best.settings, num_rounds=best.num_rounds, num_seeds=num_seeds),
            seconds=best.seconds_per_fold * len(objective.tree_task(best.settings.is_squared).columns),
            seconds_left=budget.left,
        )
        notes = (
            f"Boosted trees: of {num_tried} settings, {schedule.settings.words} and {schedule.num_rounds} rounds.",
        )
    began = budget.elapsed
    trees = fit_trees(
        objective,
        bench.examples,
        rows,
        schedule.settings,
        num_rounds=schedule.num_rounds,
        num_seeds=schedule.num_seeds,
        seed=assignment.seed,
    )
    assert trees is not None
    return ChosenTrees(trees=trees, schedule=schedule, seconds=budget.elapsed - began, notes=notes)


def _affordable(schedule: TreeSchedule, *, seconds: float, seconds_left: float) -> TreeSchedule:
    """The schedule, with fewer rounds of larger steps where a fit would take too much of the time that is left."""
    settings, coarser = schedule.settings, 1
    while seconds / coarser > _SHARE_FOR_FIT * seconds_left and settings.learning_rate * coarser < _LARGEST_STEP:
        coarser *= 2
    if coarser == 1:
        return schedule
    return replace(
        schedule,
        settings=replace(settings, learning_rate=settings.learning_rate * coarser),
        num_rounds=max(_FEWEST_ROUNDS, schedule.num_rounds // coarser),
    )


def _race(
    assignment: Assignment, bench: Workbench, objective: EntityObjective, budget: Budget, notify: Notify
) -> tuple[Raced, int]:
    """The winner, and how many settings were tried."""
    folds = forward_folds(assignment.labels, assignment.splits, _MOST_FOLDS)[::-1]
    portfolio = list(PORTFOLIO)
    if assignment.target.task_type is TaskType.REGRESSION:
        portfolio[1:1] = _FOR_NUMBERS
    until = budget.elapsed + _SHARE_OF_TIME * max(0.0, budget.left)

    def is_over() -> bool:
        return budget.is_stopped or budget.elapsed >= until

    best: Raced | None = None
    num_tried = 0
    for settings in portfolio:
        if best is not None and (is_over() or budget.elapsed + best.seconds > until):
            break
        try:
            raced = _run(assignment, bench, objective, settings, folds, best, budget, is_over)
        except KeyboardInterrupt:
            if best is None:
                raise
            break
        num_tried += 1
        _tell(raced, objective, bench, folds, budget, notify)
        if best is None or _is_better(raced, best):
            best = raced
    assert best is not None
    return best, num_tried


def _run(
    assignment: Assignment,
    bench: Workbench,
    objective: EntityObjective,
    settings: TreeSettings,
    folds: tuple[Fold, ...],
    best: Raced | None,
    budget: Budget,
    is_over: Callable[[], bool],
) -> Raced:
    """One setting over the folds, the newest first; it ends early where it is behind."""
    began = budget.elapsed
    grown: list[Grown] = []
    losses: list[np.ndarray] = []
    task = objective.tree_task(settings.is_squared)
    for position, fold in enumerate(folds):
        if position > 0 and is_over():
            break
        data = dataset(objective, bench.examples, few_enough(fold.training, assignment.seed), settings)
        held_out = dataset(objective, bench.examples, fold.held_out, settings, reference=data)
        one = grow(task, data, held_out, settings, seed=assignment.seed, is_over=is_over)
        grown.append(one)
        raw = one.as_trees(task).raw(objective, bench.examples, fold.held_out)
        losses.append(objective.losses(raw, fold.held_out))
        if best is not None and position < len(best.losses) and losses[-1].mean() >= best.losses[position].mean():
            break
    seconds = (budget.elapsed - began) / len(grown)
    return Raced(
        settings=settings,
        grown=tuple(grown),
        losses=tuple(losses),
        seconds=seconds * len(folds),
        seconds_per_fold=seconds,
    )


def _is_better(raced: Raced, best: Raced) -> bool:
    """Whether it ran as many folds, and its losses are lower by more than one standard error."""
    if len(raced.losses) < len(best.losses):
        return False
    shared = len(best.losses)
    gain = np.concatenate(best.losses) - np.concatenate(raced.losses[:shared])
    return bool(gain.mean() > gain.std() / np.sqrt(len(gain)))


def _tell(
    raced: Raced,
    objective: EntityObjective,
    bench: Workbench,
    folds: tuple[Fold, ...],
    budget: Budget,
    notify: Notify,
) -> None:
    """The score on the newest fold, which is the validation split."""
    rows = folds[0].held_out
    trees = raced.grown[0].as_trees(objective.tree_task(raced.settings.is_squared))
    outputs = objective.read(trees.raw(objective, bench.examples, rows))
    notify(
        LearnerScored(
            learner=TREES,
            words=raced.settings.words,
            metric=objective.metric,
            score=objective.scores(outputs, rows)[objective.metric],
            higher_is_better=is_higher_better(objective.metric),
            seconds=budget.elapsed,
        )
    )
