"""A device with little memory, played by a network that refuses large batches."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor, nn
from torch_geometric.data import HeteroData

import kumo_magic as km
from kumo_magic.errors import OptionError
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule


def graph() -> km.Graph:
    random = np.random.default_rng(0)
    orders = pd.DataFrame(
        {
            "user_id": random.integers(0, 100, 2000),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300, 2000), unit="D"),
        }
    )
    users = pd.DataFrame({"user_id": np.arange(100)})
    return km.Graph.from_data({"users": users, "orders": orders}, name="shop", keys={"users": "user_id"})


def refusing(most: int, sizes: list[int]) -> type[nn.Module]:
    """A network that can be trained on no more than so many rows at a time, and asked about eight times as many."""

    class Refusing(nn.Module):
        def __init__(self, batch: HeteroData) -> None:
            super().__init__()
            self.linear = nn.Linear(batch.features.shape[1], 4)

        def forward(self, batch: HeteroData) -> Tensor:
            sizes.append(len(batch.features))
            if len(batch.features) > most * (1 if self.training else 8):
                raise torch.OutOfMemoryError("CUDA out of memory")
            return self.linear(torch.nan_to_num(batch.features).clamp(-3, 3))

    return Refusing


QUERY = "PREDICT COUNT(orders.*, 0, 20) > 0 FOR EACH users.user_id"
SCHEDULE = Schedule(
    own_networks=NetworkSchedule(
        settings=NetworkSettings(batch_size=256), evaluate_every=5, train_steps=(10,), refit_steps=(10,)
    )
)


def test_batches_are_halved_and_the_run_goes_on() -> None:
    sizes: list[int] = []

    run = km.predict(QUERY, graph(), network=refusing(16, sizes), schedule=SCHEDULE)

    assert run.weights == {"Refusing": 1.0}
    assert run.schedule.own_networks is not None
    assert run.schedule.own_networks.train_steps == (10,)
    assert len(run.frame) == 100
    assert {256, 128, 64, 32, 16} <= set(sizes)


def test_a_memory_too_small_for_anything_is_told() -> None:
    with pytest.raises(OptionError, match="too little memory for 8 rows"):
        km.predict(QUERY, graph(), network=refusing(7, []), schedule=SCHEDULE)
