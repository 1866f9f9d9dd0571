"""A model's networks and rows at anchors → a frame of vectors: what the network knows of each, before its head.

Networks of different seeds have learned axes of their own, so their vectors are put side by side, never averaged.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch

from kumo_magic.errors import OptionError
from kumo_magic.labelling import Population
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learners.architecture import NETWORK
from kumo_magic.learners.cores import share_of_cores
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.training import NetworkWithHead
from kumo_magic.model.ranking import RankingHead
from kumo_magic.tasks.examples import Examples, batches, in_order
from kumo_magic.tasks.ranking import RankingObjective

_BATCH = 512
_SEED = 1_000_003  # as while answering, so that the same neighbours are read


def vector_columns(frame: pd.DataFrame) -> list[str]:
    """The columns e0, e1, ... of a frame of vectors, in order.

    Raises:
        OptionError: It has none.
    """
    found = []
    while f"e{len(found)}" in frame:
        found.append(f"e{len(found)}")
    if not found:
        raise OptionError("The frame has no column e0: give a frame of model.embeddings() or model.item_embeddings().")
    return found


def entity_vectors(fitted: FittedLearners, population: Population) -> pd.DataFrame:
    """[entity key, anchor_time, e0, e1, ...]: the seed states of the graph network, [rows, seeds x channels] float32.

    Of a FORECAST they are the states from which the first step is told.

    Raises:
        OptionError: The model has no network.
    """
    networks, preparation = _networks(fitted), fitted.preparation
    steps = np.ones(len(population.frame), dtype=np.int64) if preparation.plan.forecast_steps > 1 else None
    anchor_us = population.anchor_us
    if not preparation.plan.is_temporal:  # a row of a column's target is known from its own time on
        _, asked = preparation.asked(population.frame, population.entity_rows, anchor_us)
        anchor_us = asked.anchor_us
    examples = preparation.examples(population.entity_rows, anchor_us, steps)
    with share_of_cores():
        states = np.concatenate([_states(model, networks, examples) for model in networks.models], axis=1)
    return _with_vectors(population.frame, states)


@torch.no_grad()
def item_vectors(fitted: FittedLearners) -> pd.DataFrame:
    """[item key, e0, e1, ...]: the vectors of a ranking's items, [items, seeds x channels] float32.

    They are in a space of their own: the network's taste of an entity is the product of the item's vector with a
    linear map of the entity's.

    Raises:
        OptionError: The model ranks nothing, or has no network that has vectors of items.
    """
    plan, objective = fitted.preparation.plan, fitted.objective
    if not isinstance(objective, RankingObjective) or plan.item_table is None:
        raise OptionError("Only a ranking has vectors of items: PREDICT LIST_DISTINCT(...) RANK TOP k.")
    heads = [model.eval().head for model in _networks(fitted).models]
    vectors = [head.item_vectors(objective.items).cpu().numpy() for head in heads if isinstance(head, RankingHead)]
    items = plan.graph[plan.item_table]
    keys = items.keys.to_frame(items.primary_key).iloc[: len(vectors[0])]
    return _with_vectors(keys, np.concatenate(vectors, axis=1))


def _networks(fitted: FittedLearners) -> Networks:
    """Ours where there is one, else the user's."""
    found = [learner for learner in fitted.learners if isinstance(learner, Networks)]
    if not found:
        raise OptionError(
            "This model has no network, so it has no vectors: the network was not asked for, had no time, or counted "
            'nothing beside the trees. Fit with learners=["network"].'
        )
    return next((learner for learner in found if learner.name == NETWORK), found[0])


@torch.no_grad()
def _states(model: NetworkWithHead, networks: Networks, examples: Examples) -> np.ndarray:
    """What the head of one network reads of each row, float32 [rows, channels]."""
    model.eval()
    stream = batches(
        examples,
        in_order(np.arange(len(examples)), _BATCH),
        sampler=networks.sampler,
        seed=_SEED,
        is_resampled=False,
        shares_seeds=model.shares_seeds,
        device=next(model.parameters()).device,
    )
    found = [model.network(batch.graph, batch.features, batch.seed_of_row).cpu().numpy() for batch in stream]
    return np.concatenate(found)


def _with_vectors(rows: pd.DataFrame, vectors: np.ndarray) -> pd.DataFrame:
    named = pd.DataFrame(vectors, columns=[f"e{number}" for number in range(vectors.shape[1])])
    return pd.concat([rows.reset_index(drop=True), named], axis=1)
