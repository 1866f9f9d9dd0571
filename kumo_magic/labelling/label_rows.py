"""Plan and anchors → every row of the population with its label, as an expression and as a frame. No splits."""

from __future__ import annotations

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
from kumo_magic.plan.bound import BoundAggregation, BoundColumn
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.query.predictive_query import Function


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
    if isinstance(target, BoundColumn) and plan.positive_class is not None:
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
    ``came_true`` (ASSUMING holds), ``label`` (None where undefined).
    """
    found = source.backend.to_pyarrow(label_expression(plan, source, anchor_us))
    frame = pd.DataFrame({"row": found["row"].to_numpy()})
    keys = [frame["row"].to_numpy()]
    if anchor_us is None:
        frame["anchor_us"] = np.int64(0)
    else:
        frame["anchor_us"] = found["anchor_time"].to_numpy().astype("datetime64[us]").astype(np.int64)
    if "step" in found.column_names:
        frame["step"] = found["step"].to_numpy()
        keys = [frame["step"].to_numpy(), *keys]
    frame["came_true"] = found["came_true"].to_numpy()
    frame["label"] = _labels(found["label"])
    order = np.lexsort([*keys, frame["anchor_us"].to_numpy()])
    return frame.iloc[order].reset_index(drop=True)


def _labels(column: pa.ChunkedArray) -> pd.Series:
    """Numbers and truth values as such where none is undefined; else Python values, None for undefined."""
    if column.null_count == 0 and (pa.types.is_primitive(column.type) and not pa.types.is_temporal(column.type)):
        return pd.Series(column.to_numpy())
    return pd.Series(column.to_pylist(), dtype=object)


def sql(plan: PredictionPlan) -> str:
    """The label as the DuckDB query that computes it, over a table ``anchors`` of anchor times."""
    source = open_source(plan)
    rows = label_expression(plan, source, np.empty(0, np.int64) if plan.is_temporal else None)
    came_true: Any = rows["came_true"]
    rows = rows.filter(came_true & rows["label"].notnull()).drop("came_true")
    return str(ibis.to_sql(rows, dialect="duckdb"))
