"""A label table → one column per anchor: when, which split, how many rows, and what the labels are like. No drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.numbers import MISSING, count, moment, number, share

if TYPE_CHECKING:
    from kumo_magic.labelling.label_table import LabelTable

SPLITS = ("train", "val", "test")
MOST_COLUMNS = 48
_MOST_CLASSES = 5
_OTHERS = "others"
_SPREAD = "(10% to 90%)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelColumn:
    """One anchor, or some neighbouring ones of a split where there are many.

    Attributes:
        when: The anchor's date for people; from and to for several.
        tick: A short form of it.
        split: train, val or test.
        num_rows: Labelled rows.
        value: Share of true labels, median or mean label, or mean number of items;
            NaN for classes and where nothing is known.
        low: The tenth percentile, where values have a spread.
        high: The ninetieth percentile.
        parts: Share of each of ``LabelColumns.classes``.
    """

    when: str
    tick: str
    split: str
    num_rows: int
    value: float
    low: float | None = None
    high: float | None = None
    parts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelColumns:
    """The columns in the order train, val, test, each by time; ``num_anchors`` may be more than columns."""

    columns: tuple[LabelColumn, ...]
    title: str
    is_share: bool
    classes: tuple[str, ...]
    num_anchors: int

    def value_words(self, column: LabelColumn) -> str:
        """What the labels of a column are like, for a table's cell."""
        if self.classes:
            parts = zip(self.classes, column.parts, strict=True)
            return ", ".join(f"{name} {share(part)}" for name, part in parts if part > 0)
        if np.isnan(column.value):
            return MISSING
        words = share(column.value) if self.is_share else number(column.value)
        if column.low is None or column.high is None:
            return words
        return f"{words} ({number(column.low)} to {number(column.high)})"

    def rows(self) -> tuple[list[str], list[list[str]]]:
        """Column names and cells of a table."""
        rows = [[c.when, c.split, count(c.num_rows), self.value_words(c)] for c in self.columns]
        return ["anchor time", "split", "rows", self.title], rows


def label_columns(labels: LabelTable, task_type: TaskType) -> LabelColumns:
    """The columns of a label table, at most 48: beyond that, neighbouring anchors of a split share one."""
    frame = labels.frame
    groups = _groups(labels)
    title, classes, is_median = f"items per row {_SPREAD}", (), False
    values = frame["label"]
    match task_type:
        case TaskType.BINARY:
            values, title = values.astype("float64"), "true"
        case TaskType.MULTICLASS:
            values, classes = _with_frequent(values)
            title = "classes"
        case TaskType.REGRESSION | TaskType.FORECASTING:
            values = pd.to_numeric(values).astype("float64")
            is_median = bool(values.median() > values.quantile(0.1))  # else most labels are 0, and the mean tells more
            title = f"{'median' if is_median else 'mean'} {_SPREAD}"
        case _:
            values = values.map(len).astype("float64")
    is_by_time = bool(frame["anchor_time"].notna().any())
    has_hours = is_by_time and frame["anchor_time"].max() - frame["anchor_time"].min() < pd.Timedelta(days=3)
    columns = [
        _column(
            times,
            split,
            values.iloc[rows],
            classes,
            "%d. %H:%M" if has_hours else "%Y-%m-%d",
            task_type == TaskType.BINARY,
            is_median,
        )
        for split, times, rows in groups
    ]
    return LabelColumns(
        columns=tuple(columns),
        title=title,
        is_share=task_type == TaskType.BINARY,
        classes=classes,
        num_anchors=int(frame["anchor_time"].nunique()),
    )


def _groups(labels: LabelTable) -> list[tuple[str, pd.Series, np.ndarray]]:
    """Split, times and row positions of each column."""
    frame, found = labels.frame, []
    split_of_row = frame["split"].to_numpy()
    time_of_row = frame["anchor_time"]
    num_columns = sum(max(1, time_of_row[split_of_row == split].nunique()) for split in SPLITS)
    for split in SPLITS:
        positions = np.flatnonzero(split_of_row == split)
        if not len(positions):
            continue
        times = time_of_row.iloc[positions]
        codes, _ = pd.factorize(times, sort=True)
        num_anchors = int(codes.max(initial=0)) + 1
        if num_columns > MOST_COLUMNS:  # each split gets its share
            most = max(1, MOST_COLUMNS * num_anchors // num_columns)
            codes = codes * most // num_anchors
        for code in np.unique(codes):
            rows = positions[codes == code]
            found.append((split, time_of_row.iloc[rows], rows))
    return found


def _column(
    times: pd.Series,
    split: str,
    values: pd.Series,
    classes: tuple[str, ...],
    tick: str,
    is_share: bool,
    is_median: bool,
) -> LabelColumn:
    """The summary of a column's rows."""
    first, last = times.min(), times.max()
    if pd.isna(first):
        when, short = "without time", split
    else:
        when = moment(first) if first == last else f"{moment(first)} to {moment(last)}"
        short = f"{first:{tick}}"
    known = values.dropna()
    value, low, high, parts = float("nan"), None, None, ()
    if classes:
        counts = known.value_counts(normalize=True)
        parts = tuple(float(counts.get(name, 0.0)) for name in classes)
    elif len(known):
        value = float(known.median() if is_median else known.mean())
        if not is_share:
            low, high = (float(bound) for bound in known.quantile([0.1, 0.9]))
    return LabelColumn(
        when=when, tick=short, split=split, num_rows=len(values), value=value, low=low, high=high, parts=parts
    )


def _with_frequent(values: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
    """Classes as text, all but the most frequent ones as others; and their names."""
    named = values.astype(str)
    often = list(named.value_counts().index[:_MOST_CLASSES])
    if named.nunique() <= _MOST_CLASSES:
        return named, tuple(often)
    return named.where(named.isin(often), _OTHERS), (*often, _OTHERS)
