"""Training of the network on the synthetic shop: our layers beside PyG's as they come, seeds per CPU-second.

    python benchmarks/training_speed.py [--rows 500000] [--batches 12] [--rounds 5] [--channels 64 128]

Both networks have the same layers, weights and floating point operations; batches are sampled before the clock starts,
and every step is forward, backward and AdamW. PyG's layers are `HeteroConv` of `SAGEConv` with `torch.nn.Dropout` over
the edges that run inwards; before the clock starts their seeds' states must equal ours to 1e-5 without dropout. The two
take turns within a round, on one thread, and the ratio is the median of the rounds'. "layers" times message passing
alone, on given states. Last, ours on two threads.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Callable

import numpy as np
import torch
from synthetic_shop import make_graph
from torch import nn
from torch_geometric.data import HeteroData

from kumo_magic.model.message_passing import MessageLayer
from kumo_magic.model.network import GraphNetwork
from kumo_magic.sampling.encoding import encode, fit_encoding
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.timeline.timeline import build_timeline

SEEDS = 512
FEATURES = 60
DROPOUT = 0.3
Step = Callable[[HeteroData], None]


def sampled_batches(num_rows: int, number: int) -> tuple[Sampler, list[HeteroData]]:
    """A sampler of two hops over the shop, and so many batches of its users at anchors of their own."""
    graph = make_graph(num_rows, num_users=max(2, num_rows // 25), num_products=max(2, num_rows // 125))
    timeline = build_timeline(graph)
    last = int(timeline.row_times["tx"].max())
    sampler = Sampler(timeline, encode(graph, fit_encoding(graph, timeline, last)), table="users", hops=2, fan_out=16)
    random = np.random.default_rng(0)
    batches = []
    for seed in range(number):
        rows = random.integers(0, timeline.num_rows["users"], SEEDS)
        joined = timeline.row_times["users"][rows]
        batches.append(sampler.sample(rows, joined + ((last - joined) * random.random(SEEDS)).astype(np.int64), seed))
    return sampler, batches


def with_pyg_dropout(network: GraphNetwork) -> GraphNetwork:
    """The same network and weights, with PyTorch's dropout between PyG's convolutions."""
    network = copy.deepcopy(network)
    for layer in network.message_passing.layers:
        assert isinstance(layer, MessageLayer)
        layer.dropout = nn.Dropout(DROPOUT)
    return network


def training_step(network: GraphNetwork, features: torch.Tensor) -> Step:
    """One step of AdamW on the whole network."""
    optimizer = torch.optim.AdamW(network.parameters())

    def step(batch: HeteroData) -> None:
        loss = network(batch, features).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def layers_step(network: GraphNetwork) -> Step:
    """Forward and backward of message passing alone, down to the states it is given."""

    def step(batch: HeteroData) -> None:
        states = {
            table: torch.ones(batch[table].num_nodes, network.channels, requires_grad=True) for table in network.tables
        }
        network.message_passing(states, batch)["users"].square().mean().backward()

    return step


def seeds_per_second(step: Step, batches: list[HeteroData]) -> float:
    """Seeds per CPU-second over the batches."""
    began = time.process_time()
    for batch in batches:
        step(batch)
    return len(batches) * SEEDS / (time.process_time() - began)


def side_by_side(name: str, pyg: Step, ours: Step, batches: list[HeteroData], rounds: int) -> None:
    """Print both speeds and the median ratio of the rounds, after one round that does not count."""
    pairs = [(seeds_per_second(pyg, batches), seeds_per_second(ours, batches)) for _ in range(rounds + 1)][1:]
    pyg_speed, our_speed = np.median(pairs, axis=0)
    ratio = float(np.median([mine / theirs for theirs, mine in pairs]))
    print(f"{name:28} PyG {pyg_speed:8,.0f}   ours {our_speed:8,.0f} seeds per CPU-s   ratio {ratio:.2f}")


def measure(sampler: Sampler, batches: list[HeteroData], channels: int, rounds: int) -> None:
    """Print the lines of one width."""
    random = np.random.default_rng(1)
    features = torch.from_numpy(random.normal(size=(SEEDS, FEATURES)).astype(np.float32))
    torch.manual_seed(0)
    ours = GraphNetwork(sampler.encoded.schema, "users", features.numpy(), channels=channels, dropout=DROPOUT)
    pyg = with_pyg_dropout(ours)
    with torch.no_grad():
        torch.testing.assert_close(
            ours.eval()(batches[0], features), pyg.eval()(batches[0], features), atol=1e-5, rtol=0
        )
    ours.train()
    pyg.train()
    side_by_side(f"{channels} channels, layers", layers_step(pyg), layers_step(ours), batches, rounds)
    step = training_step(ours, features)
    side_by_side(f"{channels} channels, whole step", training_step(pyg, features), step, batches, rounds)
    torch.set_num_threads(2)
    began, cpu_began = time.perf_counter(), time.process_time()
    for batch in batches:
        step(batch)
    cpu, wall = time.process_time() - cpu_began, time.perf_counter() - began
    torch.set_num_threads(1)
    seeds = len(batches) * SEEDS
    print(f"{channels} channels, two threads       ours {seeds / cpu:8,.0f} seeds per CPU-s, {seeds / wall:,.0f} per s")


def main() -> None:
    """Measure every width that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--batches", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--channels", type=int, nargs="+", default=[64, 128])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    sampler, batches = sampled_batches(arguments.rows, arguments.batches)
    for channels in arguments.channels:
        measure(sampler, batches, channels, arguments.rounds)


if __name__ == "__main__":
    main()
