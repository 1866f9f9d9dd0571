"""Event tables → columns that are filled in long after their row: old rows have them, the newest do not. No labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kumo_magic.graph.event_time import is_dated
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table
from kumo_magic.labelling.event_times import event_times
from kumo_magic.plan.bound import aggregations
from kumo_magic.plan.plan import PredictionPlan

_MOST_ROWS = 100_000
_FEWEST_ROWS = 50
_LEAST_FILLED = 0.3
_MOST_LEFT = 0.5
"""The newest rows have at most this share of what older ones have."""
_LEAST_Z = 6.0
_NUM_OLDER = 3  # windows before the newest one, so that a column that has ended long ago looks alike in both


def late_columns(plan: PredictionPlan) -> Iterator[tuple[str, str]]:
    """Columns of the target's event tables that fill up while a window passes, with how full they are."""
    tables = {link.table for node in aggregations(plan.target) for link in node.path.down}
    asked = {f"{node.column.table}.{node.column.name}" for node in aggregations(plan.target)}
    for name in sorted(tables):
        table = plan.graph[name]
        if not is_dated(plan.graph, name):
            continue
        newest, older = _rows_of_each_age(table, plan)
        if min(len(newest), len(older)) < _FEWEST_ROWS:
            continue
        for column in table.columns.values():
            is_own = column.name in (table.primary_key, table.time_column, table.end_time_column)
            if is_own or column.stype in (Stype.KEY, Stype.IGNORED) or f"{name}.{column.name}" in asked:
                continue
            values = table.frame[column.name]
            of_older = float(values.iloc[older].notna().mean())
            if of_older < _LEAST_FILLED:
                continue
            of_newest = float(values.iloc[newest].notna().mean())
            if of_newest <= _MOST_LEFT * of_older and _z(of_newest, of_older, len(newest), len(older)) > _LEAST_Z:
                length = plan.horizon.words
                yield (
                    f"{name}.{column.name}",
                    f"filled in {of_newest:.0%} of the rows of the last {length} and in {of_older:.0%} before that",
                )


def _rows_of_each_age(table: Table, plan: PredictionPlan) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows of the last window's length up to the table's end, and of those before; thinned."""
    times = event_times(plan.graph, table.name)
    us, is_known = times.view(np.int64), ~np.isnat(times)
    if not is_known.any():
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    # A sentinel date far beyond the others is no end: nearly all rows lie before the end taken here.
    end = int(np.quantile(us[is_known], 0.9999, method="lower"))
    length = plan.horizon.approx_us
    newest = np.flatnonzero(is_known & (us > end - length) & (us <= end))
    older = np.flatnonzero(is_known & (us <= end - length) & (us > end - (1 + _NUM_OLDER) * length))
    return _thinned(newest), _thinned(older)


def _thinned(rows: np.ndarray) -> np.ndarray:
    return rows[:: max(1, -(-len(rows) // _MOST_ROWS))]


def _z(newest: float, older: float, num_newest: int, num_older: int) -> float:
    """How many standard errors the two shares are apart."""
    pooled = (newest * num_newest + older * num_older) / (num_newest + num_older)
    error = np.sqrt(pooled * (1 - pooled) * (1 / num_newest + 1 / num_older))
    return float((older - newest) / error) if error > 0 else 0.0
