"""Labels and timeline → batches with their labels, for a network of the user's own. Trains nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch_geometric.data import HeteroData

from kumo_magic.errors import OptionError
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.tasks.assignment import Assignment, Workbench, assign, set_up
from kumo_magic.tasks.examples import batches, in_order
from kumo_magic.timeline.timeline import Timeline

_SEED = 0


def labelled_batches(
    plan: PredictionPlan,
    labels: LabelTable,
    timeline: Timeline,
    *,
    split: str,
    hops: int,
    fan_out: int,
    batch_size: int,
) -> Iterator[HeteroData]:
    """Batches of one split, prepared as of the end of training. The arguments are checked at once.

    Raises:
        OptionError: There is no such split, or a size is not positive.
    """
    for name, value in (("hops", hops), ("fan_out", fan_out), ("batch_size", batch_size)):
        if value < 1:
            raise OptionError(f"{name}={value}: give a whole number of at least 1.")
    assignment = assign(plan, labels, timeline, seed=_SEED, device="cpu")
    splits = {"train": assignment.splits.train} | assignment.splits.held_out
    if split not in splits:
        raise OptionError(f"There is no split {split!r} here. Choose {', '.join(splits)}.")
    bench = set_up(
        assignment,
        cut_us=assignment.splits.training_cut(labels.anchor_us),
        training_rows=assignment.splits.train,
    )
    order = in_order(splits[split], batch_size)
    return _with_labels(assignment, bench, bench.preparation.sampler(hops=hops, fan_out=fan_out), order)


def _with_labels(
    assignment: Assignment, bench: Workbench, sampler: Sampler, order: Iterator[np.ndarray]
) -> Iterator[HeteroData]:
    stream = batches(
        bench.examples,
        order,
        sampler=sampler,
        seed=_SEED,
        is_resampled=False,
        shares_seeds=False,
        device=torch.device("cpu"),
    )
    target = assignment.target
    for batch in stream:
        graph = batch.graph
        graph.features = batch.features
        graph.entity_row = torch.from_numpy(bench.examples.entity_rows[batch.rows])
        if target.is_ranking:
            graph.true_items = [torch.from_numpy(target.true_items[row]) for row in batch.rows]
        else:
            graph.y = torch.from_numpy(target.values[batch.rows]).float()
        yield graph
