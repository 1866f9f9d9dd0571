"""A column of numbers → the same without infinite ones, and where they were. Knows no targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.finding import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Infinite:
    """The infinite values of a column: how many, and the first with its row."""

    count: int
    first: float
    row: int


def without_infinite(values: pd.Series) -> tuple[pd.Series, Infinite | None]:
    """The column with infinite numbers missing; itself where there are none."""
    if not pd.api.types.is_float_dtype(values.dtype):
        return values, None
    numbers = values.to_numpy()
    is_infinite = np.isinf(numbers)
    if not is_infinite.any():
        return values, None
    row = int(is_infinite.argmax())
    found = Infinite(count=int(is_infinite.sum()), first=float(numbers[row]), row=row)
    return values.mask(is_infinite), found


def infinite_finding(table: str, column: str, found: Infinite) -> Finding:
    """What a run says about a column that had them."""
    count = f"{found.count:,} infinite value{'s' if found.count > 1 else ''}"
    return Finding(
        about=f"{table}.{column}",
        says=f"{table}.{column} has {count} ({found.first} in row {found.row:,}), read as missing.",
        next_step=f"Say what they stand for before the graph is made: {made_missing(table, column)}.",
        severity=Severity.GUESS,
    )


def made_missing(table: str, column: str) -> str:
    """Code that makes infinite values missing in the user's own frame."""
    return f"{table}[{column!r}] = {table}[{column!r}].replace([float('inf'), float('-inf')], float('nan'))"
