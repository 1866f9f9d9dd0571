"""A FORECAST plan → where its windows lie, and what is known of them at an anchor: step, calendar, lags, seasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.features.feature_block import FeatureBlock
from kumo_magic.features.label_history import LABEL_FEATURES, LabelHistory, label_features
from kumo_magic.plan.offset import Offset
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.times import DAY_US

_NUM_LAGS = 3
_WEEK_DAYS, _YEAR_DAYS = 7.0, 365.25
_CYCLES = {"day": 1.0, "week": _WEEK_DAYS, "year": _YEAR_DAYS}
_WHOLE_WEEKS_OF_A_YEAR = 364.0
_LEAST_PER_CYCLE = 2
_MOST_AVERAGED = 60
_MOST_OFF = 0.05  # of a cycle's length, for windows that do not divide it


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A cycle that windows divide: after so many of them the same time of the day, week or year comes round."""

    name: str
    num_windows: int


def window_ends(plan: PredictionPlan, anchor_us: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """When each row's window ends, int64 microseconds; step 0 is the window before the first one."""
    ends = np.empty(len(anchor_us), dtype=np.int64)
    for step in np.unique(steps):
        here = steps == step
        ends[here] = _end_offset(plan, int(step)).add_us(anchor_us[here])
    return ends


def seasons(plan: PredictionPlan) -> tuple[Season, ...]:
    """The cycles that the plan's windows divide evenly, the shortest first. Days keep their weekday over a year."""
    length = plan.window_length.approx_days
    found = []
    for name, days in _CYCLES.items():
        keeps_weekday = name == "year" and length < _WEEK_DAYS
        num_windows = round((_WHOLE_WEEKS_OF_A_YEAR if keeps_weekday else days) / length)
        if num_windows >= _LEAST_PER_CYCLE and abs(num_windows * length - days) <= _MOST_OFF * days:
            found.append(Season(name=name, num_windows=num_windows))
    return tuple(found)


def past_features(past: PastWindows, entity_rows: np.ndarray, anchor_us: np.ndarray) -> FeatureBlock:
    """Values of the windows before each anchor: the same for every step."""
    block = FeatureBlock(len(anchor_us))
    for lag in range(_NUM_LAGS):
        block.add(f"label: {lag + 1} windows back", past.back(entity_rows, anchor_us, lag))
    for season in past.seasons:
        if season.num_windows <= _MOST_AVERAGED:
            mean = past.cycle_mean(season, entity_rows, anchor_us)
            block.add(f"label: mean of the last {season.name}", mean)
    return block


def step_features(past: PastWindows, entity_rows: np.ndarray, anchor_us: np.ndarray, steps: np.ndarray) -> FeatureBlock:
    """What sets the steps of one anchor apart: their calendar, and their value a cycle ago."""
    block = FeatureBlock(len(steps))
    block.add("step", steps)
    _add_calendar(block, past.plan, window_ends(past.plan, anchor_us, steps))
    for season in past.seasons:
        same = past.same_season(season, entity_rows, anchor_us, steps)
        block.add(f"label: same time a {season.name} ago", same)
    return block


class PastWindows:
    """Values of closed windows, looked up by entity and end. A row never sees a window that ends after its anchor."""

    def __init__(self, plan: PredictionPlan, history: LabelHistory) -> None:
        self.plan = plan
        self.history = history
        self.seasons = seasons(plan)
        usable = np.flatnonzero(~np.isnan(history.values))
        order = usable[np.lexsort((history.closed_us[usable], history.entity_rows[usable]))]
        self._values = history.values[order]
        self._ends = history.closed_us[order]
        self._times = np.unique(self._ends)
        self._places = self._place(history.entity_rows[order], np.searchsorted(self._times, self._ends))
        self._first_lag = _first_closed(plan)

    def back(self, entity_rows: np.ndarray, anchor_us: np.ndarray, lag: int) -> np.ndarray:
        """The value of the newest closed window, or of the one ``lag`` windows before it, float64 [rows]."""
        steps = np.full(len(anchor_us), 1 - self._first_lag - lag)
        return self.at_steps(entity_rows, anchor_us, steps)

    def same_season(
        self, season: Season, entity_rows: np.ndarray, anchor_us: np.ndarray, steps: np.ndarray
    ) -> np.ndarray:
        """The value of the window one cycle before each step's own, or as many cycles as it takes to be closed."""
        ahead = steps - 1 + self._first_lag
        num_cycles = -(-ahead // season.num_windows)
        return self.at_steps(entity_rows, anchor_us, steps - np.maximum(1, num_cycles) * season.num_windows)

    def mean(self, entity_rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
        """The mean of all closed windows; NaN where there is none."""
        num_entities = int(max(entity_rows.max(initial=0), self.history.entity_rows.max(initial=0))) + 1
        known = label_features(self.history, num_entities, entity_rows, anchor_us)
        return known[:, LABEL_FEATURES.index("mean of past")]

    def cycle_mean(self, season: Season, entity_rows: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
        """The mean of the windows of the newest closed cycle, of those that have a value; NaN where none has."""
        total, count = np.zeros(len(anchor_us)), np.zeros(len(anchor_us))
        for lag in range(season.num_windows):
            value = self.back(entity_rows, anchor_us, lag)
            total += np.nan_to_num(value)
            count += ~np.isnan(value)
        return np.divide(total, count, out=np.full(len(anchor_us), np.nan), where=count > 0)

    def at_steps(self, entity_rows: np.ndarray, anchor_us: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """The value of each row's window at a step of 0 or less; NaN where it is unknown, or not closed by the anchor.

        Where no window ends at that very time, the last one that ended less than a window's length before it counts.
        """
        values = np.full(len(anchor_us), np.nan)
        if not len(self._values):
            return values
        ends = window_ends(self.plan, anchor_us, steps)
        time = np.searchsorted(self._times, ends, side="right") - 1
        found = np.searchsorted(self._places, self._place(entity_rows, time), side="right") - 1
        usable = np.flatnonzero((found >= 0) & (time >= 0) & known_mask(ends, anchor_us))
        place = found[usable]
        same_entity = self._places[place] // len(self._times) == entity_rows[usable]
        recent = self._ends[place] > ends[usable] - self.plan.window_length.approx_us
        values[usable] = np.where(same_entity & recent, self._values[place], np.nan)
        return values

    def _place(self, entity_rows: np.ndarray, time: np.ndarray) -> np.ndarray:
        return entity_rows.astype(np.int64) * len(self._times) + time


def _add_calendar(block: FeatureBlock, plan: PredictionPlan, ends: np.ndarray) -> None:
    """Where in the year, and for short windows in the week, the middle of the window lies."""
    length = plan.window_length
    starts = length.times(-1).add_us(ends)
    middle = pd.DatetimeIndex(((starts + ends) // 2).astype("datetime64[us]"))
    block.add("window: days", (ends - starts) / DAY_US)
    turns = {"year": middle.day_of_year.to_numpy() / _YEAR_DAYS, "quarter": (middle.quarter.to_numpy() - 1) / 4}
    if length.approx_days < _WEEK_DAYS:
        turns["week"] = middle.day_of_week.to_numpy() / _WEEK_DAYS
    if length.approx_days < 1:
        turns["day"] = middle.hour.to_numpy() / 24
    for name, turn in turns.items():
        block.add(f"window: {name}, sine", np.sin(2 * np.pi * turn))
        block.add(f"window: {name}, cosine", np.cos(2 * np.pi * turn))


def _first_closed(plan: PredictionPlan) -> int:
    """How many windows before the first step's the newest one lies that is closed by the anchor."""
    back = 1
    while _end_offset(plan, 1 - back).approx_us > 0:
        back += 1
    return back


def _end_offset(plan: PredictionPlan, step: int) -> Offset:
    """From an anchor to the end of the window of a step."""
    return plan.horizon.minus(plan.window_length.times(plan.forecast_steps - step))
