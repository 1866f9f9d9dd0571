"""The chosen learners → the same learned once more from every closed window, as fresh as their data."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

from kumo_magic.learn.choose import SPARE_SECONDS, Chosen
from kumo_magic.learn.choose_ranker import refit_ranker
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.network_race import TrainedNetworks
from kumo_magic.learners.architecture import NETWORK, sampler_of
from kumo_magic.learners.label_trees import LabelTrees, fit_label_trees
from kumo_magic.learners.learner import Learner
from kumo_magic.learners.linear import LINEAR, Linear, fit_linear
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.ranker import RANKER, Ranker
from kumo_magic.learners.schedule import LinearSchedule, NetworkSchedule, RankerSchedule, Schedule, TreeSchedule
from kumo_magic.learners.training import Trained, train
from kumo_magic.learners.trees import TREES, Trees, fit_trees
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import Notify, StageFinished, StageStarted, Stopped
from kumo_magic.tasks.assignment import Assignment, Workbench, set_up
from kumo_magic.tasks.multilabel import MultilabelObjective
from kumo_magic.tasks.ranking import RankingObjective

_LEAST_SHARE_OF_STEPS = 0.5
_LEAST_SHARE_OF_WEIGHTS = 0.5
_TOO_SHORT = "The budget was too short to refit on the newest windows: the chosen model answers."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is fitted once more, and when it must be done."""

    trees: TreeSchedule | None
    linear: LinearSchedule | None
    ranker: RankerSchedule | None
    networks: tuple[tuple[TrainedNetworks, tuple[int, ...]], ...]  # with the steps of each
    deadline: float

    @property
    def names(self) -> set[str]:
        """Of the learners."""
        networks = {one.architecture.name for one, steps in self.networks if steps}
        trees = {TREES} if self.trees is not None else set()
        linear = {LINEAR} if self.linear is not None else set()
        ranker = {RANKER} if self.ranker is not None else set()
        return networks | trees | linear | ranker


def refit(
    chosen: Chosen,
    assignment: Assignment,
    *,
    num_to_predict: int,
    schedule: Schedule | None,
    budget: Budget,
    notify: Notify,
) -> FittedLearners:
    """The same trees, and about as many epochs as were best, on all label rows; what counts nothing is left out.

    When time or the user says no, the chosen learners stay and a note says so.
    """
    fitted = chosen.fitted
    to_predict = chosen.pace.per_row * num_to_predict + SPARE_SECONDS
    counted = {name for name, weight in fitted.weights.items() if weight > 0}
    plan = _planned(chosen, counted, assignment, to_predict, schedule, budget)
    if not _suffice(plan.names, fitted):
        return without_refit(fitted) if schedule is not None else _kept(without_refit(fitted), _TOO_SHORT)
    words = f"Learning once more from all {len(assignment.refit_rows):,} rows, the newest included."
    notify(StageStarted(stage="refit", words=words, seconds=budget.elapsed))
    try:
        bench = set_up(assignment, cut_us=assignment.prediction_us, training_rows=assignment.refit_rows)
        trees = _trees(plan, assignment, bench, budget)
        linear = _linear(plan, assignment, bench)
        ranker = _ranker(plan, assignment, bench, budget)
        networks = [
            (one, _networks(one, steps, assignment, bench, plan.deadline, budget, notify))
            for one, steps in plan.networks
        ]
    except KeyboardInterrupt:
        return _interrupted(fitted, budget, notify)
    if any(each.is_interrupted for _, trained in networks for each in trained):
        return _interrupted(fitted, budget, notify)
    learners: list[Learner | Ranker] = [one for one in (trees, linear, ranker) if one is not None]
    learners += [_learner(one, trained, bench) for one, trained in networks if trained]
    names = {learner.name for learner in learners}
    if not _suffice(names, fitted):
        return _kept(without_refit(fitted), _TOO_SHORT)
    if names != counted:
        missing = ", ".join(sorted(counted - names))
        fitted = _kept(
            fitted, f"The budget was too short to refit {missing}: {_listed(names)} answers, refitted alone."
        )
    words = f"{', '.join(learner.name for learner in learners)} on every closed window."
    notify(StageFinished(stage="refit", words=words[:1].upper() + words[1:], seconds=budget.elapsed))
    return dataclasses.replace(
        fitted,
        learners=tuple(learners),
        weights=_of_those(names, fitted.weights),
        objective=bench.objective,
        preparation=bench.preparation,
        schedule=_with_refits(fitted.schedule, networks),
    )


def _suffice(names: set[str], fitted: FittedLearners) -> bool:
    """Whether the learners of these names made most of the answer, so that they can give it without the others."""
    return sum(fitted.weights[name] for name in names) >= _LEAST_SHARE_OF_WEIGHTS


def _of_those(names: set[str], weights: dict[str, float]) -> dict[str, float]:
    """The weights with those of other learners given to the learners of these names."""
    total = sum(weights[name] for name in names)
    return {name: weight / total if name in names else 0.0 for name, weight in weights.items()}


def _listed(names: set[str]) -> str:
    return " and ".join(sorted(names))


def _planned(
    chosen: Chosen,
    counted: set[str],
    assignment: Assignment,
    to_predict: float,
    schedule: Schedule | None,
    budget: Budget,
) -> _Plan:
    """Which trees, how many steps of each network, and when they must be done."""
    trees = chosen.fitted.schedule.trees if TREES in counted else None
    linear = chosen.fitted.schedule.linear if LINEAR in counted else None
    ranker = chosen.fitted.schedule.ranker if RANKER in counted else None
    networks = [one for one in chosen.networks if one.architecture.name in counted]
    if schedule is not None:
        trees = trees if trees is None or trees.is_refitted else None
        steps = [(one, _refit_steps(schedule, one.architecture.name)) for one in networks]
        linear = linear if linear is None or linear.is_refitted else None
        ranker = ranker if ranker is None or ranker.is_refitted else None
        return _Plan(trees=trees, linear=linear, ranker=ranker, networks=tuple(steps), deadline=math.inf)
    seconds = (
        budget.left
        - chosen.pace.to_set_up
        - to_predict
        - 1.2 * chosen.pace.for_trees * (len(counted & {TREES, RANKER}))
    )
    if seconds < 0:
        return _Plan(trees=None, linear=None, ranker=None, networks=(), deadline=0.0)
    planned = []
    for place, one in enumerate(networks):
        share = seconds / (len(networks) - place)
        wanted = [max(1, round(each.best_step * assignment.growth)) for each in one.trained]
        steps = _affordable_steps(wanted, int(share / max(one.seconds_per_step, 1e-6)))
        seconds -= sum(steps) * one.seconds_per_step
        planned.append((one, steps))
    return _Plan(
        trees=trees, linear=linear, ranker=ranker, networks=tuple(planned), deadline=budget.seconds - to_predict
    )


def _refit_steps(schedule: Schedule, name: str) -> tuple[int, ...]:
    of_kind = schedule.networks if name == NETWORK else schedule.own_networks
    return of_kind.refit_steps if of_kind else ()


def _affordable_steps(wanted: Sequence[int], affordable: int) -> tuple[int, ...]:
    """Steps of as many networks as there is time for; of the first alone also fewer, down to half of them."""
    steps: list[int] = []
    for one in wanted:
        if sum(steps) + one > affordable:
            break
        steps.append(one)
    if not steps and affordable >= _LEAST_SHARE_OF_STEPS * wanted[0]:
        steps.append(affordable)
    return tuple(steps)


def _trees(plan: _Plan, assignment: Assignment, bench: Workbench, budget: Budget) -> Trees | LabelTrees | None:
    if plan.trees is None:
        return None
    assert not isinstance(bench.objective, RankingObjective)
    settings, num_rounds, num_seeds = plan.trees.settings, plan.trees.num_rounds, plan.trees.num_seeds
    if isinstance(bench.objective, MultilabelObjective):
        trees = fit_label_trees(
            bench.objective,
            bench.examples,
            assignment.refit_rows,
            settings,
            num_rounds=num_rounds,
            num_seeds=num_seeds,
            seed=assignment.seed,
            is_over=lambda: budget.elapsed >= plan.deadline or budget.is_stopped,
        )
        if trees is None and budget.is_stopped:
            raise KeyboardInterrupt
        return trees
    return fit_trees(
        bench.objective,
        bench.examples,
        assignment.refit_rows,
        settings,
        num_rounds=num_rounds,
        num_seeds=num_seeds,
        seed=assignment.seed,
        is_over=lambda: budget.elapsed >= plan.deadline,
    )


def _ranker(plan: _Plan, assignment: Assignment, bench: Workbench, budget: Budget) -> Ranker | None:
    """The ranker; None where none is planned.

    Raises:
        KeyboardInterrupt: The user stopped while it grew.
    """
    if plan.ranker is None:
        return None
    ranker = refit_ranker(assignment, bench, plan.ranker, lambda: budget.is_stopped)
    if budget.is_stopped:
        raise KeyboardInterrupt
    return ranker


def _linear(plan: _Plan, assignment: Assignment, bench: Workbench) -> Linear | None:
    if plan.linear is None:
        return None
    assert not isinstance(bench.objective, RankingObjective)
    return fit_linear(bench.objective, bench.examples, assignment.refit_rows, plan.linear, seed=assignment.seed)


def _networks(
    networks: TrainedNetworks,
    steps: tuple[int, ...],
    assignment: Assignment,
    bench: Workbench,
    deadline: float,
    budget: Budget,
    notify: Notify,
) -> list[Trained]:
    """Of so many steps each; one that the deadline cut to less than half of them is left out."""
    architecture, trained = networks.architecture, []
    for position, max_steps in enumerate(steps):
        one = train(
            architecture.new_model(bench, assignment.refit_rows, assignment.device),
            bench.objective,
            bench.examples,
            learner=architecture.name,
            sampler=sampler_of(bench.preparation, architecture.settings),
            training_rows=assignment.refit_rows,
            validation_rows=None,
            settings=architecture.settings,
            seed=assignment.seed_of(position) + 1,
            stage="refit",
            max_steps=max_steps,
            evaluate_every=max_steps,
            deadline=deadline,
            budget=budget,
            notify=notify,
        )
        if one.steps >= _LEAST_SHARE_OF_STEPS * max_steps or one.is_interrupted:
            trained.append(one)
        if budget.is_stopped or budget.elapsed >= deadline:
            break
    return trained


def _learner(networks: TrainedNetworks, trained: Sequence[Trained], bench: Workbench) -> Networks:
    return Networks(
        name=networks.architecture.name,
        models=tuple(one.model for one in trained),
        sampler=sampler_of(bench.preparation, networks.architecture.settings),
    )


def _with_refits(schedule: Schedule, networks: Sequence[tuple[TrainedNetworks, Sequence[Trained]]]) -> Schedule:
    """The schedule with the steps of the refitted networks."""
    steps = {one.architecture.name: tuple(each.steps for each in trained) for one, trained in networks}

    def refitted(planned: NetworkSchedule | None, names: set[str]) -> NetworkSchedule | None:
        found = next((steps[name] for name in names if name in steps), ())
        return None if planned is None else dataclasses.replace(planned, refit_steps=found)

    return dataclasses.replace(
        schedule,
        networks=refitted(schedule.networks, {NETWORK}),
        own_networks=refitted(schedule.own_networks, set(steps) - {NETWORK}),
    )


def _interrupted(fitted: FittedLearners, budget: Budget, notify: Notify) -> FittedLearners:
    notify(Stopped(stage="refit", seconds=budget.elapsed))
    stopped = dataclasses.replace(without_refit(fitted), is_stopped=True)
    return _kept(stopped, "Stopped during the refit: the chosen model answers.")


def without_refit(fitted: FittedLearners) -> FittedLearners:
    """The learners as they are, their schedule saying so."""
    trees, linear, ranker = (
        None if one is None else dataclasses.replace(one, is_refitted=False)
        for one in (fitted.schedule.trees, fitted.schedule.linear, fitted.schedule.ranker)
    )
    return dataclasses.replace(
        fitted, schedule=dataclasses.replace(fitted.schedule, trees=trees, linear=linear, ranker=ranker)
    )


def _kept(fitted: FittedLearners, note: str) -> FittedLearners:
    return dataclasses.replace(fitted, notes=(*fitted.notes, note))
