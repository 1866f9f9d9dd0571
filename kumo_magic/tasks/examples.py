"""Rows at their anchor times with their features, and the batches made of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from kumo_magic.sampling.prefetch import prefetch
from kumo_magic.sampling.sampler import Sampler


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """n rows: which entity, as of when, what is known of it, and which step of a FORECAST it is about."""

    entity_rows: np.ndarray  # int64 [n]
    anchor_us: np.ndarray  # int64 [n]
    features: np.ndarray  # float32 [n, features]
    steps: np.ndarray | None = None  # int64 [n]

    def __len__(self) -> int:
        return len(self.entity_rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleBatch:
    """Some rows of the examples, ready for the network."""

    rows: np.ndarray  # int64 [batch], positions in the examples
    graph: HeteroData
    features: Tensor  # float32 [batch, features]


def batches(
    examples: Examples,
    order: Iterator[np.ndarray],
    *,
    sampler: Sampler,
    seed: int,
    is_resampled: bool,
    device: torch.device,
) -> Generator[ExampleBatch]:
    """Sample each group of rows that ``order`` names, in one background thread ahead of the reader.

    Resampled batches draw other neighbours each time a row comes round; without, a row's sample depends on the row, its
    anchor and the seed alone.
    """

    def make() -> Iterator[ExampleBatch]:
        for step, rows in enumerate(order):
            graph = sampler.sample(examples.entity_rows[rows], examples.anchor_us[rows], seed + step * is_resampled)
            yield ExampleBatch(rows=rows, graph=graph, features=torch.from_numpy(examples.features[rows]))

    for batch in prefetch(make()):
        if device.type == "cpu":
            yield batch
        else:
            yield ExampleBatch(
                rows=batch.rows,
                graph=batch.graph.to(device.type),
                features=batch.features.to(device),
            )


def shuffled(rows: np.ndarray, batch_size: int, seed: int) -> Iterator[np.ndarray]:
    """Groups of rows without end, each epoch in a new order; every group is full unless there are fewer rows."""
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(rows)
        usable = max(len(order) // batch_size * batch_size, min(len(order), batch_size))
        for start in range(0, usable, batch_size):
            yield order[start : start + batch_size]


def in_order(rows: np.ndarray, batch_size: int) -> Iterator[np.ndarray]:
    """Groups of rows, once, in the given order."""
    for start in range(0, len(rows), batch_size):
        yield rows[start : start + batch_size]
