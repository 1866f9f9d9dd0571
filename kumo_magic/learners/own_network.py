"""A user's own module → networks that are trained, blended and scored beside ours."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch_geometric.data import HeteroData

from kumo_magic.errors import OptionError
from kumo_magic.learners.schedule import NetworkSettings
from kumo_magic.learners.training import NetworkWithHead
from kumo_magic.tasks.assignment import Workbench
from kumo_magic.tasks.examples import batches, in_order

Factory = Callable[..., nn.Module]
"""What makes a new module: called with a batch as `kumo_magic.batches` gives them when it takes an argument."""

_ROWS_TO_TRY = 8


class OwnNetwork(nn.Module):
    """The user's module behind the interface of ours: a batch in, a state per seed out."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, batch: HeteroData, features: Tensor, seed_of_row: Tensor | None = None) -> Tensor:
        """States of the seeds, [seeds, width]; every row is a seed of its own."""
        assert seed_of_row is None
        batch.features = features
        return _states(self.module(batch), len(features))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnArchitecture:
    """Networks that a factory of the user's makes."""

    factory: Factory
    settings: NetworkSettings

    @property
    def name(self) -> str:
        """What the user calls it."""
        name = getattr(self.factory, "__name__", type(self.factory).__name__)
        return "your network" if name == "<lambda>" else name

    def new_model(self, bench: Workbench, rows: np.ndarray, device: str) -> NetworkWithHead:
        """A module of the factory's, with the head of the task on the states that it gives.

        Raises:
            OptionError: The factory makes no module, or the module cannot read a batch.
        """
        batch = self._example(bench, rows)
        module = self._made(batch)
        network = OwnNetwork(module).eval()
        try:
            with torch.no_grad():
                states = network(batch, batch.features)
        except OptionError:
            raise
        except Exception as error:
            raise OptionError(
                f"network={self.name}: its forward failed on a batch of {len(batch.features)} rows: "
                f"{type(error).__name__}: {error}. Try it on next(km.batches(query, graph))."
            ) from error
        head = bench.objective.head(states.shape[1], rows)
        return NetworkWithHead(network, head, shares_seeds=False).train().to(device)

    def _made(self, batch: HeteroData) -> nn.Module:
        takes_a_batch = bool(_required(self.factory))
        module = self.factory(batch) if takes_a_batch else self.factory()
        if not isinstance(module, nn.Module):
            raise OptionError(f"network={self.name} made a {type(module).__name__}, not a torch.nn.Module.")
        return module

    def _example(self, bench: Workbench, rows: np.ndarray) -> HeteroData:
        """A small batch, to find out shapes with."""
        sampler = bench.preparation.sampler(
            hops=self.settings.hops, fan_out=self.settings.fan_out, strategy=self.settings.strategy
        )
        stream = batches(
            bench.examples,
            in_order(rows[:_ROWS_TO_TRY], _ROWS_TO_TRY),
            sampler=sampler,
            seed=0,
            is_resampled=False,
            shares_seeds=False,
            device=torch.device("cpu"),
        )
        example = next(stream)
        stream.close()
        example.graph.features = example.features
        return example.graph


def check_factory(factory: Factory) -> Factory:
    """The factory, where it can be one.

    Raises:
        OptionError: It cannot be called, or is a module that is made already.
    """
    if isinstance(factory, nn.Module):
        raise OptionError(
            "network= wants what makes a network, because several are trained: give the class "
            f"{type(factory).__name__} or a function, not a module."
        )
    if not callable(factory):
        raise OptionError(f"network={factory!r} cannot be called. Give a class or a function that makes a network.")
    if len(_required(factory)) > 1:
        raise OptionError("network= is called with one argument at most, a batch to read shapes from.")
    return factory


def _required(factory: Factory) -> list[str]:
    """The arguments that the factory must be given."""
    try:
        parameters = inspect.signature(factory).parameters.values()
    except ValueError:  # some classes written in C do not tell
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [one.name for one in parameters if one.kind in kinds and one.default is inspect.Parameter.empty]


def _states(output: object, num_seeds: int) -> Tensor:
    """The output as [seeds, width].

    Raises:
        OptionError: It is none.
    """
    if not isinstance(output, Tensor):
        raise OptionError(f"Your network's forward gave a {type(output).__name__}; it should give a tensor.")
    states = output.unsqueeze(-1) if output.dim() == 1 else output
    if states.dim() != 2 or len(states) != num_seeds:
        raise OptionError(
            f"Your network's forward gave a tensor of shape {tuple(output.shape)} for {num_seeds} seeds; it should "
            f"give one vector per seed, [{num_seeds}, any width]. The seeds are the first batch_size rows of their "
            "table."
        )
    return states
