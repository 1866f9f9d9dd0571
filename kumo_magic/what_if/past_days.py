"""A run and other days → the same question as of these days, refitted on what was known then, and how good that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError, TooFewLabelsError
from kumo_magic.labelling import build_population
from kumo_magic.labelling.anchor_times import closed, day, newest_anchor
from kumo_magic.labelling.asked_time import date_us
from kumo_magic.labelling.own_rows import own_rows
from kumo_magic.labelling.population import moments
from kumo_magic.labelling.time_span import time_span
from kumo_magic.plan.offset import microseconds_of
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.what_if.again import again_of
from kumo_magic.what_if.scored_anchor import score_at

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

_MOST_LISTED = 5


def as_of(prediction: Prediction, date: object, *, refit: bool) -> Prediction:
    """The same question asked on that day; the arguments are those of `Prediction.at`."""
    plan = prediction.plan
    day_us = date_us(plan, date, "date")
    if not plan.is_temporal and plan.graph[plan.entity_table].time_column is None:
        raise OptionError(
            f"{plan.entity_table} has no time column, so no day tells which of its rows were known: there is nothing "
            "to ask again. Name its time column on the %graph line, or predict over a window."
        )
    if refit:
        return _refitted(prediction, day_us)
    _refuse_early(prediction, np.array([day_us]))
    population = build_population(plan, _moment(plan, day_us), labels=prediction.labels)
    top = int(prediction.frame["rank"].max()) if "rank" in prediction.frame and len(prediction.frame) else None
    return replace(
        prediction,
        frame=prediction.model.answer(population, top),
        notes=(*prediction.notes, f"Asked again as of {day(day_us)}, of the same model: nothing was learned for it."),
    )


def backtest(prediction: Prediction, dates: Sequence[object], *, refit: bool) -> pd.DataFrame:
    """A row per day with the scores; the arguments are those of `Prediction.backtest`."""
    plan, own = prediction.plan, None if prediction.again is None else prediction.again.labels
    if not plan.is_temporal:
        raise OptionError(
            "The target is a column without a window, so no past day has labels of its own to score: "
            "prediction.evaluation has the scores on held-out rows."
        )
    given = list(dates) if np.iterable(dates) and not isinstance(dates, str) else [dates]
    anchors = np.unique(np.array([date_us(plan, date, "dates") for date in given], dtype=np.int64))
    if not len(anchors):
        raise OptionError("There are no dates to score. Give at least one, such as '2024-01-31'.")
    _refuse_unknown(plan, anchors, own, is_own=prediction.labels.is_own)
    if not refit:
        _refuse_early(prediction, anchors)
    found = []
    for anchor_us in anchors.tolist():
        run = _refitted(prediction, anchor_us) if refit else prediction
        scored = score_at(run.model.up_to_date(), plan, anchor_us, own)
        found.append(
            {
                "rows": scored.num_rows,
                scored.metric: scored.model,
                "best baseline": scored.baseline_score,
                "baseline": scored.baseline,
            }
        )
    frame = pd.DataFrame(found)
    frame.insert(0, "anchor_time", moments(plan, anchors))
    return frame


def _refitted(prediction: Prediction, day_us: int) -> Prediction:
    try:
        return again_of(prediction).run(prediction.query, _moment(prediction.plan, day_us), False)
    except TooFewLabelsError as error:
        raise TooFewLabelsError(f"As of {day(day_us)}: {error}") from error


def _moment(plan: PredictionPlan, time_us: int) -> pd.Timestamp:
    """The day by the clock of the plan's tables."""
    return moments(plan, np.array([time_us]))[0]


def _refuse_early(prediction: Prediction, anchors: np.ndarray) -> None:
    """Return when the model has seen nothing later than any of the anchors.

    Raises:
        OptionError: It has.
    """
    seen_us = microseconds_of(prediction.labels.prediction_anchor)
    early = anchors[anchors < seen_us]
    if prediction.plan.is_temporal and len(early):
        raise OptionError(
            f"The model has seen data up to {day(seen_us)}, so on {_listed(early)} it would know the future. "
            "refit=True fits one on what was known then."
        )


def _refuse_unknown(plan: PredictionPlan, anchors: np.ndarray, own: pd.DataFrame | None, *, is_own: bool) -> None:
    """Return when labels of every anchor are known by now.

    Raises:
        OptionError: The windows of some are not over, or the user's labels do not have them.
    """
    if is_own:
        if own is None:
            raise OptionError("The model learned from a label table of yours that a backtest does not have here.")
        given = np.unique(own_rows(plan, own)["anchor_us"])
        missing = np.setdiff1d(anchors, given)
        if len(missing):
            raise OptionError(
                f"Your label table has no row at {_listed(missing)}; its anchor times lie from {day(given[0])} to "
                f"{day(given[-1])}."
            )
        return
    span = time_span(plan, None)
    assert span is not None
    still_open = anchors[closed(plan, anchors) > span.last_us]
    if len(still_open):
        raise OptionError(
            f"The window of {_listed(still_open)} has not closed by {day(span.last_us)}, the end of the data, so its "
            f"labels are not known. The newest day that can be scored is {day(newest_anchor(plan, span.last_us))}."
        )


def _listed(anchors: np.ndarray) -> str:
    more = f" and {len(anchors) - _MOST_LISTED:,} more" if len(anchors) > _MOST_LISTED else ""
    return ", ".join(day(anchor) for anchor in anchors[:_MOST_LISTED].tolist()) + more
