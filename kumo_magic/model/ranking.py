"""Seeds' states and items → a score per pair: taste, popularity, and what the two have in common already."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch_geometric.data.storage import NodeStorage

from kumo_magic.model.table_encoder import TableEncoder
from kumo_magic.sampling.schema import TableSchema

_HIDDEN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingContext:
    """What is known of the candidate items at the seeds' anchors."""

    popularity: Tensor  # float32 [anchors, candidates, popularity features]
    anchor: Tensor  # int64 [seeds], which anchor each seed has
    pair_seed: Tensor  # int64 [pairs]
    pair_candidate: Tensor  # int64 [pairs]
    pair_features: Tensor  # float32 [pairs, pair features]
    is_born: Tensor  # bool [anchors, candidates]: the item exists at the anchor


class RankingHead(nn.Module):
    """A two-tower score, a popularity score, and a pair score for items of the seed's own past.

    The local pair score beside the two towers follows ContextGNN (arXiv 2411.19513); ours reads exact counts and
    recency of the pair in place of the sampled subgraph. Each of the two feature scores starts as a linear rule that
    needs no learning, given by its weights, and learns what to add.
    """

    def __init__(
        self,
        channels: int,
        item_schema: TableSchema,
        num_items: int,
        *,
        popularity_start: Sequence[float],
        pair_start: Sequence[float],
        pair_bonus: float,
    ) -> None:
        super().__init__()
        self.item_encoder = TableEncoder(replace(item_schema, has_time=False, timestamps=()), channels)
        self.identity = nn.Embedding(num_items, channels)
        nn.init.normal_(self.identity.weight, std=0.02)
        self.query = nn.Linear(channels, channels)
        self.popularity_rule = _started_at(popularity_start, 0.0)
        self.popularity = nn.Sequential(nn.Linear(len(popularity_start), _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 1))
        self.pair_rule = _started_at(pair_start, pair_bonus)
        self.pair_hidden = nn.Linear(len(pair_start), _HIDDEN)
        self.pair_general = nn.Linear(_HIDDEN, 1)
        self.pair_personal = nn.Linear(channels, _HIDDEN)

    def item_vectors(self, items: NodeStorage) -> Tensor:
        """Vectors of the candidate items of a storage as in a batch, [candidates, channels]."""
        return self.item_encoder(items) + self.identity(items.row)

    def forward(self, states: Tensor, item_vectors: Tensor, context: RankingContext) -> Tensor:
        """Scores [seeds, candidates]; minus infinity for items that do not exist at the anchor."""
        taste = self.query(states) @ item_vectors.T / math.sqrt(states.shape[1])  # [seeds, candidates]
        popularity = self.popularity_rule(context.popularity) + self.popularity(context.popularity)
        trend = popularity.squeeze(-1)  # [anchors, candidates]
        trend = trend.masked_fill(~context.is_born, -torch.inf)
        hidden = torch.relu(self.pair_hidden(context.pair_features))  # [pairs, hidden]
        personal = (hidden * self.pair_personal(states)[context.pair_seed]).sum(dim=-1)  # [pairs]
        rule = self.pair_rule(context.pair_features) + self.pair_general(hidden)
        pair = rule.squeeze(-1) + personal
        scores = taste + trend[context.anchor]
        return scores.index_put((context.pair_seed, context.pair_candidate), pair, accumulate=True)

    def loss(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Softmax cross entropy, each seed's true items sharing its weight.

        Args:
            outputs: Scores [seeds, candidates].
            labels: bool [seeds, candidates], the true items; a seed without any counts nothing.
        """
        log_probability = F.log_softmax(outputs, dim=-1)
        num_true = labels.sum(dim=-1)
        per_seed = -torch.where(labels, log_probability, 0.0).sum(dim=-1) / num_true.clamp(min=1)
        return per_seed.sum() / (num_true > 0).sum().clamp(min=1)


def _started_at(weights: Sequence[float], bias: float) -> nn.Linear:
    """A linear score that starts as the given rule."""
    rule = nn.Linear(len(weights), 1)
    with torch.no_grad():
        rule.weight.copy_(torch.tensor([list(weights)]))
        rule.bias.fill_(bias)
    return rule
