"""Graph → what items and entities are, as codes and numbers. Knows no events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table

_MOST_ATTRIBUTES = 5
_MOST_SEGMENTS = 3
_MOST_VALUES_OF_SEGMENT = 50
_FEWEST_ROWS_PER_VALUE = 3
_MOST_NUMBERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """A column whose values repeat, as codes."""

    name: str
    codes: np.ndarray  # int64 [rows]; -1 for missing
    num_values: int
    num_known: int  # of them, those that chose the column: values of rows that were known then


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A column of numbers."""

    name: str
    values: np.ndarray  # float64 [rows], NaN for missing


def attributes_of(table: Table, is_known: np.ndarray) -> tuple[Codes, ...]:
    """The item table's columns that make siblings, the finest first: those whose values repeat, texts and keys too.

    ``is_known``, bool [rows], says from which rows the columns are chosen.
    """
    found = [codes for codes in _codes(table, is_known) if codes.num_known * _FEWEST_ROWS_PER_VALUE <= is_known.sum()]
    return tuple(sorted(found, key=lambda codes: (-codes.num_known, codes.name))[:_MOST_ATTRIBUTES])


def segments_of(table: Table, is_known: np.ndarray) -> tuple[Codes, ...]:
    """The entity table's columns with few values, those with more of them first."""
    found = [codes for codes in _codes(table, is_known) if codes.num_known <= _MOST_VALUES_OF_SEGMENT]
    return tuple(sorted(found, key=lambda codes: (-codes.num_known, codes.name))[:_MOST_SEGMENTS])


def numbers_of(table: Table) -> tuple[Numbers, ...]:
    """The item table's columns of numbers, the first few."""
    names = [name for name, column in table.columns.items() if column.stype is Stype.NUMERICAL]
    return tuple(
        Numbers(name=name, values=table.frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
        for name in names[:_MOST_NUMBERS]
    )


def _codes(table: Table, is_known: np.ndarray) -> list[Codes]:
    kinds = (Stype.CATEGORICAL, Stype.TEXT, Stype.KEY)
    names = [name for name, column in table.columns.items() if column.stype in kinds and name != table.primary_key]
    coded = []
    for name in names:
        codes, values = pd.factorize(table.frame[name])
        known = codes[is_known]
        num_known = len(np.unique(known[known >= 0]))
        if num_known > 1:
            coded.append(Codes(name=name, codes=codes.astype(np.int64), num_values=len(values), num_known=num_known))
    return coded
