"""Sparse matrices → the greatest entries of each row of their product, or its entries at given places.

The product is never built: one row at a time is summed up (Gustavson 1978), always in the same order.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from kumo_magic.timeline.compiled import compiled


def best_of_product(
    left: sparse.csr_array, right: sparse.csr_array, most: int, *, without_diagonal: bool = False
) -> sparse.csr_array:
    """The product with the greatest entries of each row alone, at most so many; of equals those of the first columns.

    Args:
        left: float64 [rows, inner].
        right: float64 [inner, columns].
        most: Entries of a row.
        without_diagonal: Leave out entries whose row and column are the same.

    Returns:
        float64 [rows, columns], columns ascending.
    """
    num_rows, num_columns = len(left.indptr) - 1, _num_columns(right)
    columns, values, counts = _best(
        *_parts(left), *_parts(right), num_columns, min(most, num_columns), without_diagonal
    )
    offsets = np.concatenate([[0], counts.cumsum()])
    return sparse.csr_array((values[: offsets[-1]], columns[: offsets[-1]], offsets), shape=(num_rows, num_columns))


def best_of_rows(matrix: sparse.csr_array, most: int) -> sparse.csr_array:
    """The matrix with the greatest entries of each row alone, at most so many; of equals those of the first columns."""
    return best_of_product(matrix, sparse.csr_array(sparse.eye_array(_num_columns(matrix))), most)


def product_at(left: sparse.csr_array, right: sparse.csr_array, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Entries of the product, float64 [entries]; 0 where there is none.

    Args:
        left: float64 [rows, inner].
        right: float64 [inner, columns].
        rows: int64 [entries], ascending.
        columns: int64 [entries]; a negative one has no entry.
    """
    bounds = np.searchsorted(rows, np.arange(len(left.indptr)))
    return _at(*_parts(left), *_parts(right), _num_columns(right), bounds, columns)


def keys_of(matrix: sparse.csr_array) -> np.ndarray:
    """The places of the entries: row × number of columns + column, int64."""
    row = np.repeat(np.arange(len(matrix.indptr) - 1), np.diff(matrix.indptr))
    return row * np.int64(_num_columns(matrix)) + matrix.indices


def scale_rows(matrix: sparse.csr_array, factors: np.ndarray) -> sparse.csr_array:
    """Each row times its factor."""
    return sparse.csr_array(sparse.diags_array(factors) @ matrix)


def _parts(matrix: sparse.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        matrix.indptr.astype(np.int64, copy=False),
        matrix.indices.astype(np.int64, copy=False),
        np.asarray(matrix.data, dtype=np.float64),
    )


def _num_columns(matrix: sparse.csr_array) -> int:
    assert matrix.shape is not None
    return int(matrix.shape[1])  # pyright: ignore[reportGeneralTypeIssues]  # two of them


@compiled
def _best(
    left_offsets,
    left_columns,
    left_values,
    right_offsets,
    right_columns,
    right_values,
    num_columns,
    most,
    without_diagonal,
):
    num_rows = len(left_offsets) - 1
    best_columns = np.empty(num_rows * most, dtype=np.int64)
    best_values = np.empty(num_rows * most)
    counts = np.zeros(num_rows, dtype=np.int64)
    total, is_touched = np.zeros(num_columns), np.zeros(num_columns, dtype=np.bool_)
    touched = np.empty(num_columns, dtype=np.int64)
    written = 0
    for row in range(num_rows):
        num_touched = 0
        for entry in range(left_offsets[row], left_offsets[row + 1]):
            inner, weight = left_columns[entry], left_values[entry]
            for other in range(right_offsets[inner], right_offsets[inner + 1]):
                column = right_columns[other]
                if without_diagonal and column == row:
                    continue
                if not is_touched[column]:
                    is_touched[column] = True
                    touched[num_touched] = column
                    num_touched += 1
                total[column] += weight * right_values[other]
        found = touched[:num_touched].copy()
        if num_touched > most:
            values = total[found]
            least = np.partition(values, num_touched - most)[num_touched - most]
            above, equal = found[values > least], np.sort(found[values == least])
            found = np.concatenate((above, equal[: most - len(above)]))
        found.sort()
        for column in found:
            best_columns[written], best_values[written] = column, total[column]
            written += 1
        counts[row] = len(found)
        for column in touched[:num_touched]:
            total[column], is_touched[column] = 0.0, False
    return best_columns, best_values, counts


@compiled
def _at(
    left_offsets,
    left_columns,
    left_values,
    right_offsets,
    right_columns,
    right_values,
    num_columns,
    bounds,
    columns,
):
    found = np.zeros(len(columns))
    total = np.zeros(num_columns)
    for row in range(len(left_offsets) - 1):
        if bounds[row] == bounds[row + 1]:
            continue
        for entry in range(left_offsets[row], left_offsets[row + 1]):
            inner, weight = left_columns[entry], left_values[entry]
            for other in range(right_offsets[inner], right_offsets[inner + 1]):
                total[right_columns[other]] += weight * right_values[other]
        for place in range(bounds[row], bounds[row + 1]):
            if columns[place] >= 0:
                found[place] = total[columns[place]]
        for entry in range(left_offsets[row], left_offsets[row + 1]):
            inner = left_columns[entry]
            for other in range(right_offsets[inner], right_offsets[inner + 1]):
                total[right_columns[other]] = 0.0
    return found
