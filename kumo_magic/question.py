"""Text and graph → plan, and plan → labels: what is asked, before anything is learned. No tensors."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.with_options import with_options
from kumo_magic.labelling import LabelTable, build_label_table, sql
from kumo_magic.plan import PredictionPlan
from kumo_magic.plan import bind as bind_query
from kumo_magic.query import parse

Date = str | datetime.date | np.datetime64 | None
"""A day or a moment: text is written year first; a Timestamp is one too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Which times to learn from and to predict at, where the user says so.

    Attributes:
        at: The prediction anchor, as if it were that day; None for the end of the data.
        times: Anchors to learn from, in place of the grid.
        val_start: First anchor of the validation split.
        test_start: First anchor of the test split.
        step: Distance of the anchors, such as "30 days".
        today_us: What counted as today in a run that is repeated; None for what the clock says.
    """

    at: Date = None
    times: Sequence[object] | None = None
    val_start: Date = None
    test_start: Date = None
    step: str | None = None
    today_us: int | None = None


def bind(text: str, graph: Graph, params: Mapping[str, object] | None = None) -> PredictionPlan:
    """The plan of a query on a graph; nothing is computed.

    Raises:
        QueryError: A mistake in the query, with its place.
    """
    return replace(bind_query(parse(text), graph, params), write_sql=sql)


def labels(
    text: str,
    graph: Graph,
    anchor_times: Sequence[object] | None = None,
    *,
    val_start: Date = None,
    test_start: Date = None,
    step: str | None = None,
    at: Date = None,
    params: Mapping[str, object] | None = None,
    times: Mapping[str, str | None] | None = None,
) -> pd.DataFrame:
    """The label table of a query: [entity key, anchor_time, label, split], before any training.

    ``times`` gives tables a time column for this question alone.

    Raises:
        QueryError: A mistake in the query.
        TooFewLabelsError: Too little past to learn from.
    """
    anchors = Anchors(at=at, times=anchor_times, val_start=val_start, test_start=test_start, step=step)
    return label(bind(text, with_options(graph, times=times), params), anchors).frame


def label(plan: PredictionPlan, anchors: Anchors) -> LabelTable:
    """The label table of a plan.

    Raises:
        TooFewLabelsError: Too little past to learn from.
    """
    return build_label_table(
        plan,
        anchor_times=anchors.times,
        val_start=anchors.val_start,
        test_start=anchors.test_start,
        step=anchors.step,
        at=anchors.at,
        today_us=anchors.today_us,
    )
