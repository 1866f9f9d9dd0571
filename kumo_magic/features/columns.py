"""A column of a table → the numbers a feature or an encoding reads, and which columns those are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table


def columns_of(table: Table, stype: Stype) -> tuple[str, ...]:
    """Names of the table's columns of this stype, without its own time column: that one enters as the row's age."""
    return tuple(name for name, column in table.columns.items() if column.stype is stype and name != table.time_column)


def numbers(column: pd.Series) -> np.ndarray:
    """The column as float64 [rows]; NaN for null, for what is no number, and for infinities."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)
