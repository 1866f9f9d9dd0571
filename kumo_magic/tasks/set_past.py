"""Past labels that are sets → what a row at an anchor may know of them: of each class its shares, and the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kumo_magic.features.label_history import PAST_FEATURES, GroupedLabels, LabelHistory, group_labels

OF_CLASS = {
    "last": "in the last",
    "mean of past": "share of past",
    "weighted mean of past": "weighted share of past",
    "days since the last positive one closed": "days since the last such closed",
}
"""Features of every class, which come last and in the order of the classes."""
_OF_ALL = ("count of past", "days since the last one closed")


def packed(held: np.ndarray) -> np.ndarray:
    """Truth values [labels, classes] as a bit per class, uint8 [labels, bytes]."""
    return np.packbits(held, axis=1)


def unpacked(members: np.ndarray, num_classes: int) -> np.ndarray:
    """The opposite of `packed`: bool [labels, classes]."""
    return np.unpackbits(members, axis=1, count=num_classes).astype(bool)


def set_features(
    history: LabelHistory,
    classes: Mapping[int, object],
    *,
    num_entities: int,
    entity_rows: np.ndarray,
    anchor_us: np.ndarray,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Features of each row from labels that are closed by its anchor, float32 [n, 2 + 4 classes], and their names.

    Args:
        history: Labels that have members.
        classes: Code → class; every code from 0 on.
        num_entities: Number of rows of the entity table.
        entity_rows: int64 [n].
        anchor_us: int64 [n].
    """
    grouped = group_labels(history, history.entity_rows, num_entities)
    values = np.empty((len(entity_rows), len(_OF_ALL) + len(OF_CLASS) * len(classes)), dtype=np.float32)
    names = [f"label: {words}" for words in _OF_ALL]
    for place, (code, value) in enumerate(classes.items()):
        known = _of_code(grouped, history, code, entity_rows, anchor_us)
        if place == 0:
            values[:, : len(_OF_ALL)] = np.column_stack([known[words] for words in _OF_ALL])
        start = len(_OF_ALL) + place * len(OF_CLASS)
        values[:, start : start + len(OF_CLASS)] = np.column_stack([known[words] for words in OF_CLASS])
        names += [f"label has {value}: {words}" for words in OF_CLASS.values()]
    return values, tuple(names)


def past_sets(
    history: LabelHistory, num_classes: int, num_entities: int, entity_rows: np.ndarray, anchor_us: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many labels of an entity have closed by the anchor, how many of them held each class, and which the last did.

    Returns:
        float64 [n], float64 [n, classes], bool [n, classes].
    """
    grouped = group_labels(history, history.entity_rows, num_entities)
    num_past = np.zeros(len(entity_rows))
    counts = np.zeros((len(entity_rows), num_classes))
    last = np.zeros((len(entity_rows), num_classes), dtype=bool)
    for code in range(num_classes):
        known = _of_code(grouped, history, code, entity_rows, anchor_us)
        num_past = known["count of past"]
        counts[:, code] = np.nan_to_num(known["mean of past"]) * num_past
        last[:, code] = known["last"] == 1
    return num_past, counts, last


def _of_code(
    grouped: GroupedLabels, history: LabelHistory, code: int, entity_rows: np.ndarray, anchor_us: np.ndarray
) -> dict[str, np.ndarray]:
    """The label features of holding this class, by name; the values of the groups are positions in the history."""
    assert history.members is not None
    byte, shift = divmod(code, 8)
    held = (history.members[:, byte] >> np.uint8(7 - shift)) & 1
    one = replace(grouped, values=held[grouped.values.astype(np.int64)].astype(np.float64))
    known = one.features(entity_rows.astype(np.int64), anchor_us.astype(np.int64))
    return dict(zip(PAST_FEATURES, known.T, strict=True))
