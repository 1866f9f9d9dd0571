"""The conditions inside a ranking's target → which rows of the past are events of the kind that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import ibis.expr.types as ir
import numpy as np

from kumo_magic.graph.link import Link
from kumo_magic.labelling.condition import truth
from kumo_magic.labelling.source import Source, open_source
from kumo_magic.labelling.target import Aggregator
from kumo_magic.plan.bound import (
    BoundAggregation,
    BoundAnd,
    BoundColumn,
    BoundCondition,
    BoundOperand,
    aggregations,
    operands,
)
from kumo_magic.plan.plan import PredictionPlan


def counted_rows(plan: PredictionPlan) -> tuple[np.ndarray, tuple[Link, ...]] | None:
    """Which rows the target counts, bool [rows of the listed column's table], and the links to parents it asked.

    ``LIST_DISTINCT(lines.product WHERE lines.quantity > 0, ...)`` counts the lines whose quantity is positive. Parts
    about the listed items alone are left to `listable_items`; parts with a window of their own are not looked at,
    because they depend on the anchor. None where nothing is asked of the rows.
    """
    target = ranked_lists(plan)
    parts = [part for part in _parts(target) if _is_of_rows(part) and not _is_of_items(part, plan)]
    if not parts:
        return None
    source = open_source(plan)
    columns = [operand for part in parts for operand in operands(part) if isinstance(operand, BoundColumn)]
    aggregator, here = (
        Aggregator(graph=plan.graph, tables=source.tables, anchors=None),
        source.tables[target.path.table],
    )
    rows = aggregator.rows(target.path.table, columns, row=here.rows[here.row])
    found = _mask(source, rows, parts, lambda operand: rows[aggregator.label(operand)], rows["row"])
    links = dict.fromkeys(column.link for column in columns if column.link is not None)
    return found, tuple(links)


def listable_items(plan: PredictionPlan) -> np.ndarray | None:
    """Which items the target may list, bool [items]; None for all: ``WHERE products.category = 'shoes'``."""
    parts = [part for part in _parts(ranked_lists(plan)) if _is_of_items(part, plan)]
    if not parts:
        return None
    assert plan.item_table is not None
    source = open_source(plan)
    items = source.tables[plan.item_table]
    return _mask(source, items.rows, parts, lambda operand: items[operand.name], items.rows[items.row])


def ranked_lists(plan: PredictionPlan) -> BoundAggregation:
    """The LIST_DISTINCT of a ranking."""
    return next(iter(aggregations(plan.target)))


def _mask(
    source: Source,
    rows: ir.Table,
    parts: list[BoundCondition],
    column: Callable[[BoundColumn], ir.Value],
    number: ir.Value,
) -> np.ndarray:
    """Where all parts hold, bool, in the order of the rows' numbers."""
    names: dict[BoundOperand, ir.Value] = {
        operand: column(operand) for part in parts for operand in operands(part) if isinstance(operand, BoundColumn)
    }
    chosen = rows.select(number=number, holds=truth(BoundAnd(conditions=tuple(parts)), names))
    found = source.backend.to_pyarrow(chosen)
    holds = np.zeros(len(found), dtype=bool)
    holds[found["number"].to_numpy()] = found["holds"].to_numpy()
    return holds


def _parts(target: BoundAggregation) -> Iterator[BoundCondition]:
    """What must hold, each by itself."""
    match target.where:
        case None:
            return
        case BoundAnd(conditions=conditions):
            yield from conditions
        case condition:
            yield condition


def _is_of_rows(part: BoundCondition) -> bool:
    return all(isinstance(operand, BoundColumn) for operand in operands(part))


def _is_of_items(part: BoundCondition, plan: PredictionPlan) -> bool:
    return all(isinstance(operand, BoundColumn) and operand.link == plan.item_link for operand in operands(part))
