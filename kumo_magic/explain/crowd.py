"""What features say of a row among all the others → the same for every replica. The others stay as they are.

The rank of an entity is that of what its replica did, among what everyone did in truth. The labels of its peers are
those of the peers that the replica has, and are not computed anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.explain.replicas import Replicas
from kumo_magic.features.column_reader import ColumnReader
from kumo_magic.features.companions import Companion
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.feature_table import rank_recipe
from kumo_magic.features.label_history import LabelHistory, group_labels
from kumo_magic.features.peer_labels import PeerLabels, peer_labels
from kumo_magic.features.ranks import RankRecipe, rank_features
from kumo_magic.features.recipe import build_recipe
from kumo_magic.features.relatives import parents_of
from kumo_magic.features.spans import AsOf
from kumo_magic.graph.link import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Everyone, as of the whole graph."""

    reader: ColumnReader
    ranked: RankRecipe
    peers: tuple[PeerLabels, ...]
    horizon_days: float

    def features(self, replicas: Replicas, history: LabelHistory | None) -> FeatureBlock:
        """The ranks and the peers' labels of each block's entity.

        Args:
            replicas: The blocks.
            history: The labels of their entities; None where labels are no numbers, or have no past.
        """
        rows = replicas.entity_rows
        anchors = np.full(len(rows), replicas.excerpt.anchor_us, dtype=np.int64)
        at = AsOf(rows=rows, anchor_us=anchors, horizon_days=self.horizon_days)
        reader = ColumnReader(
            timeline=replicas.timeline, graph=replicas.graph, cut_us=self.reader.cut_us, facts=self.reader.facts
        )
        recipe = ranked_of(reader, replicas.excerpt.table, history)
        block = rank_features(reader, recipe=recipe, at=at, among=(self.reader, self.ranked))
        for peer in self.peers:
            block.extend(self._of_peers(peer, replicas, at))
        return block

    def _of_peers(self, peer: PeerLabels, replicas: Replicas, at: AsOf) -> FeatureBlock:
        timeline, excerpt = self.reader.timeline, replicas.excerpt
        everywhere = AsOf(
            rows=np.full(len(at.rows), excerpt.entity_row, dtype=np.int64),
            anchor_us=at.anchor_us,
            horizon_days=at.horizon_days,
        )
        if isinstance(peer.via, Companion):
            here = peer.via.as_of(replicas.timeline, at).rows
            sources = np.append(replicas.layouts[peer.via.table].sources, -1)
            theirs = AsOf(rows=sources[here], anchor_us=at.anchor_us, horizon_days=at.horizon_days)
            return peer.features(timeline, everywhere, {peer.via: theirs})
        block = peer.features(timeline, everywhere, {})
        if isinstance(peer.via, Link):
            is_lost = parents_of(replicas.timeline, peer.via, at).rows < 0
            for column in block.columns:
                column[is_lost] = np.nan
        return block


def ranked_of(reader: ColumnReader, table: str, history: LabelHistory | None) -> RankRecipe:
    """What is ranked of the rows of the table."""
    labels = None
    if history is not None:
        labels = group_labels(history, history.entity_rows, reader.timeline.num_rows[table])
    return rank_recipe(build_recipe(reader, table), labels)


def crowd_of(reader: ColumnReader, table: str, history: LabelHistory | None, horizon_days: float) -> Crowd:
    """Everyone in the table."""
    timeline = reader.timeline
    companions = tuple(companion for companion, _ in build_recipe(reader, table).companions)
    return Crowd(
        reader=reader,
        ranked=ranked_of(reader, table, history),
        peers=() if history is None else peer_labels(timeline, history, table=table, companions=companions),
        horizon_days=horizon_days,
    )
