"""States of sampled rows → states that know their neighbourhood, by heterogeneous layers of PyG."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch_geometric.data import HeteroData
from torch_geometric.nn import HeteroConv

from kumo_magic.model.convolutions import AggregationName, convolution
from kumo_magic.model.dropout import ByteDropout
from kumo_magic.sampling.reach import inward_edge_types
from kumo_magic.sampling.schema import EdgeType, GraphSchema

States = dict[str, Tensor]
Edges = dict[EdgeType, Tensor]


class HeterogeneousLayers(nn.Module):
    """One layer per hop. Messages run inwards only, from each hop to the one before.

    Only the seed's state is read in the end, so each layer computes no more than a later one still reads.
    """

    def __init__(
        self,
        schema: GraphSchema,
        entity_table: str,
        channels: int,
        hops: int,
        dropout: float,
        aggregation: AggregationName = "mean",
    ) -> None:
        super().__init__()
        by_hop = inward_edge_types(schema, entity_table, hops)
        # The farthest hop that is read after a layer falls from one to the next, to 0 after the last.
        self.edge_types_read = [
            [
                edge_type
                for edge_type in schema.edge_types
                if any(edge_type in types for types in by_hop[: hops - layer])
            ]
            for layer in range(hops)
        ]
        self.layers = nn.ModuleList(MessageLayer(schema, channels, dropout, aggregation) for _ in range(hops))

    def forward(self, states: States, batch: HeteroData) -> States:
        """Update [nodes, channels] per table, layer by layer; the seeds' states come out knowing all hops.

        A table's later rows, which no later layer reads, are left out of what comes back.
        """
        for position, (layer, edge_types) in enumerate(zip(self.layers, self.edge_types_read, strict=True)):
            farthest_hop_read = len(self.layers) - 1 - position
            edges = {edge_type: _inward_edges(batch, edge_type, farthest_hop_read) for edge_type in edge_types}
            # Nodes come in the order of their hops.
            num_read = {table: int((batch[table].hop <= farthest_hop_read).sum()) for table in states}
            states = layer(states, edges, num_read)
        return states


class MessageLayer(nn.Module):
    """One convolution per edge type, summed over edge types, with a residual and a layer norm.

    The message is joined by the logarithm of the neighbours' number, which a mean and an attention forget.
    """

    def __init__(self, schema: GraphSchema, channels: int, dropout: float, aggregation: AggregationName) -> None:
        super().__init__()
        self.convolution = HeteroConv(
            {edge_type: convolution(aggregation, channels) for edge_type in schema.edge_types}, aggr="sum"
        )
        # Addressed by position: a module's name may not hold a dot, a table's may.
        self.edge_positions = {edge_type: position for position, edge_type in enumerate(schema.edge_types)}
        self.table_positions = {table: position for position, table in enumerate(schema.tables)}
        self.degrees = nn.ModuleList(nn.Linear(1, channels, bias=False) for _ in schema.edge_types)
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in schema.tables)
        self.dropout: nn.Module = ByteDropout(dropout)

    def forward(self, states: States, edges: Edges, num_read: dict[str, int]) -> States:
        """States [nodes, channels] of every table; of those that edge types lead to, the first ``num_read`` updated.

        An edge type without edges takes part: its targets have no neighbours, whatever the company.
        """
        pairs = {
            edge_type: (states[edge_type[0]], states[edge_type[2]][: num_read[edge_type[2]]]) for edge_type in edges
        }
        messages = self.convolution(pairs, edges)
        for edge_type, edge_index in edges.items():
            target = edge_type[2]
            degree = torch.bincount(edge_index[1], minlength=num_read[target]).to(states[target].dtype)
            about_degree = self.degrees[self.edge_positions[edge_type]](torch.log1p(degree).unsqueeze(-1))
            messages[target] = messages[target] + about_degree  # [nodes, channels]
        updated = dict(states)
        for table, message in messages.items():
            norm = self.norms[self.table_positions[table]]
            updated[table] = norm(states[table][: num_read[table]] + self.dropout(torch.relu(message)))
        return updated


def _inward_edges(batch: HeteroData, edge_type: EdgeType, farthest_hop_read: int) -> Tensor:
    """Edges that start one hop farther from the seed than they end, at most so many hops away, int64 [2, edges].

    A row that the fan-out passed by and that came by a longer way, from three hops on, is no neighbour: the strategy
    chooses those, not luck.
    """
    edge_index = batch[edge_type].edge_index
    source_hop = batch[edge_type[0]].hop[edge_index[0]]
    target_hop = batch[edge_type[2]].hop[edge_index[1]]
    return edge_index[:, (source_hop == target_hop + 1) & (target_hop <= farthest_hop_read)]
