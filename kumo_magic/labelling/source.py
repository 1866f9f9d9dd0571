"""A plan's tables → tables of a DuckDB connection, with the columns that the plan reads. Knows no labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import duckdb
import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis.backends.sql.datatypes import DuckDBType

from kumo_magic.graph.event_time import dated_links
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.table import Table
from kumo_magic.labelling.event_times import event_times
from kumo_magic.plan.bound import BoundAggregation, BoundColumn, BoundTarget, aggregations, operands
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.query.predictive_query import Function

ANCHORS = "anchors"
_STEPS, _VIEW = "anchor_steps", "label rows"
_FEW_ANCHORS = 64
"""Events look through so few anchors one by one: that is faster than sorting all events by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A table of the graph in DuckDB. No two of its names differ in case alone, which DuckDB takes for the same.

    Attributes:
        rows: The Ibis table.
        columns: What each column that the plan reads is called there: its own name where that was free.
        row: The column that numbers the rows, from 0.
        order: The column that numbers rows by time, rows of one time by their key, those of one key as they lie; only
            where the plan asks for the first or the last.
        time: The column with the time of each row, its own or that of the rows it points at; None where none is read.
    """

    rows: ir.Table
    columns: Mapping[str, str]
    row: str
    order: str
    time: str | None

    def __getitem__(self, column: str) -> ir.Value:
        """A column by its name in the graph."""
        return self.rows[self.columns[column]]

    def label(self, column: str) -> str:
        """What the column is called beside those of other tables."""
        return f"{self.rows.get_name()}.{self.columns[column]}"


@dataclass(frozen=True, slots=True)
class Source:
    """The plan's tables by their name in the graph, on one connection."""

    tables: Mapping[str, SourceTable]
    connection: duckdb.DuckDBPyConnection
    backend: ibis.BaseBackend

    def anchors(self, anchor_us: np.ndarray, *, steps: int = 1) -> ir.Table:
        """A table of anchor times, each once per FORECAST step where there are several."""
        times = pa.array(np.repeat(anchor_us, steps)).cast(pa.timestamp("us"))
        columns = {"anchor_time": times}
        if steps > 1:
            columns["step"] = pa.array(np.tile(np.arange(1, steps + 1), len(anchor_us)))
        name = ANCHORS if steps == 1 else _STEPS
        self.connection.register(name, pa.table(columns))
        return _table(name, self.connection)

    def view(self, expression: ir.Table) -> ir.Table:
        """The expression under a name: it follows the anchors that are set later. The next view takes its place."""
        text = ibis.to_sql(expression, dialect="duckdb")
        self.connection.execute(f'CREATE OR REPLACE TEMP VIEW "{_VIEW}" AS {text}')
        return _table(_VIEW, self.connection)


def open_source(plan: PredictionPlan) -> Source:
    """A connection with the plan's tables. One thread, so that sums add up in the same order every time."""
    connection = duckdb.connect(config={"threads": 1, "nested_loop_join_threshold": _FEW_ANCHORS})
    backend = ibis.duckdb.from_connection(connection)
    tables: dict[str, SourceTable] = {}
    taken, ordered = {ANCHORS, _STEPS, _VIEW}, _ordered_tables(plan)
    for name, read in _columns_read(plan).items():
        frame = plan.graph[name].frame
        of_table: set[str] = set()
        columns = {column: _free_name(column, of_table) for column in read}
        row, order = _free_name("row number", of_table), _free_name("place in time", of_table)
        arrays = {columns[column]: _arrow(frame[column]) for column in read}
        arrays[row] = pa.array(np.arange(len(frame)))
        time = columns.get(plan.graph[name].time_column or "")
        if dated_links(plan.graph, name):
            time = _free_name("time of the row", of_table)
            arrays[time] = pa.array(event_times(plan.graph, name))
        registered = _free_name(name, taken)
        connection.register(registered, pa.table(arrays))
        tables[name] = SourceTable(
            rows=_table(registered, connection), columns=columns, row=row, order=order, time=time
        )
        if name in ordered:
            arrays[order] = _order(plan.graph, plan.graph[name], tables[name], backend)
            connection.register(registered, pa.table(arrays))
            tables[name] = replace(tables[name], rows=_table(registered, connection))
    return Source(tables, connection, backend)


def _table(name: str, connection: duckdb.DuckDBPyConnection) -> ir.Table:
    """The connection's table or view of this name. Asks DuckDB for its types without reading a row."""
    quoted = name.replace('"', '""')
    relation = connection.sql(f'FROM "{quoted}"')
    types = (DuckDBType.from_string(str(duckdb_type)) for duckdb_type in relation.types)
    return ibis.table(dict(zip(relation.columns, types, strict=True)), name=name)


def in_time_order(time: ir.Value, key: ir.Value, row: ir.Value) -> ir.Value:
    """The place of each row in time, from 0."""
    return ibis.row_number().over(order_by=[time, key, row])


def _order(graph: Graph, table: Table, source: SourceTable, backend: ibis.BaseBackend) -> pa.Array | pa.ChunkedArray:
    """The place in time of each row. Rows that lie in that order already need no sorting."""
    assert source.time is not None
    times = event_times(graph, table.name).view(np.int64)  # a missing one is the least
    ascends = times[1:] > times[:-1]
    if not ascends.all() and (times[1:] >= times[:-1]).all():
        keys = np.arange(len(times)) if table.primary_key is None else table.frame[table.primary_key].to_numpy()
        ascends |= keys[1:] >= keys[:-1] if keys.dtype.kind in "iu" else False
    if ascends.all():
        return pa.array(np.arange(len(times)))
    row = source.rows[source.row]
    key = row if table.primary_key is None else source[table.primary_key]
    place = in_time_order(source.rows[source.time], key, row)
    return backend.to_pyarrow(source.rows.select(row=row, place=place).order_by("row"))["place"]


def _free_name(name: str, taken: set[str]) -> str:
    """The name, made unlike the others where only the case differs: DuckDB folds it."""
    while name.casefold() in taken:
        name += "_"
    taken.add(name.casefold())
    return name


def _columns_read(plan: PredictionPlan) -> dict[str, list[str]]:
    """The columns that the plan reads of each table."""
    found: dict[str, dict[str, None]] = {}
    for table, column in _reads(plan):
        of_table = found.setdefault(table, {})
        if column is not None and column != "*":
            of_table[column] = None
    return {table: list(columns) for table, columns in found.items()}


def _reads(plan: PredictionPlan) -> Iterator[tuple[str, str | None]]:
    graph, entity = plan.graph, plan.graph[plan.entity_table]
    yield from ((plan.entity_table, name) for name in (entity.primary_key, entity.time_column, entity.end_time_column))
    if entity.versions is not None and entity.versions.has_gaps:
        own = entity.versions
        yield from ((own.history, name) for name in (own.key, own.start, own.end))
    for condition in (plan.target, plan.where, plan.assuming):
        if condition is not None:
            yield from _condition_reads(condition, graph)


def _ordered_tables(plan: PredictionPlan) -> set[str]:
    """The event tables whose rows are told apart by time: the first, the last."""
    return {
        node.path.table
        for condition in (plan.target, plan.where, plan.assuming)
        for node in aggregations(condition)
        if node.function in (Function.FIRST, Function.LAST) and not node.path.up
    }


def _condition_reads(condition: BoundTarget, graph: Graph) -> Iterator[tuple[str, str | None]]:
    outer = [operand for operand in operands(condition) if isinstance(operand, BoundColumn)]
    for aggregation in aggregations(condition):
        yield from _aggregation_reads(aggregation, graph)
        if aggregation.where is not None:
            outer.extend(operand for operand in operands(aggregation.where) if isinstance(operand, BoundColumn))
    for column in outer:
        yield column.table, column.name
        if column.link is not None:
            yield column.link.table, column.link.column
            yield column.link.parent, graph[column.link.parent].primary_key


def _aggregation_reads(node: BoundAggregation, graph: Graph) -> Iterator[tuple[str, str | None]]:
    yield node.column.table, node.column.name
    yield node.column.table, graph[node.column.table].primary_key
    yield node.path.event_table, graph[node.path.event_table].time_column
    listed = [link for link in graph.links_from(node.column.table) if link.column == node.column.name]
    for link in (*node.path.down, *node.path.up, *listed):
        yield link.table, link.column
        yield link.parent, graph[link.parent].primary_key


def _arrow(values: pd.Series) -> pa.Array | pa.ChunkedArray:
    """The column as Arrow holds it: NaN is null, categories are their values, times count microseconds."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.dtype.categories.dtype)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return pa.Array.from_pandas(values).cast(pa.timestamp("us"), safe=False)
    if values.dtype == object:
        values = values.map(_listed, na_action="ignore")
    try:
        array = pa.Array.from_pandas(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # a column of several types: only their texts compare
        array = pa.Array.from_pandas(values.map(str, na_action="ignore"))
    if pa.types.is_null(array.type):
        return array.cast(pa.string())
    if pa.types.is_decimal(array.type):
        return array.cast(pa.float64())
    return array


def _listed(value: object) -> object:
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return list(value) if isinstance(value, (tuple, np.ndarray)) else value
