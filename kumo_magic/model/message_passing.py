"""States of sampled rows → states that know their neighbourhood, by heterogeneous SAGE layers of PyG."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch_geometric.data import HeteroData
from torch_geometric.nn import HeteroConv, MessagePassing, SAGEConv

from kumo_magic.sampling.schema import EdgeType, GraphSchema

States = dict[str, Tensor]
Edges = dict[EdgeType, Tensor]


class HeterogeneousSage(nn.Module):
    """One SAGE layer per hop (Hamilton et al. 2017). Messages run inwards only, from farther rows to nearer ones.

    Only the seed's state is read in the end, so each layer computes no more than a later one still reads.
    """

    def __init__(self, schema: GraphSchema, channels: int, hops: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(SageLayer(schema, channels, dropout) for _ in range(hops))

    def forward(self, states: States, batch: HeteroData) -> States:
        """Update [nodes, channels] per table, layer by layer; the seeds' states come out knowing all hops."""
        hops = {table: batch[table].hop for table in states}
        for position, layer in enumerate(self.layers):
            edges = _inward_edges(batch, hops, farthest_hop_read=len(self.layers) - 1 - position)
            if edges:
                states = layer(states, edges)
        return states


class SageLayer(nn.Module):
    """One convolution per edge type, summed over edge types, with a residual and a layer norm.

    The mean of the neighbours is joined by the logarithm of their number, which a mean forgets.
    """

    def __init__(self, schema: GraphSchema, channels: int, dropout: float) -> None:
        super().__init__()
        convolutions: dict[EdgeType, MessagePassing] = {
            edge_type: SAGEConv((channels, channels), channels, aggr="mean", root_weight=False)
            for edge_type in schema.edge_types
        }
        self.convolution = HeteroConv(convolutions, aggr="sum")
        # Addressed by position: a module's name may not hold a dot, a table's may.
        self.edge_positions = {edge_type: position for position, edge_type in enumerate(schema.edge_types)}
        self.table_positions = {table: position for position, table in enumerate(schema.tables)}
        self.degrees = nn.ModuleList(nn.Linear(1, channels, bias=False) for _ in schema.edge_types)
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in schema.tables)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: States, edges: Edges) -> States:
        """States [nodes, channels] of every table, those updated that an edge leads to."""
        messages = self.convolution(states, edges)
        for edge_type, edge_index in edges.items():
            target = edge_type[2]
            degree = torch.bincount(edge_index[1], minlength=states[target].shape[0]).to(states[target].dtype)
            about_degree = self.degrees[self.edge_positions[edge_type]](torch.log1p(degree).unsqueeze(-1))
            messages[target] = messages[target] + about_degree  # [nodes, channels]
        updated = dict(states)
        for table, message in messages.items():
            norm = self.norms[self.table_positions[table]]
            updated[table] = norm(states[table] + self.dropout(torch.relu(message)))
        return updated


def _inward_edges(batch: HeteroData, hops: dict[str, Tensor], farthest_hop_read: int) -> Edges:
    """Edges that start farther from the seed than they end, and end at most so many hops away."""
    edges: Edges = {}
    for edge_type in batch.edge_types:
        edge_index = batch[edge_type].edge_index
        if edge_index.shape[1] == 0:
            continue
        source_hop = hops[edge_type[0]][edge_index[0]]
        target_hop = hops[edge_type[2]][edge_index[1]]
        edge_index = edge_index[:, (source_hop > target_hop) & (target_hop <= farthest_hop_read)]
        if edge_index.shape[1]:
            edges[edge_type] = edge_index
    return edges
