"""An aggregation's name → the convolution of PyG that carries messages along one edge type."""

from __future__ import annotations

from typing import Literal

from torch import Tensor
from torch_geometric.nn import GATv2Conv, MessagePassing, SAGEConv
from torch_geometric.nn.aggr import Aggregation

AggregationName = Literal["mean", "sum", "attention"]
HEADS = 4


def convolution(aggregation: AggregationName, channels: int) -> MessagePassing:
    """A convolution from [sources, channels] and [targets, channels] to messages [targets, channels].

    ``mean`` is SAGE (Hamilton et al. 2017), ``sum`` the same over `SquareRootSum`, ``attention`` GATv2 (Brody et al.
    2022, arXiv 2105.14491) with four heads. What the target itself says is left to the layer's residual.

    Raises:
        ValueError: The channels cannot be shared among the heads of ``attention``.
    """
    match aggregation:
        case "mean":
            return SAGEConv((channels, channels), channels, aggr="mean", root_weight=False)
        case "sum":
            return SAGEConv((channels, channels), channels, aggr=SquareRootSum(), root_weight=False)
        case "attention":
            if channels % HEADS:
                raise ValueError(f"Attention has {HEADS} heads, which cannot share {channels} channels equally.")
            return GATv2Conv((channels, channels), channels // HEADS, heads=HEADS, add_self_loops=False)


class SquareRootSum(Aggregation):
    """The sum over the square root of the number: between a sum, which explodes, and a mean, which forgets the number.

    It is the mean times the degree to a power, as in DeeperGCN (Li et al. 2020, arXiv 2006.07739, section 4.1), where
    the power is learned; ours is one half, which keeps the variance of independent messages.
    """

    def forward(
        self,
        x: Tensor,
        index: Tensor | None = None,
        ptr: Tensor | None = None,
        dim_size: int | None = None,
        dim: int = -2,
        max_num_elements: int | None = None,  # noqa: ARG002 - of the base class, for dense batches
    ) -> Tensor:
        """Aggregate [edges, channels] by target, int64 [edges], to [targets, channels]; zero where nothing arrives."""
        total = self.reduce(x, index, ptr, dim_size, dim, reduce="sum")
        number = self.reduce(x.new_ones(x.shape[0], 1), index, ptr, dim_size, dim, reduce="sum")
        return total / number.clamp(min=1.0).sqrt()
