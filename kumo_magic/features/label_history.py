"""Past labels → what a row at an anchor may know of them: a label counts once its window has closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from kumo_magic.timeline.grouping import group_by_parent
from kumo_magic.timeline.neighbours import first_unknown
from kumo_magic.timeline.times import DAY_US

_DECAY = 0.6
LABEL_FEATURES = (
    "last",
    "second last",
    "third last",
    "mean of past",
    "weighted mean of past",
    "count of past",
    "days since the last one closed",
    "days since the last positive one closed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelHistory:
    """Labels of past anchors, in any order.

    Attributes:
        entity_rows: int64 [labels], positions in the entity table.
        anchor_us: int64 [labels].
        closed_us: int64 [labels], when the label's window ends. It is known from then on, not from its anchor on.
        values: float64 [labels].
    """

    entity_rows: np.ndarray
    anchor_us: np.ndarray
    closed_us: np.ndarray
    values: np.ndarray


def label_features(history: LabelHistory, num_entities: int, rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
    """The `LABEL_FEATURES` of each row, float64 [n, 8], from labels with ``closed_us <= anchor_us`` alone."""
    usable = np.flatnonzero(~np.isnan(history.values.astype(np.float64)))
    order = usable[np.lexsort((history.anchor_us[usable], history.closed_us[usable]))].astype(np.int32)
    offsets, grouped = group_by_parent(history.entity_rows.astype(np.int32), order, num_entities)
    return _features(
        offsets,
        history.closed_us[grouped].astype(np.int64),
        history.values[grouped].astype(np.float64),
        rows.astype(np.int64),
        anchor_us.astype(np.int64),
    )


@njit(cache=True, nogil=True)
def _features(
    offsets: np.ndarray, closed_us: np.ndarray, values: np.ndarray, rows: np.ndarray, anchor_us: np.ndarray
) -> np.ndarray:
    features = np.full((len(rows), 8), np.nan)
    for position in range(len(rows)):
        start, end = int(offsets[rows[position]]), int(offsets[rows[position] + 1])
        stop = first_unknown(closed_us, start, end, int(anchor_us[position]))
        features[position, 5] = stop - start
        if stop == start:
            continue
        total, weighted, weights, weight = 0.0, 0.0, 0.0, 1.0
        for back in range(stop - start):
            place = stop - 1 - back
            value = values[place]
            if back < 3:
                features[position, back] = value
            total += value
            weighted += weight * value
            weights += weight
            weight *= _DECAY
            if value > 0 and np.isnan(features[position, 7]):
                features[position, 7] = (anchor_us[position] - closed_us[place]) / DAY_US
        features[position, 3] = total / (stop - start)
        features[position, 4] = weighted / weights
        features[position, 6] = (anchor_us[position] - closed_us[stop - 1]) / DAY_US
    return features
