"""A plan and held-out rows → which segment each row is in, by columns of its entity and by its past. Scores nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.graph.key_rows import key_rows
from kumo_magic.graph.stype import Stype
from kumo_magic.plan.bound import aggregations, named_columns
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.tasks.ranking_parts import COLD, HEAVY, WARM, segments
from kumo_magic.timeline.neighbours import num_known
from kumo_magic.timeline.timeline import timeline_of
from kumo_magic.timeline.times import microseconds

OTHERS, MISSING = "others", "missing"
STEP = "step"
_MOST_VALUES = 8
_MOST_COLUMNS = 4
_MOST_STEPS = 12
_LEAST_NAMED = 0.5
_MOST_CHARACTERS = 200
_LONGEST_PATH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmentation:
    """Every row in one segment.

    Attributes:
        column: What tells the segments apart.
        names: Of the segments, in the order to show them.
        codes: The place of each row's segment, int64 [rows].
    """

    column: str
    names: tuple[str, ...]
    codes: np.ndarray


def segmentations(plan: PredictionPlan, rows: pd.DataFrame, *, with_past: bool) -> tuple[Segmentation, ...]:
    """By step of a FORECAST, by the past, and by columns of the entity table with few values.

    Columns say what the table holds now. The past is counted as of each row's own anchor.

    Args:
        plan: Whose entities they are.
        rows: A line per scored row: the entity key first, anchor_time, and the step of a FORECAST.
        with_past: Whether to count each entity's past events.
    """
    table = plan.graph[plan.entity_table]
    entity_rows = key_rows(table, plan.keys_in(rows))
    found = []
    if STEP in rows:
        found.append(_by_step(rows[STEP].to_numpy(np.int64)))
    if with_past and plan.is_temporal:
        found += _by_past(plan, entity_rows, microseconds(rows["anchor_time"]))
    asked = named_columns(plan.target)
    for name, column in table.columns.items():
        if column.stype is Stype.CATEGORICAL and (plan.entity_table, name) not in asked:
            found += _by_value(name, table.frame[name], entity_rows)
    return tuple(found[: _MOST_COLUMNS + 2])


def _by_step(steps: np.ndarray) -> Segmentation:
    """Single steps, or as many ranges of them."""
    parts = [part for part in np.array_split(np.unique(steps), _MOST_STEPS) if len(part)]
    names = tuple(str(part[0]) if len(part) == 1 else f"{part[0]} to {part[-1]}" for part in parts)
    codes = np.searchsorted([part[-1] for part in parts], steps)
    return Segmentation(column=STEP, names=names, codes=codes.astype(np.int64))


def _by_past(plan: PredictionPlan, entity_rows: np.ndarray, anchor_us: np.ndarray) -> list[Segmentation]:
    """Rows without a past event of the target's kind, those with some, and those with many."""
    path = next(one.path for one in aggregations(plan.target) if one.window)
    if len(path.down) > _LONGEST_PATH:
        return []
    index = timeline_of(plan.graph).along(path.down)
    num_events = num_known(index.offsets, index.row_times[index.rows], entity_rows, anchor_us)
    of_row = segments(num_events)
    found = [name for name in (COLD, WARM, HEAVY) if (of_row == name).any()]
    names = []
    for name in found:
        inside = num_events[of_row == name]
        names.append(_past_words(name, int(inside.min()), int(inside.max())))
    codes = np.select([of_row == name for name in found], range(len(found)))
    segmentation = Segmentation(column=f"past {path.event_table}", names=tuple(names), codes=codes.astype(np.int64))
    return [segmentation] if len(found) > 1 else []


def _by_value(name: str, values: pd.Series, entity_rows: np.ndarray) -> list[Segmentation]:
    """The commonest values, then the rest; nothing where all are alike, or where most rows have a rare value."""
    codes, distinct = pd.factorize(values)
    of_row = np.where(entity_rows >= 0, codes[entity_rows], -1)
    counts = np.bincount(of_row[of_row >= 0], minlength=len(distinct))
    order = np.argsort(-counts, kind="stable")
    shown = order[:_MOST_VALUES][counts[order[:_MOST_VALUES]] > 0]
    if len(shown) < 2 or counts[shown].sum() < _LEAST_NAMED * len(of_row):
        return []
    place = np.full(len(distinct) + 1, len(shown), dtype=np.int64)
    place[shown] = np.arange(len(shown))
    place[-1] = len(shown) + 1
    segment = place[of_row]
    names = [_cut(str(distinct[code])) for code in shown] + [OTHERS, MISSING]
    used = np.unique(segment)
    return [
        Segmentation(
            column=_cut(name),
            names=tuple(names[code] for code in used),
            codes=np.searchsorted(used, segment).astype(np.int64),
        )
    ]


def _past_words(name: str, fewest: int, most: int) -> str:
    if name == COLD:
        return "none"
    if name == HEAVY:
        return f"{fewest:,} or more"
    return f"{fewest:,}" if fewest == most else f"{fewest:,} to {most:,}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
