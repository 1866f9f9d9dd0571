"""What a reader of a label table should know, in sentences. Decides nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from kumo_magic.finding import Finding, Severity
from kumo_magic.labelling.orphans import orphans
from kumo_magic.labelling.population import first_seen
from kumo_magic.labelling.source import Source
from kumo_magic.labelling.split import Splits
from kumo_magic.labelling.time_span import TimeSpan
from kumo_magic.plan.bound import aggregations
from kumo_magic.plan.plan import PredictionPlan

_MANY_UNSEEN = 0.01


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


def unborn_findings(plan: PredictionPlan, source: Source, rows: pd.DataFrame) -> list[Finding]:
    """How many entities are asked about before their first row, where no creation time tells."""
    expression = first_seen(plan, source)
    if expression is None:
        return []
    seen = source.backend.to_pyarrow(expression)
    first_us = np.full(plan.graph[plan.entity_table].num_rows, np.iinfo(np.int64).max)
    first_us[seen["row"].to_numpy()] = seen["time"].cast(pa.int64()).to_numpy()
    unseen = int((first_us[rows["row"].to_numpy()] > rows["anchor_us"].to_numpy()).sum())
    if not unseen:
        return []
    return [
        Finding(
            about=plan.entity_table,
            says=f"'{plan.entity_table}' has no creation time: {unseen:,} of {len(rows):,} rows are of entities with "
            f"no row in {' or '.join(plan.target_tables)} up to their anchor.",
            next_step=f"Name a creation time, or add WHERE EXISTS({plan.target_tables[0]}.*, -INF, 0).",
            severity=Severity.HOLLOW if unseen > _MANY_UNSEEN * len(rows) else Severity.REMARK,
        )
    ]


def orphan_notes(plan: PredictionPlan) -> list[str]:
    """How many listed keys name no row of their table: only items that exist can be ranked."""
    link = plan.item_link
    if link is None:
        return []
    without_item = orphans(plan.graph, link)
    if without_item.empty:
        return []
    key = plan.graph[link.parent].primary_key
    num_listed = plan.graph[link.table].frame[link.column].nunique()
    num_rows, column = len(without_item), f"{link.table}.{link.column}"
    return [
        f"{without_item.nunique():,} of {num_listed:,} different {column} are no {link.parent}.{key}, for example "
        f"{without_item.iloc[0]!r}: their {num_rows:,} row{'' if num_rows == 1 else 's'} "
        f"{'is' if num_rows == 1 else 'are'} left out of the lists, because only rows of '{link.parent}' can be ranked."
    ]
