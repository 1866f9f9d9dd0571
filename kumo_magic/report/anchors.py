"""A label table → its anchors as rows: when, which split, how many, and what the labels are like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.markup import Markup, muted, paragraph, table
from kumo_magic.report.numbers import MISSING, count, moment, number, share

if TYPE_CHECKING:
    from kumo_magic.labelling.label_table import LabelTable

_MOST_ROWS = 40
_BASE_RATE = {
    TaskType.BINARY: "true",
    TaskType.MULTICLASS: "most frequent class",
    TaskType.REGRESSION: "median label",
    TaskType.FORECASTING: "median label",
}


def anchors_html(labels: LabelTable, task_type: TaskType) -> Markup:
    """The anchors as a table, newest last, with the base rate of their labels."""
    columns, rows = anchor_rows(labels, task_type)
    shown = table(columns, rows, numeric=(2, 3))
    return paragraph(_omitted(labels), shown, muted(_regime(labels)))


def anchor_rows(labels: LabelTable, task_type: TaskType) -> tuple[list[str], list[list[str]]]:
    """Column names, and a row of text per anchor and split; the newest forty."""
    frame = labels.frame
    rows = []
    for time, split in labels.anchors[["anchor_time", "split"]].tail(_MOST_ROWS).itertuples(index=False):
        at_anchor = frame["anchor_time"].isna() if pd.isna(time) else frame["anchor_time"] == time
        values = frame.loc[at_anchor & (frame["split"] == split), "label"]
        when = "without time" if pd.isna(time) else moment(time)
        rows.append([when, str(split), count(len(values)), _base_rate(values, task_type)])
    return ["anchor time", "split", "rows", _BASE_RATE.get(task_type, "items per row")], rows


def _base_rate(values: pd.Series, task_type: TaskType) -> str:
    known = values.dropna()
    if known.empty:
        return MISSING
    match task_type:
        case TaskType.BINARY:
            return share(float(known.astype(float).mean()))
        case TaskType.MULTICLASS:
            often = known.value_counts(normalize=True)
            return f"{often.index[0]} ({share(float(often.iloc[0]))})"
        case TaskType.REGRESSION | TaskType.FORECASTING:
            return number(float(known.median()))
        case _:
            return number(float(known.map(len).mean()))


def _regime(labels: LabelTable) -> str:
    words = labels.regime_words
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def _omitted(labels: LabelTable) -> str:
    more = len(labels.anchors) - _MOST_ROWS
    return f"The newest {_MOST_ROWS} of {len(labels.anchors):,} anchors:" if more > 0 else ""
