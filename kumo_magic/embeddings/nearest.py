"""A frame of vectors and one of its keys → the rows whose vectors point the same way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.embeddings.vectors import vector_columns
from kumo_magic.errors import OptionError


def nearest(frame: pd.DataFrame, key: object, n: int) -> pd.DataFrame:
    """[key, similarity] of the n rows nearest to the key's by cosine, nearest first; itself is left out.

    Args:
        frame: The key's columns first, each key once; then anchor_time and vectors.
        key: Whose neighbours; of a key of several columns a tuple.
        n: How many.

    Raises:
        OptionError: The key is not in the frame, or n is not positive.
    """
    names = [str(name) for name in frame.columns[: frame.columns.get_loc("anchor_time")]]  # pyright: ignore[reportCallIssue, reportArgumentType]  # one such column
    if n < 1:
        raise OptionError("n= is a whole number of at least 1.")
    asked = key if isinstance(key, (tuple, list)) else [key]
    if len(asked) != len(names):
        raise OptionError(f"{key!r} names no row: give ({', '.join(names)}).")
    is_asked = np.logical_and.reduce(
        [(frame[name].astype(object) == part).to_numpy() for name, part in zip(names, asked, strict=True)]
    )
    place = np.flatnonzero(is_asked)
    if not len(place):
        raise OptionError(f"{', '.join(names)} {key!r} is not among the {len(frame):,} rows that have vectors here.")
    vectors = frame[vector_columns(frame)].to_numpy(dtype=np.float64)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float64).tiny)
    similarity = (vectors / lengths) @ (vectors[place[0]] / lengths[place[0]])
    order = np.argsort(-similarity, kind="stable")
    order = order[order != place[0]][:n]
    found = frame[names].take(order).reset_index(drop=True)
    return found.assign(similarity=similarity[order])
