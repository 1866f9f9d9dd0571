"""What fitting leaves behind, ready to answer for any entity as of any later anchor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.learn.answers import Readings, answer_frame
from kumo_magic.learn.cores import share_of_cores
from kumo_magic.learn.examples import Examples
from kumo_magic.learn.objective import Objective
from kumo_magic.learn.preparation import Preparation
from kumo_magic.learn.ranking import RankingObjective
from kumo_magic.learn.schedule import Schedule
from kumo_magic.learn.scores import HeldOut
from kumo_magic.learn.training import NetworkWithHead, predict_outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedLearners:
    """Networks refitted on every closed window, with what the held-out rows said of them."""

    models: tuple[NetworkWithHead, ...]
    objective: Objective
    preparation: Preparation
    readings: Readings
    held_out: dict[str, HeldOut]  # by split
    schedule: Schedule
    is_stopped: bool
    notes: tuple[str, ...]

    def predict(
        self, rows: pd.DataFrame, entity_rows: np.ndarray, anchor_us: np.ndarray, top: int | None
    ) -> pd.DataFrame:
        """The frame for the given rows, as of each row's anchor.

        Args:
            rows: [entity key, anchor_time].
            entity_rows: Positions in the entity table, int64 [rows].
            anchor_us: Microseconds, int64 [rows].
            top: For a ranking, how many items; None for the query's own number.
        """
        examples = self.preparation.examples(entity_rows, anchor_us)
        with share_of_cores():
            outputs = self.outputs(examples, top)
        return answer_frame(self.readings, outputs, rows, self.preparation.plan)

    def outputs(self, examples: Examples, top: int | None) -> np.ndarray:
        """What the head says of the examples."""
        objective = self.objective
        if isinstance(objective, RankingObjective):
            objective = objective.for_examples(examples, top or objective.k)
        return predict_outputs(
            self.models,
            objective,
            examples,
            sampler=self.preparation.sampler,
            rows=np.arange(len(examples)),
        )
