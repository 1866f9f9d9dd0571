"""Time for networks → ours, and the user's own beside them, trained on the training rows."""

from __future__ import annotations

from collections.abc import Sequence

from kumo_magic.learn.network_race import TrainedNetworks, race_networks
from kumo_magic.learn.search import Search
from kumo_magic.learners.architecture import NETWORK
from kumo_magic.learners.networks import steps_between_looks, train_networks
from kumo_magic.learners.own_network import OwnArchitecture
from kumo_magic.learners.schedule import NetworkSchedule, Schedule
from kumo_magic.learners.training import Trained
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify, StageFinished, StageStarted
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.metrics import is_higher_better

_SHARE_OF_OURS = 0.5
"""Of the time, where there is a network of the user's own too."""


def choose_networks(
    assignment: Assignment,
    bench: Workbench,
    search: Search,
    *,
    has_answer: bool,
    seconds: float,
    budget: Budget,
    notify: Notify,
) -> tuple[TrainedNetworks, ...]:
    """What was trained; nothing where something else can answer and the user wants no more.

    Args:
        assignment: What is to be learned.
        bench: Prepared as of the training cut.
        search: What is wanted.
        has_answer: Whether another learner is fitted already.
        seconds: Until when all networks and their refits must be done, of the run's clock.
        budget: The clock, and the stop button.
        notify: Told of everything.

    Raises:
        KeyboardInterrupt: The user stopped before there was anything to answer with.
    """
    schedule = search.schedule
    wants_ours = NETWORK in search.learners and (schedule is None or schedule.networks is not None)
    wants_own = search.own is not None and (schedule is None or schedule.own_networks is not None)
    if not (wants_ours or wants_own) or (has_answer and budget.is_stopped):
        return ()
    if has_answer:
        notify(StageStarted(stage="train", words="Passing messages along the links.", seconds=budget.elapsed))
    done: list[TrainedNetworks] = []
    try:
        if wants_ours:
            share = _SHARE_OF_OURS if wants_own else 1.0
            ours = race_networks(
                assignment,
                bench,
                preset=search.preset,
                seconds=budget.elapsed + share * (seconds - budget.elapsed),
                schedule=schedule.networks if schedule else None,
                budget=budget,
                notify=notify,
            )
            done.append(ours)
        if wants_own and not budget.is_stopped and not any(one.is_interrupted for one in _all(done)):
            assert search.own is not None
            to_refit = assignment.growth * sum(one.seconds for one in _all(done))
            done.append(_own(assignment, bench, search.own, seconds - to_refit, schedule, budget, notify))
    except KeyboardInterrupt:
        if not has_answer and not done:
            raise
    if done:
        words = "; ".join(_words(one, bench.objective.metric) for one in done)
        notify(StageFinished(stage="train", words=f"{words}.", seconds=budget.elapsed))
    return tuple(done)


def _own(
    assignment: Assignment,
    bench: Workbench,
    own: OwnArchitecture,
    seconds: float,
    schedule: Schedule | None,
    budget: Budget,
    notify: Notify,
) -> TrainedNetworks:
    """One network of the user's module."""
    planned = schedule.own_networks if schedule else None
    trained = train_networks(
        own, assignment, bench, most=1, seconds=seconds, schedule=planned, budget=budget, notify=notify
    )
    evaluate_every = planned.evaluate_every if planned else steps_between_looks(assignment, own.settings)
    return TrainedNetworks(
        architecture=own,
        trained=trained,
        schedule=NetworkSchedule(
            settings=own.settings, evaluate_every=evaluate_every, train_steps=tuple(one.steps for one in trained)
        ),
    )


def _all(networks: Sequence[TrainedNetworks]) -> list[Trained]:
    return [each for one in networks for each in one.trained]


def _words(networks: TrainedNetworks, metric: str) -> str:
    trained = networks.trained
    scores = [one.best_score for one in trained if one.best_score is not None]
    best = max(scores) if is_higher_better(metric) else min(scores)
    number = "one network" if len(trained) == 1 else f"{len(trained)} networks from different seeds"
    steps = f"{sum(one.steps for one in trained):,} steps"
    return f"{networks.architecture.name}: {steps}, {number}; best {metric} on validation rows {best:.4g}"
