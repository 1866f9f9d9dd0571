"""A graph → which of its dates tell the future: overwritten ones are left out, hidden ones and kept ones are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.column import SET_BY_YOU, Column
from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.overwritten import DatedRows, sign_of_overwriting
from kumo_magic.graph.row_events import (
    DAY_US,
    MISSING_US,
    RowEvents,
    all_events,
    events_of_each_link,
    history_of,
    times_us,
)
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.time_words import LOADS, starts_with

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table

_LEFT_OUT = "overwritten until today: "
_LEAST_AHEAD = 0.01
_FEWEST_AHEAD = 5


def review_dates(graph: Graph) -> None:
    """Leave out dates that are overwritten until today, and note what else dates tell of the future."""
    history = history_of(graph)
    for table in graph.tables.values():
        columns = date_columns(table)
        events = events_of_each_link(graph, table.name) if columns and history is not None else {}
        findings: list[Finding | None] = []
        for column in columns:
            rows = None if history is None else dated_rows(table, column.name, events, history)
            _mark(table, column, rows)
            findings.append(_overwritten(table, column))
            if column.stype is Stype.TIMESTAMP and rows is not None:
                findings.append(_known(table, column, rows) if column.is_known else _hidden(table, column, rows))
        if table.end_time_column is not None and history is not None:
            findings.append(_end(table, dated_rows(table, table.end_time_column, {}, history)))
        table.date_findings = tuple(finding for finding in findings if finding is not None)


def date_columns(table: Table) -> list[Column]:
    """The table's dates but for its own times and keys."""
    return [
        column
        for name, column in table.columns.items()
        if kind_of(table.frame[name]) is Kind.TIME and not table.role_of(name)
    ]


def dated_rows(table: Table, column: str, events: dict[str, RowEvents], history: tuple[int, int]) -> DatedRows:
    """A date of the table's rows with all that tells when the rows lived."""
    own = table.time_column
    return DatedRows(
        name=column,
        dates_us=times_us(table.frame[column]),
        own_us=None if own is None or own == column else times_us(table.frame[own]),
        events=all_events(events, table.num_rows),
        by_table=events,
        history_us=history,
    )


def _mark(table: Table, column: Column, rows: DatedRows | None) -> None:
    was_left_out = column.stype is Stype.IGNORED and column.reason.startswith(_LEFT_OUT)
    if column.stype is Stype.IGNORED and not was_left_out:
        column.overwritten = ""
        return
    column.overwritten = "" if rows is None or column.is_known else sign_of_overwriting(rows)
    if column.overwritten and column.reason != SET_BY_YOU:
        column.describe(Stype.IGNORED, f"{_LEFT_OUT}{column.overwritten}")
    elif was_left_out:
        table.guess_stype(column.name)


def _overwritten(table: Table, column: Column) -> Finding | None:
    name = f"{table.name}.{column.name}"
    if not column.overwritten:
        return None
    if column.stype is Stype.IGNORED:
        return Finding(
            about=name,
            says=f"{name} seems to be overwritten until today: {column.overwritten}. "
            "It is left out: at past anchors it would tell what came later.",
            next_step=f"If it is not, --keep {name} reads it.",
            severity=Severity.GUESS,
        )
    return Finding(
        about=name,
        says=f"{name} is read although it seems to be overwritten until today: {column.overwritten}. "
        "At past anchors it tells what came later.",
        next_step=f"Without --keep, or with --stype {name}=ignored, it is left out.",
        severity=Severity.LEAK,
    )


def _hidden(table: Table, column: Column, rows: DatedRows) -> Finding | None:
    """What is said of dates that lie ahead of their row's own time, or of the whole history."""
    name, num_rows = f"{table.name}.{column.name}", table.num_rows
    beyond = _is_beyond(rows)
    is_ahead = beyond if rows.own_us is None else rows.has_date & (rows.own_us != MISSING_US)
    if rows.own_us is not None:
        is_ahead &= rows.dates_us - DAY_US > np.where(is_ahead, rows.own_us, 0)
    num_ahead = int(is_ahead.sum())
    if starts_with(column.name, LOADS) or table.frame[column.name].nunique() == 1:
        return None  # when rows were copied: hidden until then, and nobody knew it before
    if num_ahead < max(_FEWEST_AHEAD, _LEAST_AHEAD * num_rows):
        return None
    of_what = "the last event of all tables" if rows.own_us is None else f"{table.name}.{table.time_column}"
    return Finding(
        about=name,
        says=f"{name} lies ahead of {of_what} in {num_ahead:,} of {num_rows:,} rows; "
        "what of it lies after an anchor is not read there.",
        next_step=f"If it is known when its row is written, --known {name} reads it as days ahead.",
        severity=Severity.GUESS if _is_planned(table, rows) else Severity.REMARK,
    )


def _end(table: Table, rows: DatedRows) -> Finding | None:
    """What is said of ends that are planned: those that came are the end of a row's eligibility, and no input."""
    column = table.columns[rows.name]
    if column.is_known:
        return _known(table, column, rows)
    return _hidden(table, column, rows) if _is_planned(table, rows) else None


def _is_planned(table: Table, rows: DatedRows) -> bool:
    return int(_is_beyond(rows).sum()) >= max(1, _LEAST_AHEAD * table.num_rows)


def _known(table: Table, column: Column, rows: DatedRows) -> Finding | None:
    """What is said of dates that are called known ahead, and look as if they were written when they came."""
    name, num_dates = f"{table.name}.{column.name}", int(rows.has_date.sum())
    if num_dates < _FEWEST_AHEAD or _is_beyond(rows).any():
        return None
    end = pd.Timestamp(rows.history_us[1], unit="us")
    return Finding(
        about=name,
        says=f"{name} is read as known ahead, and none of its {num_dates:,} dates lies beyond the last event "
        f"({end:%Y-%m-%d}), as plans would: it seems to be written down when its day came.",
        next_step=f"Unless it is known when its row is written, leave out --known {name}.",
        severity=Severity.LEAK,
    )


def _is_beyond(rows: DatedRows) -> np.ndarray:
    return rows.has_date & (rows.dates_us > rows.history_us[1] + DAY_US)
