"""Scores at each length are those of a list cut there."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.learn.at_k import ALL, row_groups, scores_at_k
from kumo_magic.tasks.metrics import ranking_row_scores

TRUTH = [np.array([1, 2]), np.array([7]), np.array([3, 4, 5])]
LISTS = np.array([[2, 9, 1], [0, 7, -1], [8, 9, 0]])


def test_each_length_scores_as_a_list_cut_there() -> None:
    found = scores_at_k(TRUTH, {"ranker": LISTS}, 3, {ALL: np.arange(3)})[ALL]

    assert (found.ks, found.num_rows) == ((1, 2, 3), 3)
    for place, k in enumerate(found.ks):
        for name, values in ranking_row_scores(TRUTH, LISTS, k).items():
            assert found.scores["ranker"][name.split("@")[0]][place] == pytest.approx(values.mean())


def test_lists_shorter_than_k_score_as_they_are() -> None:
    found = scores_at_k(TRUTH, {"ranker": LISTS}, 5, {ALL: np.arange(3)})[ALL]

    assert found.scores["ranker"]["recall"][-1] == found.scores["ranker"]["recall"][2]


def test_groups_are_all_rows_segments_and_anchor_times() -> None:
    times = pd.Series(pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-01"]))

    groups = row_groups(times, np.array(["cold", "warm", "cold"]))

    assert {name: rows.tolist() for name, rows in groups.items()} == {
        ALL: [0, 1, 2],
        "cold": [0, 2],
        "warm": [1],
        "2024-01-01T00:00:00": [0],
        "2024-02-01T00:00:00": [1, 2],
    }
    assert list(row_groups(times.iloc[1:].reset_index(drop=True))) == [ALL]
