from types import SimpleNamespace

import numpy as np
import pandas as pd

from kumo_magic.tasks.splits import Splits


def labels(entity_rows: list[int], anchors: list[int], window: int, split: list[str]) -> SimpleNamespace:
    anchor_us = np.array(anchors)
    return SimpleNamespace(
        frame=pd.DataFrame({"split": split}),
        entity_rows=np.array(entity_rows),
        anchor_us=anchor_us,
        closed_us=anchor_us + window,
    )


def test_a_training_window_that_overlaps_the_entitys_held_out_window_is_left_out() -> None:
    table = labels([0, 0, 1, 1], [10, 20, 10, 20], window=15, split=["train", "val", "train", "train"])

    splits = Splits.of(table)

    assert splits.train.tolist() == [2, 3]


def test_a_training_window_that_closes_at_the_held_out_anchor_stays() -> None:
    table = labels([0, 0], [10, 20], window=10, split=["train", "test"])

    splits = Splits.of(table)

    assert splits.train.tolist() == [0]


def test_statistics_see_nothing_after_the_first_held_out_anchor() -> None:
    table = labels([0, 1, 2], [10, 20, 30], window=5, split=["train", "val", "test"])

    assert Splits.of(table).training_cut(table.anchor_us) == 10


def test_where_entities_are_split_at_one_anchor_the_cut_is_that_anchor() -> None:
    table = labels([0, 1, 2], [10, 10, 10], window=5, split=["train", "val", "test"])

    assert Splits.of(table).training_cut(table.anchor_us) == 10
