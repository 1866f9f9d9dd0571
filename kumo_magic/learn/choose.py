"""Assignment and budget → learners that learned from the training rows, blended and scored on all held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kumo_magic.errors import OptionError
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.judge import Judgement, judge
from kumo_magic.learn.scores import Answers, answer_scores, baseline_answers
from kumo_magic.learn.tree_race import ChosenTrees, choose_trees
from kumo_magic.learners.learner import Learner
from kumo_magic.learners.networks import NETWORK, Networks, sampler_of, steps_between_looks, train_networks
from kumo_magic.learners.schedule import Schedule, Settings
from kumo_magic.learners.training import Trained
from kumo_magic.learners.trees import TREES
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import BaselineScored, LearnerScored, Notify, StageFinished, StageStarted, Stopped
from kumo_magic.progress.interrupt import despite_interrupt
from kumo_magic.tasks.assignment import Assignment, Workbench, set_up
from kumo_magic.tasks.metrics import is_higher_better
from kumo_magic.tasks.ranking import RankingObjective

SPARE_SECONDS = 1.0
_WORDS = {"trees": TREES, "network": NETWORK}
LEARNERS = tuple(_WORDS.values())


def learners_of(names: Sequence[str] | None) -> tuple[str, ...]:
    """The learners of some of the words baseline, trees and network; all of them for None.

    Raises:
        OptionError: Another word, or nothing but baselines.
    """
    if names is None:
        return LEARNERS
    chosen = [names] if isinstance(names, str) else list(names)
    for name in chosen:
        if name not in ("baseline", *_WORDS):
            raise OptionError(f"There is no learner {name!r}. Choose of baseline, trees and network.")
    if not set(chosen) & set(_WORDS):
        raise OptionError("Baselines are scored in every run; name trees, network or both as well.")
    return tuple(learner for name, learner in _WORDS.items() if name in chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Measured seconds, from which the rest of the run is planned."""

    to_set_up: float
    for_trees: float
    per_step: float
    per_row: float


def choose(
    assignment: Assignment,
    *,
    learners: tuple[str, ...],
    settings: Settings,
    schedule: Schedule | None,
    budget: Budget,
    notify: Notify,
) -> tuple[FittedLearners, tuple[Trained, ...], Pace]:
    """Fit the trees, then networks in the time that is left; blend them by the validation rows.

    Raises:
        KeyboardInterrupt: The user stopped before anything was learned.
    """
    splits = assignment.splits
    with_trees = TREES in learners and not assignment.target.is_ranking
    words = "Describing every row by what was known at its anchor time."
    notify(StageStarted(stage="trees" if with_trees else "train", words=words, seconds=budget.elapsed))
    began = budget.elapsed
    cut_us = splits.training_cut(assignment.labels.anchor_us)
    bench = set_up(assignment, cut_us=cut_us, training_rows=splits.train)
    to_set_up = budget.elapsed - began
    baselines = {name: baseline_answers(assignment, bench.examples, rows) for name, rows in splits.held_out.items()}
    _tell_baselines(assignment, baselines["val"], bench.objective.metric, budget, notify)
    trees = _trees(assignment, bench, schedule, budget, notify) if with_trees else None
    evaluate_every = schedule.evaluate_every if schedule else steps_between_looks(len(splits.train), settings)
    trained: tuple[Trained, ...] = ()
    if NETWORK in learners or trees is None:
        seconds_kept = to_set_up + (trees.seconds if trees else 0.0) + SPARE_SECONDS
        trained = _networks(assignment, bench, trees, seconds_kept, settings, schedule, budget, notify)
    fitted: list[Learner] = [] if trees is None else [trees.trees]
    if trained:
        models = tuple(one.model for one in trained)
        fitted.append(Networks(models=models, sampler=sampler_of(bench.preparation, settings)))
    began = budget.elapsed
    judgement, is_interrupted = despite_interrupt(lambda: judge(assignment, bench, tuple(fitted), baselines))
    pace = Pace(
        to_set_up=to_set_up,
        for_trees=trees.seconds if trees else 0.0,
        per_step=sum(one.seconds for one in trained) / max(1, sum(one.steps for one in trained)),
        per_row=(budget.elapsed - began) / max(1, len(splits.val) + len(splits.test)),
    )
    is_stopped = is_interrupted or budget.is_stopped or any(one.is_interrupted for one in trained)
    if is_stopped:
        notify(Stopped(stage="train", seconds=budget.elapsed))
    _tell_model(judgement, budget, notify)
    chosen = FittedLearners(
        learners=tuple(fitted),
        weights=judgement.weights,
        objective=bench.objective,
        preparation=bench.preparation,
        readings=judgement.readings,
        held_out=judgement.held_out,
        schedule=Schedule(
            settings=settings,
            evaluate_every=evaluate_every,
            train_steps=tuple(one.steps for one in trained),
            trees=trees.schedule if trees else None,
        ),
        is_stopped=is_stopped,
        notes=trees.notes if trees else (),
    )
    return chosen, trained, pace


def _trees(
    assignment: Assignment, bench: Workbench, schedule: Schedule | None, budget: Budget, notify: Notify
) -> ChosenTrees | None:
    """The trees of the race, or those of the schedule."""
    assert not isinstance(bench.objective, RankingObjective)
    if schedule is not None and schedule.trees is None:
        return None
    chosen = choose_trees(
        assignment,
        bench,
        bench.objective,
        schedule=schedule.trees if schedule else None,
        budget=budget,
        notify=notify,
    )
    words = f"{chosen.schedule.num_rounds:,} rounds with {chosen.schedule.settings.words}."
    notify(StageFinished(stage="trees", words=words, seconds=budget.elapsed))
    return chosen


def _networks(
    assignment: Assignment,
    bench: Workbench,
    trees: ChosenTrees | None,
    seconds_kept: float,
    settings: Settings,
    schedule: Schedule | None,
    budget: Budget,
    notify: Notify,
) -> tuple[Trained, ...]:
    """Networks; none where there are trees to answer and the user wants no more."""
    if trees is not None:
        if budget.is_stopped or (schedule is not None and not schedule.train_steps):
            return ()
        notify(StageStarted(stage="train", words="Passing messages along the links.", seconds=budget.elapsed))
    try:
        trained = train_networks(
            assignment,
            bench,
            seconds_kept=seconds_kept,
            settings=settings,
            schedule=schedule,
            budget=budget,
            notify=notify,
        )
    except KeyboardInterrupt:
        if trees is None:
            raise
        return ()
    notify(StageFinished(stage="train", words=_words(trained, bench.objective.metric), seconds=budget.elapsed))
    return trained


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
            words=" and ".join(parts),
            metric=held_out.primary_metric,
            score=scores[held_out.primary_metric],
            higher_is_better=is_higher_better(held_out.primary_metric),
            seconds=budget.elapsed,
        )
    )


def _words(trained: tuple[Trained, ...], metric: str) -> str:
    scores = [one.best_score for one in trained if one.best_score is not None]
    best = max(scores) if is_higher_better(metric) else min(scores)
    networks = "one network" if len(trained) == 1 else f"{len(trained)} networks from different seeds"
    return f"{sum(one.steps for one in trained):,} steps, {networks}; best {metric} on validation rows {best:.4g}."
