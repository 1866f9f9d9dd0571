"""What a run decided by the clock, so that it can be repeated without one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The network's settings."""

    channels: int = 64
    hops: int = 2
    fan_out: int = 16
    dropout: float = 0.3
    batch_size: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 2e-2
    patience: int = 6  # looks at the validation rows without a better score
    ema_decay: float = 0.98
    most_networks: int = 5  # trained from different seeds while the budget lasts; their outputs are averaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How many steps a run took. Same data, seed and schedule give the same frame, bit for bit, on one machine.

    Attributes:
        settings: Of every network.
        evaluate_every: Steps between looks at the validation rows.
        train_steps: Of each network while choosing. Each has a seed of its own, and they answer together.
        refit_steps: Of each network refitted on every closed window; empty when the chosen ones answer.
    """

    settings: Settings
    evaluate_every: int
    train_steps: tuple[int, ...]
    refit_steps: tuple[int, ...] = ()
