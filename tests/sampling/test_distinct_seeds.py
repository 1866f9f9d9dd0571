import numpy as np

from kumo_magic.sampling.distinct_seeds import distinct_seeds


def test_each_pair_comes_once_in_the_order_given_and_every_row_knows_its_own() -> None:
    rows, anchor_us = np.array([7, 2, 7, 7, 2]), np.array([50, 50, 50, 40, 50])

    seeds = distinct_seeds(rows, anchor_us)

    assert seeds.rows.tolist() == [7, 2, 7]
    assert seeds.anchor_us.tolist() == [50, 50, 40]
    assert seeds.seed_of_row.tolist() == [0, 1, 0, 2, 1]


def test_no_rows_have_no_seeds() -> None:
    seeds = distinct_seeds(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))

    assert (len(seeds.rows), len(seeds.anchor_us), len(seeds.seed_of_row)) == (0, 0, 0)
