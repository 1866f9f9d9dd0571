"""A model in memory → the same on the rows that its graph has now. Goes the way of a folder, without one."""

from __future__ import annotations

from dataclasses import replace

from kumo_magic.errors import OptionError
from kumo_magic.labelling import LabelTable
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.saved.learners import own_network
from kumo_magic.saved.reading import Restored, unpacked
from kumo_magic.saved.writing import packed


def moved_model(*, plan: PredictionPlan, labels: LabelTable, fitted: FittedLearners, seed: int) -> Restored:
    """The model with the statistics that it was fitted with, on the rows of its graph as they are.

    Raises:
        ModelFormatError: Rows that it learned from are gone, or the graph gives other features by now.
        OptionError: It has a network of the user's own code.
    """
    name = own_network(fitted.learners)
    if name is not None:
        raise OptionError(
            f"The graph {plan.graph.name!r} has changed since this model learned, and its network {name!r} is your own "
            "code, which cannot be moved to the new rows. Fit again on the graph as it is."
        )
    document, files = packed(plan=plan, labels=labels, fitted=fitted, seed=seed)
    restored = unpacked(document, files, plan.graph)
    return replace(restored, fitted=replace(restored.fitted, held_out=fitted.held_out))
