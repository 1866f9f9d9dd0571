"""The finished plan of a predictive query on a graph. Names and types; no rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kumo_magic.finding import Finding
from kumo_magic.graph.event_time import time_zone
from kumo_magic.graph.link import Link
from kumo_magic.plan.bound import (
    BoundAggregation,
    BoundColumn,
    BoundComparison,
    BoundCondition,
    BoundTarget,
    BoundWindow,
    aggregations,
    operands,
)
from kumo_magic.plan.offset import Offset
from kumo_magic.plan.task_type import TaskType
from kumo_magic.plan.wording import describe
from kumo_magic.query.predictive_query import PredictiveQuery, Unit

if TYPE_CHECKING:
    import pandas as pd

from kumo_magic.graph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionPlan:
    """What will be predicted, for whom, from which rows, and as of when.

    ``windows`` are those of the target, nested ones included. ``forecast_steps`` is 1 but for FORECAST n.
    ``positive_class`` is the value that counts as true where the target is a column of two values, or the FIRST or LAST
    of one. ``findings`` are what the query asks for that no row has, and what was read the likelier way; they are notes
    too.
    ``params`` are the values of the query's ``:name`` parameters.
    """

    query: PredictiveQuery
    graph: Graph
    task_type: TaskType
    entity_table: str
    entity_key: str
    target: BoundTarget
    where: BoundCondition | None = None
    assuming: BoundCondition | None = None
    selection: BoundComparison | None = None
    forecast_steps: int = 1
    k: int | None = None
    item_table: str | None = None
    item_link: Link | None = None
    positive_class: object = None
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)
    write_sql: Callable[[PredictionPlan], str] | None = field(default=None, repr=False, compare=False)

    @property
    def entity(self) -> str:
        """The key that rows are predicted for: ``users.user_id``."""
        return f"{self.entity_table}.{self.entity_key}"

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that name an entity in frames: the first ones of each."""
        return self.graph[self.entity_table].key_columns

    def keys_in(self, frame: pd.DataFrame) -> pd.Series:
        """Whom each row of a frame is about, as one value: what the entity table has as its key."""
        return self.graph[self.entity_table].keys_in(frame)

    @property
    def is_temporal(self) -> bool:
        """Whether the target lies in a window, so that rows are labelled at anchor times."""
        return any(aggregation.window for aggregation in aggregations(self.target))

    @property
    def target_tables(self) -> tuple[str, ...]:
        """The event tables whose rows make the label, in the order they are named."""
        return tuple(dict.fromkeys(aggregation.path.event_table for aggregation in aggregations(self.target)))

    @property
    def windows(self) -> tuple[BoundWindow, ...]:
        """The windows of the target, each once."""
        return _windows(self.target)

    @property
    def closing_windows(self) -> tuple[BoundWindow, ...]:
        """The windows that must have passed before a row's label is known: ASSUMING's count too."""
        return tuple(dict.fromkeys((*self.windows, *_windows(self.assuming))))

    @property
    def horizon(self) -> Offset:
        """How far after the anchor the target looks, over all windows and FORECAST steps; 0 days when static."""
        end = max((window.end for window in self.windows), key=_approx_us, default=Offset(0, Unit.DAYS))
        return end.minus(self.window_length.times(1 - self.forecast_steps)) if self.forecast_steps > 1 else end

    @property
    def window_length(self) -> Offset:
        """Latest end minus earliest start of the target's windows: one FORECAST step; 0 days when static.

        Windows nested in a filter may look back; that past is no part of the length.
        """
        end = max((window.end for window in self.windows), key=_approx_us, default=Offset(0, Unit.DAYS))
        own = [operand.window for operand in _top_level(self.target) if operand.window]
        starts = [window.start for window in own if window.start]
        return end.minus(min(starts, key=_approx_us)) if starts else end

    @property
    def time_zone(self) -> str | None:
        """``UTC`` where the tables' times are aware, else None."""
        tables = (*self.target_tables, self.entity_table) if self.is_temporal else (self.entity_table,)
        return next((zone for name in tables if (zone := time_zone(self.graph, name))), None)

    def sql(self) -> str:
        """The query of the labels as SQL. The room that knows how is given at binding (`km.bind`)."""
        assert self.write_sql is not None
        return self.write_sql(self)

    def describe(self) -> str:
        """The plan in plain English."""
        return describe(self)


def _windows(node: BoundTarget | None) -> tuple[BoundWindow, ...]:
    return tuple(dict.fromkeys(aggregation.window for aggregation in aggregations(node) if aggregation.window))


def _top_level(target: BoundTarget) -> list[BoundAggregation]:
    return [operand for operand in operands(target) if not isinstance(operand, BoundColumn)]


def _approx_us(offset: Offset) -> int:
    return offset.approx_us
