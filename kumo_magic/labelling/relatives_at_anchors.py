"""Labelled rows → their last events up to the anchor, for a sample. Knows no labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.graph.event_time import is_dated
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.labelling.event_times import event_times
from kumo_magic.labelling.parent_rows import positions
from kumo_magic.plan.bound import aggregations
from kumo_magic.plan.plan import PredictionPlan

_MOST_ENTITIES = 3_000
_MOST_EVENTS = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsAtAnchors:
    """The events of labelled rows.

    Attributes:
        table: The event table.
        last_row: int64 per labelled row, the position of the newest event up to the anchor; -1 where there is none.
        since_us: int64 per labelled row, from that event to the anchor; 0 where there is none.
        event_rows: int64, positions of all events of the sample.
        event_entities: int64, the entity row of each of them.
        event_us: int64, the time of each of them.
        entity_rows: int64 per labelled row.
        anchor_us: int64 per labelled row.
    """

    table: str
    last_row: np.ndarray
    since_us: np.ndarray
    event_rows: np.ndarray
    event_entities: np.ndarray
    event_us: np.ndarray
    entity_rows: np.ndarray
    anchor_us: np.ndarray

    def known_by_anchor(self, marked: np.ndarray) -> np.ndarray:
        """Per labelled row, whether an event up to the anchor is marked; ``marked`` is per row of the table."""
        here = marked[self.event_rows]
        first = pd.Series(self.event_us[here]).groupby(self.event_entities[here]).min()
        begins = first.reindex(self.entity_rows, fill_value=np.iinfo(np.int64).max).to_numpy()
        return begins <= self.anchor_us


def keep_entities(entity_rows: np.ndarray) -> np.ndarray:
    """Which labelled rows are of a sample of the entities: all anchors of each, evenly over the table."""
    entities = np.unique(entity_rows)
    kept = entities[:: max(1, -(-len(entities) // _MOST_ENTITIES))]
    return np.isin(entity_rows, kept)


def events_at_anchors(
    plan: PredictionPlan, entity_rows: np.ndarray, anchor_us: np.ndarray
) -> Iterator[EventsAtAnchors]:
    """The events of every table with a time that links to the entities, directly or on the target's path."""
    graph = plan.graph
    chains = [(link,) for link in graph.links_to(plan.entity_table)]
    chains += [node.path.down[: i + 1] for node in aggregations(plan.target) for i in range(len(node.path.down))]
    entities = np.unique(entity_rows)
    for chain in dict.fromkeys(chains):
        table = graph[chain[-1].table]
        if not is_dated(graph, table.name):
            continue
        rows, of_entity = _events(graph, chain, entities)
        times = event_times(graph, table.name)[rows]
        known = ~np.isnat(times)
        rows, of_entity, event_us = rows[known], of_entity[known], times[known].view(np.int64)
        yield _at_anchors(table.name, rows, of_entity, event_us, entity_rows, anchor_us)


def _at_anchors(
    table: str,
    rows: np.ndarray,
    of_entity: np.ndarray,
    event_us: np.ndarray,
    entity_rows: np.ndarray,
    anchor_us: np.ndarray,
) -> EventsAtAnchors:
    order = np.argsort(anchor_us, kind="stable")
    left = pd.DataFrame({"entity": entity_rows[order], "us": anchor_us[order]})
    right = pd.DataFrame({"entity": of_entity, "us": event_us, "row": rows, "at": event_us})
    found = pd.merge_asof(left, right.sort_values("us", kind="stable"), on="us", by="entity")
    last_row, at = np.full(len(order), -1, dtype=np.int64), anchor_us.copy()
    has_event = found["row"].notna().to_numpy()
    last_row[order[has_event]] = found["row"][has_event].to_numpy(dtype=np.int64)
    at[order[has_event]] = found["at"][has_event].to_numpy(dtype=np.int64)
    return EventsAtAnchors(
        table=table,
        last_row=last_row,
        since_us=anchor_us - at,
        event_rows=rows,
        event_entities=of_entity,
        event_us=event_us,
        entity_rows=entity_rows,
        anchor_us=anchor_us,
    )


def _events(graph: Graph, chain: tuple[Link, ...], entities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows at the end of a chain of links down, and the entity row of each; thinned by entity."""
    at, of_entity = entities, entities
    for link in chain:
        parent = graph[link.parent]
        assert parent.primary_key is not None
        keys = parent.frame[parent.primary_key].iloc[at]
        place = positions(graph[link.table].frame[link.column], keys)
        rows = np.flatnonzero(place >= 0)
        of_row = of_entity[place[rows]]
        if len(rows) > _MOST_EVENTS:
            few = np.unique(of_row)[:: -(-len(rows) // _MOST_EVENTS)]
            kept = np.isin(of_row, few)
            rows, of_row = rows[kept], of_row[kept]
        at, of_entity = rows, of_row
    return at, of_entity
