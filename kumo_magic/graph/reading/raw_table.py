"""A table as its source has it: a frame, and what was decided while it was read. Knows no keys and no links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from kumo_magic.finding import Finding
from kumo_magic.graph.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """One table that was read.

    Attributes:
        frame: Its rows.
        notes: What was decided or changed on the way, one sentence each.
        guesses: What was read the likelier way where another is possible, by column.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    guesses: Mapping[str, Finding] = field(default_factory=dict)

    def told_in(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot of this table, which also says what reading decided."""
        return replace(snapshot, notes=(*self.notes, *snapshot.notes), guesses={**self.guesses, **snapshot.guesses})
