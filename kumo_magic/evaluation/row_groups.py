"""Held-out rows → the groups that are scored apart: anchor times and segments. Scores none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.evaluation.segments import Segmentation


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGroup:
    """Some of the scored rows.

    Attributes:
        column: What tells the group from others; empty for anchor times.
        value: The anchor time, NaT for rows without, or the segment's name.
        rows: Positions of its rows, int64, at least one.
    """

    column: str
    value: object
    rows: np.ndarray


def anchor_groups(rows: pd.DataFrame) -> list[RowGroup]:
    """The rows of each anchor_time, the oldest first."""
    groups = rows.groupby("anchor_time", dropna=False, sort=True).indices
    return [RowGroup(column="", value=time, rows=np.asarray(places)) for time, places in groups.items()]


def segment_groups(found: Iterable[Segmentation]) -> list[RowGroup]:
    """The rows of each segment, column by column."""
    return [
        RowGroup(column=one.column, value=name, rows=np.flatnonzero(one.codes == code))
        for one in found
        for code, name in enumerate(one.names)
    ]
