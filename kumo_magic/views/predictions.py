"""A run and a question about its rows → the page of lines that it asks for, and a histogram of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from kumo_magic.plan.task_type import TaskType
from kumo_magic.views.answers import Answer
from kumo_magic.views.cells import columns_of, line_of
from kumo_magic.views.histogram import Histogram, histogram_of
from kumo_magic.views.lines import Lines, lines_of
from kumo_magic.views.listing import PAGE, in_order, matching, predicted_classes, read_listing
from kumo_magic.views.plain import text
from kumo_magic.views.search import searched_columns

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

_SHARES = (TaskType.BINARY, TaskType.MULTICLASS, TaskType.MULTILABEL_CLASSIFICATION, TaskType.MULTILABEL_RANKING)
"""Tasks whose main answer is a probability."""


def predictions_answer(run: Prediction, question: Mapping[str, object]) -> Answer:
    """The page.

    Raises:
        OptionError: The frame lacks a column by now, or there is no such column to sort by.
    """
    asked, lines, plan = read_listing(question), lines_of(run), run.plan
    chosen = matching(lines, plan, asked)
    ordered = in_order(lines, chosen, asked)
    num_pages = max(1, -(-len(ordered) // PAGE))
    page = min(asked.page, num_pages - 1)
    columns = columns_of(lines)
    histogram = histogram_of(lines.main, is_share=plan.task_type in _SHARES)
    return {
        "type": "predictions",
        "title": _title(run, lines),
        "total": len(lines),
        "matching": len(chosen),
        "page": page,
        "num_pages": num_pages,
        "page_size": PAGE,
        "sort": asked.sort,
        "descending": asked.descending,
        "search": asked.search,
        "filter": {"low": asked.low, "high": asked.high, "predicted": asked.predicted},
        "searched": [plan.entity_key, *_items(lines), *searched_columns(plan)],
        "columns": [asdict(column) for column in columns],
        "lines": [line_of(lines, line, columns) for line in ordered[page * PAGE : (page + 1) * PAGE].tolist()],
        "classes": [{"name": name, "lines": number} for name, number in predicted_classes(lines)],
        "main": {"name": lines.main_name, "is_probability": plan.task_type in _SHARES},
        "histogram": None if histogram is None else _drawn(histogram, lines.main[chosen], run),
    }


def _title(run: Prediction, lines: Lines) -> str:
    """How many of what, as of when."""
    anchors = lines.frame["anchor_time"].dropna().unique()
    when = f" as of {text(anchors[0])}" if len(anchors) == 1 else ""
    return f"{len(lines):,} {run.plan.entity_table}{when}"


def _items(lines: Lines) -> list[str]:
    """The column of items or classes."""
    return [] if lines.part is None or lines.task_type is TaskType.FORECASTING else [lines.part]


def _drawn(histogram: Histogram, matching_values: np.ndarray, run: Prediction) -> dict[str, object]:
    return {
        "edges": histogram.edges.tolist(),
        "counts": histogram.counts.tolist(),
        "matching": histogram.of(matching_values).tolist(),
        "is_open": histogram.is_open,
        "threshold": run.threshold if run.plan.task_type is TaskType.BINARY else None,
    }
