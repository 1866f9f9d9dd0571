from types import SimpleNamespace
from typing import Any

import numpy as np

from kumo_magic.tasks.folds import forward_folds
from kumo_magic.tasks.splits import Splits


def labels_at(num_anchors: int, *, rows_each: int, window: int) -> Any:
    anchor_us = np.repeat(np.arange(num_anchors) * 10, rows_each)
    return SimpleNamespace(anchor_us=anchor_us, closed_us=anchor_us + window)


def splits_by_anchor(labels: Any, val: int, test: int) -> Splits:
    anchor = labels.anchor_us // 10
    return Splits(
        train=np.flatnonzero(anchor < val), val=np.flatnonzero(anchor == val), test=np.flatnonzero(anchor == test)
    )


def test_every_training_window_has_closed_by_the_first_held_out_anchor() -> None:
    labels = labels_at(10, rows_each=60, window=20)

    folds = forward_folds(labels, splits_by_anchor(labels, 8, 9), 3)

    assert len(folds) == 3
    for fold in folds[:-1]:
        assert labels.closed_us[fold.training].max() <= labels.anchor_us[fold.held_out].min()


def test_the_last_fold_holds_the_validation_rows() -> None:
    labels = labels_at(10, rows_each=60, window=10)
    splits = splits_by_anchor(labels, 8, 9)

    last = forward_folds(labels, splits, 3)[-1]

    assert last.held_out.tolist() == splits.val.tolist()
    assert last.training.tolist() == splits.train.tolist()


def test_no_fold_touches_the_test_rows() -> None:
    labels = labels_at(10, rows_each=60, window=10)
    splits = splits_by_anchor(labels, 8, 9)

    for fold in forward_folds(labels, splits, 3):
        assert not np.isin(splits.test, np.concatenate([fold.training, fold.held_out])).any()


def test_folds_with_too_few_rows_are_left_out() -> None:
    labels = labels_at(10, rows_each=5, window=10)

    assert len(forward_folds(labels, splits_by_anchor(labels, 8, 9), 3)) == 1
