from typing import get_args

import numpy as np
import pandas as pd
import pytest
import torch
from torch_geometric.data import HeteroData

from kumo_magic.graph.graph import Graph
from kumo_magic.model.convolutions import AggregationName
from kumo_magic.model.network import GraphNetwork
from kumo_magic.model.table_encoder import TableEncoder
from kumo_magic.sampling.distinct_seeds import distinct_seeds
from kumo_magic.sampling.encoding import encode, fit_encoding
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.timeline.timeline import build_timeline
from kumo_magic.timeline.times import DAY_US

AGGREGATIONS = get_args(AggregationName)


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    """Three users; those of 0 and 1 have orders, 2 has none."""
    orders = pd.DataFrame(
        {
            "order_id": np.arange(60),
            "user_id": np.arange(60) % 2,
            "amount": np.arange(60) / 7.0,
            "date": pd.to_datetime(np.arange(60), unit="D").astype("datetime64[us]"),
        }
    )
    graph = Graph.from_data(
        {"users": pd.DataFrame({"user_id": [0, 1, 2], "age": [20.0, 30.0, 40.0]}), "orders": orders},
        infer=False,
        keys={"users": "user_id", "orders": "order_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users")],
        stypes={("users", "age"): "numerical", ("orders", "amount"): "numerical"},
    )
    timeline = build_timeline(graph)
    return Sampler(timeline, encode(graph, fit_encoding(graph, timeline, 10**18)), table="users", fan_out=4)


def network_of(sampler: Sampler, *, aggregation: AggregationName = "mean", uses_features: bool = True) -> GraphNetwork:
    torch.manual_seed(0)
    training_features = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    return GraphNetwork(
        sampler.encoded.schema,
        "users",
        training_features,
        channels=8,
        aggregation=aggregation,
        uses_features=uses_features,
    ).eval()


def sample(sampler: Sampler, rows: list[int], days: list[int]) -> HeteroData:
    return sampler.sample(np.array(rows), np.array(days) * DAY_US, seed=1)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("uses_features", [True, False])
def test_a_row_has_the_same_state_alone_and_in_company(
    sampler: Sampler, aggregation: AggregationName, uses_features: bool
) -> None:
    network = network_of(sampler, aggregation=aggregation, uses_features=uses_features)
    rows, days, features = [0, 2, 1], [50, 50, 9], torch.randn(3, 3)
    together = network(sample(sampler, rows, days), features)

    for place in range(3):
        alone = network(sample(sampler, rows[place : place + 1], days[place : place + 1]), features[place : place + 1])
        torch.testing.assert_close(alone[0], together[place], rtol=0, atol=1e-6)


def test_rows_that_share_a_seed_have_the_states_of_rows_with_seeds_of_their_own(sampler: Sampler) -> None:
    network, features = network_of(sampler), torch.randn(4, 3)
    rows, days = np.array([1, 0, 1, 1]), np.array([40, 40, 40, 8])
    seeds = distinct_seeds(rows, days * DAY_US)

    shared = network(sampler.sample(seeds.rows, seeds.anchor_us, seed=1), features, torch.from_numpy(seeds.seed_of_row))

    assert len(seeds.rows) == 3
    own = network(sample(sampler, rows.tolist(), days.tolist()), features)
    torch.testing.assert_close(shared, own, rtol=0, atol=1e-6)


def test_without_features_their_values_do_not_count(sampler: Sampler) -> None:
    batch = sample(sampler, [0, 1], [50, 50])
    one, other = torch.zeros(2, 3), torch.ones(2, 3)

    blind, seeing = network_of(sampler, uses_features=False), network_of(sampler)

    assert torch.equal(blind(batch, one), blind(batch, other))
    assert not torch.equal(seeing(batch, one), seeing(batch, other))


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_every_part_that_the_seeds_read_learns(sampler: Sampler, aggregation: AggregationName) -> None:
    network = network_of(sampler, aggregation=aggregation)
    network(sample(sampler, [0, 1], [50, 50]), torch.randn(2, 3)).square().sum().backward()

    for encoder in network.encoders:
        assert isinstance(encoder, TableEncoder)
        assert encoder.bias.grad is not None
        assert encoder.bias.grad.abs().sum() > 0
