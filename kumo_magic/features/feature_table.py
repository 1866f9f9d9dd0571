"""Timeline, rows at anchors → FeatureTable: everything of the past that can be counted exactly, per row. No tensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.features.column_reader import ColumnReader
from kumo_magic.features.cut_facts import CutFacts
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.label_history import (
    LABEL_FEATURES,
    GroupedLabels,
    LabelHistory,
    group_labels,
    own_label_features,
)
from kumo_magic.features.own_columns import calendar_features
from kumo_magic.features.peer_labels import peer_labels
from kumo_magic.features.ranks import RankRecipe, rank_features
from kumo_magic.features.recipe import Recipe, build_recipe, describe
from kumo_magic.features.share_out import share_out
from kumo_magic.features.spans import AsOf
from kumo_magic.graph.graph import Graph
from kumo_magic.timeline.timeline import Timeline

MOST_FEATURES = 600
_MOST_RANKED = 14  # columns
_BLOCK_ROWS = 50_000  # described in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTable:
    """Features of n rows, each as of its own anchor; at most `MOST_FEATURES`.

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
    facts: CutFacts | None = None,
) -> FeatureTable:
    """Describe each row by what is known at its anchor, the anchor's own instant included.

    The result takes 4 bytes a row and feature. While it is made there are besides: the features of 50,000 rows (120 MB
    at most, for 600 of them); 8 bytes for each row of a table and column of it that is read; 100 bytes a past label;
    and where entities are ranked 400 bytes a row.

    Args:
        timeline: The index of time of the graph.
        graph: Where the columns are.
        table: The entity table.
        rows: int64 [n], positions in the entity table.
        anchor_us: int64 [n], microseconds.
        horizon_days: Windows by time are 0.25, 1, 2 and 3 times as long, and all history.
        history: Past labels; each counts once its window has closed.
        cut_us: Which categories exist is read from rows up to then; None for the earliest anchor. Tables that are to
            have the same features need the same cut.
        facts: What an earlier table read up to the cut, used again; what they lack is added. None for reading anew.
    """
    rows = np.array(rows, dtype=np.int64)  # copies: kernels are compiled for arrays that can be written
    anchor_us = np.array(anchor_us, dtype=np.int64)
    if cut_us is None:
        cut_us = int(anchor_us.min()) if len(anchor_us) else 0
    reader = ColumnReader(
        timeline=timeline, graph=graph, cut_us=cut_us, facts=facts if facts is not None else CutFacts()
    )
    recipe = build_recipe(reader, table)
    labels = group_labels(history, history.entity_rows, timeline.num_rows[table]) if history is not None else None
    companions = tuple(companion for companion, _ in recipe.companions)
    peers = peer_labels(timeline, history, table=table, companions=companions) if history is not None else ()
    at = AsOf(rows=rows, anchor_us=anchor_us, horizon_days=horizon_days)
    ranks = rank_features(reader, recipe=rank_recipe(recipe, labels), at=at)

    def block_of(start: int, stop: int) -> FeatureBlock:
        part = at.part(start, stop)
        block = calendar_features(part.anchor_us)
        if labels is not None:
            past = own_label_features(labels, part.rows, part.anchor_us)
            for position, words in enumerate(LABEL_FEATURES):
                block.add(f"label: {words}", past[:, position])
        theirs = {companion: companion.as_of(timeline, part) for companion in companions}
        for peer in peers:
            block.extend(peer.features(timeline, part, theirs))
        for name, column in zip(ranks.names, ranks.columns, strict=True):
            block.add(name, column[start:stop])
        block.extend(describe(reader, recipe, part, theirs))
        return block

    first = block_of(0, min(_BLOCK_ROWS, len(rows)))
    names = tuple(first.names[:MOST_FEATURES])
    values = np.empty((len(rows), len(names)), dtype=np.float32)
    first.write(values[: first.num_rows])
    del first  # one block is held at a time
    for start in range(_BLOCK_ROWS, len(rows), _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, len(rows))
        block_of(start, stop).write(values[start:stop])
    return FeatureTable(names=names, values=values)


def rank_recipe(recipe: Recipe, labels: GroupedLabels | None) -> RankRecipe:
    """What is ranked of the entities: columns of their own events, and their labels if there are any."""
    near = [path for path in recipe.paths if len(path.path) == 1]
    given = share_out([len(path.numbers) for path in near], _MOST_RANKED)
    return RankRecipe(
        table=recipe.table,
        links=tuple((path.path[0], path.name, path.numbers[:most]) for path, most in zip(near, given, strict=True)),
        labels=labels,
    )
