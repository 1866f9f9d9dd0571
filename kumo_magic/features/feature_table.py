"""Timeline, rows at anchors → FeatureTable: everything of the past that can be counted exactly, per row. No tensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.features.companions import companion_features
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.history import AsOf, path_features
from kumo_magic.features.label_history import LABEL_FEATURES, LabelHistory, label_features
from kumo_magic.features.own_columns import calendar_features, row_features
from kumo_magic.features.relatives import parent_features
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.timeline.timeline import Timeline

_MOST_COMPANIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTable:
    """Features of n rows, each as of its own anchor.

    Attributes:
        names: For people: "invoices: count, last 90 days", "invoice_lines.amount: sum, all".
        values: float32 [rows, features], NaN for unknown.
    """

    names: tuple[str, ...]
    values: np.ndarray

    def to_frame(self) -> pd.DataFrame:
        """The features as a frame, a column per name."""
        return pd.DataFrame(self.values, columns=list(self.names), copy=False)


def build_feature_table(
    timeline: Timeline,
    *,
    graph: Graph,
    table: str,
    rows: np.ndarray,
    anchor_us: np.ndarray,
    horizon_days: float,
    history: LabelHistory | None = None,
    cut_us: int | None = None,
) -> FeatureTable:
    """Describe each row by what is known at its anchor, the anchor's own instant included.

    Args:
        timeline: The index of time of the graph.
        graph: Where the columns are.
        table: The entity table.
        rows: int64 [n], positions in the entity table.
        anchor_us: int64 [n], microseconds.
        horizon_days: Windows are 0.25, 1, 2 and 3 times as long, and all history.
        history: Past labels; each counts once its window has closed.
        cut_us: Which categories exist is read from rows up to then; None for the earliest anchor. Tables that are to
            have the same features need the same cut.
    """
    rows = np.array(rows, dtype=np.int64)  # copies: kernels are compiled for arrays that can be written
    anchor_us = np.array(anchor_us, dtype=np.int64)
    if cut_us is None:
        cut_us = int(anchor_us.min()) if len(anchor_us) else 0
    at = AsOf(rows=rows, anchor_us=anchor_us, horizon_days=horizon_days)
    block = FeatureBlock(len(rows))
    links = tuple(timeline.links)
    for path in paths_into(links, table):
        block.extend(
            path_features(timeline, graph=graph, path=path, name=path_words(links, path), at=at, cut_us=cut_us)
        )
    for link, other in companions_of(timeline, table):
        name = f"{other.column} of the last of {path_words(links, (link,))}"
        block.extend(companion_features(timeline, graph=graph, link=link, other=other, name=name, at=at, cut_us=cut_us))
    block.extend(row_features(timeline, graph=graph, table=table, name=table, at=at, cut_us=cut_us))
    for link in links:
        if link.table == table:
            block.extend(parent_features(timeline, graph=graph, link=link, at=at, cut_us=cut_us))
    block.extend(calendar_features(anchor_us))
    if history is not None:
        past = label_features(history, len(timeline.row_times[table]), rows, anchor_us)
        for position, words in enumerate(LABEL_FEATURES):
            block.add(f"label: {words}", past[:, position])
    return FeatureTable(names=tuple(block.names), values=block.values())


def paths_into(links: tuple[Link, ...], table: str) -> list[tuple[Link, ...]]:
    """Links into the table, then pairs of links into it from two steps away.

    A table that links to the entity directly is not taken again the long way round.
    """
    near = [link for link in links if link.parent == table]
    direct = {link.table for link in near} | {table}
    return [
        *[(link,) for link in near],
        *[(link, far) for link in near for far in links if far.parent == link.table and far.table not in direct],
    ]


def companions_of(timeline: Timeline, table: str) -> list[tuple[Link, Link]]:
    """Links into the table from event tables, each with another link of that event table, the first few of them.

    A companion that links to the entity itself is left out: its rows are described as the entity's own already.
    """
    direct = {link.table for link in timeline.links if link.parent == table}
    pairs = [
        (link, other)
        for link in timeline.links
        for other in timeline.links
        if link.parent == table and other.table == link.table and other != link
        if timeline.is_temporal[link.table] and other.parent not in direct
    ]
    return pairs[:_MOST_COMPANIONS]


def path_words(links: tuple[Link, ...], path: tuple[Link, ...]) -> str:
    """The tables on the path, with the column where two links join the same tables."""
    words = []
    for link in path:
        twins = [other for other in links if (other.table, other.parent) == (link.table, link.parent)]
        words.append(link.table if len(twins) == 1 else f"{link.table} ({link.column})")
    return " → ".join(words)
