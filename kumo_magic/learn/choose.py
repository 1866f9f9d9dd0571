"""Assignment and budget → the networks that did best on validation rows, with their scores on all held-out rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumo_magic.learn.answers import fit_readings
from kumo_magic.learn.assignment import Assignment, Workbench, set_up
from kumo_magic.learn.baselines import constant
from kumo_magic.learn.budget import Budget
from kumo_magic.learn.events import BaselineScored, Notify, StageFinished, StageStarted, Stopped
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.interrupt import despite_interrupt
from kumo_magic.learn.metrics import is_higher_better
from kumo_magic.learn.schedule import Schedule, Settings
from kumo_magic.learn.scores import NETWORK, HeldOut, Scores, baseline_scores, held_out_frame, network_scores
from kumo_magic.learn.training import Trained, predict_outputs, train

SPARE_SECONDS = 1.0
_MOST_VALIDATION_ROWS = 4096
_LOOKS_PER_EPOCH = 2
_FEWEST_STEPS_BETWEEN_LOOKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Measured seconds, from which the rest of the run is planned."""

    to_set_up: float
    per_step: float
    per_row: float


def choose(
    assignment: Assignment, *, settings: Settings, schedule: Schedule | None, budget: Budget, notify: Notify
) -> tuple[FittedLearners, tuple[Trained, ...], Pace]:
    """Train on the training rows; keep the weights that were best on the validation rows; score every held-out row.

    Raises:
        KeyboardInterrupt: The user stopped before the first look at validation rows.
    """
    splits = assignment.splits
    notify(StageStarted(stage="train", words="Encoding the tables as of the training cut.", seconds=budget.elapsed))
    began = budget.elapsed
    cut_us = splits.training_cut(assignment.labels.anchor_us)
    bench = set_up(assignment, settings, cut_us=cut_us, training_rows=splits.train)
    to_set_up = budget.elapsed - began
    baselines = {name: _baselines(assignment, bench, rows) for name, rows in splits.held_out.items()}
    _tell_baselines(baselines["val"], bench.objective.metric, budget, notify)
    evaluate_every = schedule.evaluate_every if schedule else _steps_between_looks(len(splits.train), settings)
    trained = _train_networks(
        assignment, bench, to_set_up, evaluate_every, settings=settings, schedule=schedule, budget=budget, notify=notify
    )
    notify(StageFinished(stage="train", words=_words(trained, bench.objective.metric), seconds=budget.elapsed))
    models = tuple(one.model for one in trained)
    began = budget.elapsed
    outputs, is_interrupted = despite_interrupt(
        lambda: {
            name: predict_outputs(models, bench.objective, bench.examples, sampler=bench.preparation.sampler, rows=rows)
            for name, rows in splits.held_out.items()
        }
    )
    per_row = (budget.elapsed - began) / max(1, len(splits.val) + len(splits.test))
    is_stopped = trained[-1].is_interrupted or is_interrupted
    if is_stopped:
        notify(Stopped(stage="train", seconds=budget.elapsed))
    readings = fit_readings(assignment.target, outputs["val"], splits.val)
    held_out = {}
    for name, rows in splits.held_out.items():
        scores = network_scores(assignment.target, readings, outputs[name], rows, assignment.k)
        label_rows = assignment.labels.frame.iloc[rows]
        held_out[name] = HeldOut(
            split=name,
            primary_metric=bench.objective.metric,
            scores={NETWORK: scores} | baselines[name],
            frame=held_out_frame(readings, outputs[name], label_rows, assignment.plan),
        )
    fitted = FittedLearners(
        models=models,
        objective=bench.objective,
        preparation=bench.preparation,
        readings=readings,
        held_out=held_out,
        schedule=Schedule(
            settings=settings, evaluate_every=evaluate_every, train_steps=tuple(one.steps for one in trained)
        ),
        is_stopped=is_stopped,
        notes=(),
    )
    per_step = sum(one.seconds for one in trained) / sum(one.steps for one in trained)
    return fitted, trained, Pace(to_set_up=to_set_up, per_step=per_step, per_row=per_row)


def _train_networks(
    assignment: Assignment,
    bench: Workbench,
    to_set_up: float,
    evaluate_every: int,
    *,
    settings: Settings,
    schedule: Schedule | None,
    budget: Budget,
    notify: Notify,
) -> tuple[Trained, ...]:
    """Networks from different seeds, as many as the schedule says, or as the time bears with their refits."""
    splits = assignment.splits
    validation = _sample(splits.val, _MOST_VALIDATION_ROWS, assignment.seed)
    share = 1 / (1 + assignment.growth)  # the refits take the rest
    trained: list[Trained] = []
    while True:
        position = len(trained)
        time_left = budget.left - to_set_up - SPARE_SECONDS - sum(one.seconds for one in trained) * (1 - share) / share
        if schedule is None and position > 0:
            longest = max(one.seconds for one in trained)
            if position == settings.most_networks or time_left * share < longest:
                return tuple(trained)
        try:
            one = train(
                bench.new_model(settings, assignment.device),
                bench.objective,
                bench.examples,
                sampler=bench.preparation.sampler,
                training_rows=splits.train,
                validation_rows=validation,
                settings=settings,
                seed=assignment.seed_of(position),
                stage="train",
                max_steps=schedule.train_steps[position] if schedule else None,
                evaluate_every=evaluate_every,
                deadline=math.inf if schedule else budget.elapsed + share * max(0.0, time_left),
                budget=budget,
                notify=notify,
            )
        except KeyboardInterrupt:
            if not trained:
                raise
            trained[-1] = trained[-1].interrupted()
            return tuple(trained)
        trained.append(one)
        if one.is_interrupted or (schedule is not None and len(trained) == len(schedule.train_steps)):
            return tuple(trained)


def _tell_baselines(baselines: Scores, metric: str, budget: Budget, notify: Notify) -> None:
    for learner, scores in baselines.items():
        notify(
            BaselineScored(
                learner=learner,
                metric=metric,
                score=scores[metric],
                higher_is_better=is_higher_better(metric),
                seconds=budget.elapsed,
            )
        )


def _baselines(assignment: Assignment, bench: Workbench, rows: np.ndarray) -> Scores:
    target = assignment.target
    answer = 0.0
    if not target.is_ranking:
        answer = constant(target.values[assignment.splits.train], target.task_type)
    return baseline_scores(
        target,
        bench.examples,
        rows,
        constant_answer=answer,
        history=assignment.history,
        events=assignment.item_events,
        horizon_days=assignment.plan.horizon.approx_days,
        k=assignment.k,
    )


def _words(trained: tuple[Trained, ...], metric: str) -> str:
    scores = [one.best_score for one in trained if one.best_score is not None]
    best = max(scores) if is_higher_better(metric) else min(scores)
    networks = "one network" if len(trained) == 1 else f"{len(trained)} networks from different seeds"
    return f"{sum(one.steps for one in trained):,} steps, {networks}; best {metric} on validation rows {best:.4g}."


def _steps_between_looks(num_rows: int, settings: Settings) -> int:
    return max(_FEWEST_STEPS_BETWEEN_LOOKS, num_rows // settings.batch_size // _LOOKS_PER_EPOCH)


def _sample(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """The rows, or a random share of them in their order when there are many."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, size=most, replace=False))
