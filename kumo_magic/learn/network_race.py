"""Settings of the graph network and the time for it → networks of the settings that did best, from several seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumo_magic.learn.preset import Preset
from kumo_magic.learn.race import race
from kumo_magic.learn.trial_score import trial_score
from kumo_magic.learners.architecture import NETWORK, Architecture, GraphArchitecture, sampler_of
from kumo_magic.learners.networks import Networks, steps_between_looks, train_networks
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings
from kumo_magic.learners.training import Trained, train
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify, ignore
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.folds import forward_folds
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.tasks.splits import few_enough

_MOST_HELD_OUT = 4096
_LEAST_SHARE_OF_STEPS = 0.3
_FEWEST_STEPS = 20
_COST_OF_OTHERS = 1.5
"""Seconds of a step of the other settings, on the mean, in steps of the default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedNetworks:
    """Networks of one architecture, as they were while choosing."""

    architecture: Architecture
    trained: tuple[Trained, ...]
    schedule: NetworkSchedule
    notes: tuple[str, ...] = ()

    @property
    def seconds_per_step(self) -> float:
        """The mean over all steps."""
        return sum(one.seconds for one in self.trained) / max(1, sum(one.steps for one in self.trained))


def race_networks(
    assignment: Assignment,
    bench: Workbench,
    *,
    preset: Preset,
    seconds: float,
    schedule: NetworkSchedule | None,
    budget: Budget,
    notify: Notify,
) -> TrainedNetworks:
    """Train the default; race the others while there is time for it; train the winner from several seeds.

    Args:
        assignment: What is to be learned.
        bench: Prepared as of the training cut.
        preset: What is tried, and how many networks answer together.
        seconds: Until when they and their refits must be done, of the run's clock.
        schedule: Repeat this one, and race nothing.
        budget: The clock, and the stop button.
        notify: Told of every look, and of every setting that was tried.

    Raises:
        KeyboardInterrupt: The user stopped before the first look at validation rows.
    """
    architecture = GraphArchitecture(settings=schedule.settings if schedule else preset.networks[0])

    def trained_with(one: GraphArchitecture, most: int, trained: tuple[Trained, ...] = ()) -> tuple[Trained, ...]:
        return train_networks(
            one,
            assignment,
            bench,
            most=most,
            seconds=seconds,
            schedule=schedule,
            budget=budget,
            notify=notify,
            trained=trained,
        )

    notes: tuple[str, ...] = ()
    trained = trained_with(architecture, 1)
    if schedule is None and not trained[-1].is_interrupted:
        settings, notes = _raced(assignment, bench, preset, trained[0], seconds, budget, notify)
        is_new = settings != architecture.settings
        architecture = GraphArchitecture(settings=settings)
        try:
            trained = trained_with(architecture, preset.most_networks, () if is_new else trained)
        except KeyboardInterrupt:  # before the winner was there: the default answers
            architecture = GraphArchitecture(settings=preset.networks[0])
            trained = (trained[0].interrupted(),)
    return TrainedNetworks(
        architecture=architecture,
        trained=trained,
        schedule=NetworkSchedule(
            settings=architecture.settings,
            evaluate_every=schedule.evaluate_every
            if schedule
            else steps_between_looks(assignment, architecture.settings),
            train_steps=tuple(one.steps for one in trained),
        ),
        notes=notes,
    )


def _raced(
    assignment: Assignment,
    bench: Workbench,
    preset: Preset,
    first: Trained,
    seconds: float,
    budget: Budget,
    notify: Notify,
) -> tuple[NetworkSettings, tuple[str, ...]]:
    """The winner of the portfolio, and a note of it; the default where there is no time to try others."""
    default = preset.networks[0]
    objective = bench.objective
    if len(preset.networks) == 1 or isinstance(objective, RankingObjective):
        return default, ()
    folds = forward_folds(assignment.labels, assignment.splits, preset.most_folds)[::-1]  # the newest first
    seconds_left = seconds - budget.elapsed - first.seconds * assignment.growth
    until = budget.elapsed + preset.share_for_networks * max(0.0, seconds_left)
    num_steps = _affordable_steps(first, len(preset.networks), len(folds), until - budget.elapsed)
    if num_steps == 0:
        return default, ()

    def run(settings: NetworkSettings, place: int) -> tuple[None, np.ndarray]:
        if budget.is_stopped:
            raise KeyboardInterrupt
        fold, architecture = folds[place], GraphArchitecture(settings=settings)
        sampler = sampler_of(bench.preparation, settings)
        trained = train(
            architecture.new_model(bench, fold.training, assignment.device),
            objective,
            bench.examples,
            learner=NETWORK,
            sampler=sampler,
            training_rows=fold.training,
            validation_rows=None,
            settings=settings,
            seed=assignment.seed,
            stage="train",
            max_steps=num_steps,
            evaluate_every=num_steps,
            deadline=math.inf,
            budget=budget,
            notify=ignore,
        )
        held_out = few_enough(fold.held_out, _MOST_HELD_OUT, assignment.seed)
        networks = Networks(name=NETWORK, models=(trained.model,), sampler=sampler)
        raw = networks.raw(objective, bench.examples, held_out)
        if place == 0:
            words = f"{settings.words}: {num_steps:,} steps"
            notify(trial_score(NETWORK, words, objective, raw, held_out, budget.elapsed))
        return None, objective.losses(raw, held_out)

    try:
        best, num_tried = race(preset.networks, len(folds), run, clock=lambda: budget.elapsed, until=until)
    except KeyboardInterrupt:
        return default, ()
    return best.settings, (f"Graph network: of {num_tried} settings, {best.settings.words}.",)


def _affordable_steps(first: Trained, num_settings: int, num_folds: int, seconds: float) -> int:
    """Steps of each trial: as many as were best for the default, fewer where time is short, 0 where that is too few.

    Halving runs all of the settings on one fold, half of them on the next, and the default on every one.
    """
    trials = num_folds + _COST_OF_OTHERS * sum((num_settings - 1) / 2**fold for fold in range(num_folds))
    affordable = int(seconds / trials / max(first.seconds / first.steps, 1e-6))
    wanted = max(first.best_step, _FEWEST_STEPS)
    return min(wanted, affordable) if affordable >= max(_LEAST_SHARE_OF_STEPS * wanted, _FEWEST_STEPS) else 0
