"""Who or which visit held which items → items that go together, a sparse matrix with a few neighbours each."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from kumo_magic.candidates.products import best_of_product


def similar_items(
    groups: np.ndarray, items: np.ndarray, weights: np.ndarray, num_items: int, num_neighbours: int
) -> sparse.csr_array:
    """Cosine of the items' columns in the matrix [groups, items] of weights: item k-nearest neighbours.

    (Sarwar et al. 2001; with weights that decay, as in Ding and Li 2005.)

    Args:
        groups: int64 [entries], from 0: the entity, or the visit.
        items: int64 [entries]; of an item that a group holds more than once the greatest weight counts.
        weights: float64 [entries], positive.
        num_items: How many columns.
        num_neighbours: Of each item at most.

    Returns:
        float64 [items, items], without the items themselves.
    """
    order = np.lexsort((weights, items, groups))
    groups, items, weights = groups[order], items[order], weights[order]
    is_last = np.ones(len(groups), dtype=bool)
    is_last[:-1] = (groups[1:] != groups[:-1]) | (items[1:] != items[:-1])
    groups, items, weights = groups[is_last], items[is_last], weights[is_last]
    lengths = np.sqrt(np.bincount(items, weights=weights**2, minlength=num_items))
    shape = (int(groups.max(initial=-1)) + 1, num_items)
    held = sparse.csr_array((weights / lengths[items], (groups, items)), shape=shape)
    return best_of_product(sparse.csr_array(held.T), held, num_neighbours, without_diagonal=True)
