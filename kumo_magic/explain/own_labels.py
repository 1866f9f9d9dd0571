"""Replicas → the past labels of the entity in each block, as the query gives them when the hidden rows never happened.

The keys of the blocks are told apart here, in frames of their own: the labels are computed by the same SQL as always.
"""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pandas as pd

from kumo_magic.explain.excerpt import Excerpt
from kumo_magic.explain.replicas import Layout, Replicas
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.table import Table
from kumo_magic.labelling.anchor_times import closed
from kumo_magic.labelling.label_rows import label_rows
from kumo_magic.labelling.past_labels import PastRows
from kumo_magic.labelling.source import open_source
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.target import Target
from kumo_magic.timeline.times import NEVER


def own_labels(replicas: Replicas, plan: PredictionPlan, target: Target, whole: LabelHistory) -> LabelHistory:
    """The labels of the entity's closed windows in every block.

    Where the query does not give the labels that were learned from (they were the user's own, or hang on rows farther
    away than the excerpt reaches), every block keeps those as they are.

    Args:
        replicas: The blocks.
        plan: What is asked.
        target: Turns labels into numbers.
        whole: The labels of all entities.
    """
    excerpt = replicas.excerpt
    is_own = (whole.entity_rows == excerpt.entity_row) & (whole.closed_us <= excerpt.anchor_us)
    kept = whole.take(np.flatnonzero(is_own))
    anchors = np.unique(whole.anchor_us[whole.closed_us <= excerpt.anchor_us])
    if len(anchors):
        found = _computed(replicas, plan, target, anchors)
        if _agree(_of(found, int(replicas.entity_rows[0])), kept):
            return found
    of_every_block = kept.take(np.tile(np.arange(len(kept.values)), replicas.num_blocks))
    return replace(of_every_block, entity_rows=np.repeat(replicas.entity_rows, len(kept.values)))


def _computed(replicas: Replicas, plan: PredictionPlan, target: Target, anchors: np.ndarray) -> LabelHistory:
    asked = replace(plan, selection=None)
    if plan.task_type is TaskType.FORECASTING:
        asked = replace(asked, forecast_steps=1, where=None, assuming=None)
    graph, entities = _with_keys_of_their_own(replicas)
    asked = replace(asked, graph=graph)
    rows = label_rows(asked, open_source(asked), anchors)
    rows = rows[rows["came_true"].to_numpy(dtype=bool) & rows["label"].notna().to_numpy()]
    anchor_us = rows["anchor_us"].to_numpy(dtype=np.int64)
    return target.history(
        PastRows(
            entity_rows=entities[rows["row"].to_numpy(dtype=np.int64)],
            anchor_us=anchor_us,
            closed_us=closed(asked, anchor_us),
            labels=rows["label"].reset_index(drop=True),
        )
    )


def _of(history: LabelHistory, entity_row: int) -> LabelHistory:
    return history.take(np.flatnonzero(history.entity_rows == entity_row))


def _agree(one: LabelHistory, other: LabelHistory) -> bool:
    """Whether both hold the same labels of the same anchors."""
    if len(one.values) != len(other.values):
        return False
    first, second = np.argsort(one.anchor_us, kind="stable"), np.argsort(other.anchor_us, kind="stable")
    if not np.array_equal(one.anchor_us[first], other.anchor_us[second]):
        return False
    if one.members is not None and other.members is not None:
        return np.array_equal(one.members[first], other.members[second])
    return bool(np.allclose(one.values[first], other.values[second], rtol=1e-9, atol=1e-12, equal_nan=True))


def _with_keys_of_their_own(replicas: Replicas) -> tuple[Graph, np.ndarray]:
    """The near rows that are not hidden, each block's with other keys; and where each row of the entity table lies."""
    excerpt = replicas.excerpt
    kept = {table: _kept(replicas, excerpt, table, layout) for table, layout in replicas.layouts.items()}
    view = copy.copy(replicas.graph)
    view.derived = {}
    view.tables = {name: _keyed(replicas, table, kept[name]) for name, table in replicas.graph.tables.items()}
    return view, kept[excerpt.table]


def _kept(replicas: Replicas, excerpt: Excerpt, table: str, layout: Layout) -> np.ndarray:
    """Positions of the near rows of all blocks; of the entity table the entity's alone."""
    if table == excerpt.table:
        return replicas.entity_rows
    near = np.isin(layout.sources, excerpt.near.get(table, np.empty(0, dtype=np.int64)))
    return np.flatnonzero(near & (replicas.timeline.row_times[table] != NEVER))


def _keyed(replicas: Replicas, table: Table, rows: np.ndarray) -> Table:
    """The rows with their place as primary key, and the places of the rows that they point at as foreign keys."""
    frame = table.frame.take(rows).reset_index(drop=True)
    for link, index in replicas.timeline.links.items():
        if link.table == table.name:
            parents = index.parent_rows[rows].astype(np.int64)
            frame[link.column] = pd.Series(parents, dtype="Int64").mask(parents < 0)
    if table.primary_key is not None:
        frame[table.primary_key] = rows
    view = copy.copy(table)
    view.frame, view.given = frame, {}
    return view
