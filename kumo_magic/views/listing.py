"""A question about a run's rows → which lines, in which order, on which page. Trusts nothing that comes in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from kumo_magic.errors import OptionError
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.views.arrow import arrow_array
from kumo_magic.views.lines import Lines
from kumo_magic.views.plain import text
from kumo_magic.views.search import found_lines

PAGE = 25
MAIN = "#main"
"""What lines are sorted by when nothing else is asked for."""
_LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is asked for.

    Attributes:
        sort: A column, MAIN, or None for the frame's own order.
        low: The least main answer; None for no bound.
        high: The greatest, itself included.
        predicted: A predicted class, as text.
        page: From 0.
    """

    sort: str | None = MAIN
    descending: bool = True
    search: str = ""
    low: float | None = None
    high: float | None = None
    predicted: str | None = None
    page: int = 0


def read_listing(question: Mapping[str, object]) -> Listing:
    """What the question asks for; parts of another form count as not asked for."""
    asked = question.get("filter")
    bounds: Mapping[object, object] = asked if isinstance(asked, dict) else {}
    sort, search, page = question.get("sort", MAIN), question.get("search"), question.get("page")
    predicted = bounds.get("predicted")
    return Listing(
        sort=sort if isinstance(sort, str) else None,
        descending=question.get("descending", True) is True,
        search=search[:_LONGEST_SEARCH].strip() if isinstance(search, str) else "",
        low=_bound(bounds.get("low")),
        high=_bound(bounds.get("high")),
        predicted=predicted if isinstance(predicted, str) else None,
        page=page if isinstance(page, int) and page > 0 else 0,
    )


def matching(lines: Lines, plan: PredictionPlan, asked: Listing) -> np.ndarray:
    """The lines that the search and the filters keep, int64 ascending."""
    kept = np.ones(len(lines), dtype=bool)
    if asked.low is not None:
        kept &= lines.main >= asked.low
    if asked.high is not None:
        kept &= lines.main <= asked.high
    if asked.predicted is not None:
        kept &= _predicts(lines, asked.predicted)
    if asked.search:
        kept &= found_lines(lines, plan, asked.search)
    return np.flatnonzero(kept)


def in_order(lines: Lines, chosen: np.ndarray, asked: Listing) -> np.ndarray:
    """The chosen lines in the order asked for; equal ones, and all without an order, as in the frame.

    Raises:
        OptionError: There is no such column.
    """
    if asked.sort is None:
        return chosen
    values = lines.values(asked.sort).iloc[lines.firsts[chosen]] if asked.sort in sortable(lines) else None
    if asked.sort == MAIN:
        values = pd.Series(lines.main[chosen])
    if values is None:
        raise OptionError(f"The rows cannot be sorted by {asked.sort!r}.")
    return chosen[_sorted_places(values, descending=asked.descending)]


def sortable(lines: Lines) -> list[str]:
    """Columns that every row of a line shares, so that lines can be sorted by them."""
    shared = [lines.key, "anchor_time"]
    return shared if lines.part is not None else [lines.key, *(str(column) for column in lines.frame.columns)]


def predicted_classes(lines: Lines) -> list[tuple[str, int]]:
    """What is predicted, as text, and of how many lines; the most frequent first. Nothing for numbers and lists."""
    frame, told = lines.frame, None
    match lines.task_type:
        case TaskType.BINARY | TaskType.MULTICLASS:
            told = frame["prediction"]
        case TaskType.MULTILABEL_CLASSIFICATION if lines.part is not None:
            told = frame.loc[frame["prediction"].to_numpy(dtype=bool), lines.part]
        case _:
            return []
    counts = told.value_counts()
    return [(text(value), int(number)) for value, number in zip(counts.index, counts, strict=True)]


def _predicts(lines: Lines, predicted: str) -> np.ndarray:
    """Whether a line predicts that class, bool [lines]."""
    frame = lines.frame
    column = lines.part or "prediction"
    if "prediction" not in frame or column not in frame:
        return np.ones(len(lines), dtype=bool)
    codes, values = pd.factorize(frame[column])
    is_there = np.isin(codes, [code for code, value in enumerate(values) if text(value) == predicted])
    if lines.part is None:
        return is_there
    is_there &= frame["prediction"].to_numpy(dtype=bool)
    found = np.zeros(len(lines), dtype=bool)
    found[lines.line_of_rows[is_there[lines.rows]]] = True
    return found


def _sorted_places(values: pd.Series, *, descending: bool) -> np.ndarray:
    """Positions in order, missing values last in either direction (as Arrow has it), equal ones as they come."""
    direction = "descending" if descending else "ascending"
    places = pc.sort_indices(arrow_array(values), sort_keys=[("", direction)])  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import
    return np.asarray(places).astype(np.int64)


def _bound(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None
