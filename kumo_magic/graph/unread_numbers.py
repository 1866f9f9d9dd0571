"""Columns of a table that hold numbers as people write them and are read as text → what is to be said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.kind import Kind, first_of, kind_of, sample_of
from kumo_magic.graph.numbers_in_text import number_code, words_lost

if TYPE_CHECKING:
    from kumo_magic.graph.table import Table

_SIGN = r"[$€£¥₹₽₩₺₴]"
_GROUPED = r"\d{1,3}(?:[.,'’]\d{3})+|\d+"
_AMOUNT = rf"\s*\(?[+−-]?\s*{_SIGN}?\s*[+−-]?(?:{_GROUPED})(?:[.,]\d+)?\s*(?:{_SIGN}|%)?\s*\)?\s*"
_TELLING = rf"{_SIGN}|%|\d[.,'’]\d|\(.*\)"
"""What codes lack and amounts have: a currency, a per cent sign, a point or comma inside, parentheses around."""
_LEAST_SHARE = 0.95
_FEWEST_VALUES = 5
_TRIED = 2_000


def unread_numbers(table: Table) -> dict[str, Finding]:
    """By column what is to be said: the values as they are written, and the code that makes numbers of them."""
    return {
        column: _finding(table, column, code)
        for column in table.columns
        if not table.role_of(column)
        and kind_of(table.frame[column]) is Kind.TEXT
        and _are_amounts(table.frame[column])
        and (code := number_code(table.frame[column], f"{table.variable}[{column!r}]"))
    }


def _are_amounts(values: pd.Series) -> bool:
    texts = sample_of(values.dropna(), _TRIED).astype("str")
    if texts.nunique() < _FEWEST_VALUES:
        return False
    is_amount = texts.str.fullmatch(_AMOUNT)
    return bool(is_amount.mean() >= _LEAST_SHARE and texts.str.contains(_TELLING, regex=True).mean() > 0.5)


def _finding(table: Table, column: str, code: str) -> Finding:
    name, values = f"{table.name}.{column}", table.frame[column]
    return Finding(
        about=name,
        says=f"{name} is text such as {first_of(values)!r} and read as words, not as numbers.",
        next_step=f"To read numbers: {code}{words_lost(values, code)}.",
        severity=Severity.GUESS,
    )
