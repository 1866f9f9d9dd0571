"""What a user says of learners, presets and schedules → what is to be fitted, and how widely it is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kumo_magic.errors import OptionError
from kumo_magic.learn.preset import Preset
from kumo_magic.learners.architecture import NETWORK
from kumo_magic.learners.linear import LINEAR
from kumo_magic.learners.own_network import OwnArchitecture
from kumo_magic.learners.schedule import Schedule
from kumo_magic.learners.trees import TREES
from kumo_magic.plan.task_type import TaskType

_WORDS = {"trees": TREES, "linear": LINEAR, "network": NETWORK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is to be fitted, and how widely it is searched.

    Attributes:
        learners: Names of ours.
        own: The user's network; None for none.
        preset: How widely.
        schedule: Repeat this one, and search nothing; None for a search.
        exclude_seen: Whether a ranking leaves out items of the entity's own past; None for what the past shows.
    """

    learners: tuple[str, ...]
    own: OwnArchitecture | None
    preset: Preset
    schedule: Schedule | None
    exclude_seen: bool | None = None


def refuse_unfit(search: Search, task_type: TaskType) -> None:
    """Return when one of the learners can learn such a task, and what is asked of lists is asked of a ranking.

    Raises:
        OptionError: None of them can; or it is not.
    """
    if task_type is TaskType.LINK_PREDICTION:
        if search.own is not None:
            raise OptionError("network= is for questions with one label per row; a ranking has networks of ours alone.")
        if search.learners == (LINEAR,):
            raise OptionError("The linear model is for truth values only. Name trees, network or both as well.")
        return
    if search.exclude_seen is not None:
        raise OptionError(
            "exclude_seen (--exclude-seen, --keep-seen) is for rankings: PREDICT LIST_DISTINCT(table.foreign_key, ...)."
        )
    if task_type is not TaskType.BINARY and search.learners == (LINEAR,) and search.own is None:
        raise OptionError("The linear model is for truth values only. Name trees, network or both as well.")


def learners_of(names: Sequence[str] | None) -> tuple[str, ...]:
    """The learners of some of the words baseline, trees, linear and network; all of them for None.

    Raises:
        OptionError: Another word, or nothing but baselines.
    """
    if names is None:
        return tuple(_WORDS.values())
    chosen = [names] if isinstance(names, str) else list(names)
    for name in chosen:
        if name not in ("baseline", *_WORDS):
            raise OptionError(f"There is no learner {name!r}. Choose of baseline, trees, linear and network.")
    if not set(chosen) & set(_WORDS):
        raise OptionError("Baselines are scored in every run; name trees, linear or network as well.")
    return tuple(learner for name, learner in _WORDS.items() if name in chosen)
