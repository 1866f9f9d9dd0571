"""Plan, labels and timeline → fitted learners. The order of things: assign, choose, refit."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

import torch

from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.learn.choose import LEARNERS, choose
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.refit import refit, without_refit
from kumo_magic.learners.cores import share_of_cores
from kumo_magic.learners.schedule import Schedule, Settings
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify
from kumo_magic.tasks.assignment import assign
from kumo_magic.timeline.timeline import Timeline


def fit(
    plan: PredictionPlan,
    labels: LabelTable,
    timeline: Timeline,
    *,
    num_to_predict: int,
    budget: Budget,
    notify: Notify,
    seed: int = 0,
    device: str = "cpu",
    schedule: Schedule | None = None,
    learners: tuple[str, ...] = LEARNERS,
) -> FittedLearners:
    """Train, choose by validation rows, score on held-out rows, refit on every closed window.

    Args:
        plan: A plan whose task can be learned.
        labels: Rows of past anchors with their splits.
        timeline: The index of time of the plan's graph.
        num_to_predict: How many rows will be predicted afterwards; their seconds are set aside.
        budget: The clock, and the stop button.
        notify: Told of every stage.
        seed: Of every random choice.
        device: Where the network lives.
        schedule: Repeat this one, whatever the clock says.
        learners: Which ones to fit. A ranking has the network alone.

    Raises:
        KeyboardInterrupt: The user stopped before anything was learned.
    """
    settings = schedule.settings if schedule else Settings()
    assignment = assign(plan, labels, timeline, seed=seed, device=device)
    with _own_random_state(seed), share_of_cores():
        chosen, trained, pace = choose(
            assignment, learners=learners, settings=settings, schedule=schedule, budget=budget, notify=notify
        )
        chosen = dataclasses.replace(chosen, notes=(*assignment.notes, *chosen.notes))
        if chosen.is_stopped:
            return without_refit(chosen)
        return refit(
            chosen,
            trained,
            assignment,
            pace,
            num_to_predict=num_to_predict * plan.forecast_steps,
            schedule=schedule,
            budget=budget,
            notify=notify,
        )


@contextlib.contextmanager
def _own_random_state(seed: int) -> Iterator[None]:
    """PyTorch's global generators, seeded here and given back as they were."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
