"""Past labels that are classes → what a row at an anchor may know of them: each one's share, and the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.label_history import PAST_FEATURES, GroupedLabels, LabelHistory, group_labels
from kumo_magic.timeline.neighbours import known_mask

_MOST_CLASSES = 8
_OF_CLASS = {
    "last": "the last",
    "second last": "the second last",
    "mean of past": "share of past",
    "weighted mean of past": "weighted share of past",
    "days since the last positive one closed": "days since the last such closed",
}
_OF_ALL = ("count of past", "days since the last one closed")


def class_features(
    history: LabelHistory,
    classes: Mapping[int, object],
    *,
    num_entities: int,
    entity_rows: np.ndarray,
    anchor_us: np.ndarray,
) -> FeatureBlock:
    """Features of each row from labels that are closed by its anchor.

    Args:
        history: Labels as codes, NaN for what is no class.
        classes: Code → class of those that are told apart.
        num_entities: Number of rows of the entity table.
        entity_rows: int64 [n].
        anchor_us: int64 [n].
    """
    block = FeatureBlock(len(entity_rows))
    grouped = group_labels(history, history.entity_rows, num_entities)
    for place, (code, value) in enumerate(classes.items()):
        known = _of_code(grouped, code, entity_rows, anchor_us)
        if place == 0:
            for words in _OF_ALL:
                block.add(f"label: {words}", known[words])
        for words, name in _OF_CLASS.items():
            block.add(f"label = {value}: {name}", known[words])
    return block


def frequent_classes(history: LabelHistory, classes: tuple[object, ...], cut_us: int) -> dict[int, object]:
    """Code → class of the most frequent ones among labels that are closed by the cut, ties by code."""
    is_known = known_mask(history.closed_us, cut_us) & ~np.isnan(history.values)
    counts = np.bincount(history.values[is_known].astype(np.int64), minlength=len(classes))
    order = np.argsort(-counts, kind="stable")[:_MOST_CLASSES]
    return {int(code): classes[code] for code in order if counts[code]}


def past_classes(
    history: LabelHistory, num_classes: int, num_entities: int, entity_rows: np.ndarray, anchor_us: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How often each class was the label of a window that is closed by the anchor, and which one was the last.

    Returns:
        Counts, float64 [n, classes], and codes, int64 [n], -1 for an entity without a past.
    """
    grouped = group_labels(history, history.entity_rows, num_entities)
    counts = np.zeros((len(entity_rows), num_classes))
    last = np.full(len(entity_rows), -1, dtype=np.int64)
    for code in range(num_classes):
        known = _of_code(grouped, code, entity_rows, anchor_us)
        counts[:, code] = np.nan_to_num(known["mean of past"]) * known["count of past"]
        last[known["last"] == 1] = code
    return counts, last


def _of_code(
    grouped: GroupedLabels, code: int, entity_rows: np.ndarray, anchor_us: np.ndarray
) -> dict[str, np.ndarray]:
    """The label features of being of this class, by name."""
    one = replace(grouped, values=(grouped.values == code).astype(np.float64))
    known = one.features(entity_rows.astype(np.int64), anchor_us.astype(np.int64))
    return dict(zip(PAST_FEATURES, known.T, strict=True))
