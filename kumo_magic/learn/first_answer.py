"""The first learner that is fitted → an answer to look at while the run goes on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kumo_magic.labelling import Population
from kumo_magic.learn.answers import answer_frame, fit_readings
from kumo_magic.learners.learner import Learner
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import FirstAnswer, Notify
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.objective import EntityObjective

_MOST_ROWS = 200


def first_answer(
    assignment: Assignment,
    bench: Workbench,
    objective: EntityObjective,
    population: Population,
    *,
    budget: Budget,
    notify: Notify,
) -> Callable[[Learner], None]:
    """What tells the learner's answer about the first rows of the population."""

    def tell(learner: Learner) -> None:
        if not len(population.frame):
            return
        held_out = assignment.splits.val
        outputs = objective.read(learner.raw(objective, bench.examples, held_out))
        readings = fit_readings(assignment.target, outputs, held_out)
        rows, examples = bench.preparation.asked(
            population.frame.iloc[:_MOST_ROWS],
            population.entity_rows[:_MOST_ROWS],
            population.anchor_us[:_MOST_ROWS],
        )
        asked = objective.read(learner.raw(objective, examples, np.arange(len(examples))))
        score = objective.scores(outputs, held_out)[objective.metric]
        notify(
            FirstAnswer(
                learner=learner.name,
                metric=objective.metric,
                score=score,
                frame=answer_frame(readings, asked, rows, assignment.plan),
                num_asked=len(population.frame),
                seconds=budget.elapsed,
            )
        )

    return tell
