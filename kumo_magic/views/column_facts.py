"""A column of a table → its share of missing values and the shape of its distribution. Reads a sample of its rows.

Bins are one text, "3 0 12": a notebook's file has a line for every number of a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.graph.kind import Kind, kind_of, sample_of
from kumo_magic.graph.stype import Stype
from kumo_magic.views.plain import shortened, text

if TYPE_CHECKING:
    from kumo_magic.graph.table import Table

NUM_BINS = 12
_MOST_TOP = 5
_MOST_EXAMPLES = 3
_LONGEST_VALUE = 40
_LONGEST_REASON = 160


def column_facts(table: Table, name: str, most_rows: int) -> dict[str, object]:
    """Why the column means what it does, the share of its values that are missing, and how the others are distributed.

    ``sample`` says how many rows were read. ``shape`` is a histogram of numbers or times, the most frequent values with
    their shares, the lengths of texts, or examples; None where there is no value.
    """
    column = table.columns[name]
    sample = sample_of(table.frame[name], most_rows)
    present = sample.dropna()
    return {
        "dtype": column.dtype,
        "reason": shortened(column.reason, _LONGEST_REASON),
        "sample": len(sample),
        "missing": round(1 - len(present) / len(sample), 4) if len(sample) else None,
        "shape": _shape(present, column.stype) if len(present) else None,
    }


def _shape(present: pd.Series, stype: Stype) -> Mapping[str, object]:
    kind = kind_of(present)
    if stype is Stype.KEY:
        return _examples(present)
    if kind is Kind.TIME:
        return _times(present)
    if kind is Kind.LIST:
        return _top(pd.Series([str(member) for members in present for member in members], dtype=object), len(present))
    if stype is Stype.CATEGORICAL or kind is Kind.TRUTH:
        return _top(present, len(present))
    if kind in (Kind.WHOLE, Kind.NUMBER):
        return _numbers(present)
    return _lengths(present) if stype is Stype.TEXT else _examples(present)


def _numbers(present: pd.Series) -> Mapping[str, object]:
    """A histogram of the finite numbers over the middle 98 hundredths of them; the outermost bins are open."""
    values = present.to_numpy(dtype=np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return _examples(present)
    quarters = np.quantile(values, [0.0, 0.01, 0.5, 0.99, 1.0], method="nearest")
    counts = _counts(values, quarters[1], quarters[3])
    return {
        "form": "bins",
        "counts": counts,
        "least": _number_text(quarters[0]),
        "median": _number_text(quarters[2]),
        "greatest": _number_text(quarters[4]),
    }


def _times(present: pd.Series) -> Mapping[str, object]:
    values = present.to_numpy(dtype="datetime64[us]").view(np.int64).astype(np.float64)
    return {
        "form": "bins",
        "counts": _counts(values, values.min(), values.max()),
        "least": text(present.min()),
        "median": text(present.sort_values().iloc[len(present) // 2]),
        "greatest": text(present.max()),
    }


def _counts(values: np.ndarray, low: float, high: float) -> str:
    """How many values fall into each bin; what lies beyond the edges counts into the outermost ones."""
    width = high / 2 - low / 2  # the whole of it overflows near the greatest floats, as numpy's own bins do
    if not width > 0:
        return str(len(values))
    scaled = (np.clip(values, low, high) / 2 - low / 2) / width
    places = np.minimum((scaled * NUM_BINS).astype(np.int64), NUM_BINS - 1)
    return " ".join(map(str, np.bincount(places, minlength=NUM_BINS)))


def _top(values: pd.Series, num_rows: int) -> Mapping[str, object]:
    """The most frequent values with their shares of the rows."""
    counts = values.value_counts()
    return {
        "form": "top",
        "distinct": len(counts),
        "top": [
            [shortened(text(value), _LONGEST_VALUE), round(int(count) / num_rows, 4)]
            for value, count in counts.head(_MOST_TOP).items()
        ],
    }


def _lengths(present: pd.Series) -> Mapping[str, object]:
    lengths = present.astype(str).str.len().to_numpy(dtype=np.int64)
    return {
        "form": "lengths",
        "median": int(np.median(lengths)),
        "greatest": int(lengths.max()),
        "examples": _examples(present)["examples"],
    }


def _examples(present: pd.Series) -> Mapping[str, object]:
    few = present.iloc[:: max(1, len(present) // _MOST_EXAMPLES)].head(_MOST_EXAMPLES)
    return {"form": "examples", "examples": [shortened(text(value), _LONGEST_VALUE) for value in few.tolist()]}


def _number_text(value: float) -> str:
    """Four significant digits."""
    return text(float(f"{value:.4g}"))
