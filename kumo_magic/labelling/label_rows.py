"""Plan and anchors → every row of the population with its label, as an expression and as a frame. No splits."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from kumo_magic.labelling.condition import is_defined, truth
from kumo_magic.labelling.population import population_expression
from kumo_magic.labelling.source import Source, open_source
from kumo_magic.labelling.target import Aggregator
from kumo_magic.plan.bound import BoundAggregation, BoundColumn, aggregations
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.query.predictive_query import Function

_MOST_SLOTS = 1_000_000
"""With more entities times anchors (times steps) than this, one query looks at a part of the anchors: groups that fit
into a cache are found faster, and less memory is held at once."""
_MOST_EMPTY = 8
"""With more slots than this per row, sorting takes less than laying the rows out."""


def label_expression(plan: PredictionPlan, source: Source, anchor_us: np.ndarray | None) -> ir.Table:
    """``row``, ``anchor_time``, ``step``, ``came_true`` and ``label`` of everyone who is asked about."""
    anchors = None if anchor_us is None else source.anchors(anchor_us)
    moment = [] if anchor_us is None else ["anchor_time"]
    rows = population_expression(plan, source, anchors)
    bare = [name for name in rows.columns if name not in ("row", "key", "anchor_time")]
    came_true: Any = ibis.literal(True)
    if plan.assuming is not None:
        aggregator = Aggregator(graph=plan.graph, tables=source.tables, anchors=anchors)
        rows, names = aggregator.attach(rows, "key", [plan.assuming])
        came_true = truth(plan.assuming, {operand: rows[name] for operand, name in names.items()})
    rows = rows.select("row", "key", *moment, *bare, came_true=came_true)
    frame = None
    if plan.forecast_steps > 1 and anchor_us is not None:
        frame = plan.window_length
        anchors = source.anchors(anchor_us, steps=plan.forecast_steps)
        steps = anchors.select(of="anchor_time", step="step")
        rows = rows.inner_join(steps, [rows["anchor_time"] == steps["of"]]).drop("of")
        moment = [*moment, "step"]
    aggregator = Aggregator(graph=plan.graph, tables=source.tables, anchors=anchors, frame=frame)
    rows, names = aggregator.attach(rows, "key", [plan.target])
    columns = {operand: rows[name] for operand, name in names.items()}
    return rows.select("row", *moment, "came_true", label=_label(plan, columns))


def _label(plan: PredictionPlan, columns: dict[Any, Any]) -> ir.Value:
    target = plan.target
    if isinstance(target, (BoundColumn, BoundAggregation)) and plan.positive_class is not None:
        return columns[target] == plan.positive_class
    if isinstance(target, BoundColumn):
        return columns[target]
    if isinstance(target, BoundAggregation) and target.function != Function.EXISTS:
        return columns[target]
    known = is_defined(target, columns)
    return ibis.ifelse(known, truth(target, columns), ibis.null("boolean"))


def label_rows(plan: PredictionPlan, source: Source, anchor_us: np.ndarray | None) -> pd.DataFrame:
    """The label expression's rows, computed, in order of anchor, entity row and FORECAST step.

    Columns: ``row`` (of the entity table), ``anchor_us`` (0 without anchors), ``step`` where there are several,
    ``came_true`` (ASSUMING holds), ``is_defined``, ``label`` (missing where undefined).
    """
    if anchor_us is None:
        return _rows_at(plan, source, _laid_out(plan, source, None), None)
    blocks = _blocks(plan, np.sort(anchor_us))
    expression = _laid_out(plan, source, blocks[0])
    frames = [_rows_at(plan, source, expression, block) for block in blocks]
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def _blocks(plan: PredictionPlan, anchors: np.ndarray) -> list[np.ndarray]:
    """The anchors in blocks. One block where every query sorts all events: the first and last of tables above them."""
    nodes = [node for part in (plan.target, plan.where, plan.assuming) for node in aggregations(part)]
    if any(node.path.up and node.function in (Function.FIRST, Function.LAST) for node in nodes):
        return [anchors]
    num_slots = len(anchors) * plan.graph[plan.entity_table].num_rows * plan.forecast_steps
    return np.array_split(anchors, max(1, min(len(anchors), -(-num_slots // _MOST_SLOTS))))


def _laid_out(plan: PredictionPlan, source: Source, anchor_us: np.ndarray | None) -> ir.Table:
    """The label expression as a view, so that it is compiled once however many blocks of anchors it looks at."""
    expression = label_expression(plan, source, anchor_us)
    if plan.assuming is None:
        expression = expression.drop("came_true")
    return source.view(expression)


def _rows_at(plan: PredictionPlan, source: Source, expression: ir.Table, anchor_us: np.ndarray | None) -> pd.DataFrame:
    """The rows at anchors that ascend."""
    if anchor_us is not None:
        source.anchors(anchor_us)
        if plan.forecast_steps > 1:
            source.anchors(anchor_us, steps=plan.forecast_steps)
    found = source.backend.to_pyarrow(expression)
    columns = {"row": found["row"].to_numpy()}
    if anchor_us is None:
        columns["anchor_us"] = np.zeros(len(found), dtype=np.int64)
    else:
        columns["anchor_us"] = found["anchor_time"].cast(pa.int64()).to_numpy()
    if "step" in found.column_names:
        columns["step"] = found["step"].to_numpy()
    order = _order(plan, np.zeros(1, dtype=np.int64) if anchor_us is None else anchor_us, columns)
    rows = {name: pd.Series(values[order], copy=False) for name, values in columns.items()}
    came_true = np.ones(len(found), dtype=bool) if plan.assuming is None else _truths(found["came_true"])[order]
    rows["came_true"] = pd.Series(came_true, copy=False)
    is_defined = _truths(found["label"].is_valid())[order]
    rows["is_defined"] = pd.Series(is_defined, copy=False)
    rows["label"] = _labels(found["label"], order, is_defined)
    return pd.DataFrame(rows, copy=False)


def _order(plan: PredictionPlan, anchors: np.ndarray, columns: dict[str, np.ndarray]) -> np.ndarray:
    """The positions that sort by anchor, entity row and step. These are unique, so that each has a slot of its own."""
    num_entities, num_steps = plan.graph[plan.entity_table].num_rows, plan.forecast_steps
    slot = np.searchsorted(anchors, columns["anchor_us"]) * num_entities + columns["row"]
    if "step" in columns:
        slot = slot * num_steps + columns["step"] - 1
    num_slots = len(anchors) * num_entities * num_steps
    if num_slots > _MOST_EMPTY * len(slot):
        return np.argsort(slot)
    taken_by = np.full(num_slots, -1)
    taken_by[slot] = np.arange(len(slot))
    order = taken_by[taken_by >= 0]
    assert len(order) == len(slot)
    return order


def _labels(column: pa.ChunkedArray, order: np.ndarray, is_known: np.ndarray) -> pd.Series:
    """The labels in order: numbers and truth values in arrays, with a mask where some are undefined, sets in lists.

    Others are Python values, None for undefined.
    """
    if pa.types.is_boolean(column.type) or pa.types.is_integer(column.type):
        is_truth = pa.types.is_boolean(column.type)
        values = _truths(column) if is_truth else (column.fill_null(0) if column.null_count else column).to_numpy()
        if not column.null_count:
            return pd.Series(values[order], copy=False)
        masked = pd.arrays.BooleanArray if is_truth else pd.arrays.IntegerArray
        return pd.Series(masked(values[order], ~is_known), copy=False)
    if pa.types.is_floating(column.type):
        return pd.Series(column.to_numpy()[order], copy=False)
    if pa.types.is_list(column.type):
        lists = np.full(len(order), None, dtype=object)
        lists[is_known] = _lists(column.combine_chunks().take(pa.array(order[is_known])))
        return pd.Series(lists, copy=False)
    return pd.Series(_objects(column.to_pylist())[order], dtype=object)


def _lists(column: pa.Array) -> np.ndarray:
    """One Python list per row. Equal members are one object, to save memory.

    Rows of one length are a matrix of members, which NumPy turns into lists faster than a loop does.
    """
    assert isinstance(column, pa.ListArray)
    encoded = column.values.dictionary_encode()
    members, codes = _objects(encoded.dictionary.to_pylist()), encoded.indices.to_numpy()
    starts, lengths = column.offsets.to_numpy()[:-1], column.value_lengths().to_numpy()
    lists = np.empty(len(column), dtype=object)
    by_length = np.argsort(lengths, kind="stable")
    bounds = np.flatnonzero(np.diff(lengths[by_length], prepend=-1)).tolist()
    with _without_collecting():
        for rows in np.split(by_length, bounds[1:]) if bounds else ():
            places = starts[rows][:, None] + np.arange(lengths[rows[0]])
            lists[rows] = _objects(members[codes[places]].tolist())
    return lists


def _objects(values: list[object]) -> np.ndarray:
    """The values as they are: an array of arrays would be made of lists of one length."""
    return np.fromiter(values, dtype=object, count=len(values))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Holds the garbage collector off: it would look at every list again and again while millions of them are made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _truths(column: pa.ChunkedArray) -> np.ndarray:
    """Truth values as bytes, undefined ones as false."""
    return (column.fill_null(False) if column.null_count else column).cast(pa.uint8()).to_numpy().view(bool)


def sql(plan: PredictionPlan) -> str:
    """The label as the DuckDB query that computes it, over a table ``anchors`` of anchor times."""
    source = open_source(plan)
    rows = label_expression(plan, source, np.empty(0, np.int64) if plan.is_temporal else None)
    came_true: Any = rows["came_true"]
    rows = rows.filter(came_true & rows["label"].notnull()).drop("came_true")
    return str(ibis.to_sql(rows, dialect="duckdb"))
