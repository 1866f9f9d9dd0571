"""Graph, timeline and past labels, cut at one time → examples and samples as of any anchor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.features.feature_table import build_feature_table
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.learn.examples import Examples
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.sampling.encoding import EncodedGraph, encode, fit_encoding
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.timeline.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What learning reads. Everything fitted in it (scales, categories) comes from rows with time <= ``cut_us``."""

    plan: PredictionPlan
    timeline: Timeline
    history: LabelHistory | None
    cut_us: int
    encoded: EncodedGraph
    sampler: Sampler

    def examples(self, entity_rows: np.ndarray, anchor_us: np.ndarray) -> Examples:
        """The rows with their features, each as of its own anchor."""
        table = build_feature_table(
            self.timeline,
            graph=self.plan.graph,
            table=self.plan.entity_table,
            rows=entity_rows,
            anchor_us=anchor_us,
            horizon_days=self.plan.horizon.approx_days,
            history=self.history,
            cut_us=self.cut_us,
        )
        return Examples(entity_rows=entity_rows, anchor_us=anchor_us, features=table.values)


def prepare(
    plan: PredictionPlan,
    timeline: Timeline,
    history: LabelHistory | None,
    *,
    cut_us: int,
    hops: int,
    fan_out: int,
) -> Preparation:
    """Encode the graph with statistics up to the cut, and make its sampler."""
    encoded = encode(plan.graph, fit_encoding(plan.graph, timeline, cut_us))
    return Preparation(
        plan=plan,
        timeline=timeline,
        history=history,
        cut_us=cut_us,
        encoded=encoded,
        sampler=Sampler(timeline, encoded, table=plan.entity_table, hops=hops, fan_out=fan_out),
    )
