import numpy as np

from kumo_magic.learn.fuse import fuse, fuse_weights


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
