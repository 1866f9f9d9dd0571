"""Lines of a run's frame → what a page shows of each, as plain JSON: values, not yet written as people read them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kumo_magic.plan.task_type import TaskType
from kumo_magic.views.lines import Lines
from kumo_magic.views.listing import MAIN
from kumo_magic.views.plain import number, text

_MOST_CLASSES = 8
_MOST_PARTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a cell of each line holds: its title, of which kind it is, and what sorts by it; None where nothing does."""

    title: str
    kind: str
    sort: str | None


def columns_of(lines: Lines) -> list[Column]:
    """The columns of a page."""
    frame = lines.frame
    columns = [_column(lines.key, "key", lines.key)]
    if frame["anchor_time"].nunique() > 1:
        columns.append(_column("anchor time", "text", "anchor_time"))
    match lines.task_type:
        case TaskType.BINARY:
            columns += [_column("prediction", "text", "prediction"), _column(lines.main_name, "probability", MAIN)]
        case TaskType.MULTICLASS:
            columns += [_column("prediction", "text", "prediction"), _column("probability", "probability", MAIN)]
            columns += [
                _column(name.removeprefix("probability_"), "probability", name) for name in _class_columns(frame)
            ]
        case TaskType.REGRESSION:
            columns += [_column("prediction", "number", MAIN), _column("80% interval", "interval", "high")]
        case TaskType.FORECASTING:
            columns += [_column(lines.main_name, "number", MAIN), _column("steps", "steps", None)]
        case TaskType.MULTILABEL_CLASSIFICATION:
            columns += [_column(lines.main_name, "probability", MAIN), _column(str(lines.part), "parts", None)]
        case _:
            columns += [_column(lines.main_name, "number", MAIN), _column(str(lines.part), "parts", None)]
    return columns


def line_of(lines: Lines, line: int, columns: list[Column]) -> dict[str, object]:
    """A line: which row it is, and its cells."""
    return {
        "row": row_of(lines, lines.first(line)),
        "cells": [_cell(lines, line, column) for column in columns],
    }


def row_of(lines: Lines, place: int) -> dict[str, object]:
    """A row as later questions name it: its place in the frame, and by which key and anchor it is known again."""
    when = lines.frame["anchor_time"].iloc[place]
    return {
        "place": place,
        "key": str(lines.keys.iloc[place]),
        "anchor": None if pd.isna(when) else pd.Timestamp(when).isoformat(),
        "part": None,
    }


def _column(title: str, kind: str, sort: str | None) -> Column:
    return Column(title=title, kind=kind, sort=sort)


def _class_columns(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.columns if str(name).startswith("probability_")][:_MOST_CLASSES]


def _cell(lines: Lines, line: int, column: Column) -> dict[str, object]:
    frame, kind, sort = lines.frame, column.kind, column.sort
    first = lines.first(line)
    match kind:
        case "key" | "text" if sort is not None:
            return {"kind": kind, "text": text(lines.values(sort).iloc[first])}
        case "interval":
            return {"kind": kind, "low": number(frame["low"].iloc[first]), "high": number(frame["high"].iloc[first])}
        case "steps":
            return {"kind": kind, "values": [number(each) for each in frame["prediction"].iloc[lines.places(line)]]}
        case "parts":
            return _parts(lines, line)
        case _:
            value = lines.main[line] if sort == MAIN else frame[sort].iloc[first]
            return {"kind": kind, "value": number(value)}


def _parts(lines: Lines, line: int) -> dict[str, object]:
    """The items or classes of a line, the first ones."""
    frame, places = lines.frame, lines.places(line)
    has_truths = lines.task_type is TaskType.MULTILABEL_CLASSIFICATION
    column = "probability" if has_truths else "score"
    return {
        "kind": "parts",
        "is_probability": lines.task_type is not TaskType.LINK_PREDICTION,
        "parts": [
            {
                "name": text(frame[lines.part].iloc[place]),
                "value": number(frame[column].iloc[place]),
                "is_told": not has_truths or bool(frame["prediction"].iloc[place]),
            }
            for place in places[:_MOST_PARTS].tolist()
        ],
        "more": max(0, len(places) - _MOST_PARTS),
    }
