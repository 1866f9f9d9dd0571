"""Assignment and time → the ranker of candidate items, its rounds chosen by the validation rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kumo_magic.learners.ranker import RANKER, PairData, Ranker, grow_ranker, pair_data
from kumo_magic.learners.schedule import RankerSchedule
from kumo_magic.progress.budget import Budget
from kumo_magic.progress.events import LearnerScored, Notify
from kumo_magic.tasks.assignment import Assignment, Workbench
from kumo_magic.tasks.metrics import is_higher_better, ranking_scores
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.tasks.splits import few_enough

_MOST_ROUNDS = 500
_MOST_WATCHED = 2_000
_MOST_ROWS = 40_000
_SHARE_FOR_CANDIDATES = 0.12
_SHARE_OF_TIME = 0.3
"""Of the time that is left, for candidates and boosters together: the refit takes as long again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRanker:
    """A ranker fitted on the training rows, the schedule that repeats it, and how long its refit may take."""

    ranker: Ranker
    schedule: RankerSchedule
    seconds: float
    notes: tuple[str, ...]


def choose_ranker(
    assignment: Assignment,
    bench: Workbench,
    *,
    schedule: RankerSchedule | None,
    most_seeds: int,
    budget: Budget,
    notify: Notify,
) -> ChosenRanker:
    """Fit on the newest training rows, as many as there is time for; repeat the schedule where there is one.

    Args:
        assignment: What is to be learned.
        bench: Prepared as of the training cut.
        schedule: Repeat this one, whatever the clock says.
        most_seeds: Boosters that answer together, at most.
        budget: The clock, and the stop button.
        notify: Told of the score on validation rows.

    Raises:
        KeyboardInterrupt: The user stopped before a booster was grown.
    """
    objective = bench.objective
    assert isinstance(objective, RankingObjective)
    began, seconds_left = budget.elapsed, max(0.0, budget.left)
    watched = few_enough(assignment.splits.val, _MOST_WATCHED, assignment.seed)
    if schedule is not None:
        data = _data(assignment, bench, assignment.splits.train, schedule, lambda: False)
        ranker = _ranker(assignment, data, schedule, lambda: False)
        held_out_recall, seconds = data.recall, budget.elapsed - began
    else:
        held_out = pair_data(
            objective, bench.examples, watched, most_false=None, seed=assignment.seed, is_over=lambda: False
        )
        schedule = RankerSchedule(most_rows=_MOST_ROWS, num_rounds=_MOST_ROUNDS)
        began_reading = budget.elapsed
        read_until = began_reading + _SHARE_FOR_CANDIDATES * seconds_left
        until = read_until + (_SHARE_OF_TIME - _SHARE_FOR_CANDIDATES) * seconds_left
        data = _data(
            assignment,
            bench,
            assignment.splits.train,
            schedule,
            lambda: budget.is_stopped or budget.elapsed >= read_until,
        )
        to_read = budget.elapsed - began_reading
        ranker, schedule, to_grow = _search(
            assignment,
            data,
            held_out,
            replace(schedule, most_rows=data.num_rows),
            most_seeds=most_seeds,
            until=until,
            budget=budget,
        )
        held_out_recall, seconds = held_out.recall, assignment.growth * (to_read + to_grow)
    notify(_score(ranker, objective, bench, watched, budget.elapsed))
    return ChosenRanker(
        ranker=ranker,
        schedule=schedule,
        seconds=seconds,
        notes=(
            f"Ranker: {schedule.num_rounds:,} rounds on the candidates of {data.num_rows:,} rows; "
            f"{held_out_recall:.0%} of the labels were among the candidates.",
        ),
    )


def refit_ranker(
    assignment: Assignment, bench: Workbench, schedule: RankerSchedule, is_over: Callable[[], bool]
) -> Ranker:
    """The same settings on the newest of all label rows, with as many more rounds as there are more rows.

    What is there when it is over is of no use.
    """
    grown = replace(
        schedule,
        most_rows=round(schedule.most_rows * assignment.growth),
        num_rounds=round(schedule.num_rounds * assignment.growth),
    )
    data = _data(assignment, bench, assignment.refit_rows, grown, is_over)
    return _ranker(assignment, data, grown, is_over)


def _search(
    assignment: Assignment,
    data: PairData,
    held_out: PairData,
    schedule: RankerSchedule,
    *,
    most_seeds: int,
    until: float,
    budget: Budget,
) -> tuple[Ranker, RankerSchedule, float]:
    """The first booster up to its best round, then others from further seeds while the time lasts.

    With the seconds that the boosters of the schedule take.
    """
    began = budget.elapsed
    booster, num_rounds = grow_ranker(
        data,
        schedule.settings,
        held_out=held_out,
        num_rounds=schedule.num_rounds,
        seed=assignment.seed,
        is_over=lambda: budget.is_stopped or budget.elapsed >= until,
    )
    boosters, seconds = [booster], (budget.elapsed - began) * num_rounds / booster.current_iteration()
    while len(boosters) < most_seeds and not budget.is_stopped and budget.elapsed + seconds < until:
        another, _ = grow_ranker(
            data,
            schedule.settings,
            held_out=None,
            num_rounds=num_rounds,
            seed=assignment.seed + len(boosters),
            is_over=lambda: False,
        )
        boosters.append(another)
    found = replace(schedule, num_rounds=num_rounds, num_seeds=len(boosters))
    return Ranker(boosters=tuple(boosters), num_rounds=num_rounds), found, seconds * len(boosters)


def _ranker(assignment: Assignment, data: PairData, schedule: RankerSchedule, is_over: Callable[[], bool]) -> Ranker:
    """Boosters of all the schedule's seeds, with all its rounds."""
    grown = [
        grow_ranker(
            data,
            schedule.settings,
            held_out=None,
            num_rounds=schedule.num_rounds,
            seed=assignment.seed + place,
            is_over=is_over,
        )
        for place in range(schedule.num_seeds)
    ]
    return Ranker(boosters=tuple(booster for booster, _ in grown), num_rounds=schedule.num_rounds)


def _data(
    assignment: Assignment, bench: Workbench, rows: np.ndarray, schedule: RankerSchedule, is_over: Callable[[], bool]
) -> PairData:
    """The pairs of the newest rows."""
    assert isinstance(bench.objective, RankingObjective)
    return pair_data(
        bench.objective,
        bench.examples,
        _newest(assignment, rows, schedule.most_rows),
        most_false=schedule.settings.most_false,
        seed=assignment.seed,
        is_over=is_over,
    )


def _newest(assignment: Assignment, rows: np.ndarray, most: int) -> np.ndarray:
    """So many of the label rows at most, those of the newest anchors, in their order."""
    order = np.argsort(-assignment.labels.anchor_us[rows], kind="stable")
    return np.sort(rows[order[:most]])


def _score(
    ranker: Ranker, objective: RankingObjective, bench: Workbench, rows: np.ndarray, seconds: float
) -> LearnerScored:
    """The ranker's score on held-out rows."""
    lists = ranker.lists(objective, bench.examples, rows, objective.k)
    truth = [objective.true_items[row] for row in rows]
    scores = ranking_scores(truth, lists[:, :, 0].astype(np.int64), objective.k)
    return LearnerScored(
        learner=RANKER,
        words=f"{ranker.num_rounds:,} rounds over candidates of all channels",
        metric=objective.metric,
        score=scores[objective.metric],
        higher_is_better=is_higher_better(objective.metric),
        seconds=seconds,
    )
