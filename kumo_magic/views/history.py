"""A row of a run → what had happened to its entity by the anchor, table by table. Nothing later is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.asked_rows import named_rows
from kumo_magic.features.recipe import path_words, paths_into
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table
from kumo_magic.plan.task_type import TaskType
from kumo_magic.timeline.past_rows import PastRows, past_rows
from kumo_magic.timeline.times import NEVER, microseconds
from kumo_magic.views.answers import Answer
from kumo_magic.views.moments import ahead_words
from kumo_magic.views.plain import moment_of_us, text
from kumo_magic.views.row import Row

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction
    from kumo_magic.trained_model import Model

MOST_EVENTS = 300
"""Of all tables together, the newest."""
_MOST_COLUMNS = 6
_MOST_LABELS = 24
_MOST_CHARACTERS = 120
_MOST_MEMBERS = 5
_NOT_YET = "later"
"""What stands for a time after the anchor: it was not known then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lane:
    """The newest events of one table, along one path from the entity."""

    name: str
    path: tuple[Link, ...]
    found: PastRows


def history_answer(run: Prediction, row: Row) -> Answer:
    """The entity's events up to the anchor, what it was labelled by then, and the window that is predicted.

    Raises:
        DataError: The row's key is not in the entity table.
    """
    model = run.model.up_to_date()
    preparation, plan = model.fitted.preparation, model.plan
    population = named_rows(plan, row.line)
    entity_row, anchors = int(population.entity_rows[0]), population.anchor_us
    if not plan.is_temporal:
        anchors = preparation.known_from(population.entity_rows, anchors)
    anchor_us = int(anchors[0])
    lanes = _newest(
        [
            _Lane(
                name=path_words(tuple(preparation.timeline.links), path),
                path=path,
                found=past_rows(preparation.timeline.along(path), entity_row, anchor_us, MOST_EVENTS),
            )
            for path in _paths(model)
        ]
    )
    return {
        "type": "history",
        "row": dict(row.named),
        "anchor": _milliseconds(anchor_us),
        "anchor_words": moment_of_us(anchor_us),
        "lanes": [_lane(preparation.graph, lane, anchor_us) for lane in lanes],
        "left_out": sum(lane.found.total - len(lane.found.rows) for lane in lanes),
        "labels": _labels(model, entity_row, anchor_us),
        "window": _window(model, anchor_us) if plan.is_temporal else None,
    }


def _paths(model: Model) -> list[tuple[Link, ...]]:
    """Down one link or two from the entity to rows that have times."""
    timeline = model.fitted.preparation.timeline
    near, far = paths_into(tuple(timeline.links), model.plan.entity_table)
    return [path for path in (*near, *far) if timeline.is_temporal[path[-1].table]]


def _newest(lanes: list[_Lane]) -> list[_Lane]:
    """The lanes with the newest events of all together; those where nothing ever happened left out."""
    times = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *(lane.found.times_us for lane in lanes)]))
    least = int(times[-MOST_EVENTS]) if len(times) > MOST_EVENTS else None
    kept = []
    for lane in lanes:
        found = lane.found
        begin = 0 if least is None else int(np.searchsorted(found.times_us, least, side="left"))
        newest = PastRows(rows=found.rows[begin:], times_us=found.times_us[begin:], total=found.total)
        if found.total:
            kept.append(_Lane(name=lane.name, path=lane.path, found=newest))
    return kept


def _lane(graph: Graph, lane: _Lane, anchor_us: int) -> dict[str, object]:
    table = graph.tables[lane.path[-1].table]
    columns = _columns(graph, table, lane.path)
    rows = table.frame.take(lane.found.rows)
    values = [_known(rows[column], anchor_us, is_known_ahead=table.columns[column].is_known) for column in columns]
    keys = lane.found.rows.tolist() if table.primary_key is None else rows[table.primary_key].tolist()
    return {
        "name": lane.name,
        "table": table.name,
        "total": lane.found.total,
        "columns": columns,
        "events": [
            {
                "time": _milliseconds(time_us),
                "when": moment_of_us(time_us),
                "name": f"{table.name} {key}",
                "values": [column[place] for column in values],
            }
            for place, (time_us, key) in enumerate(zip(lane.found.times_us.tolist(), keys, strict=True))
        ],
    }


def _columns(graph: Graph, table: Table, path: tuple[Link, ...]) -> list[str]:
    """What says something of an event: not its key, its time, nor where the path led through."""
    roles = {table.primary_key, table.time_column, *(link.column for link in path if link.table == table.name)}
    ignored = {name for name, column in table.columns.items() if column.stype is Stype.IGNORED}
    parents = [link.column for link in graph.links_from(table.name)]
    names = [name for name in table.columns if name not in roles and name not in ignored]
    return sorted(names, key=lambda name: name not in parents)[:_MOST_COLUMNS]


def _known(values: pd.Series, anchor_us: int, *, is_known_ahead: bool) -> list[str]:
    """The values in words; a time after the anchor was not known by then, unless it is known with its row."""
    if is_known_ahead:
        dates_us = microseconds(values).tolist()
        ahead = ["" if us == NEVER else ahead_words(us, anchor_us) for us in dates_us]
        return [
            f"{text(value)} ({words})" if words else text(value) for value, words in zip(values, ahead, strict=True)
        ]
    is_later = np.zeros(len(values), dtype=bool)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        is_later = (microseconds(values) > anchor_us) & values.notna().to_numpy()
    return [
        _NOT_YET if later else text(value)[:_MOST_CHARACTERS] for value, later in zip(values, is_later, strict=True)
    ]


def _labels(model: Model, entity_row: int, anchor_us: int) -> list[dict[str, object]]:
    """The entity's labels whose windows had closed by the anchor, oldest first."""
    labels, plan = model.labels, model.plan
    if not plan.is_temporal:
        return []
    is_known = (labels.entity_rows == entity_row) & (labels.closed_us <= anchor_us)
    if plan.task_type is TaskType.FORECASTING:
        is_known &= labels.frame["step"].to_numpy() == 1
    places = np.flatnonzero(is_known)[-_MOST_LABELS:]
    begins, ends = _bounds(model, labels.anchor_us[places], num_steps=1)
    return [
        {"start": _milliseconds(begin), "end": _milliseconds(end), "label": _label_text(label)}
        for begin, end, label in zip(begins.tolist(), ends.tolist(), labels.frame["label"].iloc[places], strict=True)
        if label is not None
    ]


def _window(model: Model, anchor_us: int) -> dict[str, object]:
    begins, ends = _bounds(model, np.array([anchor_us], dtype=np.int64), num_steps=model.plan.forecast_steps)
    return {
        "start": _milliseconds(int(begins[0])),
        "end": _milliseconds(int(ends[0])),
        "words": f"{moment_of_us(int(begins[0]))} to {moment_of_us(int(ends[0]))}",
    }


def _bounds(model: Model, anchors_us: np.ndarray, *, num_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the target's window begins and ends at each anchor, over so many steps of a FORECAST; microseconds."""
    plan = model.plan
    length = plan.window_length
    begin = plan.horizon.minus(length.times(plan.forecast_steps))
    end = plan.horizon.minus(length.times(plan.forecast_steps - num_steps))
    return begin.add_us(anchors_us), end.add_us(anchors_us)


def _label_text(label: object) -> str:
    if not isinstance(label, (list, tuple, np.ndarray)):
        return text(label)[:_MOST_CHARACTERS]
    named = [text(each) for each in list(label)[:_MOST_MEMBERS]]
    more = f" and {len(label) - _MOST_MEMBERS} more" if len(label) > _MOST_MEMBERS else ""
    return (", ".join(named) + more)[:_MOST_CHARACTERS] or "nothing"


def _milliseconds(time_us: int) -> float:
    """As browsers count time."""
    return time_us / 1000
