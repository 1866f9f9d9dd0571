"""Columns against the labels → those that give the label away. Sampled; learns nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kumo_magic.graph.column import Column
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.labelling.late_columns import late_columns
from kumo_magic.labelling.parent_rows import parent_rows
from kumo_magic.labelling.relatives_at_anchors import EventsAtAnchors, events_at_anchors, keep_entities
from kumo_magic.labelling.single_column import area_of, is_only_where_true, questions_of
from kumo_magic.plan.bound import named_columns
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_LEAST_AUROC = 0.98
_MOST_ROWS = 100_000
_TASKS = (TaskType.BINARY, TaskType.MULTICLASS, TaskType.REGRESSION)

Giveaway = tuple[str, str, str]
"""The column, what was found, and what to do."""


def giveaways(plan: PredictionPlan, labels: LabelTable) -> list[Giveaway]:
    """Inputs that nearly are the label, are filled only where it is true, or are written down later.

    Looked at are the columns of the entity table, of its parents, and of the event tables as of each anchor: the
    values of the last row, and whether any row has one. Of a FORECAST it is the first step that counts.
    """
    found: list[Giveaway] = []
    if plan.task_type is TaskType.FORECASTING:
        plan = replace(plan, task_type=TaskType.REGRESSION)
    if plan.task_type in _TASKS:
        used = _thinned(np.flatnonzero(_has_label(labels)))
        entity_rows, label = labels.entity_rows[used], labels.frame["label"].iloc[used].reset_index(drop=True)
        found += _of_entities(plan, entity_rows, label)
        found += _of_parents(plan, entity_rows, label)
        if plan.is_temporal:
            found += _of_events(plan, entity_rows, labels.anchor_us[used], label)
            found += _of_today(plan, labels)
    if plan.is_temporal:
        found += [_late(name, words) for name, words in late_columns(plan)]
    first_of_each: dict[str, Giveaway] = {}
    for giveaway in found:
        first_of_each.setdefault(giveaway[0], giveaway)
    return list(first_of_each.values())


def _of_entities(plan: PredictionPlan, entity_rows: np.ndarray, label: pd.Series) -> Iterator[Giveaway]:
    questions = questions_of(plan.task_type, label)
    table = plan.graph[plan.entity_table]
    for column in _inputs(table, plan):
        values = table.frame[column.name]
        name = f"{table.name}.{column.name}"
        filled = _filled(plan, values, entity_rows, label) if plan.task_type == TaskType.BINARY else None
        if filled is not None:
            yield _written_later(name, filled)
            continue
        area = area_of(plan.task_type, column.stype, values.iloc[entity_rows], entity_rows, questions)
        if area is not None and area > _LEAST_AUROC:
            yield _nearly_the_label(name, area, "alone it")


def _of_today(plan: PredictionPlan, labels: LabelTable) -> Iterator[Giveaway]:
    """Columns of the entities that tell the newest labels: written as of today, they know less of the older ones."""
    newest = _thinned(np.flatnonzero(_has_label(labels) & (labels.anchor_us == labels.anchor_us.max())))
    entity_rows, label = labels.entity_rows[newest], labels.frame["label"].iloc[newest].reset_index(drop=True)
    questions = questions_of(plan.task_type, label)
    table = plan.graph[plan.entity_table]
    for column in _inputs(table, plan):
        values = table.frame[column.name].iloc[entity_rows]
        area = area_of(plan.task_type, column.stype, values, entity_rows, questions)
        if area is not None and area > _LEAST_AUROC:
            name = f"{table.name}.{column.name}"
            says = f"{name} gives the label away: alone it reaches AUROC {area:.3f} at the newest anchor time."
            yield name, f"{says} It seems to be as of today, not as of each anchor.", _next_step(name)


def _of_parents(plan: PredictionPlan, entity_rows: np.ndarray, label: pd.Series) -> Iterator[Giveaway]:
    """Columns of the rows that the entities point at, which say the same of all entities of one parent."""
    questions = questions_of(plan.task_type, label)
    for link in plan.graph.links_from(plan.entity_table):
        parents = parent_rows(plan.graph, link)[entity_rows]
        has_parent = parents >= 0
        if not has_parent.any():
            continue
        table = plan.graph[link.parent]
        for column in _inputs(table, plan):
            values = table.frame[column.name].iloc[parents[has_parent]]
            asked = [truth[has_parent] for truth in questions]
            area = area_of(plan.task_type, column.stype, values, parents[has_parent], asked)
            if area is not None and area > _LEAST_AUROC:
                yield _nearly_the_label(f"{table.name}.{column.name}", area, f"through {link.column} it")


def _of_events(
    plan: PredictionPlan, entity_rows: np.ndarray, anchor_us: np.ndarray, label: pd.Series
) -> Iterator[Giveaway]:
    """Columns of the event tables as of each anchor, for a sample of the entities."""
    kept = keep_entities(entity_rows)
    entity_rows, anchor_us = entity_rows[kept], anchor_us[kept]
    label = label[kept].reset_index(drop=True)
    questions = questions_of(plan.task_type, label)
    for events in events_at_anchors(plan, entity_rows, anchor_us):
        has_event = events.last_row >= 0
        if not has_event.any():
            continue
        table, asked = plan.graph[events.table], [truth[has_event] for truth in questions]
        groups = entity_rows[has_event]
        since = pd.Series(events.since_us[has_event].astype(np.float64))
        by_time = area_of(plan.task_type, Stype.NUMERICAL, since, groups, asked) or 0.5
        for column in _inputs(table, plan):
            name, values = f"{table.name}.{column.name}", table.frame[column.name]
            filled = _events_filled(events, values, entity_rows, label) if plan.task_type == TaskType.BINARY else None
            if filled is not None:
                yield _written_later(name, filled)
                continue
            area = area_of(plan.task_type, column.stype, values.iloc[events.last_row[has_event]], groups, asked)
            # A column that grows with time says no more than how long ago the last row was.
            if area is not None and area > _LEAST_AUROC and 1 - area < (1 - by_time) / 2:
                yield _nearly_the_label(name, area, "its last value at the anchor alone")


def _has_label(labels: LabelTable) -> np.ndarray:
    """Whether each row has a label, of a FORECAST that of its first step."""
    has_label = labels.frame["label"].notna().to_numpy()
    return has_label & (labels.frame["step"] == 1).to_numpy() if "step" in labels.frame else has_label


def _thinned(rows: np.ndarray) -> np.ndarray:
    """At most a bounded number of the rows, evenly drawn."""
    return rows[:: max(1, -(-len(rows) // _MOST_ROWS))]


def _inputs(table: Table, plan: PredictionPlan) -> Iterator[Column]:
    """Columns of a table that are inputs: no keys, not its own times, not what is asked for."""
    asked = named_columns(plan.target)
    for name, column in table.columns.items():
        is_input = column.stype not in (Stype.KEY, Stype.IGNORED) and name != table.primary_key
        is_own_time = name in (table.time_column, table.end_time_column)
        if is_input and not is_own_time and (table.name, name) not in asked:
            yield column


def _filled(plan: PredictionPlan, values: pd.Series, entity_rows: np.ndarray, label: pd.Series) -> str | None:
    """Whether a column has values only where the label is true, at this anchor or at any of the entity's anchors."""
    has_value = values.notna().to_numpy()
    if has_value.all():
        return None
    truth = label.to_numpy(dtype=bool)
    in_rows = has_value[entity_rows]
    if is_only_where_true(in_rows, truth):
        return f"filled in {int(in_rows.sum()):,} labelled rows, and the label is true in every one of them"
    entities, ever = _of_each(entity_rows, truth)
    if is_only_where_true(has_value[entities], ever):
        return (
            f"filled for {int(has_value[entities].sum()):,} {plan.entity_table}, "
            "and for every one of them a label is true"
        )
    return None


def _events_filled(events: EventsAtAnchors, values: pd.Series, entity_rows: np.ndarray, label: pd.Series) -> str | None:
    """Whether a row up to the anchor has a value only where the label is true; each entity counts once."""
    has_value = values.notna().to_numpy()
    if has_value.all():
        return None
    truth, known = label.to_numpy(dtype=bool), events.known_by_anchor(has_value)
    if not truth[known].all():
        return None
    _, filled = _of_each(entity_rows, known)
    _, ever = _of_each(entity_rows, truth)
    if not is_only_where_true(filled, ever):
        return None
    return (
        f"{int(filled.sum()):,} of {len(filled):,} looked at have a row with a value up to an anchor, "
        "and the label is true at every such anchor"
    )


def _of_each(entity_rows: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The entities, and whether any of their rows is true."""
    entities, place = np.unique(entity_rows, return_inverse=True)
    ever = np.zeros(len(entities), dtype=bool)
    np.logical_or.at(ever, place, truth)
    return entities, ever


def _written_later(name: str, filled: str) -> Giveaway:
    says = f"{name} gives the label away: {filled}. It seems to be written down after the event."
    return name, says, _next_step(name)


def _nearly_the_label(name: str, area: float, what: str) -> Giveaway:
    says = f"{name} gives the label away: {what} reaches AUROC {area:.3f} over the labelled rows."
    return name, says, _next_step(name)


def _late(name: str, words: str) -> Giveaway:
    says = f"{name} is {words}. It seems to be written down later: at past anchors it tells what was not known yet."
    return name, says, _next_step(name)


def _next_step(name: str) -> str:
    return f"Leave it out unless it is known at the anchor: --stype {name}=ignored on the %graph line."
