"""A plan over windows → its LabelTable: anchors, labels, splits, and what is worth a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.labelling.anchor_times import Step, closed, day
from kumo_magic.labelling.asked_time import date_us, zone_notes
from kumo_magic.labelling.blamed_times import blamed_for_nobody
from kumo_magic.labelling.label_notes import dropped_notes, history_notes, orphan_notes, unborn_findings
from kumo_magic.labelling.label_rows import label_rows
from kumo_magic.labelling.label_table import LabelTable, label_table, refuse_too_few, too_few
from kumo_magic.labelling.schedule import Scheduler
from kumo_magic.labelling.source import Source, open_source
from kumo_magic.labelling.split import (
    ASIDE,
    HELD_OUT_SHARE,
    REGIME_WORDS,
    TEST,
    TRAIN,
    VAL,
    Splits,
    held_out_order,
)
from kumo_magic.labelling.time_span import time_span
from kumo_magic.plan.plan import PredictionPlan

UNDEFINED = "the target is undefined"
NOT_ASSUMED = "what is assumed did not come true"
KEPT_ASIDE = "the entity validates"


@dataclass
class LabelMaker:
    """Labels of one plan, each anchor computed once. The rows lie in order of anchor, entity row and step."""

    plan: PredictionPlan
    source: Source
    frame: pd.DataFrame | None = None
    computed: set[int] = field(default_factory=set)

    def with_labels(self, anchors: np.ndarray) -> np.ndarray:
        """Of ``anchors`` those at which a row has a label."""
        new = np.array([anchor for anchor in anchors.tolist() if anchor not in self.computed], dtype=np.int64)
        if len(new):
            found = label_rows(self.plan, self.source, new)
            if self.frame is not None:
                both = pd.concat([self.frame, found], ignore_index=True)
                found = both.sort_values("anchor_us", kind="stable", ignore_index=True)
            self.frame = found
            self.computed.update(new.tolist())
        assert self.frame is not None
        usable = (self.frame["came_true"] & self.frame["is_defined"]).to_numpy()
        bounds = self._bounds(anchors)
        return np.array([anchor for anchor, rows in zip(anchors, bounds, strict=True) if usable[rows].any()], np.int64)

    def at(self, anchors: np.ndarray) -> pd.DataFrame:
        """The rows at ``anchors``, all of them computed."""
        assert self.frame is not None
        if self.computed == set(anchors.tolist()):
            return self.frame
        return pd.concat([self.frame.iloc[rows] for rows in self._bounds(anchors)], ignore_index=True)

    def _bounds(self, anchors: np.ndarray) -> list[slice]:
        """Where each anchor's rows are."""
        assert self.frame is not None
        anchor_us = self.frame["anchor_us"].to_numpy()
        starts, ends = (np.searchsorted(anchor_us, anchors, side) for side in ("left", "right"))
        return [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def build_temporal_label_table(
    plan: PredictionPlan,
    *,
    anchor_times: Sequence[object] | None = None,
    val_start: object = None,
    test_start: object = None,
    step: Step | None = None,
    at: object = None,
    today_us: int | None = None,
) -> LabelTable:
    """The label table; the arguments are those of ``build_label_table``."""
    at_us = None if at is None else date_us(plan, at, "at")
    span = time_span(plan, at_us, today_us)
    if span is None:
        tables = " and ".join(f"'{table}'" for table in plan.target_tables)
        raise TooFewLabelsError(
            f"{tables} {'has' if len(plan.target_tables) == 1 else 'have'} no row with a time"
            f"{'' if at_us is None else f' up to {day(at_us)}'}, so nothing can be learned."
        )
    maker = LabelMaker(plan, open_source(plan))
    scheduler = Scheduler(plan=plan, span=span, with_labels=maker.with_labels)
    splits = scheduler.splits(anchor_times=anchor_times, val_start=val_start, test_start=test_start, step=step)
    rows = maker.at(splits.all)
    kept, dropped = _kept(plan, rows)
    if kept.empty:
        raise _no_labels(plan, rows, splits, dropped)
    kept = kept.assign(split=_split(plan, kept, splits))
    aside = kept["split"] == ASIDE
    if aside.any():
        dropped[KEPT_ASIDE] = int(aside.sum())
        kept = kept[~aside].reset_index(drop=True)
    refuse_too_few(plan, kept)
    given = {"at": at, "val_start": val_start, "test_start": test_start}
    notes = [
        *plan.notes,
        *zone_notes(plan, given),
        *span.notes,
        *scheduler.notes,
        *history_notes(plan, span, splits),
        *dropped_notes(dropped),
    ]
    unborn = unborn_findings(plan, maker.source, kept)
    notes.extend([*map(str, unborn), *orphan_notes(plan)])
    table = label_table(
        plan,
        kept,
        closed_us=closed_rows(plan, kept),
        prediction_us=span.last_us if at_us is None else at_us,
        dropped=dropped,
        notes=notes,
        regime_words=REGIME_WORDS[splits.regime],
    )
    return replace(table, findings=(*span.findings, *unborn), today_us=span.today_us)


def _kept(plan: PredictionPlan, rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows that are labelled, and why the others are not. FORECAST keeps undefined steps of rows with any other."""
    came_true = rows["came_true"].to_numpy(dtype=bool)
    has_label = rows["is_defined"].to_numpy()
    if plan.forecast_steps > 1:
        has_label = rows.assign(known=has_label).groupby(["anchor_us", "row"])["known"].transform("any").to_numpy()
    counts = {NOT_ASSUMED: int((~came_true).sum()), UNDEFINED: int((came_true & ~has_label).sum())}
    is_kept = came_true & has_label
    kept = rows if is_kept.all() else rows[is_kept].reset_index(drop=True)
    return kept, {reason: count for reason, count in counts.items() if count}


def _split(plan: PredictionPlan, rows: pd.DataFrame, splits: Splits) -> np.ndarray:
    """Each row's split."""
    anchor_us, entity_rows = rows["anchor_us"].to_numpy(), rows["row"].to_numpy()
    if splits.regime == "time":
        of_row, anchors = pd.factorize(anchor_us)
        masks = [np.isin(anchors, of_split) for of_split in (splits.train, splits.val, splits.test)]
        return np.select(masks, [TRAIN, VAL, TEST], default=ASIDE).astype(np.int8)[of_row]
    there = np.unique(entity_rows[anchor_us == splits.val[0]])
    keys = plan.graph[plan.entity_table].frame[plan.entity_key].iloc[there]
    ordered = there[held_out_order(keys)]
    num_aside = max(1, round(HELD_OUT_SHARE * len(ordered)))
    validates = np.isin(entity_rows, ordered[:num_aside])
    if splits.regime == "entities":
        tests = np.isin(entity_rows, ordered[num_aside : 2 * num_aside])
        return np.select([validates, tests], [VAL, TEST], default=TRAIN)
    is_test = anchor_us == splits.test[0]
    is_val = anchor_us == splits.val[0]
    return np.select([is_test, validates & is_val, validates], [TEST, VAL, ASIDE], default=TRAIN)


def closed_rows(plan: PredictionPlan, rows: pd.DataFrame) -> np.ndarray:
    """When the last window of each row ends, of its own step where it has one, int64 microseconds."""
    of_row, anchors = pd.factorize(rows["anchor_us"].to_numpy())
    if "step" not in rows:
        return closed(plan, anchors)[of_row]
    anchor_us, steps = rows["anchor_us"].to_numpy(), rows["step"].to_numpy()
    ends = np.empty(len(rows), dtype=np.int64)
    first_end = plan.horizon.minus(plan.window_length.times(plan.forecast_steps - 1))
    for step in np.unique(steps):
        here = steps == step
        end = first_end.minus(plan.window_length.times(1 - int(step)))
        ends[here] = end.add_us(anchor_us[here])
    return ends


def _no_labels(plan: PredictionPlan, rows: pd.DataFrame, splits: Splits, dropped: dict[str, int]) -> TooFewLabelsError:
    used = splits.all
    when = f"{len(used)} anchor times from {day(used[0])} to {day(used[-1])}"
    entities = plan.graph[plan.entity_table].num_rows
    if rows.empty:
        blamed = blamed_for_nobody(plan, used)
        why = "WHERE keeps none" if plan.where is not None and not blamed else "None are eligible"
        widen = "" if blamed else " Widen the condition."
        return too_few(plan, f"{why} of {entities:,} {plan.entity_table} at any of {when}.{blamed}{widen}")
    reasons = ", ".join(f"{count:,} because {reason}" for reason, count in dropped.items())
    return too_few(
        plan,
        f"None of {len(rows):,} rows at {when} has a label: {reasons}. Make the window longer, or widen the filters.",
    )
