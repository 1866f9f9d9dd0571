"""A table or a column of a graph → a few short lines about it, as a hover shows them. Plain text, no scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.report.numbers import count, moment, number

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table

_MOST_COLUMNS = 12
_MOST_CHARACTERS = 60


def table_facts(table: Table) -> list[str]:
    """Its size, key, time span and columns."""
    lines = [f"{table.name}: {count(table.num_rows, 'row')}"]
    if table.primary_key is not None:
        lines.append(f"key {table.primary_key}")
    if table.time_column is not None:
        lines.append(f"time {table.time_column}{_range(table.frame[table.time_column])}")
    return [*lines, _columns(list(table.columns))]


def frame_facts(name: str, frame: pd.DataFrame) -> list[str]:
    """The size and the columns of a frame that is in no graph yet."""
    return [f"{name}: DataFrame of {count(len(frame), 'row')}", _columns([str(column) for column in frame.columns])]


def column_facts(graph: Graph, table: Table, name: str) -> list[str]:
    """Its type and role, range, missing values and examples."""
    column = table[name]
    parent = next((link.parent for link in graph.links_from(table.name) if link.column == name), None)
    role = f"points at {parent}" if parent is not None else table.role_of(name)
    lines = [f"{table.name}.{name}: {column.stype}{f', {role}' if role else ''}"]
    is_ordered = pd.api.types.is_numeric_dtype(table.frame[name].dtype) or _is_time(table.frame[name])
    if is_ordered and not pd.api.types.is_bool_dtype(table.frame[name].dtype) and (span := _range(table.frame[name])):
        lines.append(span.strip())
    if column.num_nulls:
        lines.append(f"{count(column.num_nulls)} of {count(table.num_rows, 'value')} missing")
    if column.examples:
        lines.append(f"for example {', '.join(_shown(value) for value in column.examples)}")
    return lines


def _columns(names: list[str]) -> str:
    more = f", and {len(names) - _MOST_COLUMNS} more" if len(names) > _MOST_COLUMNS else ""
    return f"columns {', '.join(names[:_MOST_COLUMNS])}{more}"


def _range(values: pd.Series) -> str:
    """`` from the least to the greatest``; nothing where all are missing."""
    least, greatest = values.min(), values.max()
    return "" if pd.isna(least) else f" from {_shown(least)} to {_shown(greatest)}"


def _shown(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return moment(value)
    if isinstance(value, float):
        return number(value)
    words = repr(value) if isinstance(value, str) else str(value)
    return words if len(words) <= _MOST_CHARACTERS else f"{words[:_MOST_CHARACTERS]}…"


def _is_time(values: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(values.dtype)
