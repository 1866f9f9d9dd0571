"""A frame of answers → whom its lines are about. In every frame the key's columns stand before ``anchor_time``."""

from __future__ import annotations

import numpy as np
import pandas as pd


def entity_codes(rows: pd.DataFrame) -> np.ndarray:
    """The entity of each line as a number from 0, in the order in which they come, int64 [lines]."""
    keys = rows[rows.columns[: rows.columns.get_loc("anchor_time")]]  # pyright: ignore[reportArgumentType, reportCallIssue]  # one such column
    if keys.shape[1] == 1:
        return pd.factorize(keys.iloc[:, 0])[0]
    return keys.groupby(list(keys), sort=False, dropna=False).ngroup().to_numpy()


def class_name(lines: pd.DataFrame) -> str:
    """The column that says which class a line of sets of classes is about."""
    return str(lines.columns[lines.columns.get_loc("anchor_time") + 1])  # pyright: ignore[reportOperatorIssue]  # one such column
