"""Learners and their labels → trees for questions about a future that the data do not reach up to.

A frozen row is asked as of its own anchor and described as of an earlier cut. What is known is then stale by months or
years, which no row that the learners saw was. So trees are fitted on the same labels, described as of random times
before their anchors, with how stale each description is among the features.
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
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import BinaryObjective, ClassObjective, EntityObjective, RegressionObjective
from kumo_magic.tasks.preparation import Preparation
from kumo_magic.tasks.target import Target, encode_target

_TASKS = (TaskType.BINARY, TaskType.MULTICLASS, TaskType.REGRESSION)
_LONGEST = 60  # horizons
_COPIES = 2
_MOST_EXAMPLES = 200_000
_HELD_OUT_SHARE = 0.15
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLearners:
    """Trees that know how stale their features are."""

    trees: Trees
    objective: EntityObjective
    preparation: Preparation
    readings: Readings

    def predict(
        self, rows: pd.DataFrame, entity_rows: np.ndarray, anchor_us: np.ndarray, frozen_us: int
    ) -> pd.DataFrame:
        """The frame for the given rows, each as of its anchor, from what was known at the cut."""
        examples = _stale(self.preparation, entity_rows, anchor_us, np.minimum(anchor_us, frozen_us))
        raw = self.trees.raw(self.objective, examples, np.arange(len(examples)))
        return answer_frame(self.readings, self.objective.read(raw), rows, self.preparation.plan)


def can_freeze(plan: PredictionPlan) -> bool:
    """Whether there are trees for this task; other tasks are answered as if their anchors were the cut itself."""
    return plan.is_temporal and plan.task_type in _TASKS


def fit_frozen(preparation: Preparation, labels: LabelTable, seed: int) -> FrozenLearners:
    """Fit on every label row, several times at different staleness; rounds and readings come from the newest anchors.

    Args:
        preparation: As of the cut of the learners.
        labels: What they learned from.
        seed: Of the staleness drawn, and of the trees.
    """
    target = encode_target(preparation.plan, labels)
    random = np.random.default_rng(seed)
    num_copies = max(1, min(_COPIES, _MOST_EXAMPLES // max(1, len(labels.anchor_us))))
    rows = np.tile(np.arange(len(labels.anchor_us)), num_copies)
    anchor_us = labels.anchor_us[rows]
    longest_us = min(_LONGEST * preparation.plan.horizon.approx_days * _DAY_US, np.ptp(labels.anchor_us) / 2)
    cut_us = _earlier_anchors(labels.anchor_us, anchor_us - random.uniform(0, longest_us, size=len(rows)))
    examples = _stale(preparation, labels.entity_rows[rows], anchor_us, cut_us)
    start_us = np.quantile(labels.anchor_us, 1 - _HELD_OUT_SHARE)
    training = np.flatnonzero(labels.closed_us[rows] <= start_us)
    held_out = np.flatnonzero(anchor_us >= start_us)
    values = target.values[rows]
    objective = _objective(target, values, held_out, training)
    settings = TreeSettings()
    task = objective.tree_task(settings.is_squared)
    data = dataset(objective, examples, training, settings)
    watched = dataset(objective, examples, held_out, settings, reference=data)
    num_rounds = max(20, grow(task, data, watched, settings, seed=seed, is_over=lambda: False).best_round)

    def fit(used: np.ndarray) -> Trees:
        trees = fit_trees(objective, examples, used, settings, num_rounds=num_rounds, num_seeds=2, seed=seed)
        assert trees is not None
        return trees

    outputs = objective.read(fit(training).raw(objective, examples, held_out))
    repeated = Target(task_type=target.task_type, values=values, classes=target.classes)
    return FrozenLearners(
        trees=fit(np.arange(len(rows))),
        objective=objective,
        preparation=preparation,
        readings=fit_readings(repeated, outputs, held_out),
    )


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


def _objective(target: Target, values: np.ndarray, held_out: np.ndarray, training: np.ndarray) -> EntityObjective:
    match target.task_type:
        case TaskType.BINARY:
            return BinaryObjective(values, held_out)
        case TaskType.MULTICLASS:
            return ClassObjective(values, len(target.classes))
        case _:
            return RegressionObjective(values, training)
