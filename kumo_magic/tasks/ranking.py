"""Ranking items for entities: what the objective reads."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch_geometric.data.storage import NodeStorage

from kumo_magic.candidates.groups import places_in_groups
from kumo_magic.candidates.source import CandidateSource
from kumo_magic.model.ranking import RankingContext, RankingHead
from kumo_magic.sampling.schema import TableSchema
from kumo_magic.tasks.examples import ExampleBatch, Examples
from kumo_magic.tasks.metrics import ranking_scores

_MOST_ITEMS_IN_A_LOSS = 5_000
_POPULARITY_WINDOWS = (1.0, 4.0, np.inf)  # times the horizon
_POPULARITY_START = (0.5, 0.0, 0.3, 0.0, 0.0, 0.0)  # log counts of the short windows
_PAIR_START = (1.0, 0.5, -0.5, 1.0)  # log count, repeated, log days since, decay
_PAIR_BONUS = 1.5
"""Where the ranking starts before it has learned: own past items by count and recency, then what is popular."""


class RankingObjective:
    """Labels are sets of items; outputs are float64 [rows, k, 2]: item row and score, best first."""

    def __init__(
        self,
        *,
        examples: Examples,
        true_items: tuple[np.ndarray, ...],
        source: CandidateSource,
        items: NodeStorage,
        item_schema: TableSchema,
        k: int,
        seed: int,
        excludes_seen: bool = False,
    ) -> None:
        self.examples = examples
        self.true_items = true_items
        self.source = source
        self.events = source.events
        self.items = items
        self.item_schema = item_schema
        self.k = min(k, self.events.num_items)
        self.metric = f"MAP@{self.k}"
        self.random = np.random.default_rng(seed)
        self.excludes_seen = excludes_seen
        self._popularity: dict[int, np.ndarray] = {}

    def for_examples(self, examples: Examples, k: int) -> RankingObjective:
        """The same items and events, asked about other rows; there are no labels to learn from."""
        return RankingObjective(
            examples=examples,
            true_items=(),
            source=self.source,
            items=self.items,
            item_schema=self.item_schema,
            k=k,
            seed=0,
            excludes_seen=self.excludes_seen,
        )

    def head(self, channels: int, rows: np.ndarray) -> nn.Module:
        """A new ranking head over all items."""
        del rows
        return RankingHead(
            channels,
            self.item_schema,
            self.events.num_items,
            popularity_start=_POPULARITY_START,
            pair_start=_PAIR_START,
            pair_bonus=_PAIR_BONUS,
        )

    def loss(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Softmax over all items, or over the batch's true items and a random share of a large catalogue."""
        true_items = [self.true_items[row] for row in batch.rows]
        row = np.repeat(np.arange(len(true_items)), [len(items) for items in true_items])
        item = np.concatenate(true_items)
        candidates = self._candidates(item)
        position = np.full(self.events.num_items, -1)
        position[candidates] = np.arange(len(candidates))
        labels = torch.zeros((len(true_items), len(candidates)), dtype=torch.bool)
        labels[torch.from_numpy(row), torch.from_numpy(position[item])] = True
        scores = self._score(head, states, batch.rows, candidates, position)
        return head.loss(scores, labels.to(states.device))  # pyright: ignore[reportCallIssue]  # a RankingHead

    def raw(self, head: nn.Module, states: Tensor, batch: ExampleBatch) -> Tensor:
        """Scores of all items, [batch, items]."""
        candidates = np.arange(self.events.num_items)
        scores = self._score(head, states, batch.rows, candidates, candidates)
        if self.excludes_seen:
            seen = self.events.seen(self.examples.entity_rows[batch.rows], self.examples.anchor_us[batch.rows])
            row, item = np.divmod(seen, self.events.num_items)
            scores[torch.from_numpy(row), torch.from_numpy(item)] = -torch.inf
        return scores

    def read(self, raw: np.ndarray) -> np.ndarray:
        """The k best of all items, float64 [batch, k, 2]: item row and score; -1 and -inf where none is left.

        Of equal scores the first item comes first, so that a shorter list is the beginning of a longer one.
        """
        # torch.topk takes any of equal scores, others for another k: it only tells from which score on items count.
        least = torch.topk(torch.from_numpy(raw), self.k, dim=-1).values[:, -1:].numpy()
        row, item = np.nonzero((raw >= least) & np.isfinite(raw))
        scores = raw[row, item]
        order = np.lexsort((item, -scores, row))
        row, item, scores = row[order], item[order], scores[order]
        place = places_in_groups(row)
        kept = place < self.k
        best = np.full((len(raw), self.k, 2), -np.inf)
        best[:, :, 0] = -1
        best[row[kept], place[kept], 0] = item[kept]
        best[row[kept], place[kept], 1] = scores[kept]
        return best

    def scores(self, outputs: np.ndarray, rows: np.ndarray) -> dict[str, float]:
        """MAP and its companions at k."""
        return ranking_scores([self.true_items[row] for row in rows], outputs[:, :, 0].astype(np.int64), self.k)

    def _candidates(self, true_items: np.ndarray) -> np.ndarray:
        if self.events.num_items <= _MOST_ITEMS_IN_A_LOSS:
            return np.arange(self.events.num_items)
        sampled = self.random.integers(0, self.events.num_items, size=_MOST_ITEMS_IN_A_LOSS)
        return np.unique(np.concatenate([true_items, sampled]))

    def _score(
        self, head: nn.Module, states: Tensor, rows: np.ndarray, candidates: np.ndarray, position: np.ndarray
    ) -> Tensor:
        device = states.device
        anchor_us = self.examples.anchor_us[rows]
        anchors, anchor = np.unique(anchor_us, return_inverse=True)
        own = self.events.own_items(self.examples.entity_rows[rows], anchor_us)
        pair_candidate = position[own.item]
        kept = pair_candidate >= 0
        context = RankingContext(
            popularity=torch.from_numpy(np.stack([self._popularity_at(us)[candidates] for us in anchors])).to(device),
            anchor=torch.from_numpy(anchor).to(device),
            pair_seed=torch.from_numpy(own.row[kept]).to(device),
            pair_candidate=torch.from_numpy(pair_candidate[kept]).to(device),
            pair_features=torch.from_numpy(_pair_features(own.count[kept], own.days_since[kept])).to(device),
            is_born=torch.from_numpy(self.source.item_times[candidates][None, :] <= anchors[:, None]).to(device),
        )
        whole = len(candidates) == self.events.num_items
        items = self.items if whole else _take(self.items, torch.from_numpy(candidates).to(device))
        vectors = head.item_vectors(items)  # pyright: ignore[reportCallIssue]  # a RankingHead
        return head(states, vectors, context)

    def _popularity_at(self, anchor_us: int) -> np.ndarray:
        """Per window the logarithm of an item's events, and its share of the highest: [items, 2 windows]."""
        if anchor_us not in self._popularity:
            columns = []
            for window in _POPULARITY_WINDOWS:
                count = np.log1p(self.events.popularity(anchor_us, window * self.source.horizon_days))
                columns += [count, count / max(count.max(), 1e-6)]
            self._popularity[anchor_us] = np.stack(columns, axis=-1).astype(np.float32)
        return self._popularity[anchor_us]


def _pair_features(count: np.ndarray, days_since: np.ndarray) -> np.ndarray:
    """float32 [pairs, 4]: log count, whether it is more than one, log days since, decay by days since."""
    return np.stack([np.log1p(count), count > 1, np.log1p(days_since) / 3, np.exp(-days_since / 60)], axis=-1).astype(
        np.float32
    )


def _take(items: NodeStorage, rows: Tensor) -> NodeStorage:
    """The given rows of a storage as in a batch."""
    taken = NodeStorage(_mapping=None)
    for name, values in items.items():
        if isinstance(values, Tensor):
            taken[name] = values[rows]
    return taken
