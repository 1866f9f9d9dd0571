"""A plan and a day → the rows to predict. Nothing after that day is looked at."""

from __future__ import annotations

import numpy as np

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.labelling.anchor_times import day
from kumo_magic.labelling.asked_time import date_us
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.labelling.population import Population, keyed_frame, population_expression, selected_rows
from kumo_magic.labelling.source import open_source
from kumo_magic.labelling.static_labels import build_static_population
from kumo_magic.labelling.time_span import time_span
from kumo_magic.plan.plan import PredictionPlan


def build_population(plan: PredictionPlan, at: object = None, *, labels: LabelTable | None = None) -> Population:
    """Whom the query asks about: every eligible entity that WHERE keeps, or all that FOR names.

    Args:
        plan: The bound query.
        at: The anchor time; the last time of the target tables when None.
        labels: What was learned from, if anything: a user's own labels say which rows of a column have no value.

    Raises:
        DataError: FOR names an id that does not exist.
    """
    if not plan.is_temporal:
        return build_static_population(plan, at, labels if labels is not None and labels.is_own else None)
    chosen = selected_rows(plan)
    anchor_us = _last_us(plan) if at is None else date_us(plan, at, "at")
    if chosen is None:
        source = open_source(plan)
        found = population_expression(plan, source, source.anchors(np.array([anchor_us])))
        chosen = np.sort(source.backend.to_pyarrow(found)["row"].to_numpy())
    anchors = np.full(len(chosen), anchor_us, dtype=np.int64)
    notes = () if len(chosen) else (_nobody(plan, anchor_us),)
    return Population(
        frame=keyed_frame(plan, chosen, anchors), entity_rows=chosen.astype(np.int64), anchor_us=anchors, notes=notes
    )


def _nobody(plan: PredictionPlan, anchor_us: int) -> str:
    num_entities = plan.graph[plan.entity_table].num_rows
    why = "none is eligible" if plan.where is None else "WHERE keeps none; widen it"
    return f"Nobody is asked about: of {num_entities:,} {plan.entity_table} on {day(anchor_us)} {why}."


def _last_us(plan: PredictionPlan) -> int:
    span = time_span(plan, None)
    if span is None:
        raise TooFewLabelsError(f"{', '.join(plan.target_tables)}: no row has a time, so there is no last one.")
    return span.last_us
