"""What a run decided by the clock, so that it can be repeated without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kumo_magic.sampling.sampler import Strategy

Aggregation = Literal["mean", "sum", "attention"]

_NEIGHBOURS: dict[Strategy, str] = {
    "mixed": "the newest and random neighbours",
    "newest": "the newest neighbours",
    "uniform": "random neighbours",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """A network's settings."""

    channels: int = 64
    hops: int = 2
    fan_out: int = 16
    aggregation: Aggregation = "mean"
    strategy: Strategy = "mixed"
    uses_features: bool = True  # the windowed features join the seed's state
    dropout: float = 0.3
    batch_size: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 2e-2
    patience: int = 6  # looks at the validation rows without a better score
    ema_decay: float = 0.98

    @property
    def words(self) -> str:
        """The settings in short, for people."""
        hops = "1 hop" if self.hops == 1 else f"{self.hops} hops"
        features = "" if self.uses_features else ", without features"
        return f"{hops}, {self.channels} channels, {self.aggregation} of {_NEIGHBOURS[self.strategy]}{features}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSettings:
    """The boosted trees' settings."""

    num_leaves: int = 7
    learning_rate: float = 0.03
    feature_share: float = 0.3  # of the features, drawn for each tree
    row_share: float = 0.8  # of the rows, drawn for each tree
    fewest_rows_per_leaf: int = 20
    half_life: float | None = None  # share of the training span after which a row weighs half; None: all weigh the same
    is_squared: bool = False  # numbers: the mean rather than the median
    is_extra_random: bool = False  # one random threshold per feature and split (Geurts et al. 2006)

    @property
    def words(self) -> str:
        """The settings in short, for people."""
        weigh = "" if self.half_life is None else ", newer rows weigh more"
        error = ", squared error" if self.is_squared else ""
        splits = ", random thresholds" if self.is_extra_random else ""
        share = f", {self.feature_share:.0%} of the features"
        return f"{self.num_leaves} leaves, learning rate {self.learning_rate:g}{share}{splits}{weigh}{error}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSchedule:
    """The trees that a run chose.

    Attributes:
        settings: The winner of the race.
        num_rounds: Trees in a booster.
        num_seeds: Boosters that answer together.
        is_refitted: Whether they were learned once more from every closed window.
    """

    settings: TreeSettings
    num_rounds: int
    num_seeds: int = 1
    is_refitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerSettings:
    """The boosted ranker's settings."""

    num_leaves: int = 31
    learning_rate: float = 0.08
    feature_share: float = 0.5  # of the features, drawn for each tree
    fewest_pairs_per_leaf: int = 50
    most_false: int = 100  # candidates of a row that did not come true, drawn to learn from


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerSchedule:
    """The ranker that a run chose.

    Attributes:
        settings: Of its boosters.
        num_rounds: Trees in a booster.
        num_seeds: Boosters that answer together.
        most_rows: Label rows that it learns from, the newest ones.
        is_refitted: Whether it was learned once more from every closed window.
    """

    settings: RankerSettings = RankerSettings()
    num_rounds: int = 100
    num_seeds: int = 1
    most_rows: int = 10_000
    is_refitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSchedule:
    """The networks of one kind that a run trained. Each has a seed of its own, and they answer together.

    Attributes:
        settings: Of every one of them.
        evaluate_every: Steps between looks at the validation rows.
        train_steps: Of each while choosing.
        refit_steps: Of each refitted on every closed window; empty when the chosen ones answer.
    """

    settings: NetworkSettings = NetworkSettings()
    evaluate_every: int = 10
    train_steps: tuple[int, ...] = ()
    refit_steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearSchedule:
    """The linear model that a run fitted.

    Attributes:
        weight_of_loss: Of the summed loss beside half the squared weights.
        is_refitted: Whether it was learned once more from every closed window.
    """

    weight_of_loss: float = 1e-4
    is_refitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a run took. Same data, seed and schedule give the same frame, bit for bit, on one machine.

    Attributes:
        trees: The boosted trees; None for none.
        linear: The linear model; None for none.
        networks: Our graph networks; None for none.
        own_networks: Those of the user's own module; None for none.
        ranker: The ranker of candidate items; None for none.
        today: What counted as today, year first, where rows on both sides of it made the clock set the prediction
            anchor; None where the data or the user did.
    """

    trees: TreeSchedule | None = None
    linear: LinearSchedule | None = None
    networks: NetworkSchedule | None = None
    own_networks: NetworkSchedule | None = None
    ranker: RankerSchedule | None = None
    today: str | None = None
