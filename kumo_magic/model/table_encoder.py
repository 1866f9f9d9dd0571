"""Encoded columns of one table → a state per row. Missing and unseen values have states of their own."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch_geometric.data.storage import NodeStorage

from kumo_magic.model.time_encoding import TimeEncoding
from kumo_magic.sampling.schema import TableSchema


class TableEncoder(nn.Module):
    """The sum of what each column says, then one hidden layer with a residual, normalised.

    Numbers come with a flag for missing; categories and bags of words are embedded; timestamps and the row's own age
    go through one time encoding each. A table without inputs gets one learned state.
    """

    def __init__(self, schema: TableSchema, channels: int) -> None:
        super().__init__()
        self.schema = schema
        self.bias = nn.Parameter(torch.zeros(channels))
        self.numerical = nn.Linear(2 * len(schema.numerical), channels) if schema.numerical else None
        self.categorical = nn.ModuleList(nn.Embedding(size, channels) for _, size in schema.categorical)
        self.bags = nn.ModuleList(
            nn.EmbeddingBag(size, channels, mode="mean", padding_idx=0) for _, size in schema.bags
        )
        self.timestamps = nn.ModuleList(TimeEncoding(channels) for _ in schema.timestamps)
        self.age = TimeEncoding(channels) if schema.has_time else None
        self.mix = nn.Sequential(nn.LayerNorm(channels), nn.ReLU(), nn.Linear(channels, channels))
        self.norm = nn.LayerNorm(channels)
        for weight in [*self.categorical.parameters(), *self.bags.parameters()]:
            nn.init.normal_(weight, std=0.1)

    def forward(self, nodes: NodeStorage) -> Tensor:
        """States of the nodes of this table's storage in a batch: [nodes, channels]."""
        state = self.bias.expand(nodes.row.shape[0], -1)  # [nodes, channels]
        if self.numerical is not None:
            missing = torch.isnan(nodes.numerical)
            values = torch.where(missing, 0.0, nodes.numerical)
            state = state + self.numerical(torch.cat([values, missing.to(values.dtype)], dim=-1))
        for position, embedding in enumerate(self.categorical):
            state = state + embedding(nodes.categorical[:, position])
        for (column, _), embedding in zip(self.schema.bags, self.bags, strict=True):
            state = state + embedding(nodes[f"bag_{column}"])
        for position, encoding in enumerate(self.timestamps):
            state = state + encoding(nodes.elapsed[:, position])
        if self.age is not None:
            state = state + self.age(nodes.age)
        return self.norm(state + self.mix(state))
