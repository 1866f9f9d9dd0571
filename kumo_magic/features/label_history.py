"""Past labels → what a row at an anchor may know of them: a label counts once its window has closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.timeline.compiled import compiled
from kumo_magic.timeline.grouping import group_by_parent
from kumo_magic.timeline.neighbours import first_unknown
from kumo_magic.timeline.times import DAY_US

_DECAYS = (0.6, 0.9)
NEWEST = (3, 5, 10, 20)
"""Of how many of the newest labels the mean is taken."""
PAST_FEATURES = (
    "last",
    "second last",
    "third last",
    "mean of past",
    "weighted mean of past",
    "count of past",
    "days since the last one closed",
    "days since the last positive one closed",
    "slowly weighted mean of past",
    *(f"mean of the last {number}" for number in NEWEST),
)
LABEL_FEATURES = (*PAST_FEATURES, "mean of the last 5 less that of 20")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelHistory:
    """Labels of past anchors, in any order.

    Attributes:
        entity_rows: int64 [labels], positions in the entity table.
        anchor_us: int64 [labels].
        closed_us: int64 [labels], when the label's window ends. It is known from then on, not from its anchor on.
        values: float64 [labels]; of labels that are sets their positions.
        members: Of labels that are sets: uint8 [labels, bytes], a bit per class; None for others.
    """

    entity_rows: np.ndarray
    anchor_us: np.ndarray
    closed_us: np.ndarray
    values: np.ndarray
    members: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> LabelHistory:
        """The labels at these positions alone, int64."""
        return LabelHistory(
            entity_rows=self.entity_rows[rows],
            anchor_us=self.anchor_us[rows],
            closed_us=self.closed_us[rows],
            values=self.values[rows] if self.members is None else np.arange(len(rows), dtype=np.float64),
            members=None if self.members is None else self.members[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedLabels:
    """Past labels by whom they belong to, in the order in which they closed. Ties go by anchor, then by value."""

    offsets: np.ndarray  # int64 [owners + 1]
    closed_us: np.ndarray  # int64 [labels]
    values: np.ndarray  # float64 [labels]

    def features(self, rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
        """The `PAST_FEATURES` of each owner, float64 [n, features]; of a row of -1 all are unknown."""
        return _features(self.offsets, self.closed_us, self.values, rows, anchor_us)


def group_labels(history: LabelHistory, owners: np.ndarray, num_owners: int) -> GroupedLabels:
    """The labels that have a value and an owner.

    Args:
        history: The labels.
        owners: int64 [labels], whom each belongs to; -1 for nobody.
        num_owners: Number of groups.
    """
    values = history.values.astype(np.float64)
    usable = np.flatnonzero(~np.isnan(values) & (owners >= 0)).astype(np.int32)
    owned_by = owners.astype(np.int32)
    if not (_ascends(history.closed_us[usable]) and _ascends(history.anchor_us[usable])):
        usable = usable[np.lexsort((history.anchor_us[usable], history.closed_us[usable]))]
    offsets, grouped = group_by_parent(owned_by, usable, num_owners)
    if _has_twins(history, owned_by, grouped):
        usable = usable[np.lexsort((values[usable], history.anchor_us[usable], history.closed_us[usable]))]
        offsets, grouped = group_by_parent(owned_by, usable, num_owners)
    return GroupedLabels(offsets=offsets, closed_us=history.closed_us[grouped].astype(np.int64), values=values[grouped])


def _ascends(times: np.ndarray) -> bool:
    return bool(np.all(times[1:] >= times[:-1]))


def _has_twins(history: LabelHistory, owners: np.ndarray, grouped: np.ndarray) -> bool:
    """Whether two labels of one owner are of the same window: then their values decide which comes first."""
    one, other = grouped[:-1], grouped[1:]
    alike = history.closed_us[one] == history.closed_us[other]
    alike &= history.anchor_us[one] == history.anchor_us[other]
    return bool(np.any(alike & (owners[one] == owners[other])))


def label_features(history: LabelHistory, num_entities: int, rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
    """The `LABEL_FEATURES` of each row, float64 [n, features], from labels with ``closed_us <= anchor_us`` alone."""
    labels = group_labels(history, history.entity_rows, num_entities)
    return own_label_features(labels, rows.astype(np.int64), anchor_us.astype(np.int64))


def own_label_features(labels: GroupedLabels, rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
    """The `LABEL_FEATURES` of each row, float64 [n, features]."""
    features = labels.features(rows, anchor_us)
    recent, long = (LABEL_FEATURES.index(f"mean of the last {number}") for number in (5, 20))
    return np.column_stack([features, features[:, recent] - features[:, long]])


@compiled
def _features(
    offsets: np.ndarray, closed_us: np.ndarray, values: np.ndarray, rows: np.ndarray, anchor_us: np.ndarray
) -> np.ndarray:
    features = np.full((len(rows), 9 + len(NEWEST)), np.nan)
    for position in range(len(rows)):
        if rows[position] < 0:
            continue
        start, end = int(offsets[rows[position]]), int(offsets[rows[position] + 1])
        stop = first_unknown(closed_us, start, end, int(anchor_us[position]))
        features[position, 5] = stop - start
        if stop == start:
            continue
        total, weighted, weights, weight = 0.0, 0.0, 0.0, 1.0
        slow_weighted, slow_weights, slow_weight = 0.0, 0.0, 1.0
        for back in range(stop - start):
            place = stop - 1 - back
            value = values[place]
            if back < 3:
                features[position, back] = value
            total += value
            weighted += weight * value
            weights += weight
            weight *= _DECAYS[0]
            slow_weighted += slow_weight * value
            slow_weights += slow_weight
            slow_weight *= _DECAYS[1]
            for window, number in enumerate(NEWEST):
                if back < number:
                    features[position, 9 + window] = total / (back + 1)
            if value > 0 and np.isnan(features[position, 7]):
                features[position, 7] = (anchor_us[position] - closed_us[place]) / DAY_US
        features[position, 3] = total / (stop - start)
        features[position, 4] = weighted / weights
        features[position, 6] = (anchor_us[position] - closed_us[stop - 1]) / DAY_US
        features[position, 8] = slow_weighted / slow_weights
    return features
