"""Graph, timeline and past labels, cut at one time → examples and samplers as of any anchor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kumo_magic.features.cut_facts import CutFacts
from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.feature_table import build_feature_table
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.hiding import without_columns
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.sampling.encoding import EncodedGraph, Encoding, encode, fit_encoding
from kumo_magic.sampling.sampler import Sampler, Strategy
from kumo_magic.tasks.class_past import class_features, frequent_classes
from kumo_magic.tasks.class_sets import SETS
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.set_past import set_features
from kumo_magic.tasks.target import hidden_columns
from kumo_magic.tasks.windows import PastWindows, past_features, step_features
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import ALWAYS, NEVER

HistoryUntil = Callable[[int], LabelHistory]
_STATIC_HORIZON_DAYS = 30.0
"""Where the target has no window, those of the features are as long as if it had this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What learning reads. Everything fitted in it (scales, categories) comes from rows with time <= ``cut_us``."""

    plan: PredictionPlan
    graph: Graph  # the plan's, without the columns that hold the target
    timeline: Timeline
    classes: dict[int, object]  # code → class of those whose past is told apart
    history_until: HistoryUntil | None  # time in microseconds → the labels known by then
    cut_us: int
    encoding: Encoding
    facts: CutFacts
    encoded: EncodedGraph
    names: list[str] = field(default_factory=list, repr=False, compare=False)  # of features; told by the first examples

    def sampler(self, *, hops: int, fan_out: int, strategy: Strategy = "mixed") -> Sampler:
        """Of the neighbourhoods of the entity table's rows."""
        return Sampler(
            self.timeline, self.encoded, table=self.plan.entity_table, hops=hops, fan_out=fan_out, strategy=strategy
        )

    def examples(self, entity_rows: np.ndarray, anchor_us: np.ndarray, steps: np.ndarray | None = None) -> Examples:
        """The rows with their features, each as of its own anchor.

        Args:
            entity_rows: Positions in the entity table, int64 [rows].
            anchor_us: Microseconds, int64 [rows].
            steps: Which window of a FORECAST each row is about; an anchor's steps share what is known at it.
        """
        if steps is None:
            block, names = self._described(entity_rows, anchor_us, self._history(anchor_us))
            self.names[:] = names
            return Examples(entity_rows=entity_rows, anchor_us=anchor_us, features=block)
        _, anchor_of = np.unique(anchor_us, return_inverse=True)
        moments = anchor_of * self.timeline.num_rows[self.plan.entity_table] + entity_rows
        _, first, moment_of = np.unique(moments, return_index=True, return_inverse=True)
        entities, anchors = entity_rows[first], anchor_us[first]
        history = self._history(anchor_us)
        shared, names = self._described(entities, anchors, history)
        parts = [shared[moment_of]]
        if history is not None:
            past = PastWindows(self.plan, history)
            of_past, of_step = (
                past_features(past, entities, anchors),
                step_features(past, entity_rows, anchor_us, steps),
            )
            parts += [_array(of_past)[moment_of], _array(of_step)]
            names = (*names, *of_past.names, *of_step.names)
        self.names[:] = names
        return Examples(
            entity_rows=entity_rows, anchor_us=anchor_us, features=np.concatenate(parts, axis=1), steps=steps
        )

    def asked(
        self, rows: pd.DataFrame, entity_rows: np.ndarray, anchor_us: np.ndarray
    ) -> tuple[pd.DataFrame, Examples]:
        """The rows that are asked about, each once per step of a FORECAST, with what is known of them.

        Args:
            rows: [entity key, anchor_time].
            entity_rows: Positions in the entity table, int64 [rows].
            anchor_us: Microseconds, int64 [rows]; `NEVER` for a row of a column's target that has no anchor.
        """
        plan, steps = self.plan, None
        if not plan.is_temporal:
            anchor_us = self.known_from(entity_rows, anchor_us)
        if plan.task_type is TaskType.FORECASTING:
            place = np.repeat(np.arange(len(rows)), plan.forecast_steps)
            steps = np.tile(np.arange(1, plan.forecast_steps + 1), len(rows))
            rows = rows.iloc[place].assign(step=steps)
            entity_rows, anchor_us = entity_rows[place], anchor_us[place]
        return rows, self.examples(entity_rows, anchor_us, steps)

    def known_from(self, entity_rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
        """The anchors, int64 [rows]; a row without one has its own time, or that up to which was learned."""
        own_us = self.timeline.row_times[self.plan.entity_table][entity_rows]
        own_us = np.where((own_us == ALWAYS) | (own_us == NEVER), self.cut_us, own_us)
        return np.where(anchor_us == NEVER, own_us, anchor_us)

    def _history(self, anchor_us: np.ndarray) -> LabelHistory | None:
        """The labels that are known by the newest of these anchors."""
        if self.history_until is None:
            return None
        return self.history_until(int(anchor_us.max(initial=self.cut_us)))

    def _described(
        self, entity_rows: np.ndarray, anchor_us: np.ndarray, history: LabelHistory | None
    ) -> tuple[np.ndarray, tuple[str, ...]]:
        """What the feature room knows of each row and which classes it has had, float32 [rows, features]; the names."""
        are_sets = self.plan.task_type in SETS
        are_classes = self.plan.task_type is TaskType.MULTICLASS or are_sets
        table = build_feature_table(
            self.timeline,
            graph=self.graph,
            table=self.plan.entity_table,
            rows=entity_rows,
            anchor_us=anchor_us,
            horizon_days=horizon_days_of(self.plan),
            history=None if are_classes else history,
            cut_us=self.cut_us,
            facts=self.facts,
        )
        if history is None or not are_classes:
            return table.values, table.names
        if are_sets:
            values, names = set_features(
                history,
                self.classes,
                num_entities=self.timeline.num_rows[self.plan.entity_table],
                entity_rows=entity_rows,
                anchor_us=anchor_us,
            )
            return np.concatenate([table.values, values], axis=1), (*table.names, *names)
        past = class_features(
            history,
            self.classes,
            num_entities=self.timeline.num_rows[self.plan.entity_table],
            entity_rows=entity_rows,
            anchor_us=anchor_us,
        )
        return np.concatenate([table.values, _array(past)], axis=1), (*table.names, *past.names)


def prepare(
    plan: PredictionPlan,
    timeline: Timeline,
    history_until: HistoryUntil | None,
    *,
    classes: tuple[object, ...] = (),
    cut_us: int,
    encoding: Encoding | None = None,
    facts: CutFacts | None = None,
) -> Preparation:
    """Encode the graph with statistics up to the cut.

    Past labels up to the cut are counted here, so that answering as of the cut needs none of it. An ``encoding`` and
    ``facts`` that were read up to the cut before are used again; None for reading anew.
    """
    history = None if history_until is None else history_until(cut_us)
    graph = without_columns(plan.graph, hidden_columns(plan))
    encoding = fit_encoding(graph, timeline, cut_us) if encoding is None else encoding
    return Preparation(
        plan=plan,
        graph=graph,
        timeline=timeline,
        classes=_told_apart(plan, history, classes, cut_us),
        history_until=history_until,
        cut_us=cut_us,
        encoding=encoding,
        facts=CutFacts() if facts is None else facts,
        encoded=encode(graph, encoding),
    )


def _told_apart(
    plan: PredictionPlan, history: LabelHistory | None, classes: tuple[object, ...], cut_us: int
) -> dict[int, object]:
    """The classes that have features of their own: of sets all of them."""
    if history is None or not classes:
        return {}
    return dict(enumerate(classes)) if plan.task_type in SETS else frequent_classes(history, classes, cut_us)


def horizon_days_of(plan: PredictionPlan) -> float:
    """How long the features' windows are: as one window of the target."""
    if not plan.is_temporal:
        return _STATIC_HORIZON_DAYS
    is_forecast = plan.task_type is TaskType.FORECASTING
    return (plan.window_length if is_forecast else plan.horizon).approx_days


def _array(block: FeatureBlock) -> np.ndarray:
    """The block's features, float32 [rows, features]."""
    values = np.empty((block.num_rows, len(block.columns)), dtype=np.float32)
    block.write(values)
    return values
