"""Plan and anchors → the rows that are asked about at each anchor: eligible, and kept by WHERE. No labels."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from kumo_magic.errors import UnknownIdError
from kumo_magic.graph.key_rows import key_rows
from kumo_magic.graph.versions import Versions
from kumo_magic.labelling.condition import truth
from kumo_magic.labelling.source import Source
from kumo_magic.labelling.target import Aggregator, equal
from kumo_magic.plan.bound import BoundColumn, BoundTarget, operands
from kumo_magic.plan.plan import PredictionPlan

_MOST_LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The rows to predict.

    Attributes:
        frame: The entity key under its own name and ``anchor_time``, in the entity table's order.
        entity_rows: int64, positions in the entity table.
        anchor_us: int64, microseconds since 1970.
        notes: What a reader of the predictions should know.
    """

    frame: pd.DataFrame
    entity_rows: np.ndarray
    anchor_us: np.ndarray
    notes: tuple[str, ...] = ()


def population_expression(plan: PredictionPlan, source: Source, anchors: ir.Table | None) -> ir.Table:
    """``row``, ``key``, ``anchor_time`` of every eligible entity that WHERE keeps, and the target's bare columns.

    Without anchors every entity is eligible, once.
    """
    aggregator = Aggregator(graph=plan.graph, tables=source.tables, anchors=anchors)
    entity = plan.graph[plan.entity_table]
    here = source.tables[plan.entity_table]
    own = {"row": here.rows[here.row], "key": here[plan.entity_key]}
    own |= {"created": here[entity.time_column]} if entity.time_column else {}
    own |= {"ended": here[entity.end_time_column]} if entity.end_time_column else {}
    columns = [*_bare_columns(plan.where), *_bare_columns(plan.target)]
    rows = aggregator.rows(plan.entity_table, columns, **own)
    if anchors is not None:
        rows = rows.cross_join(anchors)
        if "created" in own:
            rows = rows.filter(rows["created"].isnull() | (rows["created"] <= rows["anchor_time"]))
        if "ended" in own:
            rows = rows.filter(rows["ended"].isnull() | (rows["ended"] > rows["anchor_time"]))
        if entity.versions is not None and entity.versions.has_gaps:
            rows = _valid(rows, source, entity.versions)
    if plan.where is not None:
        rows, names = aggregator.attach(rows, "key", [plan.where])
        rows = rows.filter(truth(plan.where, {operand: rows[name] for operand, name in names.items()}))
    moment = [] if anchors is None else ["anchor_time"]
    kept = dict.fromkeys(["row", "key", *moment, *map(aggregator.label, _bare_columns(plan.target))])
    return rows.select(*kept)


def _valid(rows: ir.Table, source: Source, versions: Versions) -> ir.Table:
    """The rows of which a version is valid at their anchor."""
    history = source.tables[versions.history]
    valid = history.rows.select(of=history[versions.key], since=history[versions.start], until=history[versions.end])
    lasts = valid["until"].isnull() | (valid["until"] > rows["anchor_time"])
    return rows.semi_join(valid, [equal(rows["key"], valid["of"]), valid["since"] <= rows["anchor_time"], lasts])


def first_seen(plan: PredictionPlan, source: Source) -> ir.Table | None:
    """``row`` of each entity and ``time`` of its first row in the target tables, where it has one.

    None where entities have a creation time.
    """
    if plan.graph[plan.entity_table].time_column is not None:
        return None
    aggregator = Aggregator(graph=plan.graph, tables=source.tables, anchors=None)
    parts = [
        aggregator.events(operand).select("entity", "time")
        for operand in operands(plan.target)
        if not isinstance(operand, BoundColumn)
    ]
    seen = ibis.union(*parts) if len(parts) > 1 else parts[0]
    first = seen.group_by("entity").aggregate(time=seen["time"].min())
    here = source.tables[plan.entity_table]
    entities = here.rows.select(row=here.rows[here.row], key=here[plan.entity_key])
    return entities.inner_join(first, [equal(entities["key"], first["entity"])]).select("row", "time")


def selected_rows(plan: PredictionPlan) -> np.ndarray | None:
    """Positions of the entities that FOR names, in the table's order; None for FOR EACH.

    Raises:
        UnknownIdError: An id that the entity table does not have.
    """
    if plan.selection is None:
        return None
    value = plan.selection.value
    wanted = list(value) if isinstance(value, tuple) else [value]
    positions = key_rows(plan.graph[plan.entity_table], pd.Series(wanted, dtype=object))
    unknown = [key for key, position in zip(wanted, positions, strict=True) if position < 0]
    if unknown:
        listed = ", ".join(repr(key) for key in unknown[:_MOST_LISTED])
        more = f" and {len(unknown) - _MOST_LISTED:,} more" if len(unknown) > _MOST_LISTED else ""
        assert plan.query.selection is not None
        assert plan.query.selection.value is not None
        raise UnknownIdError(
            f"'{plan.entity_table}' has no {plan.entity_key} {listed}{more}.",
            span=plan.query.selection.value.span,
            source=plan.query.text or str(plan.query),
            table=plan.entity_table,
            example=unknown[0],
            hint="FOR asks about ids that exist.",
        )
    return np.unique(positions)


def keyed_frame(plan: PredictionPlan, entity_rows: np.ndarray, anchor_us: np.ndarray) -> pd.DataFrame:
    """The columns of the entity's key in the user's own types, and ``anchor_time``."""
    keys = plan.graph[plan.entity_table].key_frame(entity_rows)
    return pd.DataFrame({**dict(keys.items()), "anchor_time": moments(plan, anchor_us)}, copy=False)


def moments(plan: PredictionPlan, time_us: np.ndarray) -> pd.Series:
    """The times as users see them: UTC where the tables' times are aware."""
    times = pd.DatetimeIndex(time_us.view("datetime64[us]"))
    return pd.Series(times if plan.time_zone is None else times.tz_localize("UTC"), copy=False)


def _bare_columns(condition: BoundTarget | None) -> list[BoundColumn]:
    if condition is None:
        return []
    return [operand for operand in operands(condition) if isinstance(operand, BoundColumn)]
