"""A layer by hand, and rows that stay the same in any company."""

from typing import get_args

import pytest
import torch
from torch_geometric.data import HeteroData
from torch_geometric.nn import SAGEConv

from kumo_magic.model.convolutions import AggregationName, convolution
from kumo_magic.model.message_passing import HeterogeneousLayers, MessageLayer
from kumo_magic.sampling.schema import EdgeType, GraphSchema, TableSchema

AGGREGATIONS = get_args(AggregationName)
CHANNELS = 8
TO_USER, TO_ITEM = ("orders", "user_id", "users"), ("orders", "item_id", "items")
LINKS: dict[EdgeType, EdgeType] = {
    TO_USER: ("users", "rev_user_id", "orders"),
    TO_ITEM: ("items", "rev_item_id", "orders"),
}
SCHEMA = GraphSchema(
    tables={table: TableSchema() for table in ("users", "items", "orders")},
    edge_types=tuple(edge_type for pair in LINKS.items() for edge_type in pair),
)


def batch_of(orders_of_users: list[int]) -> HeteroData:
    """Users with so many orders each, every order with an item of its own, as a sampler would give them."""
    batch = HeteroData()
    owners = torch.tensor([user for user, number in enumerate(orders_of_users) for _ in range(number)]).long()
    numbers = {"users": len(orders_of_users), "items": len(owners), "orders": len(owners)}
    for hop, table in enumerate(("users", "orders", "items")):
        batch[table].hop = torch.full((numbers[table],), hop)
        batch[table].num_nodes = numbers[table]
    children = torch.arange(len(owners))
    for (child, column, parent), parents in ((TO_USER, owners), (TO_ITEM, children)):
        batch[child, column, parent].edge_index = torch.stack([children, parents])
        batch[parent, f"rev_{column}", child].edge_index = torch.stack([parents, children])
    return batch


def states_of(batch: HeteroData, seed: int = 0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {table: torch.randn(batch[table].num_nodes, CHANNELS, generator=generator) for table in batch.node_types}


def layers_of(aggregation: AggregationName = "mean", hops: int = 2) -> HeterogeneousLayers:
    torch.manual_seed(0)
    return HeterogeneousLayers(SCHEMA, "users", CHANNELS, hops, 0.5, aggregation).eval()


def test_a_layer_adds_the_message_and_the_degree_to_the_state() -> None:
    batch, layers = batch_of([3, 0, 1]), layers_of(hops=1)
    states = states_of(batch)
    layer = layers.layers[0]
    assert isinstance(layer, MessageLayer)
    carrier = next(iter(layer.convolution.convs.values()))  # of the first edge type, orders to users
    assert isinstance(carrier, SAGEConv)
    about_degree, norm = layer.degrees[0], layer.norms[0]

    orders = states["orders"]
    means = torch.stack([orders[:3].mean(dim=0), torch.zeros(CHANNELS), orders[3]])
    message = carrier.lin_l(means) + about_degree(torch.tensor([[3.0], [0.0], [1.0]]).log1p())
    expected = norm(states["users"] + message.relu())

    torch.testing.assert_close(layers(states, batch)["users"], expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_a_seed_is_the_same_in_any_company(aggregation: AggregationName) -> None:
    layers = layers_of(aggregation)
    together = batch_of([2, 0, 5])
    states = states_of(together)
    company = layers(states, together)["users"]

    first = layers({table: state[: {"users": 1}.get(table, 2)] for table, state in states.items()}, batch_of([2]))
    empty = layers(
        {table: state[1:2] if table == "users" else state[:0] for table, state in states.items()}, batch_of([0])
    )

    torch.testing.assert_close(first["users"][0], company[0], rtol=0, atol=1e-6)
    torch.testing.assert_close(empty["users"][0], company[1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_the_order_of_edges_does_not_count(aggregation: AggregationName) -> None:
    batch, shuffled = batch_of([4, 3, 0]), batch_of([4, 3, 0])
    for edge_type in SCHEMA.edge_types:
        shuffled[edge_type].edge_index = shuffled[edge_type].edge_index.flip(1)
    layers, states = layers_of(aggregation), states_of(batch)

    torch.testing.assert_close(layers(states, batch)["users"], layers(states, shuffled)["users"], rtol=0, atol=1e-6)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_the_same_input_gives_the_same_bits_and_gradients(aggregation: AggregationName) -> None:
    batch, layers = batch_of([4, 3, 0]), layers_of(aggregation)

    def gradients() -> list[torch.Tensor | None]:
        layers.zero_grad()
        layers(states_of(batch), batch)["users"].square().sum().backward()
        return [None if weight.grad is None else weight.grad.clone() for weight in layers.parameters()]

    for one, other in zip(gradients(), gradients(), strict=True):
        assert one is other or (one is not None and other is not None and torch.equal(one, other))


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_what_lies_two_hops_away_reaches_the_seed_it_belongs_to(aggregation: AggregationName) -> None:
    batch, layers = batch_of([2, 2]), layers_of(aggregation)
    states = states_of(batch)
    changed = states | {"items": states["items"].clone()}
    changed["items"][0] += 1.0

    difference = (layers(changed, batch)["users"] - layers(states, batch)["users"]).abs().amax(dim=1)

    assert difference[0] > 1e-4
    assert difference[1] == 0


def test_a_row_that_came_by_a_longer_way_is_no_neighbour() -> None:
    batch, layers = batch_of([2, 2]), layers_of(hops=3)
    states = states_of(batch)
    before = layers(states, batch)["users"]

    batch["orders"].hop = torch.tensor([1, 1, 1, 3])
    without = layers(states, batch)["users"]

    assert torch.equal(without[0], before[0])
    assert not torch.equal(without[1], before[1])


def test_a_sum_grows_with_the_square_root_of_the_number() -> None:
    carrier = convolution("sum", CHANNELS)
    assert isinstance(carrier, SAGEConv)
    carrier.lin_l.bias.data.zero_()
    sources = torch.ones(13, CHANNELS)
    edge_index = torch.stack([torch.arange(13), torch.tensor([0] * 4 + [1] * 9)])

    messages = carrier((sources, torch.zeros(3, CHANNELS)), edge_index)

    torch.testing.assert_close(messages[1], 1.5 * messages[0])
    assert messages[2].tolist() == [0.0] * CHANNELS


def test_attention_refuses_channels_that_its_heads_cannot_share() -> None:
    with pytest.raises(ValueError, match="4 heads, which cannot share 10 channels"):
        convolution("attention", 10)
