"""An excerpt and its graph → everything that is hidden in turn, with a name for people. Knows no answers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from kumo_magic.explain.excerpt import Excerpt, Rows
from kumo_magic.explain.scenario import Scenario, without_rows
from kumo_magic.features.spans import duration_words
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table
from kumo_magic.timeline.times import ALWAYS, DAY_US

_EDGES = (1.0, 3.0, 12.0)
"""Of the windows, in horizons before the anchor."""
_READ = {Stype.NUMERICAL, Stype.CATEGORICAL, Stype.MULTICATEGORICAL, Stype.TEXT, Stype.TIMESTAMP, Stype.KEY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occlusion:
    """Something that is hidden, and how it is called."""

    name: str
    scenario: Scenario
    num_rows: int
    facts: dict[str, object]  # further columns of the frame of effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A row of the past that is hidden by itself."""

    table: str
    row: int  # position in the table
    key: object  # its primary key; its position where there is none
    time_us: int

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.table} {self.key}"


def table_occlusions(excerpt: Excerpt, graph: Graph) -> list[Occlusion]:
    """Each table empty; of the entity table the other rows, and the entity's own columns."""
    found = []
    for table, rows in _hideable(excerpt).items():
        own = own_columns(graph, excerpt.table) if table == excerpt.table else frozenset()
        if len(rows) or own:
            scenario = Scenario(rows={table: rows}, own_columns=own)
            found.append(Occlusion(name=table, scenario=scenario, num_rows=len(rows), facts={}))
    return found


def path_occlusions(excerpt: Excerpt) -> list[Occlusion]:
    """The rows at the end of each way from the entity."""
    return [
        Occlusion(
            name=path.name,
            scenario=Scenario(rows={path.table: path.rows}),
            num_rows=len(path.rows),
            facts={"hops": path.hops},
        )
        for path in excerpt.paths
        if path.table != excerpt.table
    ]


def column_occlusions(excerpt: Excerpt, graph: Graph) -> list[Occlusion]:
    """Each column without a value, in every row."""
    return [
        Occlusion(
            name=f"{table}.{column}",
            scenario=Scenario(columns=frozenset({(table, column)})),
            num_rows=len(rows),
            facts={},
        )
        for table, rows in excerpt.rows.items()
        if len(rows)
        for column in _read_columns(graph, graph.tables[table])
    ]


def window_occlusions(excerpt: Excerpt, horizon_days: float) -> list[Occlusion]:
    """Everything that happened in a window of time before the anchor."""
    edges = [0.0, *(edge * horizon_days for edge in _EDGES), np.inf]
    found = []
    for newer, older in pairwise(edges):
        hidden = {}
        for table, rows in _hideable(excerpt).items():
            times = excerpt.timeline.row_times[table][rows]
            age_days = np.where(times == ALWAYS, np.nan, (excerpt.anchor_us - times.astype(np.float64)) / DAY_US)
            hidden[table] = rows[(age_days >= newer) & (age_days < older)]
        name = f"last {duration_words(older)}" if newer == 0 else f"{duration_words(newer)} to {duration_words(older)}"
        if np.isinf(older):
            name = f"more than {duration_words(newer)}"
        num_rows = sum(len(rows) for rows in hidden.values())
        if num_rows:
            found.append(Occlusion(name=f"{name} before", scenario=Scenario(rows=hidden), num_rows=num_rows, facts={}))
    return found


def everything(excerpt: Excerpt, graph: Graph) -> Scenario:
    """A past of which nothing is known but that the entity is there."""
    return Scenario(rows=_hideable(excerpt), own_columns=own_columns(graph, excerpt.table))


def newest_events(excerpt: Excerpt, graph: Graph, most: int) -> list[Event]:
    """The newest rows with times that lead down to the entity by one link or two, newest first."""
    places = {(path.table, int(row)) for path in excerpt.paths if path.is_event for row in path.rows}
    times = excerpt.timeline.row_times
    order = sorted(places, key=lambda place: (-int(times[place[0]][place[1]]), place))[:most]
    return [
        Event(table=table, row=row, key=_key(graph.tables[table], row), time_us=int(times[table][row]))
        for table, row in order
    ]


def without_events(events: list[Event]) -> Scenario:
    """A past in which these never happened."""
    return without_rows([(event.table, event.row) for event in events])


def own_columns(graph: Graph, table: str) -> frozenset[str]:
    """Columns of the table that say something of a row."""
    return frozenset(_read_columns(graph, graph.tables[table]))


def event_times(events: list[Event]) -> pd.Series:
    """When each happened."""
    return pd.Series(pd.DatetimeIndex(np.array([event.time_us for event in events], dtype="datetime64[us]")))


def _hideable(excerpt: Excerpt) -> Rows:
    """Every row but the entity's own."""
    return {
        table: rows[rows != excerpt.entity_row] if table == excerpt.table else rows
        for table, rows in excerpt.rows.items()
    }


def _read_columns(graph: Graph, table: Table) -> list[str]:
    roles = {table.primary_key, table.time_column, table.end_time_column}
    roles |= {link.column for link in graph.links_from(table.name)}
    return [name for name, column in table.columns.items() if name not in roles and column.stype in _READ]


def _key(table: Table, row: int) -> object:
    return row if table.primary_key is None else table.keys.iloc[row]
