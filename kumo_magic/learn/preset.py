"""What a user says of the preset → how widely a run searches. The settings that are tried are fixed, ours to choose."""

from __future__ import annotations

from dataclasses import dataclass

from kumo_magic.errors import OptionError
from kumo_magic.learners.schedule import NetworkSettings, TreeSettings

_TREES = (
    TreeSettings(),
    TreeSettings(is_extra_random=True),
    TreeSettings(half_life=0.3),
    TreeSettings(feature_share=0.05),
    TreeSettings(num_leaves=4),
)
TREES_OF_NUMBERS = (TreeSettings(is_squared=True), TreeSettings(is_squared=True, half_life=0.3))
"""Tried as well, right after the default, where numbers are learned."""
_NETWORKS = (
    NetworkSettings(),
    NetworkSettings(aggregation="sum"),
    NetworkSettings(hops=1),
    NetworkSettings(strategy="newest"),
    NetworkSettings(aggregation="attention"),
    NetworkSettings(hops=3, fan_out=8),
)
_WIDER_NETWORKS = (
    *_NETWORKS,
    NetworkSettings(channels=128),
    NetworkSettings(channels=32),
    NetworkSettings(strategy="uniform"),
    NetworkSettings(aggregation="sum", hops=3, fan_out=8),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """How widely a run searches.

    Attributes:
        trees: Settings of boosted trees, the default first.
        networks: Settings of the graph network, the default first.
        most_folds: Forward folds of a race.
        most_tree_seeds: Boosters that answer together.
        most_networks: Networks that answer together.
        share_for_trees: Of the time that is left, for the race of the trees.
        share_for_networks: Of the time that is left for networks, for their race.
    """

    trees: tuple[TreeSettings, ...]
    networks: tuple[NetworkSettings, ...]
    most_folds: int
    most_tree_seeds: int
    most_networks: int
    share_for_trees: float
    share_for_networks: float


BALANCED = "balanced"
_PRESETS = {
    "fast": Preset(
        trees=_TREES[:1],
        networks=_NETWORKS[:1],
        most_folds=1,
        most_tree_seeds=1,
        most_networks=1,
        share_for_trees=0.2,
        share_for_networks=0.0,
    ),
    BALANCED: Preset(
        trees=_TREES,
        networks=_NETWORKS,
        most_folds=3,
        most_tree_seeds=3,
        most_networks=5,
        share_for_trees=0.3,
        share_for_networks=0.35,
    ),
    "best": Preset(
        trees=(*_TREES, TreeSettings(num_leaves=15, learning_rate=0.015, feature_share=0.2, half_life=0.1)),
        networks=_WIDER_NETWORKS,
        most_folds=5,
        most_tree_seeds=6,
        most_networks=8,
        share_for_trees=0.35,
        share_for_networks=0.5,
    ),
}
PRESETS = tuple(_PRESETS)


def preset_of(name: str | Preset) -> Preset:
    """The preset of that name: fast ends as soon as it can, best tries more and on more folds.

    Raises:
        OptionError: There is none.
    """
    if isinstance(name, Preset):
        return name
    if name not in _PRESETS:
        raise OptionError(f"There is no preset {name!r}. Choose {', '.join(PRESETS[:-1])} or {PRESETS[-1]}.")
    return _PRESETS[name]
