"""What every fitted learner can do, whatever it is made of."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import EntityObjective


class Learner(Protocol):
    """A fitted learner. Raw outputs of different learners of one objective can be averaged."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    def raw(self, objective: EntityObjective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """Raw outputs at the given rows of the examples, one entry per row: no row's depends on its company."""
        ...
