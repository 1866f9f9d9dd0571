"""Batches for a network of the user's own."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch_geometric.data import HeteroData

import kumo_magic as km

SPEND = "PREDICT SUM(orders.amount, 0, 10) FOR EACH users.user_id"


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    random = np.random.default_rng(5)
    users = pd.DataFrame({"user_id": np.arange(20)})
    orders = pd.DataFrame(
        {
            "order_id": np.arange(800),
            "user_id": random.integers(0, 20, 800),
            "amount": random.gamma(2.0, 10.0, 800).round(2),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 120 * 24, 800), unit="h"),
        }
    )
    return km.Graph.from_data(
        {"users": users, "orders": orders},
        keys={"users": "user_id", "orders": "order_id"},
        times={"orders": "date"},
        name="shop",
    )


def test_the_batches_of_a_split_hold_its_labels_in_order(shop: km.Graph) -> None:
    labels = km.labels(SPEND, shop)
    expected = labels.loc[labels["split"] == "train", "label"].to_numpy(dtype=np.float32)

    batches = list(km.batches(SPEND, shop, split="train", batch_size=32))

    assert np.allclose(torch.cat([batch.y for batch in batches]).numpy(), expected)
    assert all(len(batch.features) == len(batch.y) == batch["users"].batch_size for batch in batches)


def test_hops_and_fan_out_bound_what_a_batch_holds(shop: km.Graph) -> None:
    def orders_per_seed(**options: int) -> float:
        batches = list(km.batches(SPEND, shop, batch_size=32, **options))
        assert all(isinstance(batch, HeteroData) for batch in batches)
        return sum(batch["orders"].num_nodes for batch in batches) / sum(len(batch.y) for batch in batches)

    assert orders_per_seed(hops=1, fan_out=2) <= 2
    assert 2 < orders_per_seed(hops=1, fan_out=8) <= 8


def test_no_row_of_a_batch_is_later_than_its_seeds_anchor(shop: km.Graph) -> None:
    times = shop["orders"].frame["date"].to_numpy(dtype="datetime64[us]").astype(np.int64)

    for batch in km.batches(SPEND, shop, split="test", batch_size=16):
        seed = batch["orders"].seed.numpy()
        assert (times[batch["orders"].row.numpy()] <= batch.anchor_us.numpy()[seed]).all()


def test_a_module_of_the_users_own_learns_from_them(shop: km.Graph) -> None:
    torch.manual_seed(0)
    batches = list(km.batches(SPEND, shop, batch_size=64))
    network = torch.nn.Linear(batches[0].features.shape[1], 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    losses = []
    for _ in range(30):
        for batch in batches:
            x = torch.nan_to_num(torch.sign(batch.features) * torch.log1p(batch.features.abs()))
            loss = (network(x).squeeze(-1) - batch.y.log1p()).abs().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(float(loss.detach()))

    assert losses[-1] < 0.7 * losses[0]


def test_a_ranking_has_the_true_items_of_each_seed(shop: km.Graph) -> None:
    frames = {name: table.frame for name, table in shop.tables.items()}
    items = pd.DataFrame({"item_id": np.arange(5)})
    orders = frames["orders"].assign(item_id=frames["orders"]["order_id"] % 5)
    graph = km.Graph.from_data(
        {"users": frames["users"], "items": items, "orders": orders},
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"orders": "date"},
    )
    query = "PREDICT LIST_DISTINCT(orders.item_id, 0, 10) RANK TOP 3 FOR EACH users.user_id"

    batch = next(iter(km.batches(query, graph)))

    assert len(batch.true_items) == batch["users"].batch_size
    assert max(int(items.max()) for items in batch.true_items if len(items)) < 5


@pytest.mark.parametrize(
    ("wrong", "words"), [({"split": "dev"}, "Choose train, val, test"), ({"hops": 0}, "at least 1")]
)
def test_what_cannot_be_used_is_refused_at_once(wrong: dict, words: str, shop: km.Graph) -> None:
    with pytest.raises(km.OptionError, match=words):
        km.batches(SPEND, shop, **wrong)
