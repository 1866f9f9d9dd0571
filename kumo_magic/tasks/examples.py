"""Rows at their anchor times with their features, and the batches made of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from kumo_magic.sampling.distinct_seeds import distinct_seeds
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
    seed_of_row: Tensor | None = None  # int64 [batch], which seed of the graph each row is; None: row n is seed n


def batches(
    examples: Examples,
    order: Iterator[np.ndarray],
    *,
    sampler: Sampler,
    seed: int,
    is_resampled: bool,
    shares_seeds: bool,
    device: torch.device,
) -> Generator[ExampleBatch]:
    """Sample each group of rows that ``order`` names, in one background thread ahead of the reader.

    Resampled batches draw other neighbours each time a row comes round; without, a row's sample depends on the row, its
    anchor and the seed alone. With shared seeds the steps of a FORECAST are about one neighbourhood of their entity at
    the anchor.
    """

    def make() -> Iterator[ExampleBatch]:
        for step, rows in enumerate(order):
            entity_rows, anchor_us, seed_of_row = examples.entity_rows[rows], examples.anchor_us[rows], None
            if shares_seeds and examples.steps is not None:
                distinct = distinct_seeds(entity_rows, anchor_us)
                entity_rows, anchor_us = distinct.rows, distinct.anchor_us
                seed_of_row = torch.from_numpy(distinct.seed_of_row)
            graph = sampler.sample(entity_rows, anchor_us, seed + step * is_resampled)
            features = torch.from_numpy(examples.features[rows])
            yield ExampleBatch(rows=rows, graph=graph, features=features, seed_of_row=seed_of_row)

    for batch in prefetch(make()):
        if device.type == "cpu":
            yield batch
        else:
            yield ExampleBatch(
                rows=batch.rows,
                graph=batch.graph.to(device.type),
                features=batch.features.to(device),
                seed_of_row=None if batch.seed_of_row is None else batch.seed_of_row.to(device),
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
