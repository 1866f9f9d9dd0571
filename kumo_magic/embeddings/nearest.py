"""A frame of vectors and one of its keys → the rows whose vectors point the same way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.embeddings.vectors import vector_columns
from kumo_magic.errors import OptionError


def nearest(frame: pd.DataFrame, key: object, n: int) -> pd.DataFrame:
    """[key, similarity] of the n rows nearest to the key's by cosine, nearest first; itself is left out.

    Args:
        frame: The key column first, each key once; then vectors.
        key: Whose neighbours.
        n: How many.

    Raises:
        OptionError: The key is not in the frame, or n is not positive.
    """
    name = str(frame.columns[0])
    if n < 1:
        raise OptionError("n= is a whole number of at least 1.")
    place = np.flatnonzero((frame[name].astype(object) == key).to_numpy())
    if not len(place):
        raise OptionError(f"{name} {key!r} is not among the {len(frame):,} rows that have vectors here.")
    vectors = frame[vector_columns(frame)].to_numpy(dtype=np.float64)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float64).tiny)
    similarity = (vectors / lengths) @ (vectors[place[0]] / lengths[place[0]])
    order = np.argsort(-similarity, kind="stable")
    order = order[order != place[0]][:n]
    found = frame[[name]].take(order).reset_index(drop=True)
    return found.assign(similarity=similarity[order])
