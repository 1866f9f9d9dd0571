"""The chosen learners → the same learned once more from every closed window, as fresh as their data."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from kumo_magic.learn.choose import SPARE_SECONDS, Pace
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learners.learner import Learner
from kumo_magic.learners.networks import NETWORK, Networks, new_model, sampler_of
from kumo_magic.learners.schedule import Schedule, TreeSchedule
from kumo_magic.learners.training import Trained, train
from kumo_magic.learners.trees import TREES, fit_trees
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify, StageFinished, StageStarted, Stopped
from kumo_magic.tasks.assignment import Assignment, Workbench, set_up
from kumo_magic.tasks.ranking import RankingObjective

_LEAST_SHARE_OF_STEPS = 0.5
_TOO_SHORT = "The budget was too short to refit on the newest windows: the chosen model answers."


def refit(
    chosen: FittedLearners,
    trained: tuple[Trained, ...],
    assignment: Assignment,
    pace: Pace,
    *,
    num_to_predict: int,
    schedule: Schedule | None,
    budget: Budget,
    notify: Notify,
) -> FittedLearners:
    """The same trees, and about as many epochs as were best, on all label rows; what counts nothing is left out.

    When time or the user says no, the chosen learners stay and a note says so.
    """
    num_rows = len(assignment.refit_rows)
    to_predict = pace.per_row * num_to_predict + SPARE_SECONDS
    trees, steps, deadline = _planned(chosen, trained, assignment, pace, to_predict, schedule, budget)
    counted = {name for name, weight in chosen.weights.items() if weight > 0}
    if (NETWORK in counted and not steps) or (TREES in counted and trees is None):
        if schedule is not None:
            return without_refit(chosen)
        return _kept(without_refit(chosen), _TOO_SHORT)
    words = f"Learning once more from all {num_rows:,} rows, the newest included."
    notify(StageStarted(stage="refit", words=words, seconds=budget.elapsed))
    try:
        bench, learners, refitted = _learn_again(chosen, assignment, trees, steps, deadline, budget, notify)
    except KeyboardInterrupt:
        return _interrupted(chosen, budget, notify)
    if any(one.is_interrupted for one in refitted):
        return _interrupted(chosen, budget, notify)
    if {learner.name for learner in learners} != counted:
        return _kept(without_refit(chosen), _TOO_SHORT)
    words = f"{', '.join(learner.name for learner in learners)} on every closed window."
    notify(StageFinished(stage="refit", words=words[:1].upper() + words[1:], seconds=budget.elapsed))
    return dataclasses.replace(
        chosen,
        learners=learners,
        objective=bench.objective,
        preparation=bench.preparation,
        schedule=dataclasses.replace(chosen.schedule, refit_steps=tuple(one.steps for one in refitted)),
    )


def _planned(
    chosen: FittedLearners,
    trained: tuple[Trained, ...],
    assignment: Assignment,
    pace: Pace,
    to_predict: float,
    schedule: Schedule | None,
    budget: Budget,
) -> tuple[TreeSchedule | None, tuple[int, ...], float]:
    """Which trees, how many steps of each network, and when they must be done."""
    trees = chosen.schedule.trees if chosen.weights.get(TREES, 0.0) > 0 else None
    if schedule is not None:
        steps = schedule.refit_steps if chosen.weights.get(NETWORK, 0.0) > 0 else ()
        return (trees if trees is None or trees.is_refitted else None), steps, math.inf
    seconds = budget.left - pace.to_set_up - to_predict - 1.2 * pace.for_trees * (trees is not None)
    if seconds < 0:
        return None, (), 0.0
    if chosen.weights.get(NETWORK, 0.0) == 0:
        return trees, (), budget.seconds - to_predict
    wanted = [max(1, round(one.best_step * assignment.growth)) for one in trained]
    return trees, _affordable_steps(wanted, int(seconds / max(pace.per_step, 1e-6))), budget.seconds - to_predict


def _affordable_steps(wanted: Sequence[int], affordable: int) -> tuple[int, ...]:
    """Steps of as many networks as there is time for; of the first alone also fewer, down to half of them."""
    steps: list[int] = []
    for one in wanted:
        if sum(steps) + one > affordable:
            break
        steps.append(one)
    if not steps and affordable >= _LEAST_SHARE_OF_STEPS * wanted[0]:
        steps.append(affordable)
    return tuple(steps)


def _learn_again(
    chosen: FittedLearners,
    assignment: Assignment,
    trees: TreeSchedule | None,
    steps: tuple[int, ...],
    deadline: float,
    budget: Budget,
    notify: Notify,
) -> tuple[Workbench, tuple[Learner, ...], list[Trained]]:
    settings = chosen.schedule.settings
    all_rows = assignment.refit_rows
    bench = set_up(assignment, cut_us=assignment.prediction_us, training_rows=all_rows)
    learners: list[Learner] = []
    if trees is not None:
        assert not isinstance(bench.objective, RankingObjective)
        again = fit_trees(
            bench.objective,
            bench.examples,
            all_rows,
            trees.settings,
            num_rounds=trees.num_rounds,
            num_seeds=trees.num_seeds,
            seed=assignment.seed,
            is_over=lambda: budget.elapsed >= deadline,
        )
        if again is not None:
            learners.append(again)
    refitted: list[Trained] = []
    for position, max_steps in enumerate(steps):
        refitted.append(
            train(
                new_model(bench, settings, assignment.device),
                bench.objective,
                bench.examples,
                sampler=sampler_of(bench.preparation, settings),
                training_rows=all_rows,
                validation_rows=None,
                settings=settings,
                seed=assignment.seed_of(position) + 1,
                stage="refit",
                max_steps=max_steps,
                evaluate_every=max_steps,
                deadline=deadline,
                budget=budget,
                notify=notify,
            )
        )
        if refitted[-1].steps < _LEAST_SHARE_OF_STEPS * max_steps and not refitted[-1].is_interrupted:
            refitted.pop()  # the deadline came: too few steps to be worth anything
        if budget.is_stopped or budget.elapsed >= deadline:
            break
    if refitted:
        models = tuple(one.model for one in refitted)
        learners.append(Networks(models=models, sampler=sampler_of(bench.preparation, settings)))
    return bench, tuple(learners), refitted


def _interrupted(chosen: FittedLearners, budget: Budget, notify: Notify) -> FittedLearners:
    notify(Stopped(stage="refit", seconds=budget.elapsed))
    stopped = dataclasses.replace(without_refit(chosen), is_stopped=True)
    return _kept(stopped, "Stopped during the refit: the chosen model answers.")


def without_refit(chosen: FittedLearners) -> FittedLearners:
    """The chosen learners as they are, their schedule saying so."""
    if chosen.schedule.trees is None:
        return chosen
    trees = dataclasses.replace(chosen.schedule.trees, is_refitted=False)
    return dataclasses.replace(chosen, schedule=dataclasses.replace(chosen.schedule, trees=trees))


def _kept(chosen: FittedLearners, note: str) -> FittedLearners:
    return dataclasses.replace(chosen, notes=(*chosen.notes, note))
