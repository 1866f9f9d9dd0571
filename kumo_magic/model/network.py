"""A batch and the seeds' features → one state per seed."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch_geometric.data import HeteroData

from kumo_magic.model.convolutions import AggregationName
from kumo_magic.model.feature_encoder import FeatureEncoder
from kumo_magic.model.message_passing import HeterogeneousLayers
from kumo_magic.model.table_encoder import TableEncoder
from kumo_magic.sampling.schema import GraphSchema


class GraphNetwork(nn.Module):
    """Table encoders, message passing over the hops, and the windowed features injected at the seed.

    The injection follows LightRDL (arXiv 2504.04934): exact aggregates of the whole history enter where sampling
    would have truncated it. Here they join the seed's state after message passing.

    Args:
        schema: Of the batches' graph.
        entity_table: The seeds' table.
        training_features: float32 [rows, features]; the scales of the features come from them.
        channels: Width of every state; a multiple of four for ``attention``.
        hops: Layers of message passing, as many as the sampler's hops.
        dropout: Share of units left out while training.
        aggregation: How a row sums its neighbours up.
        uses_features: Whether the features join; without, the graph alone answers.
    """

    def __init__(
        self,
        schema: GraphSchema,
        entity_table: str,
        training_features: np.ndarray,
        *,
        channels: int = 64,
        hops: int = 2,
        dropout: float = 0.2,
        aggregation: AggregationName = "mean",
        uses_features: bool = True,
    ) -> None:
        super().__init__()
        self.entity_table = entity_table
        self.channels = channels
        self.tables = list(schema.tables)
        # Addressed by position: a module's name may not hold a dot, a table's may.
        self.encoders = nn.ModuleList(TableEncoder(schema.tables[table], channels) for table in self.tables)
        self.message_passing = HeterogeneousLayers(schema, entity_table, channels, hops, dropout, aggregation)
        self.features = FeatureEncoder(training_features, channels, dropout) if uses_features else None
        joined = 2 * channels if uses_features else channels
        self.join = nn.Sequential(nn.LayerNorm(joined), nn.Linear(joined, channels), nn.ReLU(), nn.Dropout(dropout))

    def forward(self, batch: HeteroData, features: Tensor, seed_of_row: Tensor | None = None) -> Tensor:
        """States of the rows asked about, [rows, channels].

        Args:
            batch: The neighbourhoods of the seeds.
            features: float32 [rows, features]; ignored where features do not join.
            seed_of_row: int64 [rows], which of the batch's seeds each row is about, when rows share seeds as the steps
                of a FORECAST do (`sampling.distinct_seeds`); None when row n is about seed n.
        """
        states = {
            table: encoder(batch[table]) for table, encoder in zip(self.tables, self.encoders, strict=True)
        }  # [nodes, channels] each
        states = self.message_passing(states, batch)
        seeds = states[self.entity_table][: batch[self.entity_table].batch_size]  # [seeds, channels]
        rows = seeds if seed_of_row is None else seeds.index_select(0, seed_of_row)  # [rows, channels]
        if self.features is not None:
            rows = torch.cat([rows, self.features(features)], dim=-1)
        return self.join(rows)
