"""The times of a plan's target tables → the time span they cover and the anchors inside it. No labels."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.labelling.event_times import event_times
from kumo_magic.plan.offset import Offset, offset_of_us
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.query.predictive_query import Unit

MOST_ROWS = 5_000_000
"""Entities times anchors; beyond it the oldest anchors are left out."""
_DAY_US = 86_400_000_000

Step = Offset | datetime.timedelta | str


def day(time_us: int) -> str:
    """The date, and the time of day where it is not midnight."""
    moment = pd.Timestamp(int(time_us), unit="us")
    return f"{moment:%Y-%m-%d}" if moment == moment.normalize() else f"{moment:%Y-%m-%d %H:%M:%S}"


def times_of(plan: PredictionPlan, table: str) -> np.ndarray:
    """The known times of a table's rows, int64 microseconds, in the table's order; missing ones left out."""
    return row_times(plan, table)[1]


def row_times(plan: PredictionPlan, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows with a known time, and these times in int64 microseconds."""
    times = event_times(plan.graph, table)
    rows = np.flatnonzero(~np.isnat(times))
    return rows, times[rows].astype(np.int64)


def closed(plan: PredictionPlan, anchor_us: np.ndarray) -> np.ndarray:
    """When the last of each anchor's windows ends: FORECAST steps and ASSUMING included. int64 microseconds."""
    ends = [window.end.add_us(anchor_us) for window in plan.closing_windows]
    ends.append(plan.horizon.add_us(anchor_us))
    return np.max(ends, axis=0)


def newest_anchor(plan: PredictionPlan, last_us: int) -> int:
    """The newest anchor whose windows are all over at ``last_us``."""
    ends = [window.end for window in plan.closing_windows]
    newest = min(int(end.times(-1).add_us(np.array([last_us]))[0]) for end in (*ends, plan.horizon))
    while int(closed(plan, np.array([newest]))[0]) > last_us:  # a month back and forth can end a day later
        newest -= _DAY_US
    return newest


def grid(pivot_us: int, step: Offset, from_us: int, to_us: int, *, most: int) -> np.ndarray:
    """Ascending anchors ``pivot + k steps`` with ``from <= anchor <= to``, the newest ``most`` of them.

    Calendar steps all count from the pivot.
    """
    if not step.is_calendar:
        newest = pivot_us + (to_us - pivot_us) // step.microseconds * step.microseconds
        num_anchors = min(max(0, (newest - from_us) // step.microseconds + 1), most)
        return newest - step.microseconds * np.arange(num_anchors, dtype=np.int64)[::-1]
    shortest_us = step.months * 28 * _DAY_US
    ks = range(-((pivot_us - from_us) // shortest_us) - 1, max(0, to_us - pivot_us) // shortest_us + 2)
    pivot = np.array([pivot_us])
    anchors = np.array([int(step.times(k).add_us(pivot)[0]) for k in ks], dtype=np.int64)
    return anchors[(anchors >= from_us) & (anchors <= to_us)][-most:]


def step_of(plan: PredictionPlan, step: Step | None) -> Offset:
    """The distance between anchors: the window's length unless given.

    Raises:
        OptionError: The step is no length of time, or not positive.
    """
    match step:
        case None:
            return plan.window_length
        case Offset():
            found = step
        case datetime.timedelta():
            found = offset_of_us(pd.Timedelta(step) // pd.Timedelta(microseconds=1))
        case str():
            found = _parsed_step(step)
    if found is None or found.approx_us < 1_000_000:
        raise OptionError(f"step={step!r} is no length of time. Write '30 days', '1 month' or a Timedelta.")
    return found


def quarter_of(plan: PredictionPlan) -> Offset:
    """A quarter of the window's length, at least a second."""
    return offset_of_us(max(plan.window_length.approx_us // 4 // 1_000_000, 1) * 1_000_000)


def _parsed_step(text: str) -> Offset | None:
    match = re.fullmatch(r"\s*(\d+)?\s*([a-z]+?)s?\s*", text.casefold())
    units = {str(unit).removesuffix("s"): unit for unit in Unit}
    if match is None or match[2] not in units:
        return None
    return Offset(int(match[1] or 1), units[match[2]])
