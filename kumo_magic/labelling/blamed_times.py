"""A plan that no anchor or no row fits → which time columns say so, and which others there are. No labels."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.graph.guess_times import time_candidates
from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.table import Table
from kumo_magic.labelling.anchor_times import day
from kumo_magic.plan.plan import PredictionPlan


def blamed_for_span(plan: PredictionPlan) -> str:
    """The columns that say how long the target tables are, and those that say that they are longer."""
    tables = [plan.graph[table] for table in plan.target_tables]
    named = " and ".join(f"{table.name}.{table.time_column}" for table in tables)
    longer = [
        f"--time {table.name}.{other}"
        for table in tables
        for other in _others(table)
        if _length(table.frame[other]) > _length(table.frame[str(table.time_column)])
    ]
    instead = f" A date that covers more: {longer[0]}." if longer else ""
    return f"{named} {'says' if len(tables) == 1 else 'say'} when rows happened.{instead}"


def blamed_for_nobody(plan: PredictionPlan, anchors: np.ndarray) -> str:
    """The columns by which the entities begin after all anchors, or end before them; empty where none is to blame."""
    entities = plan.graph[plan.entity_table]
    blamed = ""
    for column, is_start, option in (
        (entities.time_column, True, "--time"),
        (entities.end_time_column, False, "--end"),
    ):
        if column is None:
            continue
        times = entities.frame[column].dropna()
        times_us = times.to_numpy(dtype="datetime64[us]").astype(np.int64)
        if not len(times_us) or len(times_us) < len(entities.frame):
            continue
        if is_start and times_us.min() > anchors[-1]:
            blamed += (
                f" {entities.name}.{column} says that all of them begin on {day(int(times_us.min()))} or later: "
                f"{_instead(entities, option, anchors)}."
            )
        elif not is_start and times_us.max() <= anchors[0]:
            blamed += (
                f" {entities.name}.{column} says that all of them ended by {day(int(times_us.max()))}: "
                f"{option} {entities.name}=none asks about them all the same."
            )
    return blamed


def _instead(entities: Table, option: str, anchors: np.ndarray) -> str:
    """An earlier date of the entities, or that they are known at all times."""
    last = pd.Timestamp(int(anchors[-1]), unit="us")
    earlier = [other for other in _others(entities) if entities.frame[other].min() <= last]
    named = f"{option} {entities.name}.{earlier[0]} takes an earlier date, " if earlier else ""
    return f"{named}{option} {entities.name}=none has them known at all times"


def _others(table: Table) -> list[str]:
    """Other dates that the table could take as its time, the likeliest first."""
    own = (table.time_column, table.end_time_column)
    return [
        column for column in time_candidates(table) if column not in own and kind_of(table.frame[column]) is Kind.TIME
    ]


def _length(times: pd.Series) -> pd.Timedelta:
    return times.max() - times.min()
