from typing import get_args

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.data import HeteroData
from torch_geometric.nn import HeteroConv, SAGEConv

from kumo_magic.graph.graph import Graph
from kumo_magic.sampling.encoding import encode, fit_encoding
from kumo_magic.sampling.reach import inward_edge_types
from kumo_magic.sampling.sampler import Sampler, Strategy
from kumo_magic.timeline.timeline import build_timeline
from kumo_magic.timeline.times import DAY_US

ORDERS_OF_USERS = ("orders", "user_id", "users")
ORDERS_OF_ITEMS = ("orders", "item_id", "items")


def shop(num_orders: int, *, num_users: int = 3, num_items: int = 2, seed: int = 0) -> Graph:
    """Order n is on day n; users and items are drawn."""
    random = np.random.default_rng(seed)
    orders = pd.DataFrame(
        {
            "order_id": np.arange(num_orders) + 1000,
            "user_id": random.integers(0, num_users, num_orders),
            "item_id": random.integers(0, num_items, num_orders),
            "amount": random.gamma(1.0, 9.0, num_orders),
            "note": random.choice(["a cup", "a pot"], num_orders),
            "seen": pd.to_datetime(np.arange(num_orders) + 2, unit="D").astype("datetime64[us]"),
            "date": pd.to_datetime(np.arange(num_orders), unit="D").astype("datetime64[us]"),
        }
    )
    return Graph.from_data(
        {
            "users": pd.DataFrame({"user_id": np.arange(num_users), "tier": random.choice(["a", "b"], num_users)}),
            "items": pd.DataFrame({"item_id": np.arange(num_items), "price": random.gamma(1.0, 9.0, num_items)}),
            "orders": orders,
        },
        infer=False,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users"), ("orders", "item_id", "items")],
        stypes={
            ("users", "tier"): "categorical",
            ("items", "price"): "numerical",
            ("orders", "amount"): "numerical",
            ("orders", "note"): "text",
            ("orders", "seen"): "timestamp",
        },
    )


STRATEGIES = get_args(Strategy)


def sampler_of(
    graph: Graph, *, table: str = "users", hops: int = 2, fan_out: int = 16, strategy: Strategy = "mixed"
) -> Sampler:
    timeline = build_timeline(graph)
    encoded = encode(graph, fit_encoding(graph, timeline, 10**18))
    return Sampler(timeline, encoded, table=table, hops=hops, fan_out=fan_out, strategy=strategy)


def sample(sampler: Sampler, rows: list[int], days: list[int], seed: int = 0) -> HeteroData:
    return sampler.sample(np.array(rows), np.array(days) * DAY_US, seed)


def test_seeds_come_first_in_the_order_given() -> None:
    batch = sample(sampler_of(shop(30)), [2, 0, 2], [10, 20, 30])

    assert batch["users"].row[:3].tolist() == [2, 0, 2]
    assert batch["users"].seed[:3].tolist() == [0, 1, 2]
    assert batch["users"].hop[:3].tolist() == [0, 0, 0]
    assert batch["users"].batch_size == 3
    assert batch.anchor_us.tolist() == [10 * DAY_US, 20 * DAY_US, 30 * DAY_US]


def test_fields_have_the_shapes_and_types_of_the_contract() -> None:
    batch = sample(sampler_of(shop(30)), [0, 1], [20, 20])
    orders = batch["orders"]
    nodes = orders.num_nodes

    assert (orders.numerical.dtype, orders.numerical.shape) == (torch.float32, (nodes, 1))
    assert (orders.categorical.dtype, orders.categorical.shape) == (torch.int64, (nodes, 0))
    assert (orders.bag_note.dtype, orders.bag_note.shape) == (torch.int64, (nodes, 8))
    assert (orders.elapsed.dtype, orders.elapsed.shape) == (torch.float32, (nodes, 1))
    assert (orders.age.dtype, orders.age.shape) == (torch.float32, (nodes,))
    for field in ("row", "seed", "hop"):
        assert (orders[field].dtype, orders[field].shape) == (torch.int64, (nodes,))
    assert torch.isnan(batch["users"].age).all()


def test_ages_are_days_to_the_anchor_and_later_times_are_unknown() -> None:
    batch = sample(sampler_of(shop(30, num_users=1), hops=1), [0], [20])
    orders = batch["orders"]

    assert orders.age.tolist() == [20.0 - row for row in orders.row.tolist()]
    seen = [20.0 - row - 2 for row in orders.row.tolist()]
    np.testing.assert_array_equal(orders.elapsed[:, 0], [days if days >= 0 else np.nan for days in seen])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_all_children_are_taken_when_they_fit(strategy: Strategy) -> None:
    batch = sample(sampler_of(shop(30, num_users=1), hops=1, strategy=strategy), [0], [15])

    assert batch["orders"].row.tolist() == list(range(15, -1, -1))


def test_otherwise_half_are_the_newest_and_half_are_drawn_from_the_older() -> None:
    sampler = sampler_of(shop(400, num_users=1), hops=1)
    drawn = set()
    for seed in range(60):
        rows = sample(sampler, [0], [300], seed)["orders"].row.tolist()
        assert rows[:8] == list(range(300, 292, -1))
        assert len(set(rows)) == 16
        assert max(rows[8:]) <= 292
        drawn.update(rows[8:])

    assert len(drawn) > 200  # of 293, after 480 draws
    assert min(drawn) < 10
    assert max(drawn) > 280


def test_the_newest_strategy_takes_the_newest_whatever_the_seed() -> None:
    sampler = sampler_of(shop(400, num_users=1), hops=1, strategy="newest")

    for seed in range(3):
        assert sample(sampler, [0], [300], seed)["orders"].row.tolist() == list(range(300, 284, -1))


def test_the_uniform_strategy_draws_every_known_row_about_equally_often() -> None:
    sampler = sampler_of(shop(14, num_users=1), hops=1, fan_out=4, strategy="uniform")
    counts = np.zeros(14)
    for seed in range(1000):
        rows = sample(sampler, [0], [11], seed)["orders"].row.tolist()
        assert len(set(rows)) == 4
        counts[rows] += 1

    assert counts[:12] == pytest.approx(4000 / 12, abs=75)  # five standard deviations
    assert counts[12:].tolist() == [0, 0]


def test_every_older_row_is_drawn_about_equally_often() -> None:
    sampler = sampler_of(shop(12, num_users=1), hops=1, fan_out=4)
    counts = np.zeros(12)
    for seed in range(1000):
        counts[sample(sampler, [0], [11], seed)["orders"].row.numpy()] += 1

    assert counts[10:].tolist() == [1000, 1000]
    assert counts[:10] == pytest.approx(200, abs=60)  # two of ten, a thousand times


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_seed_gives_the_same_sample_in_any_company(strategy: Strategy) -> None:
    sampler = sampler_of(shop(300), strategy=strategy)
    alone = sample(sampler, [1], [250], seed=3)
    together = sample(sampler, [0, 1, 2], [250, 250, 100], seed=3)

    for table in ("users", "items", "orders"):
        mine = together[table].row[together[table].seed == 1]
        assert mine.tolist() == alone[table].row.tolist()
    is_same = sample(sampler, [1], [250], seed=4)["orders"].row.tolist() == alone["orders"].row.tolist()
    assert is_same == (strategy == "newest")


def test_a_row_is_placed_once_per_seed_and_an_edge_once() -> None:
    batch = sample(sampler_of(shop(60, num_users=2, num_items=2), hops=3), [0, 1], [50, 50])

    for table in batch.node_types:
        pairs = list(zip(batch[table].seed.tolist(), batch[table].row.tolist(), strict=True))
        assert len(set(pairs)) == len(pairs)
    for edge_type in batch.edge_types:
        edges = batch[edge_type].edge_index.T.tolist()
        assert len({tuple(edge) for edge in edges}) == len(edges)


def test_a_seed_without_a_past_stands_alone_and_all_types_are_there() -> None:
    batch = sample(sampler_of(shop(10)), [0], [-1])

    assert batch.node_types == ["users", "items", "orders"]
    assert len(batch.edge_types) == 4
    assert [batch[table].num_nodes for table in batch.node_types] == [1, 0, 0]
    assert all(batch[edge_type].edge_index.shape == (2, 0) for edge_type in batch.edge_types)


def test_parents_are_reached_from_an_event() -> None:
    graph = shop(10)
    batch = sample(sampler_of(graph, table="orders", hops=1), [7], [7])

    order = graph.tables["orders"].frame.iloc[7]
    assert batch["users"].row.tolist() == [order["user_id"]]
    assert batch["items"].row.tolist() == [order["item_id"]]
    assert batch[ORDERS_OF_USERS].edge_index.tolist() == [[0], [0]]


def test_zero_hops_give_the_seeds_alone() -> None:
    batch = sample(sampler_of(shop(10), hops=0), [0, 1], [5, 5])

    assert [batch[table].num_nodes for table in batch.node_types] == [2, 0, 0]


@given(
    seed=st.integers(0, 10_000),
    num_orders=st.integers(0, 120),
    hops=st.integers(1, 3),
    fan_out=st.integers(1, 9),
    table=st.sampled_from(["users", "items"]),
    strategy=st.sampled_from(STRATEGIES),
    days=st.lists(st.integers(-1, 130), min_size=1, max_size=6),
)
@settings(deadline=None, max_examples=30)
def test_every_batch_keeps_its_promises(
    seed: int, num_orders: int, hops: int, fan_out: int, table: str, strategy: Strategy, days: list[int]
) -> None:
    graph = shop(num_orders, seed=seed)
    orders = graph.tables["orders"].frame
    sampler = sampler_of(graph, table=table, hops=hops, fan_out=fan_out, strategy=strategy)
    batch = sample(sampler, [seed % 2] * len(days), days, seed)
    possible = inward_edge_types(sampler.encoded.schema, table, hops)

    assert (batch["orders"].row <= torch.tensor(days)[batch["orders"].seed]).all()  # order n is on day n
    for edge_type in (ORDERS_OF_USERS, ORDERS_OF_ITEMS):
        child, column, parent = edge_type
        children, parents = batch[edge_type].edge_index
        assert batch[parent, f"rev_{column}", child].edge_index.tolist() == [parents.tolist(), children.tolist()]
        assert (batch[child].seed[children] == batch[parent].seed[parents]).all()
        keys = orders[column].to_numpy()[batch[child].row[children].numpy()]  # the parent's key is its position
        assert keys.tolist() == batch[parent].row[parents].tolist()
        assert ((batch[child].hop[children] - batch[parent].hop[parents]).abs() <= 1).all()
    for node_type in batch.node_types:
        assert (batch[node_type].hop <= hops).all()
        assert (batch[node_type].hop.diff() >= 0).all()
    for edge_type in batch.edge_types:
        source, target = batch[edge_type].edge_index
        target_hop = batch[edge_type[2]].hop[target]
        is_inward = batch[edge_type[0]].hop[source] > target_hop
        assert all(edge_type in possible[hop] for hop in target_hop[is_inward].tolist())


def test_pyg_passes_messages_over_a_batch() -> None:
    batch = sample(sampler_of(shop(200)), [0, 1, 2], [150, 100, 0])
    states = {table: torch.randn(batch[table].num_nodes, 4) for table in batch.node_types}
    layer = HeteroConv({edge_type: SAGEConv((4, 4), 4) for edge_type in batch.edge_types})

    updated = layer(states, batch.edge_index_dict)

    assert {table: state.shape for table, state in updated.items()} == {
        table: state.shape for table, state in states.items()
    }
    assert batch.validate()
