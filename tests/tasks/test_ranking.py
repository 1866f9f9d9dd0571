"""Lists of the items with the greatest scores."""

from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kumo_magic.tasks.ranking import RankingObjective


def listed(scores: np.ndarray, k: int) -> np.ndarray:
    objective: Any = SimpleNamespace(k=k)
    return RankingObjective.read(objective, scores.astype(np.float32))


@given(
    scores=arrays(np.int8, (3, 40), elements=st.integers(0, 3)),
    bounds=st.lists(st.integers(1, 40), min_size=2, max_size=2).map(sorted),
)
def test_a_short_list_of_tied_scores_is_the_beginning_of_a_long_one(scores: np.ndarray, bounds: list[int]) -> None:
    short, long = (listed(scores, k) for k in bounds)

    assert short.tolist() == long[:, : bounds[0]].tolist()
    assert (np.diff(long[:, :, 1], axis=1) <= 0).all()


def test_the_first_of_equal_items_comes_first_and_no_missing_item_is_listed() -> None:
    scores = np.array([[1.0, 2.0, 2.0, -np.inf]])

    assert listed(scores, 4)[0, :, 0].tolist() == [1, 2, 0, -1]
