"""Label rows described as of earlier cuts → trees for questions about a future that the data do not reach up to.

A frozen row is asked as of its own anchor and described as of an earlier cut. What is known is then stale by months or
years, which no row that the learners saw was. So trees are fitted on the same labels, described as of random times
before their anchors, with how stale each description is among the features. Each tree ensemble draws other times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.features.own_columns import calendar_features
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.learn.answers import Readings, answer_frame, fit_readings
from kumo_magic.learners.schedule import TreeSettings
from kumo_magic.learners.trees import Trees, dataset, fit_trees, grow
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.assignment import entity_objective
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import EntityObjective
from kumo_magic.tasks.preparation import Preparation
from kumo_magic.tasks.splits import few_enough
from kumo_magic.tasks.target import Target, encode_target

SETTINGS = TreeSettings(learning_rate=0.05, feature_share=0.1, half_life=0.5)
_TASKS = (TaskType.BINARY, TaskType.MULTICLASS, TaskType.REGRESSION)
_LONGEST = 60  # horizons
_MOST_DRAWS = 6
_MOST_EXAMPLES = 200_000
_HELD_OUT_SHARE = 0.15
_FEWEST_ROWS = 20
_FEWEST_ROUNDS, _UNWATCHED_ROUNDS = 20, 100
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLearners:
    """Trees that know how stale their features are."""

    trees: Trees
    objective: EntityObjective
    preparation: Preparation
    readings: Readings

    def outputs(self, entity_rows: np.ndarray, anchor_us: np.ndarray, frozen_us: int) -> np.ndarray:
        """What the trees say of the rows, each as of its anchor, from what was known at the cut."""
        examples = _stale(self.preparation, entity_rows, anchor_us, np.minimum(anchor_us, frozen_us))
        return self.objective.read(self.trees.raw(self.objective, examples, np.arange(len(examples))))

    def predict(
        self, rows: pd.DataFrame, entity_rows: np.ndarray, anchor_us: np.ndarray, frozen_us: int
    ) -> pd.DataFrame:
        """The frame of the rows' outputs."""
        return answer_frame(self.readings, self.outputs(entity_rows, anchor_us, frozen_us), rows, self.preparation.plan)


def can_freeze(plan: PredictionPlan) -> bool:
    """Whether there are trees for this task; other tasks are answered as if their anchors were the cut itself."""
    return plan.is_temporal and plan.task_type in _TASKS


def fit_frozen(preparation: Preparation, labels: LabelTable, rows: np.ndarray, seed: int) -> FrozenLearners:
    """Fit on label rows, several times at different staleness; rounds and readings come from the newest anchors.

    Args:
        preparation: As of a time by which the windows of the rows have closed.
        labels: The label table.
        rows: Positions of those to learn from, int64; of very many a random share.
        seed: Of the staleness drawn, and of the trees.
    """
    drawn = _draw(preparation, labels, few_enough(rows, _MOST_EXAMPLES, seed), seed)
    objective = entity_objective(drawn.target, training_rows=np.arange(len(drawn.draw)), validation_rows=drawn.held_out)
    is_watched = min(len(drawn.training), len(drawn.held_out)) >= _FEWEST_ROWS
    num_rounds = _num_rounds(objective, drawn, seed) if is_watched else _UNWATCHED_ROUNDS
    readings = Readings(task_type=drawn.target.task_type, classes=drawn.target.classes)
    if is_watched:
        chosen = _fit(objective, drawn, drawn.training, num_rounds, seed)
        outputs = objective.read(chosen.raw(objective, drawn.examples, drawn.held_out))
        readings = fit_readings(drawn.target, outputs, drawn.held_out)
    everything = np.arange(len(drawn.draw))
    return FrozenLearners(
        trees=_fit(objective, drawn, everything, num_rounds, seed),
        objective=objective,
        preparation=preparation,
        readings=readings,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """Label rows, each once per draw of how stale it is described."""

    examples: Examples
    target: Target
    draw: np.ndarray  # int64 [examples]
    training: np.ndarray  # positions whose windows closed before the newest anchors
    held_out: np.ndarray  # positions at the newest anchors


def _draw(preparation: Preparation, labels: LabelTable, rows: np.ndarray, seed: int) -> _Drawn:
    num_draws = max(1, min(_MOST_DRAWS, _MOST_EXAMPLES // max(1, len(rows))))
    known_us = labels.anchor_us[rows]
    longest_us = min(_LONGEST * preparation.plan.horizon.approx_days * _DAY_US, np.ptp(known_us) / 2)
    repeated = np.tile(rows, num_draws)
    anchor_us = labels.anchor_us[repeated]
    staleness_us = np.random.default_rng(seed).uniform(0, longest_us, size=len(repeated))
    cut_us = _earlier_anchors(known_us, anchor_us - staleness_us)
    target = encode_target(preparation.plan, labels)
    start_us = np.quantile(known_us, 1 - _HELD_OUT_SHARE)
    return _Drawn(
        examples=_stale(preparation, labels.entity_rows[repeated], anchor_us, cut_us),
        target=Target(task_type=target.task_type, values=target.values[repeated], classes=target.classes),
        draw=np.repeat(np.arange(num_draws), len(rows)),
        training=np.flatnonzero(labels.closed_us[repeated] <= start_us),
        held_out=np.flatnonzero(anchor_us >= start_us),
    )


def _num_rounds(objective: EntityObjective, drawn: _Drawn, seed: int) -> int:
    """The round whose loss at the newest anchors is least on the mean of the draws."""
    task = objective.tree_task(SETTINGS.is_squared)
    losses = []
    for number in np.unique(drawn.draw):
        training, held_out = (rows[drawn.draw[rows] == number] for rows in (drawn.training, drawn.held_out))
        data = dataset(objective, drawn.examples, training)
        watched = dataset(objective, drawn.examples, held_out, reference=data)
        losses.append(grow(task, data, watched, SETTINGS, seed=seed + int(number), is_over=lambda: False).losses)
    length = min(len(one) for one in losses)
    return max(_FEWEST_ROUNDS, int(np.mean([one[:length] for one in losses], axis=0).argmin()) + 1)


def _fit(objective: EntityObjective, drawn: _Drawn, rows: np.ndarray, num_rounds: int, seed: int) -> Trees:
    """Boosters of every draw of the rows, which answer together."""
    parts = []
    for number in np.unique(drawn.draw):
        of_draw = rows[drawn.draw[rows] == number]
        one = fit_trees(
            objective, drawn.examples, of_draw, SETTINGS, num_rounds=num_rounds, num_seeds=1, seed=seed + int(number)
        )
        assert one is not None
        parts.append(one.boosters)
    boosters = tuple(tuple(booster for (booster,) in of_column) for of_column in zip(*parts, strict=True))
    return Trees(boosters=boosters, num_rounds=num_rounds)


def _earlier_anchors(anchor_us: np.ndarray, wanted_us: np.ndarray) -> np.ndarray:
    """The newest anchor up to each wanted time, or the oldest: few different times are described faster than many."""
    anchors = np.unique(anchor_us)
    return anchors[np.maximum(np.searchsorted(anchors, wanted_us, side="right") - 1, 0)]


def _stale(preparation: Preparation, entity_rows: np.ndarray, anchor_us: np.ndarray, cut_us: np.ndarray) -> Examples:
    """The rows as of the cuts, with how stale that is in days, and the calendar of their own anchors."""
    examples = preparation.examples(entity_rows, cut_us)
    staleness = ((anchor_us - cut_us) / _DAY_US).astype(np.float32)
    features = np.column_stack([examples.features, staleness, *calendar_features(anchor_us).columns])
    return Examples(entity_rows=entity_rows, anchor_us=anchor_us, features=features)
