"""What a reader of a label table should know, in sentences. Decides nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.labelling.anchor_times import TimeSpan
from kumo_magic.labelling.population import first_seen
from kumo_magic.labelling.source import Source
from kumo_magic.labelling.split import Splits
from kumo_magic.plan.bound import aggregations
from kumo_magic.plan.plan import PredictionPlan


def dropped_notes(dropped: dict[str, int]) -> list[str]:
    """Why rows of the population have no label."""
    return [f"{count:,} rows left out because {reason}." for reason, count in dropped.items()]


def history_notes(plan: PredictionPlan, span: TimeSpan, splits: Splits) -> list[str]:
    """How many anchors have less past than the longest finite WHERE window."""
    windows = [aggregation.window for aggregation in aggregations(plan.where) if aggregation.window]
    starts = [window.start for window in windows if window.start is not None]
    if not starts:
        return []
    longest = min(starts, key=lambda start: start.approx_us)
    short = int((longest.add_us(splits.all) < span.first_us).sum())
    if not short:
        return []
    return [f"{short} of {len(splits.all)} anchor times have less past than the {longest.words} that WHERE looks back."]


def unborn_notes(plan: PredictionPlan, source: Source, rows: pd.DataFrame) -> list[str]:
    """How many entities are asked about before their first row, where no creation time tells."""
    expression = first_seen(plan, source)
    if expression is None:
        return []
    seen = source.backend.to_pyarrow(expression)
    keys = plan.graph[plan.entity_table].frame[plan.entity_key]
    positions = pd.Index(seen["entity"].to_pylist(), dtype=object).get_indexer(pd.Index(keys, dtype=object))
    times = seen["time"].to_numpy().astype("datetime64[us]").astype(np.int64)
    first_us = np.where(positions < 0, np.iinfo(np.int64).max, np.append(times, 0)[positions])
    unseen = int((first_us[rows["row"].to_numpy()] > rows["anchor_us"].to_numpy()).sum())
    if not unseen:
        return []
    return [
        f"'{plan.entity_table}' has no creation time: {unseen:,} of {len(rows):,} rows are of entities with no row in "
        f"{' or '.join(plan.target_tables)} up to their anchor. Name a creation time, or add "
        f"WHERE EXISTS({plan.target_tables[0]}.*, -INF, 0)."
    ]
