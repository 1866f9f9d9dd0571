import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo_magic.learn.fuse import fuse, fuse_weights, length_to_fuse


def lists(*items: int) -> np.ndarray:
    """One row's list, best first."""
    return np.stack([np.array(items, dtype=float), -np.arange(len(items), dtype=float)], axis=-1)[None]


def test_a_learner_that_counts_alone_keeps_its_scores() -> None:
    both = {"one": lists(3, 1, 2), "two": lists(4, 5, 6)}

    assert fuse(both, {"one": 1.0, "two": 0.0}, 2).tolist() == [[[3.0, 0.0], [1.0, -1.0]]]


def test_an_item_high_in_both_lists_comes_first() -> None:
    both = {"one": lists(3, 1, 2), "two": lists(4, 1, 6)}

    assert fuse(both, {"one": 0.5, "two": 0.5}, 1)[0, 0, 0] == 1


def test_places_without_an_item_are_left_out() -> None:
    both = {"one": lists(3, -1), "two": lists(3, -1)}

    assert fuse(both, {"one": 0.5, "two": 0.5}, 2)[0, :, 0].tolist() == [3, -1]


def test_the_learner_that_is_always_right_gets_all_the_weight() -> None:
    both = {"one": lists(3, 1, 2), "two": lists(4, 1, 6)}

    assert fuse_weights(both, [np.array([4])], "MAP@1", 1) == {"one": 0.0, "two": 1.0}


@given(
    k=st.integers(1, 150), longer=st.integers(1, 250), weight=st.sampled_from([0.25, 0.5, 0.75]), seed=st.integers(0, 9)
)
def test_a_short_answer_is_the_beginning_of_a_long_one(k: int, longer: int, weight: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    one, two = random.permutation(400), random.permutation(400)
    weights = {"one": weight, "two": 1 - weight}

    def answer(k: int) -> np.ndarray:
        length = length_to_fuse(k)
        return fuse({"one": lists(*one[:length]), "two": lists(*two[:length])}, weights, k)[0]

    short, long = answer(k), answer(k + longer)
    assert short.tolist() == long[:k].tolist()
    assert (np.diff(long[:, 1]) <= 0).all()


@pytest.mark.parametrize(("k", "length"), [(1, 60), (60, 60), (61, 120), (120, 120), (121, 240), (500, 960)])
def test_lists_to_fuse_double_in_length(k: int, length: int) -> None:
    assert length_to_fuse(k) == length
