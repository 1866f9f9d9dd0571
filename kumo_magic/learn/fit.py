"""Plan, labels and timeline → fitted learners. The order of things: assign, choose, refit."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

import torch

from kumo_magic.labelling import Population
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.learn.choose import choose
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.refit import refit, without_refit
from kumo_magic.learn.search import Search
from kumo_magic.learners.cores import share_of_cores
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify
from kumo_magic.tasks.assignment import assign
from kumo_magic.timeline.timeline import Timeline


def fit(
    plan: PredictionPlan,
    labels: LabelTable,
    timeline: Timeline,
    population: Population,
    search: Search,
    *,
    budget: Budget,
    notify: Notify,
    seed: int = 0,
    device: str = "cpu",
) -> FittedLearners:
    """Train, choose by validation rows, score on held-out rows, refit on every closed window.

    Args:
        plan: A plan whose task can be learned.
        labels: Rows of past anchors with their splits.
        timeline: The index of time of the plan's graph.
        population: Who will be asked about afterwards; their seconds are set aside.
        search: What is to be fitted, and how widely it is searched.
        budget: The clock, and the stop button.
        notify: Told of every stage.
        seed: Of every random choice.
        device: Where networks live.

    Raises:
        KeyboardInterrupt: The user stopped before anything was learned.
    """
    assignment = assign(plan, labels, timeline, seed=seed, device=device, exclude_seen=search.exclude_seen)
    with _own_random_state(seed), share_of_cores():
        chosen = choose(assignment, population, search, budget=budget, notify=notify)
        fitted = dataclasses.replace(chosen.fitted, notes=(*assignment.notes, *chosen.fitted.notes))
        if fitted.is_stopped:
            return without_refit(fitted)
        return refit(
            dataclasses.replace(chosen, fitted=fitted),
            assignment,
            num_to_predict=len(population.frame) * plan.forecast_steps,
            schedule=search.schedule,
            budget=budget,
            notify=notify,
        )


@contextlib.contextmanager
def _own_random_state(seed: int) -> Iterator[None]:
    """PyTorch's global generators, seeded here and given back as they were."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
