"""Assignment, workbench and time → networks from several seeds, trained in a row. They answer together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumo_magic.learners.schedule import Schedule, Settings
from kumo_magic.learners.training import NetworkWithHead, Trained, predict_outputs, predict_raw, train
from kumo_magic.model.network import GraphNetwork
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import Objective
from kumo_magic.tasks.preparation import Preparation

NETWORK = "graph network"
_MOST_VALIDATION_ROWS = 4096
_LOOKS_PER_EPOCH = 2
_FEWEST_STEPS_BETWEEN_LOOKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """Trained networks, whose outputs are averaged."""

    name = NETWORK
    models: tuple[NetworkWithHead, ...]
    sampler: Sampler

    def raw(self, objective: Objective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """The mean of their raw outputs at the given rows."""
        return predict_raw(self.models, objective, examples, sampler=self.sampler, rows=rows)

    def outputs(self, objective: Objective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """The same, read batch by batch: raw scores of all items would not fit in memory at once."""
        return predict_outputs(self.models, objective, examples, sampler=self.sampler, rows=rows)


def new_model(bench: Workbench, settings: Settings, device: str) -> NetworkWithHead:
    """An untrained network with its head, started at what the training rows suggest."""
    network = GraphNetwork(
        bench.preparation.encoded.schema,
        bench.preparation.plan.entity_table,
        bench.examples.features[bench.training_rows],
        channels=settings.channels,
        hops=settings.hops,
        dropout=settings.dropout,
    )
    return NetworkWithHead(network, bench.objective.head(settings.channels, bench.training_rows)).to(device)


def sampler_of(preparation: Preparation, settings: Settings) -> Sampler:
    """The sampler of networks with these settings."""
    return preparation.sampler(hops=settings.hops, fan_out=settings.fan_out)


def train_networks(
    assignment: Assignment,
    bench: Workbench,
    *,
    seconds_kept: float,
    settings: Settings,
    schedule: Schedule | None,
    budget: Budget,
    notify: Notify,
) -> tuple[Trained, ...]:
    """Networks from different seeds, as many as the schedule says, or as the time bears with their refits.

    Args:
        assignment: What is to be learned.
        bench: Prepared as of the training cut.
        seconds_kept: What must be left of the budget for all else that is still to come.
        settings: Of every network.
        schedule: Repeat this one, whatever the clock says.
        budget: The clock, and the stop button.
        notify: Told of every look.

    Raises:
        KeyboardInterrupt: The user stopped before the first look at validation rows.
    """
    splits = assignment.splits
    evaluate_every = schedule.evaluate_every if schedule else steps_between_looks(len(splits.train), settings)
    validation = _sample(splits.val, _MOST_VALIDATION_ROWS, assignment.seed)
    share = 1 / (1 + assignment.growth)  # the refits take the rest
    trained: list[Trained] = []
    while schedule is None or len(trained) < len(schedule.train_steps):
        position = len(trained)
        time_left = budget.left - seconds_kept - sum(one.seconds for one in trained) * (1 - share) / share
        if schedule is None and position > 0:
            longest = max(one.seconds for one in trained)
            if position == settings.most_networks or time_left * share < longest:
                break
        try:
            one = train(
                new_model(bench, settings, assignment.device),
                bench.objective,
                bench.examples,
                sampler=sampler_of(bench.preparation, settings),
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
            break
        trained.append(one)
        if one.is_interrupted:
            break
    return tuple(trained)


def steps_between_looks(num_rows: int, settings: Settings) -> int:
    """How often the validation rows are looked at: twice an epoch, not more often than every ten steps."""
    return max(_FEWEST_STEPS_BETWEEN_LOOKS, num_rows // settings.batch_size // _LOOKS_PER_EPOCH)


def _sample(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """The rows, or a random share of them in their order when there are many."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, size=most, replace=False))
