"""Assignment and budget → the model that did best on the validation rows, with its scores on every held-out row."""

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
from kumo_magic.learn.metrics import is_higher_better
from kumo_magic.learn.schedule import Schedule, Settings
from kumo_magic.learn.scores import NETWORK, HeldOut, Scores, baseline_scores, held_out_frame, network_scores
from kumo_magic.learn.training import NetworkWithHead, Trained, predict_outputs, train

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
) -> tuple[FittedLearners, Trained, Pace]:
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
    metric = bench.objective.metric
    for learner, scores in baselines["val"].items():
        notify(
            BaselineScored(
                learner=learner,
                metric=metric,
                score=scores[metric],
                higher_is_better=is_higher_better(metric),
                seconds=budget.elapsed,
            )
        )
    evaluate_every = schedule.evaluate_every if schedule else _steps_between_looks(len(splits.train), settings)
    time_to_train = max(0.0, budget.left - to_set_up - SPARE_SECONDS)
    # The refit takes as many epochs on more rows; together they fill the time.
    share = len(splits.train) / (len(splits.train) + len(assignment.labels.frame))
    model = bench.new_model(settings, assignment.device)
    trained = train(
        model,
        bench.objective,
        bench.examples,
        sampler=bench.preparation.sampler,
        training_rows=splits.train,
        validation_rows=_sample(splits.val, _MOST_VALIDATION_ROWS, assignment.seed),
        settings=settings,
        seed=assignment.seed,
        stage="train",
        max_steps=schedule.train_steps if schedule else None,
        evaluate_every=evaluate_every,
        deadline=math.inf if schedule else budget.elapsed + share * time_to_train,
        budget=budget,
        notify=notify,
    )
    model.load_state_dict(trained.weights)
    words = (
        f"{trained.steps:,} steps; best {metric} on validation rows {trained.best_score:.4g}, at {trained.best_step:,}."
    )
    notify(StageFinished(stage="train", words=words, seconds=budget.elapsed))
    if trained.is_interrupted:
        notify(Stopped(stage="train", seconds=budget.elapsed))
    began = budget.elapsed
    outputs = {name: _outputs(model, bench, rows) for name, rows in splits.held_out.items()}
    per_row = (budget.elapsed - began) / max(1, len(splits.val) + len(splits.test))
    readings = fit_readings(assignment.target, outputs["val"], splits.val)
    held_out = {}
    for name, rows in splits.held_out.items():
        scores = network_scores(assignment.target, readings, outputs[name], rows, assignment.k)
        label_rows = assignment.labels.frame.iloc[rows]
        held_out[name] = HeldOut(
            split=name,
            primary_metric=metric,
            scores={NETWORK: scores} | baselines[name],
            frame=held_out_frame(readings, outputs[name], label_rows, assignment.plan),
        )
    fitted = FittedLearners(
        model=model,
        objective=bench.objective,
        preparation=bench.preparation,
        readings=readings,
        held_out=held_out,
        schedule=Schedule(settings=settings, train_steps=trained.steps, evaluate_every=evaluate_every, refit_steps=0),
        is_stopped=trained.is_interrupted,
        notes=(),
    )
    return fitted, trained, Pace(to_set_up=to_set_up, per_step=trained.seconds_per_step, per_row=per_row)


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


def _outputs(model: NetworkWithHead, bench: Workbench, rows: np.ndarray) -> np.ndarray:
    return predict_outputs(model, bench.objective, bench.examples, sampler=bench.preparation.sampler, rows=rows)


def _steps_between_looks(num_rows: int, settings: Settings) -> int:
    return max(_FEWEST_STEPS_BETWEEN_LOOKS, num_rows // settings.batch_size // _LOOKS_PER_EPOCH)


def _sample(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """The rows, or a random share of them in their order when there are many."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, size=most, replace=False))
