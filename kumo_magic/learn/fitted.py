"""What fitting leaves behind, ready to answer for any entity as of any later anchor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumo_magic.finding import Finding
from kumo_magic.learn.answers import Readings, answer_frame
from kumo_magic.learn.blend import blend
from kumo_magic.learn.fuse import fuse, length_to_fuse
from kumo_magic.learn.scores import HeldOut
from kumo_magic.learners.cores import share_of_cores
from kumo_magic.learners.learner import Learner
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.ranker import Ranker
from kumo_magic.learners.schedule import Schedule
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import EntityObjective
from kumo_magic.tasks.preparation import Preparation
from kumo_magic.tasks.ranking import RankingObjective

_LISTS_AT_ONCE = 20_000
"""Rows whose long lists are in memory together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedLearners:
    """Learners refitted on every closed window, with what the held-out rows said of them."""

    learners: tuple[Learner | Ranker, ...]
    weights: dict[str, float]  # learner → how much it counts; they add up to 1, zero included
    objective: EntityObjective | RankingObjective
    preparation: Preparation
    readings: Readings
    held_out: dict[str, HeldOut]  # by split
    schedule: Schedule
    is_stopped: bool
    notes: tuple[str, ...]
    findings: tuple[Finding, ...] = ()  # of the run that fitted them; not saved

    def predict(
        self, rows: pd.DataFrame, entity_rows: np.ndarray, anchor_us: np.ndarray, top: int | None
    ) -> pd.DataFrame:
        """The frame for the given rows, as of each row's anchor.

        Args:
            rows: [entity key, anchor_time].
            entity_rows: Positions in the entity table, int64 [rows].
            anchor_us: Microseconds, int64 [rows].
            top: For a ranking, how many items, of classes the most probable; None for the query's own number.
        """
        rows, examples = self.preparation.asked(rows, entity_rows, anchor_us)
        with share_of_cores():
            outputs = self.outputs(examples, top)
        plan = self.preparation.plan if top is None else replace(self.preparation.plan, k=top)
        return answer_frame(self.readings, outputs, rows, plan)

    def features(self, rows: pd.DataFrame, entity_rows: np.ndarray, anchor_us: np.ndarray) -> pd.DataFrame:
        """What the learners read of the given rows: their columns, then a column per feature, NaN for unknown."""
        rows, examples = self.preparation.asked(rows, entity_rows, anchor_us)
        read = pd.DataFrame(examples.features, columns=list(self.preparation.names))
        return pd.concat([rows.reset_index(drop=True), read], axis=1)

    def outputs(self, examples: Examples, top: int | None = None) -> np.ndarray:
        """What the learners say together of the examples."""
        objective, rows = self.objective, np.arange(len(examples))
        if isinstance(objective, RankingObjective):
            asked = objective.for_examples(examples, top or objective.k)
            blocks = np.split(rows, np.arange(_LISTS_AT_ONCE, len(rows), _LISTS_AT_ONCE))
            return np.concatenate([self._lists(asked, examples, block) for block in blocks])
        counted = [learner for learner in self.learners if self.weights[learner.name] > 0]
        raw = {
            learner.name: learner.raw(objective, examples, rows)
            for learner in counted
            if not isinstance(learner, Ranker)
        }
        return objective.read(blend(raw, self.weights))

    def _lists(self, objective: RankingObjective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """The fused lists of some rows, float64 [rows, k, 2]."""
        lists = {
            learner.name: learner.lists(objective, examples, rows, length_to_fuse(objective.k))
            for learner in self.learners
            if isinstance(learner, Ranker | Networks) and self.weights[learner.name] > 0
        }
        return fuse(lists, self.weights, objective.k)
