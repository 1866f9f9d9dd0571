"""A column that should name rows → the rows that are in its way, and the line of code that takes them out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.graph.kind import Kind, first_of, kind_of

_FEW_SHARE = 0.1
_FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFault:
    """Why a column cannot be the primary key.

    Attributes:
        says: The end of a sentence about the column, with a value and its rows.
        example: One value with its rows, or one row without a value.
        next_step: What takes these rows out, as code.
        num_rows: How many rows that takes out.
        is_small: Whether they are so few that the column was meant to be the key.
    """

    says: str
    example: str
    next_step: str
    num_rows: int
    is_small: bool


def key_fault(frame: pd.DataFrame, column: str, variable: str) -> KeyFault | None:
    """What keeps the column from naming each row once: repeated, missing and blank values; None where nothing does.

    Args:
        frame: The table's rows.
        column: The column.
        variable: What the table is called in code.
    """
    values = frame[column]
    is_repeated = values.duplicated(keep=False).to_numpy() & values.notna().to_numpy()
    is_missing, is_blank = values.isna().to_numpy(), _is_blank(values)
    num_kept = int(values[~(is_missing | is_blank)].nunique())
    num_rows = len(values) - num_kept
    if not num_rows:
        return None
    says, example = [], ""
    if is_repeated.any():
        words, example = _repeated(frame, values, is_repeated)
        says.append(words)
    for is_such, what in ((is_missing, "is missing"), (is_blank & ~is_repeated, "is blank")):
        if is_such.any():
            says.append(f"it {what} in {_rows(np.flatnonzero(is_such))}")
            example = example or f"row {int(is_such.argmax())}"
    return KeyFault(
        says=", and ".join(says),
        example=example,
        next_step=_next_step(column, variable, is_missing, is_blank, is_repeated & ~is_blank),
        num_rows=num_rows,
        is_small=is_nearly_unique(values),
    )


def is_nearly_unique(values: pd.Series) -> bool:
    """Whether taking out few rows leaves each value once, so that the column was meant to name the rows."""
    num_rows = len(values) - values.nunique()
    return len(values) >= _FEWEST_ROWS and (num_rows <= 1 or num_rows <= _FEW_SHARE * len(values))


def _repeated(frame: pd.DataFrame, values: pd.Series, is_repeated: np.ndarray) -> tuple[str, str]:
    """The first repeated value with its rows, whether those rows are alike, and how many others there are."""
    repeated = values[is_repeated]
    first = first_of(repeated)
    rows = np.flatnonzero(is_repeated & (values == first).fillna(False).to_numpy(dtype=bool))
    differs = [name for name in frame.columns if name != values.name and not _is_one(frame[name].iloc[rows])]
    alike = f"which differ in {', '.join(differs[:3])}" if differs else "which are alike in every column"
    others = repeated.nunique() - 1
    more = f", and so {'are' if others > 1 else 'is'} {others:,} other value{'s' * (others > 1)}" if others else ""
    example = f"{first!r} in rows {rows[0]} and {rows[1]}"
    return f"{first!r} is there {_times(len(rows))} ({_rows(rows)}, {alike}){more}", example


def _is_one(values: pd.Series) -> bool:
    """Whether all rows say the same; lists are compared as text."""
    return values.map(repr, na_action="ignore").nunique(dropna=False) == 1


def _is_blank(values: pd.Series) -> np.ndarray:
    """Where text has nothing but white space."""
    if kind_of(values) is not Kind.TEXT:
        return np.zeros(len(values), dtype=bool)
    return values.astype("string").str.strip().eq("").fillna(False).to_numpy(dtype=bool)


def _next_step(
    column: str, variable: str, is_missing: np.ndarray, is_blank: np.ndarray, is_repeated: np.ndarray
) -> str:
    what, kept = [], variable
    if is_blank.any():
        text = f"{variable}[{column!r}].astype('string').str.strip().fillna('')"
        what, kept = ["Leave out the rows without a value"], f"{variable}[{text} != '']"
    elif is_missing.any():
        what, kept = ["Leave out the rows without a value"], f"{variable}.dropna(subset=[{column!r}])"
    if is_repeated.any():
        what.append("keep the first row of each" if what else "Keep the first row of each")
        kept = f"{kept}.drop_duplicates({column!r})"
    return f"{' and '.join(what)}: {variable} = {kept}."


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number:,} times"


def _rows(rows: np.ndarray) -> str:
    if len(rows) == 1:
        return f"row {rows[0]}"
    shown = ", ".join(f"{row}" for row in rows[:2])
    return f"rows {rows[0]} and {rows[1]}" if len(rows) == 2 else f"rows {shown} and {len(rows) - 2:,} more"
