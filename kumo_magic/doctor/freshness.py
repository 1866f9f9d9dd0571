"""Row times and anchors → tables that lag behind the prediction anchor as they never lagged behind a past one.

A model that learned from fresh rows answers worse from stale ones, and no held-out score shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kumo_magic.finding import Finding
from kumo_magic.graph.table import Table
from kumo_magic.labelling import LabelTable
from kumo_magic.plan.offset import microseconds_of
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import ALWAYS, NEVER

_DAY_US = 86_400_000_000
_TIMES_THE_USUAL = 3
_LEAST_SHARE_OF_WINDOW = 0.1
_MOST_VOLUME_LEFT = 0.25
_FEWEST_ROWS = 30
_FEWEST_ANCHORS = 3
_MOST_ANCHORS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How fresh a table is at the prediction anchor, and was at past ones.

    Attributes:
        lag_us: From the newest row to the prediction anchor.
        usual_lag_us: The longest that any past anchor saw, or that lay between two rows of those times.
        num_rows: In the last window before the prediction anchor.
        fewest_rows: In the last window before any past anchor.
    """

    lag_us: int
    usual_lag_us: int
    num_rows: int
    fewest_rows: int

    @property
    def is_thin(self) -> bool:
        """Whether the last window has far fewer rows than any before it. Of windows that hold many: else it is luck."""
        return self.fewest_rows >= _FEWEST_ROWS and self.num_rows < _MOST_VOLUME_LEFT * self.fewest_rows


def stale_tables(plan: PredictionPlan, labels: LabelTable, timeline: Timeline) -> Iterator[Finding]:
    """Tables whose newest row is unusually old at the prediction anchor, or of which only a part seems to be there.

    The target's own tables are left out: they set the prediction anchor, and labelling tells where they end.
    """
    prediction_us = microseconds_of(labels.prediction_anchor)
    anchors = np.unique(labels.anchor_us[labels.anchor_us < prediction_us])[-_MOST_ANCHORS:]
    window_us = plan.window_length.approx_us
    for name, table in plan.graph.tables.items():
        if name in plan.target_tables or not timeline.is_temporal[name] or len(anchors) < _FEWEST_ANCHORS:
            continue
        found = freshness(timeline.row_times[name], anchors, prediction_us, window_us)
        if found is None:
            continue
        about, words = _about(table), plan.window_length.words
        usual_us = max(found.usual_lag_us, _DAY_US)
        if found.lag_us > _TIMES_THE_USUAL * usual_us and found.lag_us > _LEAST_SHARE_OF_WINDOW * window_us:
            says = (
                f"{about} ends {_days(found.lag_us)} before the prediction anchor; at past anchors its newest row was "
                f"never older than {_days(found.usual_lag_us)}."
            )
        elif window_us >= _TIMES_THE_USUAL * found.usual_lag_us and found.is_thin:
            says = (
                f"{about} has {found.num_rows:,} rows in the last {words} before the prediction anchor; before past "
                f"anchors there were never fewer than {found.fewest_rows:,}."
            )
        else:
            continue
        yield Finding(
            about=about,
            says=f"{says} The model learned from fresher rows than it answers from.",
            next_step=f"Load the newest rows of {name}, or predict as of the day on which they end (--at).",
        )


def freshness(times: np.ndarray, anchors: np.ndarray, prediction_us: int, window_us: int) -> Freshness | None:
    """How fresh the rows are; None where no past anchor is a whole window later than the first of them.

    Args:
        times: Of the rows, int64 [rows]; nothing later than the prediction anchor is looked at.
        anchors: Past ones, int64, ascending.
        prediction_us: The prediction anchor.
        window_us: How long a window is.
    """
    known = times[(times != ALWAYS) & (times != NEVER) & (times <= prediction_us)]
    if not len(known):
        return None
    if (known[1:] < known[:-1]).any():
        known = np.sort(known)
    anchors = anchors[anchors - window_us >= known[0]]
    if not len(anchors):
        return None
    until = np.searchsorted(known, anchors, side="right")
    counts = until - np.searchsorted(known, anchors - window_us, side="right")
    num_rows = len(known) - int(np.searchsorted(known, prediction_us - window_us, side="right"))
    gaps = np.diff(known[np.searchsorted(known, anchors[0] - window_us) :])
    return Freshness(
        lag_us=prediction_us - int(known[-1]),
        usual_lag_us=max(int((anchors - known[until - 1]).max()), int(gaps.max(initial=0))),
        num_rows=num_rows,
        fewest_rows=int(counts.min()),
    )


def _about(table: Table) -> str:
    return table.name if table.time_column is None else f"{table.name}.{table.time_column}"


def _days(us: int) -> str:
    days = us / _DAY_US
    return f"{days:,.0f} days" if days >= 10 else f"{days:,.1f} days"
