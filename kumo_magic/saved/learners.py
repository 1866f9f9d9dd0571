"""Learners ↔ files: network weights as safetensors, boosters as LightGBM's own text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import torch
from safetensors import torch as safetensors
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays
from torch import Tensor

from kumo_magic.errors import ModelFormatError, OptionError
from kumo_magic.learners.architecture import NETWORK, sampler_of, untrained_network
from kumo_magic.learners.label_trees import LabelTrees
from kumo_magic.learners.learner import Learner
from kumo_magic.learners.linear import LINEAR, Linear
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.ranker import RANKER, Ranker
from kumo_magic.learners.schedule import NetworkSettings
from kumo_magic.learners.training import NetworkWithHead
from kumo_magic.learners.trees import TREES, Trees
from kumo_magic.tasks.multilabel import MultilabelObjective
from kumo_magic.tasks.objective import Objective
from kumo_magic.tasks.preparation import Preparation
from kumo_magic.tasks.ranking import RankingObjective

_LINEAR_FILE = "linear.safetensors"
_LINEAR_ARRAYS = ("columns", "quantiles", "weights")
ITEM_VECTORS = "head.identity.weight"
"""Of a ranking: a row per item, in the order of the item table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLearner:
    """Which learner it is, and its parts: how many networks, or how many boosters per column of the output.

    ``base_logits`` are those of each class, where boosters tell one class from the rest.
    """

    name: str
    parts: tuple[int, ...]
    num_rounds: int = 0
    base_logits: tuple[float, ...] = ()
    device: str = "cpu"


def learner_files(learners: tuple[Learner | Ranker, ...]) -> tuple[tuple[SavedLearner, ...], dict[str, bytes]]:
    """What to note of the learners, and their files.

    Raises:
        OptionError: There is a learner that cannot be saved.
    """
    saved: list[SavedLearner] = []
    files: dict[str, bytes] = {}
    for learner in learners:
        match learner:
            case Networks() if learner.name == NETWORK:
                device = next(learner.models[0].parameters()).device.type
                saved.append(SavedLearner(name=NETWORK, parts=(len(learner.models),), device=device))
                for place, model in enumerate(learner.models):
                    weights = {name: weight.detach().cpu().clone() for name, weight in model.state_dict().items()}
                    files[_network_file(place)] = safetensors.save(weights)
            case Trees() | LabelTrees():
                parts = tuple(len(of_column) for of_column in learner.boosters)
                base_logits = learner.base_logits if isinstance(learner, LabelTrees) else ()
                saved.append(
                    SavedLearner(name=TREES, parts=parts, num_rounds=learner.num_rounds, base_logits=base_logits)
                )
                for place, booster in zip(_booster_files(parts), _flat(learner.boosters), strict=True):
                    files[place] = booster.model_to_string(num_iteration=learner.num_rounds).encode()
            case Linear():
                saved.append(SavedLearner(name=LINEAR, parts=(1,)))
                arrays = {name: np.ascontiguousarray(getattr(learner, name)) for name in _LINEAR_ARRAYS}
                arrays["intercept"] = np.array([learner.intercept])
                files[_LINEAR_FILE] = save_arrays(arrays)
            case Ranker():
                saved.append(SavedLearner(name=RANKER, parts=(len(learner.boosters),), num_rounds=learner.num_rounds))
                for place, booster in enumerate(learner.boosters):
                    text = booster.model_to_string(num_iteration=learner.num_rounds)
                    files[_ranker_file(place)] = text.encode()
            case _:
                raise OptionError(
                    f"The network {learner.name!r} is your own code, which a saved model does not hold. Fit without "
                    "network= to save, or keep the weights yourself."
                )
    return tuple(saved), files


def own_network(learners: tuple[Learner | Ranker, ...]) -> str | None:
    """The name of a network of the user's own code among the learners; None where there is none."""
    networks = (learner for learner in learners if isinstance(learner, Networks))
    return next((network.name for network in networks if network.name != NETWORK), None)


def read_learner(
    saved: SavedLearner,
    files: Mapping[str, bytes],
    *,
    preparation: Preparation,
    objective: Objective,
    num_features: int,
    settings: NetworkSettings,
    device: str,
    item_rows: np.ndarray | None,
) -> Learner | Ranker:
    """The learner as it was saved.

    Args:
        saved: What was noted of it.
        files: Of the folder.
        preparation: On the graph that it is to answer on.
        objective: Of its task.
        num_features: How many it learned from.
        settings: Of its networks.
        device: Where to compute.
        item_rows: Of a ranking: where each item that it learned from is now, int64.
    """
    if saved.name == TREES:
        read = iter(lgb.Booster(model_str=files[place].decode()) for place in _booster_files(saved.parts))
        boosters = tuple(tuple(next(read) for _ in range(number)) for number in saved.parts)
        if isinstance(objective, MultilabelObjective):
            return LabelTrees(boosters=boosters, base_logits=saved.base_logits, num_rounds=saved.num_rounds)
        return Trees(boosters=boosters, num_rounds=saved.num_rounds)
    if saved.name == LINEAR:
        arrays = load_arrays(files[_LINEAR_FILE])
        return Linear(**{name: arrays[name] for name in _LINEAR_ARRAYS}, intercept=float(arrays["intercept"][0]))
    if saved.name == RANKER:
        of_ranker = tuple(lgb.Booster(model_str=files[_ranker_file(n)].decode()) for n in range(saved.parts[0]))
        return _checked(Ranker(boosters=of_ranker, num_rounds=saved.num_rounds), objective)
    if saved.name != NETWORK:
        raise ModelFormatError(f"The saved model has a learner {saved.name!r}, which this version does not know.")
    models = []
    for place in range(saved.parts[0]):
        weights = safetensors.load(files[_network_file(place)])
        if item_rows is not None:
            assert isinstance(objective, RankingObjective)
            weights[ITEM_VECTORS] = _placed(weights[ITEM_VECTORS], item_rows, objective.events.num_items)
        with torch.random.fork_rng(devices=[]):  # what a network starts with is of no account, the user's seed is
            model = _untrained(preparation, objective, num_features, settings)
        model.load_state_dict(weights)
        models.append(model.to(device).eval())
    return Networks(name=NETWORK, models=tuple(models), sampler=sampler_of(preparation, settings))


def _checked(ranker: Ranker, objective: Objective) -> Ranker:
    """The ranker, when the graph gives as many features of pairs as it learned from.

    Raises:
        ModelFormatError: It gives others.
    """
    assert isinstance(objective, RankingObjective)
    found, known = len(objective.source.names), ranker.boosters[0].num_feature()
    if found != known:
        raise ModelFormatError(
            f"The ranker learned from {known} features of pairs, and this graph gives {found}. Fit a new model."
        )
    return ranker


def _ranker_file(place: int) -> str:
    return f"ranker_{place}.txt"


def _untrained(
    preparation: Preparation, objective: Objective, num_features: int, settings: NetworkSettings
) -> NetworkWithHead:
    """A network of the right shape; whatever it starts at, a label among others, is overwritten."""
    network = untrained_network(preparation, np.zeros((1, num_features), dtype=np.float32), settings)
    return NetworkWithHead(network, objective.head(settings.channels, np.zeros(1, dtype=np.int64)))


def _placed(vectors: Tensor, rows: np.ndarray, num_items: int) -> Tensor:
    """The vectors at the items' rows of now; an item that came since has none, which is the mean of all."""
    placed = torch.zeros((num_items, vectors.shape[1]), dtype=vectors.dtype)
    there = np.flatnonzero(rows >= 0)
    placed[torch.from_numpy(rows[there])] = vectors[torch.from_numpy(there)]
    return placed


def _network_file(place: int) -> str:
    return f"network_{place}.safetensors"


def _booster_files(parts: tuple[int, ...]) -> list[str]:
    return [f"trees_{column}_{number}.txt" for column, count in enumerate(parts) for number in range(count)]


def _flat(boosters: tuple[tuple[lgb.Booster, ...], ...]) -> Iterator[lgb.Booster]:
    for of_column in boosters:
        yield from of_column
