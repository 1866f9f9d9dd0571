"""Past labels, and whose companion was whose → the labels of an entity's peers that have closed by its anchor.

A label belongs to the companion or parent that its entity had at the label's own anchor, so that nothing later, not
even who belongs where, reaches it. The labels of one owner with the same window count as one, their mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.features.companions import Companion, distinct_pairs
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.label_history import PAST_FEATURES, GroupedLabels, LabelHistory, group_labels
from kumo_magic.features.relatives import parent_words, parents_of
from kumo_magic.features.spans import AsOf
from kumo_magic.graph.link import Link
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.timeline import Timeline

PEER_FEATURES = ("last", "mean of past", "weighted mean of past", "mean of the last 5", "mean of the last 20")
_POSITIONS = [PAST_FEATURES.index(words) for words in PEER_FEATURES]
_MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerLabels:
    """Past labels by the row that their entities belonged to; ``via`` of None puts everyone together."""

    via: Companion | Link | None
    labels: GroupedLabels

    @property
    def name(self) -> str:
        """Whose labels they are."""
        match self.via:
            case None:
                return "label of everyone"
            case Link():
                return f"label of others of {parent_words(self.via)}"
            case Companion():
                return f"label of others of {self.via.name}"

    def features(self, timeline: Timeline, at: AsOf, companions: dict[Companion, AsOf]) -> FeatureBlock:
        """What the peers of each row, itself among them, have had for labels; ``companions`` are those of each row."""
        owners = companions[self.via] if isinstance(self.via, Companion) else _owners(timeline, self.via, at)
        pairs, pair_of = distinct_pairs(owners)
        values = self.labels.features(pairs.rows, pairs.anchor_us)[pair_of]
        block = FeatureBlock(len(at.rows))
        for words, position in zip(PEER_FEATURES, _POSITIONS, strict=True):
            block.add(f"{self.name}: {words}", values[:, position])
        return block


def peer_labels(
    timeline: Timeline, history: LabelHistory, *, table: str, companions: tuple[Companion, ...]
) -> tuple[PeerLabels, ...]:
    """The labels of everyone, by companion and by parent; without those owners that have a time of their own."""
    found: list[tuple[Companion | Link, str]] = [(companion, companion.table) for companion in companions]
    found.extend((link, link.parent) for link in timeline.links if link.table == table)
    owned = [(via, timeline.num_rows[owner]) for via, owner in found if not timeline.is_temporal[owner]][:_MOST]
    peers = []
    for via, num_owners in [(None, 1), *owned]:
        means = _mean_by_window(history, _owners_then(timeline, history, table, via))
        peers.append(PeerLabels(via=via, labels=group_labels(means, means.entity_rows, num_owners)))
    return tuple(peers)


def _owners_then(timeline: Timeline, history: LabelHistory, table: str, via: Companion | Link | None) -> np.ndarray:
    """To which row each label belongs, int64 [labels]; -1 where its entity was not known at the label's anchor."""
    rows, anchor_us = history.entity_rows.astype(np.int64), history.anchor_us.astype(np.int64)
    owners = _owners(timeline, via, AsOf(rows=rows, anchor_us=anchor_us, horizon_days=0.0)).rows
    return np.where(known_mask(timeline.row_times[table][rows], anchor_us), owners, -1)


def _owners(timeline: Timeline, via: Companion | Link | None, at: AsOf) -> AsOf:
    match via:
        case None:
            return AsOf(rows=np.zeros_like(at.rows), anchor_us=at.anchor_us, horizon_days=at.horizon_days)
        case Link():
            return parents_of(timeline, via, at)
        case Companion():
            return via.as_of(timeline, at)


def _mean_by_window(history: LabelHistory, owners: np.ndarray) -> LabelHistory:
    """One label for each owner and window. Values are added up in their own order, whatever that of the labels."""
    values = history.values.astype(np.float64)
    usable = np.flatnonzero(~np.isnan(values) & (owners >= 0))
    order = usable[np.lexsort((values[usable], history.closed_us[usable], history.anchor_us[usable], owners[usable]))]
    columns = (owners[order], history.anchor_us[order], history.closed_us[order])
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    firsts = np.flatnonzero(is_first)
    sizes = np.diff(np.append(firsts, len(order)))
    sums = np.add.reduceat(values[order], firsts) if len(firsts) else np.empty(0)
    return LabelHistory(
        entity_rows=columns[0][firsts],
        anchor_us=columns[1][firsts],
        closed_us=columns[2][firsts],
        values=sums / sizes,
    )
