"""Settings of boosted trees → the settings and rounds to use, and trees fitted with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kumo_magic.learn.preset import TREES_OF_NUMBERS, Preset
from kumo_magic.learn.race import Trial, race
from kumo_magic.learn.trial_score import trial_score
from kumo_magic.learners.label_trees import LabelTrees
from kumo_magic.learners.schedule import TreeSchedule, TreeSettings
from kumo_magic.learners.trees import TREES, Binned, Grown, Trees, dataset, fit_trees, grow, rows_for_trees
from kumo_magic.plan.task_type import TaskType
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.folds import forward_folds
from kumo_magic.tasks.objective import EntityObjective

_FEWEST_ROUNDS = 20
_SHARE_FOR_FIT = 0.15
"""Of what is left of the budget, for the winner's fit."""
_SECONDS_AFTER_STOP = 3.0
_LARGEST_STEP = 0.15
_SECONDS_PER_VALUE, _USUAL_ROUNDS = 1e-9, 400
"""Of LightGBM, per feature of a row and round on two cores: a guess before anything is measured."""
_SHARE_FOR_FIRST_FOLD = 0.3
_MOST_COARSE = 4
_SHARE_FOR_SEEDS = 0.12
"""Of what is left after the race: as many seeds as fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenTrees:
    """Trees fitted on the training rows, the schedule that repeats them, and how long such a fit takes."""

    trees: Trees | LabelTrees
    schedule: TreeSchedule
    seconds: float
    notes: tuple[str, ...]


def choose_trees(
    assignment: Assignment,
    bench: Workbench,
    objective: EntityObjective,
    *,
    preset: Preset,
    schedule: TreeSchedule | None,
    budget: Budget,
    notify: Notify,
    on_first: Callable[[Trees], None],
) -> ChosenTrees:
    """Race the portfolio as long as time allows, fit the winner on the training rows.

    Args:
        assignment: What is to be learned.
        bench: Prepared as of the training cut.
        objective: That of the bench.
        preset: What is tried.
        schedule: Fit these, and race nothing.
        budget: The clock, and the stop button.
        notify: Told of every setting that was tried.
        on_first: Given the first trees that are there.

    Raises:
        KeyboardInterrupt: The user stopped before anything was fitted.
    """
    notes: tuple[str, ...] = ()
    binned: dict[int, tuple[Binned, Binned]] = {}
    if schedule is None:
        best, num_tried = _race(assignment, bench, objective, preset, binned, budget, notify, on_first)
        schedule = _planned(best, objective, preset, budget)
        notes = (
            f"Boosted trees: of {num_tried} settings, {schedule.settings.words} and {schedule.num_rounds} rounds.",
        )
    began = budget.elapsed
    trees = fit_trees(
        objective,
        bench.examples,
        assignment.splits.train,
        schedule.settings,
        num_rounds=schedule.num_rounds,
        num_seeds=schedule.num_seeds,
        seed=assignment.seed,
        data=binned[0][0] if binned else None,
    )
    assert trees is not None
    return ChosenTrees(trees=trees, schedule=schedule, seconds=budget.elapsed - began, notes=notes)


def _race(
    assignment: Assignment,
    bench: Workbench,
    objective: EntityObjective,
    preset: Preset,
    binned: dict[int, tuple[Binned, Binned]],
    budget: Budget,
    notify: Notify,
    on_first: Callable[[Trees], None],
) -> tuple[Trial[TreeSettings, Grown], int]:
    """The winner, and how many settings were tried; ``binned`` gets the rows that learn and are held out, by fold.

    The newest fold comes first: it learns from the training rows and holds the validation rows.
    """
    folds = forward_folds(assignment.labels, assignment.splits, preset.most_folds)[::-1]
    until = budget.elapsed + preset.share_for_trees * max(0.0, budget.left)
    is_first = True

    def run(settings: TreeSettings, place: int) -> tuple[Grown, np.ndarray]:
        nonlocal is_first
        if budget.is_stopped:
            raise KeyboardInterrupt
        task, fold = objective.tree_task(settings.is_squared), folds[place]
        if place not in binned:
            data = dataset(objective, bench.examples, rows_for_trees(fold.training, assignment.seed))
            binned[place] = data, dataset(objective, bench.examples, fold.held_out, reference=data)
        grown = grow(
            task,
            *binned[place],
            settings,
            seed=assignment.seed,
            is_over=lambda: budget.is_stopped or budget.elapsed >= until,
            on_first=on_first if is_first else None,
        )
        is_first = False
        raw = grown.as_trees(task).raw(objective, bench.examples, fold.held_out)
        if place == 0:
            notify(trial_score(TREES, settings.words, objective, raw, fold.held_out, budget.elapsed))
        return grown, objective.losses(raw, fold.held_out)

    are_numbers = assignment.target.task_type is TaskType.REGRESSION
    portfolio = (preset.trees[0], *(TREES_OF_NUMBERS if are_numbers else ()), *preset.trees[1:])
    if len(preset.trees) == 1:
        portfolio = preset.trees
    coarser = _coarser(len(assignment.splits.train) * bench.examples.features.shape[1], until - budget.elapsed)
    portfolio = [replace(one, learning_rate=min(one.learning_rate * coarser, _LARGEST_STEP)) for one in portfolio]
    return race(portfolio, len(folds), run, clock=lambda: budget.elapsed, until=until)


def _coarser(num_values: int, seconds: float) -> int:
    """How many times larger the steps are, so that the default's first fold takes a part of the time alone."""
    expected, coarser = num_values * _SECONDS_PER_VALUE * _USUAL_ROUNDS, 1
    while expected / coarser > _SHARE_FOR_FIRST_FOLD * seconds and coarser < _MOST_COARSE:
        coarser *= 2
    return coarser


def _planned(
    best: Trial[TreeSettings, Grown], objective: EntityObjective, preset: Preset, budget: Budget
) -> TreeSchedule:
    """The winner's fit: rounds by the mean of the folds, seeds as time bears, larger steps where time is short."""
    seconds_left = budget.left
    num_seeds = int(np.clip(_SHARE_FOR_SEEDS * seconds_left / max(best.seconds, 1e-3), 1, preset.most_tree_seeds))
    num_columns = len(objective.tree_task(best.settings.is_squared).columns)
    schedule = TreeSchedule(settings=best.settings, num_rounds=_best_rounds(best.fits), num_seeds=num_seeds)
    if budget.is_stopped:
        return affordable(
            replace(schedule, num_seeds=1), seconds=best.seconds_per_fold * num_columns, most=_SECONDS_AFTER_STOP
        )
    return affordable(schedule, seconds=best.seconds_per_fold * num_columns, most=_SHARE_FOR_FIT * seconds_left)


def _best_rounds(fits: tuple[Grown, ...]) -> int:
    """The round that was best on the mean of the folds."""
    length = min(len(one.losses) for one in fits)
    mean = np.mean([one.losses[:length] for one in fits], axis=0)
    return max(_FEWEST_ROUNDS, int(mean.argmin()) + 1)


def affordable(schedule: TreeSchedule, *, seconds: float, most: float) -> TreeSchedule:
    """The schedule, with fewer rounds of larger steps where a fit would take more than ``most`` seconds."""
    settings, coarser = schedule.settings, 1
    while seconds / coarser > most and settings.learning_rate * coarser < _LARGEST_STEP:
        coarser *= 2
    if coarser == 1:
        return schedule
    return replace(
        schedule,
        settings=replace(settings, learning_rate=settings.learning_rate * coarser),
        num_rounds=max(_FEWEST_ROUNDS, schedule.num_rounds // coarser),
    )
