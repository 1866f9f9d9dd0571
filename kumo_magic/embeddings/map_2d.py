"""A frame of vectors → two coordinates for each row, to be drawn. Principal components (Pearson 1901)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.embeddings.vectors import vector_columns
from kumo_magic.errors import OptionError


def map_2d(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with x and y in place of its vectors: the two directions in which they differ most.

    All other columns stay, so that a picture can take its colours from any: ``km.map_2d(frame).plot.scatter("x", "y",
    c="spend")``. ``attrs["explained"]`` has the share of the variance that each of the two explains. The sign of a
    component is arbitrary; here its largest weight is positive, so that the same vectors give the same map.

    Raises:
        OptionError: The frame has no vectors, or fewer than two rows.
    """
    columns = vector_columns(frame)
    if len(frame) < 2 or len(columns) < 2:
        raise OptionError("A map needs two rows and two columns of vectors at least.")
    vectors = frame[columns].to_numpy(dtype=np.float64)
    centred = vectors - vectors.mean(axis=0)
    variances, directions = np.linalg.eigh(centred.T @ centred)
    axes = directions[:, ::-1][:, :2]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(2)])
    x, y = (centred @ axes).T
    found = frame.drop(columns=columns).assign(x=x, y=y)
    total = max(float(variances.sum()), np.finfo(np.float64).tiny)
    found.attrs["explained"] = tuple(float(max(variance, 0.0) / total) for variance in variances[::-1][:2])
    return found
