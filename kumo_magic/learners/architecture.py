"""What makes untrained networks of one kind, and samplers for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kumo_magic.learners.schedule import NetworkSettings
from kumo_magic.learners.training import NetworkWithHead
from kumo_magic.model.network import GraphNetwork
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.tasks.assignment import Workbench
from kumo_magic.tasks.preparation import Preparation

NETWORK = "graph network"


class Architecture(Protocol):
    """A kind of network: its settings say how it is trained."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    @property
    def settings(self) -> NetworkSettings:
        """Of every network of this kind."""
        ...

    def new_model(self, bench: Workbench, rows: np.ndarray, device: str) -> NetworkWithHead:
        """An untrained network with its head, started at what the given rows of the bench suggest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphArchitecture:
    """Our own graph network."""

    name = NETWORK
    settings: NetworkSettings

    def new_model(self, bench: Workbench, rows: np.ndarray, device: str) -> NetworkWithHead:
        """As the settings say."""
        network = untrained_network(bench.preparation, bench.examples.features[rows], self.settings)
        return NetworkWithHead(network, bench.objective.head(self.settings.channels, rows)).to(device)


def untrained_network(
    preparation: Preparation, training_features: np.ndarray, settings: NetworkSettings
) -> GraphNetwork:
    """Our own network without its head; ``training_features``, float32 [rows, features], set the features' scales."""
    return GraphNetwork(
        preparation.encoded.schema,
        preparation.plan.entity_table,
        training_features,
        channels=settings.channels,
        hops=settings.hops,
        dropout=settings.dropout,
        aggregation=settings.aggregation,
        uses_features=settings.uses_features,
    )


def sampler_of(preparation: Preparation, settings: NetworkSettings) -> Sampler:
    """The sampler of networks with these settings."""
    return preparation.sampler(hops=settings.hops, fan_out=settings.fan_out, strategy=settings.strategy)
