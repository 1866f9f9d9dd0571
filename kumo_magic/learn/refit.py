"""The chosen model → the same learned once more from every closed window, as fresh as its data."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from kumo_magic.learn.assignment import Assignment, Workbench, set_up
from kumo_magic.learn.budget import Budget
from kumo_magic.learn.choose import SPARE_SECONDS, Pace
from kumo_magic.learn.events import Notify, StageFinished, StageStarted, Stopped
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.schedule import Schedule
from kumo_magic.learn.training import NetworkWithHead, Trained, train

_LEAST_SHARE_OF_STEPS = 0.5
_MOST_GROWTH = 1.5
"""Steps grow with the rows up to here. More rows bear more epochs only while they are new entities or new times."""


def refit(
    chosen: FittedLearners,
    trained: Trained,
    assignment: Assignment,
    pace: Pace,
    *,
    num_to_predict: int,
    schedule: Schedule | None,
    budget: Budget,
    notify: Notify,
) -> FittedLearners:
    """About as many epochs as were best, on all label rows.

    When time or the user says no, the chosen model stays and a note says so.
    """
    num_rows = len(assignment.labels.frame)
    growth = min(num_rows / len(assignment.splits.train), _MOST_GROWTH)
    wanted = max(1, round(trained.best_step * growth))
    to_predict = pace.per_row * num_to_predict + SPARE_SECONDS
    affordable = int((budget.left - pace.to_set_up - to_predict) / max(pace.per_step, 1e-6))
    steps = schedule.refit_steps if schedule else min(wanted, affordable)
    if steps <= 0 or (schedule is None and steps < _LEAST_SHARE_OF_STEPS * wanted):
        return _kept(chosen, "The budget was too short to refit on the newest windows: the chosen model answers.")
    words = f"Learning once more from all {num_rows:,} rows, the newest included."
    notify(StageStarted(stage="refit", words=words, seconds=budget.elapsed))
    deadline = math.inf if schedule else budget.seconds - to_predict
    try:
        bench, model, refitted = _learn_again(chosen, assignment, steps, deadline, budget, notify)
    except KeyboardInterrupt:
        return _interrupted(chosen, budget, notify)
    if refitted.is_interrupted:
        return _interrupted(chosen, budget, notify)
    model.load_state_dict(refitted.weights)
    words = f"{refitted.steps:,} steps on every closed window."
    notify(StageFinished(stage="refit", words=words, seconds=budget.elapsed))
    return dataclasses.replace(
        chosen,
        model=model,
        objective=bench.objective,
        preparation=bench.preparation,
        schedule=dataclasses.replace(chosen.schedule, refit_steps=refitted.steps),
    )


def _learn_again(
    chosen: FittedLearners, assignment: Assignment, steps: int, deadline: float, budget: Budget, notify: Notify
) -> tuple[Workbench, NetworkWithHead, Trained]:
    settings = chosen.schedule.settings
    all_rows = np.arange(len(assignment.labels.frame))
    bench = set_up(assignment, settings, cut_us=assignment.prediction_us, training_rows=all_rows)
    model = bench.new_model(settings, assignment.device)
    trained = train(
        model,
        bench.objective,
        bench.examples,
        sampler=bench.preparation.sampler,
        training_rows=all_rows,
        validation_rows=None,
        settings=settings,
        seed=assignment.seed + 1,
        stage="refit",
        max_steps=steps,
        evaluate_every=steps,
        deadline=deadline,
        budget=budget,
        notify=notify,
    )
    return bench, model, trained


def _interrupted(chosen: FittedLearners, budget: Budget, notify: Notify) -> FittedLearners:
    notify(Stopped(stage="refit", seconds=budget.elapsed))
    stopped = dataclasses.replace(chosen, is_stopped=True)
    return _kept(stopped, "Stopped during the refit: the chosen model answers.")


def _kept(chosen: FittedLearners, note: str) -> FittedLearners:
    return dataclasses.replace(chosen, notes=(*chosen.notes, note))
