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


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How many steps a run took. Same data, seed and schedule give the same frame, bit for bit, on one machine.

    ``refit_steps`` is 0 when the user stopped before the refit: the model chosen on the validation rows answers then.
    """

    settings: Settings
    train_steps: int
    evaluate_every: int
    refit_steps: int
