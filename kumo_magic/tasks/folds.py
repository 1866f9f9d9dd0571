"""Label rows → forward folds: learn from what was known by then, look at what came next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.tasks.splits import Splits

_FEWEST_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Positions of label rows, int64. Every training window has closed by the first held-out anchor."""

    training: np.ndarray
    held_out: np.ndarray


def forward_folds(labels: LabelTable, splits: Splits, most: int) -> tuple[Fold, ...]:
    """Up to ``most`` folds, the oldest first; the last one learns from all training rows and holds the validation rows.

    Earlier ones hold as many training anchors as the validation split has. They are left out where too few rows would
    remain, and where entities rather than times are held out.
    """
    last = Fold(training=splits.train, held_out=splits.val)
    anchor_us = labels.anchor_us
    if anchor_us[splits.val].min(initial=np.iinfo(np.int64).max) <= anchor_us[splits.train].max():
        return (last,)
    anchors = np.unique(anchor_us[splits.train])
    size = max(1, len(np.unique(anchor_us[splits.val])))
    folds = [last]
    while len(folds) < most and len(anchors) > size:
        anchors, block = anchors[:-size], anchors[-size:]
        held_out = splits.train[np.isin(anchor_us[splits.train], block)]
        is_closed = (labels.closed_us <= block[0]) & (anchor_us < block[0])
        training = splits.train[is_closed[splits.train]]
        if min(len(training), len(held_out)) < _FEWEST_ROWS:
            break
        folds.append(Fold(training=training, held_out=held_out))
    return tuple(reversed(folds))
