"""The chosen networks → the same learned once more from every closed window, as fresh as its data."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from kumo_magic.learn.assignment import Assignment, Workbench, set_up
from kumo_magic.learn.budget import Budget
from kumo_magic.learn.choose import SPARE_SECONDS, Pace
from kumo_magic.learn.events import Notify, StageFinished, StageStarted, Stopped
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.schedule import Schedule
from kumo_magic.learn.training import Trained, train

_LEAST_SHARE_OF_STEPS = 0.5


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
    """About as many epochs as were best, on all label rows.

    When time or the user says no, the chosen networks stay and a note says so.
    """
    num_rows = len(assignment.labels.frame)
    to_predict = pace.per_row * num_to_predict + SPARE_SECONDS
    if schedule is not None:
        steps, deadline = schedule.refit_steps, math.inf
    else:
        affordable = int((budget.left - pace.to_set_up - to_predict) / max(pace.per_step, 1e-6))
        steps = _affordable_steps([max(1, round(one.best_step * assignment.growth)) for one in trained], affordable)
        deadline = budget.seconds - to_predict
    if not steps:
        if schedule is not None:
            return chosen
        return _kept(chosen, "The budget was too short to refit on the newest windows: the chosen model answers.")
    words = f"Learning once more from all {num_rows:,} rows, the newest included."
    notify(StageStarted(stage="refit", words=words, seconds=budget.elapsed))
    try:
        bench, refitted = _learn_again(chosen, assignment, steps, deadline, budget, notify)
    except KeyboardInterrupt:
        return _interrupted(chosen, budget, notify)
    if refitted[-1].is_interrupted:
        return _interrupted(chosen, budget, notify)
    words = f"{sum(one.steps for one in refitted):,} steps on every closed window."
    notify(StageFinished(stage="refit", words=words, seconds=budget.elapsed))
    return dataclasses.replace(
        chosen,
        models=tuple(one.model for one in refitted),
        objective=bench.objective,
        preparation=bench.preparation,
        schedule=dataclasses.replace(chosen.schedule, refit_steps=tuple(one.steps for one in refitted)),
    )


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
    steps: tuple[int, ...],
    deadline: float,
    budget: Budget,
    notify: Notify,
) -> tuple[Workbench, list[Trained]]:
    settings = chosen.schedule.settings
    all_rows = np.arange(len(assignment.labels.frame))
    bench = set_up(assignment, settings, cut_us=assignment.prediction_us, training_rows=all_rows)
    refitted: list[Trained] = []
    for position, max_steps in enumerate(steps):
        refitted.append(
            train(
                bench.new_model(settings, assignment.device),
                bench.objective,
                bench.examples,
                sampler=bench.preparation.sampler,
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
        if budget.is_stopped or budget.elapsed >= deadline:
            break
    return bench, refitted


def _interrupted(chosen: FittedLearners, budget: Budget, notify: Notify) -> FittedLearners:
    notify(Stopped(stage="refit", seconds=budget.elapsed))
    stopped = dataclasses.replace(chosen, is_stopped=True)
    return _kept(stopped, "Stopped during the refit: the chosen model answers.")


def _kept(chosen: FittedLearners, note: str) -> FittedLearners:
    return dataclasses.replace(chosen, notes=(*chosen.notes, note))
