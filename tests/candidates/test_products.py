import numpy as np
import pytest
from scipy import sparse

from kumo_magic.candidates.products import best_of_product, keys_of, product_at


def drawn(seed: int, density: float = 0.4) -> tuple[sparse.csr_array, sparse.csr_array]:
    random = np.random.default_rng(seed)
    values = random.integers(1, 4, 7 * 9).astype(float), random.integers(1, 4, 9 * 60).astype(float)
    left, right = values[0].reshape(7, 9), values[1].reshape(9, 60)
    left[random.random(left.shape) > density] = 0
    right[random.random(right.shape) > density] = 0
    return sparse.csr_array(left), sparse.csr_array(right)


@pytest.mark.parametrize("density", [0.02, 0.1, 0.6])
@pytest.mark.parametrize("most", [1, 3, 100])
def test_the_best_of_each_row_are_those_of_the_whole_product(most: int, density: float) -> None:
    for seed in range(20):
        left, right = drawn(seed, density)
        whole = (left @ right).toarray()
        expected = np.zeros_like(whole)
        for row, values in enumerate(whole):
            best = np.argsort(-values, kind="stable")[:most]  # of equals the first columns
            expected[row, best] = values[best]

        np.testing.assert_array_equal(best_of_product(left, right, most).toarray(), expected)


def test_the_diagonal_can_be_left_out() -> None:
    left, _ = drawn(1)
    square = sparse.csr_array(left @ left.T)

    found = best_of_product(left, sparse.csr_array(left.T), 100, without_diagonal=True).toarray()

    np.testing.assert_array_equal(found, square.toarray() - np.diag(square.diagonal()))


def test_entries_at_given_places_are_those_of_the_whole_product() -> None:
    left, right = drawn(3)
    whole = (left @ right).toarray()
    rows = np.repeat(np.arange(7), 3)
    columns = np.tile([5, -1, 59], 7)

    found = product_at(left, right, rows, columns)

    np.testing.assert_array_equal(found, np.where(columns >= 0, whole[rows, columns], 0.0))


def test_keys_count_places_row_by_row() -> None:
    assert keys_of(sparse.csr_array(np.array([[0.0, 1.0], [2.0, 3.0]]))).tolist() == [1, 2, 3]
