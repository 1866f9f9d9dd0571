"""Bound operands and a table of anchors → Ibis tables of their values: the one definition of what an aggregation means.

Events join the anchors whose window they are in, then each entity's events are aggregated. No execution, no splits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.labelling.condition import truth
from kumo_magic.labelling.exact_sum import exact_average, exact_sum
from kumo_magic.labelling.orphans import orphans
from kumo_magic.labelling.source import SourceTable, in_time_order
from kumo_magic.plan.bound import (
    BoundAggregation,
    BoundColumn,
    BoundOperand,
    BoundTarget,
    Kind,
    Path,
    operands,
)
from kumo_magic.plan.offset import Offset
from kumo_magic.query.predictive_query import Function, Unit

_WHEN_EMPTY = {Function.SUM: 0.0, Function.COUNT: 0, Function.COUNT_DISTINCT: 0, Function.EXISTS: False}
_LETTER = {Unit.SECONDS: "s", Unit.MINUTES: "m", Unit.HOURS: "h", Unit.DAYS: "D", Unit.WEEKS: "W"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregator:
    """Values of operands for rows at anchors.

    Args:
        graph: Keys and time columns of the tables.
        tables: By their name in the graph.
        anchors: None where nothing has a window, else ``anchor_time``, and ``step`` where windows
            move on by ``frame`` with every step.
        frame: The length of one FORECAST step.
    """

    graph: Graph
    tables: Mapping[str, SourceTable]
    anchors: ir.Table | None
    frame: Offset | None = None

    @property
    def moment(self) -> list[str]:
        """The columns that tell one anchor from another."""
        return ["anchor_time"] if self.frame is None else ["anchor_time", "step"]

    def label(self, column: BoundColumn) -> str:
        """What `rows` calls an operand column: ``table.name``."""
        return self.tables[column.table].label(column.name)

    def rows(self, table: str, columns: Iterable[BoundColumn], **own: ir.Value) -> ir.Table:
        """Rows of a table: its ``own`` columns, and the operand columns, those of parents joined on."""
        columns = list(dict.fromkeys(columns))
        here = self.tables[table]
        chosen = {**own, **{self.label(column): here[column.name] for column in columns if column.link is None}}
        by_link: dict[Link, list[BoundColumn]] = {}
        for column in columns:
            if column.link is not None:
                by_link.setdefault(column.link, []).append(column)
        foreign = {link: f"{here.columns[link.column]} of {table}" for link in by_link}
        chosen |= {name: here[link.column] for link, name in foreign.items()}
        rows = here.rows.select(**chosen)
        for link, of_parent in by_link.items():
            parent = self.tables[link.parent]
            key = f"key of {link.parent}"
            right = parent.rows.select(
                **{key: parent[self._key(link.parent)]},
                **{self.label(column): parent[column.name] for column in of_parent},
            )
            joined = rows.left_join(right, [equal(rows[foreign[link]], right[key])])
            rows = joined.drop(key, foreign[link])
        return rows

    def attach(
        self, rows: ir.Table, key: str, nodes: Iterable[BoundTarget]
    ) -> tuple[ir.Table, dict[BoundOperand, str]]:
        """Rows with a column for every operand, and the columns' names. Bare columns must be there already.

        Args:
            rows: Rows at anchors.
            key: Their column with the key of the table that the operands are about.
            nodes: Conditions or targets.
        """
        names: dict[BoundOperand, str] = {}
        for node in nodes:
            for operand in operands(node):
                if operand in names:
                    continue
                if isinstance(operand, BoundColumn):
                    names[operand] = self.label(operand)
                    continue
                name = names[operand] = f"{operand.function} {len(names) + 1}"
                right = self.aggregate(operand)
                moment = self.moment if operand.window is not None else []
                same = [equal(rows[key], right["entity"]), *(rows[part] == right[part] for part in moment)]
                value: Any = right["value"]
                if operand.function in _WHEN_EMPTY:
                    value = value.fill_null(_WHEN_EMPTY[operand.function])
                rows = rows.left_join(right, same).select(*(rows[column] for column in rows.columns), **{name: value})
        return rows, names

    def aggregate(self, node: BoundAggregation) -> ir.Table:
        """``entity``, ``anchor_time`` (and ``step``), ``value``: one row where a window has anything in it."""
        events = self.events(node)
        keys = ["entity"]
        if node.window is not None:
            assert self.anchors is not None
            # The ends of the windows are columns before the join, so that they are not computed anew for every event.
            ends = {"until": self._moved(node.window.end, self.anchors)}
            if node.window.start is not None:
                ends["after"] = self._moved(node.window.start, self.anchors)
            windows = self.anchors.select(*self.moment, **ends)
            inside = [events["time"] <= windows["until"]]
            if node.window.start is not None:
                inside.append(events["time"] > windows["after"])
            events = events.inner_join(windows, inside)
            keys += self.moment
        if node.where is not None:
            events, names = self.attach(events, "key", [node.where])
            events = events.filter(truth(node.where, {operand: events[name] for operand, name in names.items()}))
        return events.group_by(keys).aggregate(value=self._reduce(node, events))

    def events(self, node: BoundAggregation) -> ir.Table:
        """The rows that the path leads to: ``entity``, ``time``, ``key``, ``value``, and the columns of the filter.

        Left out are NULLs, and keys to rank that name no row. Sets come one member a row.
        """
        path, here = node.path, self.tables[node.path.table]
        is_ordered = node.function in (Function.FIRST, Function.LAST)
        filter_columns = [] if node.where is None else [c for c in operands(node.where) if isinstance(c, BoundColumn)]
        key, row = self.graph[path.table].primary_key, here.rows[here.row]
        own: dict[str, ir.Value] = {"key": row if key is None else here[key], "row": row}
        if node.column.name != "*":
            own["value"] = here[node.column.name]
        if path.up:
            events = self._rows_above(path, self.rows(path.table, filter_columns, **own))
            if is_ordered:
                events = events.mutate(order=in_time_order(events["time"], events["key"], events["row"]))
        else:
            own |= {"order": here.rows[here.order]} if is_ordered else {}
            own |= {**self._time(path), "entity": here[path.down[-1].column]}
            events = self.rows(path.table, filter_columns, **own)
        for link in path.to_entity[1:]:
            between = self.tables[link.table]
            step = between.rows.select(between=between[self._key(link.table)], above=between[link.column])
            events = events.inner_join(step, [equal(events["entity"], step["between"])])
            events = events.drop("entity", "between").rename(entity="above")
        if node.column.kind == Kind.SET and node.function in (Function.LIST_DISTINCT, Function.COUNT_DISTINCT):
            events = events.mutate(value=events["value"].unnest())  # pyright: ignore[reportAttributeAccessIssue]  # an array
        present = [name for name in ("entity", "time", "value") if name in events.columns]
        events = events.filter([events[name].notnull() for name in present])
        if node.column.kind == Kind.KEY and node.function == Function.LIST_DISTINCT:
            return self._existing(events, node.column)
        return events

    def _existing(self, events: ir.Table, column: BoundColumn) -> ir.Table:
        """Events whose foreign key names a row that exists. Where all do, asking each event takes longer."""
        link = next(link for link in self.graph.links_from(column.table) if link.column == column.name)
        if orphans(self.graph, link).empty:
            return events
        items = self.tables[link.parent]
        items = items.rows.select(item=items[self._key(link.parent)])
        return events.semi_join(items, [equal(events["value"], items["item"])])

    def _rows_above(self, path: Path, above: ir.Table) -> ir.Table:
        """Event rows, each with the row that the upward links lead to."""
        here = self.tables[path.event_table]
        ends = {"entity": here[path.down[-1].column], "up": here[path.up[0].column]}
        events = self.rows(path.event_table, (), **self._time(path), **ends)
        for link in path.up[1:]:
            between = self.tables[link.table]
            step = between.rows.select(between=between[self._key(link.table)], above=between[link.column])
            events = events.inner_join(step, [equal(events["up"], step["between"])])
            events = events.drop("up", "between").rename(up="above")
        return events.inner_join(above, [equal(events["up"], above["key"])]).drop("up")

    def _time(self, path: Path) -> dict[str, ir.Value]:
        events = self.tables[path.event_table]
        return {} if events.time is None else {"time": events.rows[events.time]}

    def _key(self, table: str) -> str:
        key = self.graph[table].primary_key
        assert key is not None
        return key

    def _moved(self, offset: Offset, anchors: ir.Table) -> ir.Value:
        """The anchor time moved by an offset, and by the frames of the steps before this one."""
        moved: Any = anchors["anchor_time"]
        step: Any = None if self.frame is None else anchors["step"]
        if offset.is_calendar:
            months: Any = offset.months
            if self.frame is not None and self.frame.is_calendar:
                months = months + (step - 1) * self.frame.months
                return moved + months.as_interval("M")
            moved = moved + ibis.interval(months=months)
        elif self.frame is not None and self.frame.unit == offset.unit:
            count: Any = offset.count + (step - 1) * self.frame.count
            return moved + count.as_interval(_LETTER[offset.unit])
        elif offset.count:
            moved = moved + ibis.interval(offset.count, unit=_LETTER[offset.unit])
        if self.frame is None:
            return moved
        steps: Any = (step - 1) * (self.frame.approx_us // 1_000_000)
        return moved + steps.as_interval("s")

    def _reduce(self, node: BoundAggregation, events: ir.Table) -> Any:
        value: Any = None if node.column.name == "*" else events["value"]
        num_events: Any = events.count()
        match node.function:
            case Function.COUNT:
                return num_events
            case Function.EXISTS:
                return num_events > 0
            case Function.COUNT_DISTINCT:
                return value.nunique()
            case Function.SUM:
                return exact_sum(value, *self._terms(node))
            case Function.AVG:
                return exact_average(value, *self._terms(node), num_events)
            case Function.MIN:
                return value.min()
            case Function.MAX:
                return value.max()
            case Function.FIRST:
                return value.argmin(events["order"])
            case Function.LAST:
                return value.argmax(events["order"])
            case Function.LIST_DISTINCT:
                return value.collect(distinct=True, include_null=True).sort()  # none is left: a filter takes time

    def _terms(self, node: BoundAggregation) -> tuple[pd.Series, int]:
        """All values that are added up, and how many rows a group can have at most."""
        column = self.graph[node.column.table].frame[node.column.name]
        return column, self.graph[node.path.event_table].num_rows


def equal(left: Any, right: Any) -> Any:
    """Equality of keys whose types may differ: a foreign key with gaps can be float where its parent is int."""
    if left.type().is_string() != right.type().is_string():
        return left.cast("string") == right.cast("string")
    return left == right
