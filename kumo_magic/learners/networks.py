"""An architecture, an assignment and time → networks from several seeds, trained in a row. They answer together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kumo_magic.learners.architecture import Architecture, sampler_of
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings
from kumo_magic.learners.training import NetworkWithHead, Trained, predict_outputs, predict_raw, train
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import Objective
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.tasks.splits import few_enough

_MOST_VALIDATION_ROWS = 4096
_LOOKS_PER_EPOCH = 2
_FEWEST_STEPS_BETWEEN_LOOKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """Trained networks of one architecture, whose outputs are averaged."""

    name: str
    models: tuple[NetworkWithHead, ...]
    sampler: Sampler

    def raw(self, objective: Objective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """The mean of their raw outputs at the given rows."""
        return predict_raw(self.models, objective, examples, sampler=self.sampler, rows=rows)

    def outputs(self, objective: Objective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """The same, read batch by batch: raw scores of all items would not fit in memory at once."""
        return predict_outputs(self.models, objective, examples, sampler=self.sampler, rows=rows)

    def lists(self, objective: RankingObjective, examples: Examples, rows: np.ndarray, most: int) -> np.ndarray:
        """The best of all items for the given rows, float64 [rows, most, 2]: item row and score."""
        return self.outputs(objective.for_examples(examples, most), examples, rows)


def train_networks(
    architecture: Architecture,
    assignment: Assignment,
    bench: Workbench,
    *,
    most: int,
    seconds: float,
    schedule: NetworkSchedule | None,
    budget: Budget,
    notify: Notify,
    trained: tuple[Trained, ...] = (),
) -> tuple[Trained, ...]:
    """Networks from different seeds, as many as the schedule says, or as the time bears with their refits.

    Args:
        architecture: What they are.
        assignment: What is to be learned.
        bench: Prepared as of the training cut.
        most: How many at most.
        seconds: Until when they and their refits must be done, of the run's clock.
        schedule: Repeat this one, whatever the clock says.
        budget: The clock, and the stop button.
        notify: Told of every look.
        trained: Those of the first seeds, where they are there already.

    Raises:
        KeyboardInterrupt: The user stopped before the first look at validation rows.
    """
    settings = architecture.settings
    evaluate_every = schedule.evaluate_every if schedule else steps_between_looks(assignment, settings)
    validation = few_enough(assignment.splits.val, _MOST_VALIDATION_ROWS, assignment.seed)
    share = 1 / (1 + assignment.growth)  # the refits take the rest
    done = list(trained)
    while len(done) < (len(schedule.train_steps) if schedule else most):
        position = len(done)
        time_left = seconds - budget.elapsed - sum(one.seconds for one in done) * (1 - share) / share
        if schedule is None and done and time_left * share < max(one.seconds for one in done):
            break
        try:
            one = train(
                architecture.new_model(bench, assignment.splits.train, assignment.device),
                bench.objective,
                bench.examples,
                learner=architecture.name,
                sampler=sampler_of(bench.preparation, settings),
                training_rows=assignment.splits.train,
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
            if not done:
                raise
            done[-1] = done[-1].interrupted()
            break
        done.append(one)
        if one.is_interrupted:
            break
    return tuple(done)


def steps_between_looks(assignment: Assignment, settings: NetworkSettings) -> int:
    """How often the validation rows are looked at: twice an epoch, not more often than every ten steps."""
    steps_per_epoch = len(assignment.splits.train) // settings.batch_size
    return max(_FEWEST_STEPS_BETWEEN_LOOKS, steps_per_epoch // _LOOKS_PER_EPOCH)
