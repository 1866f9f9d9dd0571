"""Assignment and budget → learners that learned from the training rows, blended and scored on all held-out rows."""

from __future__ import annotations

from dataclasses import dataclass

from kumo_magic.labelling import Population
from kumo_magic.labelling.label_table import today_of
from kumo_magic.learn.choose_networks import choose_networks
from kumo_magic.learn.choose_ranker import ChosenRanker, choose_ranker
from kumo_magic.learn.first_answer import first_answer
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.judge import Judgement, judge
from kumo_magic.learn.label_tree_race import choose_label_trees
from kumo_magic.learn.network_race import TrainedNetworks
from kumo_magic.learn.scores import Answers, answer_scores, baseline_answers
from kumo_magic.learn.search import Search
from kumo_magic.learn.tree_race import ChosenTrees, choose_trees
from kumo_magic.learners.architecture import NETWORK, sampler_of
from kumo_magic.learners.learner import Learner
from kumo_magic.learners.linear import LINEAR, Linear, fit_linear
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.ranker import Ranker
from kumo_magic.learners.schedule import LinearSchedule, Schedule
from kumo_magic.learners.trees import TREES
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import BaselineScored, LearnerScored, Notify, StageFinished, StageStarted, Stopped
from kumo_magic.progress.interrupt import despite_interrupt
from kumo_magic.tasks.assignment import Assignment, Workbench, set_up
from kumo_magic.tasks.metrics import is_higher_better
from kumo_magic.tasks.multilabel import MultilabelObjective
from kumo_magic.tasks.objective import BinaryObjective
from kumo_magic.tasks.ranking import RankingObjective

SPARE_SECONDS = 1.0
_SECONDS_PER_ANSWER = 5e-5
_SECONDS_PER_LIST = 6e-4
"""Of all learners together, on two cores: guesses before anything is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Measured seconds, from which the rest of the run is planned."""

    to_set_up: float
    for_trees: float
    per_row: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What `choose` found."""

    fitted: FittedLearners
    networks: tuple[TrainedNetworks, ...]
    pace: Pace


def choose(assignment: Assignment, population: Population, search: Search, *, budget: Budget, notify: Notify) -> Chosen:
    """Fit the trees, then networks in the time that is left; blend them by the validation rows.

    Raises:
        KeyboardInterrupt: The user stopped before anything was learned.
    """
    splits = assignment.splits
    with_trees = TREES in search.learners and not assignment.target.is_ranking
    words = "Describing every row by what was known at its anchor time."
    with_ranker = TREES in search.learners and assignment.target.is_ranking
    stage = "trees" if with_trees or with_ranker else "train"
    notify(StageStarted(stage=stage, words=words, seconds=budget.elapsed))
    began = budget.elapsed
    cut_us = splits.training_cut(assignment.labels.anchor_us)
    bench = set_up(assignment, cut_us=cut_us, training_rows=splits.train)
    to_set_up = budget.elapsed - began
    if search.own is not None:
        search.own.new_model(bench, splits.train, assignment.device)  # a mistake in it is told before time is spent
    baselines = {name: baseline_answers(assignment, bench.examples, rows) for name, rows in splits.held_out.items()}
    _tell_baselines(assignment, baselines["val"], bench.objective.metric, budget, notify)
    trees = _trees(assignment, bench, population, search, budget, notify) if with_trees else None
    ranker = _ranker(assignment, bench, search, budget, notify) if with_ranker else None
    for_boosters = (trees.seconds if trees else 0.0) + (ranker.seconds if ranker else 0.0)
    linear = _linear(assignment, bench, search, budget, has_answer=trees is not None)
    num_to_answer = len(splits.val) + len(splits.test) + len(population.frame) * assignment.plan.forecast_steps
    to_answer = (_SECONDS_PER_LIST if assignment.target.is_ranking else _SECONDS_PER_ANSWER) * num_to_answer
    seconds_kept = to_set_up + for_boosters + to_answer + SPARE_SECONDS
    networks = choose_networks(
        assignment,
        bench,
        search,
        has_answer=trees is not None or linear is not None or ranker is not None,
        seconds=budget.seconds - seconds_kept,
        budget=budget,
        notify=notify,
    )
    fitted: list[Learner | Ranker] = [] if trees is None else [trees.trees]
    fitted += [] if ranker is None else [ranker.ranker]
    fitted += [] if linear is None else [linear]
    fitted += [
        Networks(
            name=one.architecture.name,
            models=tuple(each.model for each in one.trained),
            sampler=sampler_of(bench.preparation, one.architecture.settings),
        )
        for one in networks
    ]
    began = budget.elapsed
    judgement, is_interrupted = despite_interrupt(lambda: judge(assignment, bench, tuple(fitted), baselines))
    pace = Pace(
        to_set_up=to_set_up,
        for_trees=for_boosters,
        per_row=(budget.elapsed - began) / max(1, len(splits.val) + len(splits.test)),
    )
    was_stopped = any(each.is_interrupted for one in networks for each in one.trained)
    is_stopped = is_interrupted or budget.is_stopped or was_stopped
    if is_stopped:
        notify(Stopped(stage="train", seconds=budget.elapsed))
    _tell_model(judgement, budget, notify)
    by_name = {one.architecture.name: one.schedule for one in networks}
    own_name = None if search.own is None else search.own.name
    return Chosen(
        fitted=FittedLearners(
            learners=tuple(fitted),
            weights=judgement.weights,
            objective=bench.objective,
            preparation=bench.preparation,
            readings=judgement.readings,
            held_out=judgement.held_out,
            findings=judgement.findings,
            schedule=Schedule(
                trees=trees.schedule if trees else None,
                linear=None if linear is None else _linear_schedule(search),
                networks=by_name.get(NETWORK),
                own_networks=None if own_name is None else by_name.get(own_name),
                ranker=ranker.schedule if ranker else None,
                today=today_of(assignment.labels),
            ),
            is_stopped=is_stopped,
            notes=(
                *(trees.notes if trees else ()),
                *(ranker.notes if ranker else ()),
                *(note for one in networks for note in one.notes),
            ),
        ),
        networks=networks,
        pace=pace,
    )


def _trees(
    assignment: Assignment,
    bench: Workbench,
    population: Population,
    search: Search,
    budget: Budget,
    notify: Notify,
) -> ChosenTrees | None:
    """The trees of the race, or those of the schedule."""
    objective = bench.objective
    assert not isinstance(objective, RankingObjective)
    if search.schedule is not None and search.schedule.trees is None:
        return None
    schedule = search.schedule.trees if search.schedule else None
    on_first = first_answer(assignment, bench, objective, population, budget=budget, notify=notify)
    if isinstance(objective, MultilabelObjective):
        chosen = choose_label_trees(
            assignment,
            bench,
            objective,
            preset=search.preset,
            schedule=schedule,
            budget=budget,
            notify=notify,
            on_first=on_first,
        )
    else:
        chosen = choose_trees(
            assignment,
            bench,
            objective,
            preset=search.preset,
            schedule=schedule,
            budget=budget,
            notify=notify,
            on_first=on_first,
        )
    words = f"{chosen.schedule.num_rounds:,} rounds with {chosen.schedule.settings.words}."
    notify(StageFinished(stage="trees", words=words, seconds=budget.elapsed))
    return chosen


def _ranker(
    assignment: Assignment, bench: Workbench, search: Search, budget: Budget, notify: Notify
) -> ChosenRanker | None:
    """The ranker, or that of the schedule."""
    if search.schedule is not None and search.schedule.ranker is None:
        return None
    chosen = choose_ranker(
        assignment,
        bench,
        schedule=search.schedule.ranker if search.schedule else None,
        most_seeds=search.preset.most_tree_seeds,
        budget=budget,
        notify=notify,
    )
    notify(StageFinished(stage="trees", words=chosen.notes[0], seconds=budget.elapsed))
    return chosen


def _linear(
    assignment: Assignment, bench: Workbench, search: Search, budget: Budget, *, has_answer: bool
) -> Linear | None:
    """The linear model, where truth values are asked for and it is wanted."""
    objective, schedule = bench.objective, search.schedule
    if LINEAR not in search.learners or not isinstance(objective, BinaryObjective):
        return None
    if (schedule is not None and schedule.linear is None) or (has_answer and budget.is_stopped):
        return None
    planned = _linear_schedule(search)
    try:
        return fit_linear(objective, bench.examples, assignment.splits.train, planned, seed=assignment.seed)
    except KeyboardInterrupt:
        if not has_answer:
            raise
        return None


def _linear_schedule(search: Search) -> LinearSchedule:
    """That of the schedule which is repeated, or the default."""
    return (search.schedule and search.schedule.linear) or LinearSchedule()


def _tell_baselines(assignment: Assignment, answers: Answers, metric: str, budget: Budget, notify: Notify) -> None:
    for learner, answer in answers.items():
        scores = answer_scores(assignment.target, answer, assignment.splits.val, assignment.k)
        notify(
            BaselineScored(
                learner=learner,
                metric=metric,
                score=scores[metric],
                higher_is_better=is_higher_better(metric),
                seconds=budget.elapsed,
            )
        )


def _tell_model(judgement: Judgement, budget: Budget, notify: Notify) -> None:
    """The model's score on the validation rows, with what it is made of."""
    held_out = judgement.held_out["val"]
    learner, scores = next(iter(held_out.scores.items()))
    parts = [f"{weight:.0%} {name}" for name, weight in judgement.weights.items()]
    notify(
        LearnerScored(
            learner=learner,
            words=", ".join(parts),
            metric=held_out.primary_metric,
            score=scores[held_out.primary_metric],
            higher_is_better=is_higher_better(held_out.primary_metric),
            seconds=budget.elapsed,
        )
    )
