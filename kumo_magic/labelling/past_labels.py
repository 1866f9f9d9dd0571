"""A plan → the labels of every closed window of a regular grid, up to any time. They are inputs of later anchors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kumo_magic.labelling.anchor_times import closed, grid
from kumo_magic.labelling.label_rows import label_rows
from kumo_magic.labelling.source import Source, open_source
from kumo_magic.labelling.time_span import time_span
from kumo_magic.plan.plan import PredictionPlan

_MOST_ANCHORS = 2_000
"""In either direction; windows further away are not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRows:
    """Labelled rows: int64 positions in the entity table, anchors and window ends in microseconds, and their labels."""

    entity_rows: np.ndarray
    anchor_us: np.ndarray
    closed_us: np.ndarray
    labels: pd.Series


@dataclass(kw_only=True, slots=True)
class PastLabels:
    """Labels one window apart, in both directions from an origin that never moves, each anchor computed once.

    Which labels a row may know depends on its own anchor alone, so the grid must not depend on who asks: it begins at
    a fixed time, and a longer one only adds later anchors.

    Attributes:
        plan: A plan over windows.
        origin_us: An anchor of the grid.
    """

    plan: PredictionPlan
    origin_us: int
    _source: Source | None = None
    _known_until: int | None = None
    _parts: list[PastRows] = field(default_factory=list)

    def until(self, time_us: int) -> PastRows:
        """The rows of every grid anchor whose window has closed by then, and of later ones where they are known."""
        if self._known_until is None or time_us > self._known_until:
            anchors = self._anchors(time_us)
            if self._known_until is not None:
                anchors = anchors[closed(self.plan, anchors) > self._known_until]
            if len(anchors):
                self._parts.append(self._labelled(anchors))
            self._known_until = time_us
        return _joined(self._parts)

    def at(self, anchor_us: int) -> PastRows:
        """The rows of one anchor, on the grid or not, whatever has closed."""
        return self._labelled(np.array([anchor_us], dtype=np.int64))

    def _anchors(self, time_us: int) -> np.ndarray:
        span = time_span(self.plan, self.origin_us)
        first_us = self.origin_us if span is None else span.first_us
        step = self.plan.window_length
        before = grid(self.origin_us, step, first_us, self.origin_us, most=_MOST_ANCHORS)
        after = grid(self.origin_us, step, self.origin_us + 1, time_us, most=_MOST_ANCHORS)
        anchors = np.concatenate([before, after])
        return anchors[closed(self.plan, anchors) <= time_us]

    def _labelled(self, anchors: np.ndarray) -> PastRows:
        if self._source is None:
            self._source = open_source(self.plan)
        rows = label_rows(self.plan, self._source, anchors)
        rows = rows[rows["came_true"].to_numpy(dtype=bool) & rows["label"].notna().to_numpy()]
        anchor_us = rows["anchor_us"].to_numpy(dtype=np.int64)
        return PastRows(
            entity_rows=rows["row"].to_numpy(dtype=np.int64),
            anchor_us=anchor_us,
            closed_us=closed(self.plan, anchor_us),
            labels=rows["label"].reset_index(drop=True),
        )


def _joined(parts: list[PastRows]) -> PastRows:
    if not parts:
        empty = np.empty(0, dtype=np.int64)
        return PastRows(entity_rows=empty, anchor_us=empty, closed_us=empty, labels=pd.Series(dtype=object))
    if len(parts) == 1:
        return parts[0]
    return PastRows(
        entity_rows=np.concatenate([part.entity_rows for part in parts]),
        anchor_us=np.concatenate([part.anchor_us for part in parts]),
        closed_us=np.concatenate([part.closed_us for part in parts]),
        labels=pd.concat([part.labels for part in parts], ignore_index=True),
    )
