"""A batch and the seeds' features → one state per seed."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch_geometric.data import HeteroData

from kumo_magic.model.feature_encoder import FeatureEncoder
from kumo_magic.model.message_passing import HeterogeneousSage
from kumo_magic.model.table_encoder import TableEncoder
from kumo_magic.sampling.schema import GraphSchema


class GraphNetwork(nn.Module):
    """Table encoders, message passing over the hops, and the windowed features injected at the seed.

    The injection follows LightRDL (arXiv 2504.04934): exact aggregates of the whole history enter where sampling
    would have truncated it. Here they join the seed's state after message passing.
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
    ) -> None:
        super().__init__()
        self.entity_table = entity_table
        self.channels = channels
        self.tables = list(schema.tables)
        # Addressed by position: a module's name may not hold a dot, a table's may.
        self.encoders = nn.ModuleList(TableEncoder(schema.tables[table], channels) for table in self.tables)
        self.message_passing = HeterogeneousSage(schema, channels, hops, dropout)
        self.features = FeatureEncoder(training_features, channels, dropout)
        self.join = nn.Sequential(
            nn.LayerNorm(2 * channels), nn.Linear(2 * channels, channels), nn.ReLU(), nn.Dropout(dropout)
        )

    def forward(self, batch: HeteroData, features: Tensor) -> Tensor:
        """States of the seeds, [seeds, channels], from the batch and [seeds, features]."""
        states = {
            table: encoder(batch[table]) for table, encoder in zip(self.tables, self.encoders, strict=True)
        }  # [nodes, channels] each
        states = self.message_passing(states, batch)
        seeds = states[self.entity_table][: features.shape[0]]  # [seeds, channels]
        return self.join(torch.cat([seeds, self.features(features)], dim=-1))
