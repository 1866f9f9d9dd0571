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
        network = GraphNetwork(
            bench.preparation.encoded.schema,
            bench.preparation.plan.entity_table,
            bench.examples.features[rows],
            channels=self.settings.channels,
            hops=self.settings.hops,
            dropout=self.settings.dropout,
            aggregation=self.settings.aggregation,
            uses_features=self.settings.uses_features,
        )
        return NetworkWithHead(network, bench.objective.head(self.settings.channels, rows)).to(device)


def sampler_of(preparation: Preparation, settings: NetworkSettings) -> Sampler:
    """The sampler of networks with these settings."""
    return preparation.sampler(hops=settings.hops, fan_out=settings.fan_out, strategy=settings.strategy)
