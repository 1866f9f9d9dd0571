"""Rows that learn → batches without end, whose size falls when the memory of the device does not bear it."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import torch

from kumo_magic.errors import OptionError
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.tasks.examples import ExampleBatch, Examples, batches, shuffled

FEWEST_ROWS = 8


class Feed:
    """Batches of shuffled rows, epoch after epoch, each time with other neighbours.

    Args:
        examples: Where the rows are.
        rows: int64 [n], those that learn.
        sampler: Of their neighbourhoods.
        batch_size: Rows per batch.
        seed: Of the order and of the neighbours.
        device: Where the batches go.
        shares_seeds: Whether the steps of a FORECAST share a neighbourhood.
    """

    def __init__(
        self,
        examples: Examples,
        rows: np.ndarray,
        *,
        sampler: Sampler,
        batch_size: int,
        seed: int,
        device: torch.device,
        shares_seeds: bool,
    ) -> None:
        self.batch_size = batch_size
        self._examples = examples
        self._rows = rows
        self._sampler = sampler
        self._seed = seed
        self._device = device
        self._shares_seeds = shares_seeds
        self._stream = self._open()

    def next(self) -> ExampleBatch:
        """The next batch."""
        return next(self._stream)

    def halve(self) -> None:
        """Half as many rows a batch from here on, in a new order."""
        self._stream.close()
        self.batch_size = halved(self.batch_size)
        self._seed += 1
        self._stream = self._open()

    def close(self) -> None:
        """Stop sampling ahead."""
        self._stream.close()

    def _open(self) -> Generator[ExampleBatch]:
        return batches(
            self._examples,
            shuffled(self._rows, self.batch_size, self._seed),
            sampler=self._sampler,
            seed=self._seed,
            is_resampled=True,
            shares_seeds=self._shares_seeds,
            device=self._device,
        )


def halved(batch_size: int) -> int:
    """Half of the rows, after the device ran out of memory.

    Raises:
        OptionError: So few rows did not fit that halving them is no help.
    """
    if batch_size <= FEWEST_ROWS:
        raise OptionError(
            f"The device has too little memory for {batch_size} rows at a time. Free some of it, or compute on the "
            "CPU: --device cpu."
        )
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return batch_size // 2
