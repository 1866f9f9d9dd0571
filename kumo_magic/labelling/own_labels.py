"""A user's own label table → a checked LabelTable with splits. The query still says who, when and how far ahead."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError
from kumo_magic.finding import Finding
from kumo_magic.labelling.anchor_times import closed, day
from kumo_magic.labelling.asked_time import date_us, zone_notes
from kumo_magic.labelling.label_table import LabelTable, label_table, refuse_too_few
from kumo_magic.labelling.own_rows import own_rows, shown
from kumo_magic.labelling.own_splits import out_of_order, stale_rows, with_validation
from kumo_magic.labelling.split import REGIME_WORDS, TEST, TRAIN, VAL, split_by_time
from kumo_magic.labelling.static_labels import (
    BY_KEY,
    BY_TIME,
    UNKNOWN_TIME_US,
    entity_times,
    static_rows,
    static_split,
    without_times,
)
from kumo_magic.labelling.temporal_labels import closed_rows
from kumo_magic.labelling.time_span import time_span
from kumo_magic.plan.plan import PredictionPlan

_HELD_OUT_SHARE = 0.1
_AS_GIVEN = "validated and tested on the rows that your label table says"
_WITHOUT_TEST = "validated on rows that it did not learn from; your label table has no test rows to score"
_NOT_GIVEN = "your label table does not have them"


def own_label_table(
    plan: PredictionPlan, frame: pd.DataFrame, *, at: object = None, today_us: int | None = None
) -> LabelTable:
    """The label table of a frame.

    Args:
        plan: The bound query: its horizon says when each label is known.
        frame: Of a target over a window [entity key, anchor_time, label], of a FORECAST [entity key, anchor_time, step,
            label] with steps 1 to n, some of which may be missing; of a column [entity key, label] and, where the
            value was known later than its row's own time, anchor_time. Each with split (train, val or test) where the
            user wants to say so: else the newest tenth tests and the tenth before validates, or tenths drawn by the
            keys where a column's rows have no times. Test rows may be missing, where their labels are hidden; then the
            validation rows alone are scored.
        at: As if it were that day: labels that are not known by then are left out. None for the end of the data.
        today_us: What counts as today where rows lie on both sides of it; None for what the clock says.

    Raises:
        DataError: A column is missing, a key is unknown, a label, time or step is missing or wrong, a row comes twice,
            or an entity has a label before its own time.
        TooFewLabelsError: Too few rows for three splits, or nothing that differs.
    """
    rows = own_rows(plan, frame)
    table = _of_windows(plan, rows, at, today_us) if plan.is_temporal else _of_columns(plan, rows, at, today_us)
    return dataclasses.replace(table, is_own=True)


def _of_windows(plan: PredictionPlan, rows: pd.DataFrame, at: object, today_us: int | None) -> LabelTable:
    rows = rows.sort_values(["anchor_us", "row", *(["step"] if "step" in rows else [])], ignore_index=True)
    rows = _with_any_step(rows) if "step" in rows else rows
    anchors = rows["anchor_us"].to_numpy()
    notes = [f"Your own label table: {len(rows):,} rows from {day(anchors[0])} to {day(anchors[-1])}."]
    if at is not None:
        is_known = closed_rows(plan, rows) <= date_us(plan, at, "at")
        rows, left_out = rows[is_known].reset_index(drop=True), int((~is_known).sum())
        _note_later(plan, notes, left_out, rows, at)
    findings: list[Finding] = []
    regime_words = REGIME_WORDS["time"]
    if "split" in rows:
        rows, drawn = with_validation(plan, rows, closed_rows(plan, rows))
        notes += drawn
        findings = out_of_order(rows, closed_rows(plan, rows))
        regime_words = _as_given(rows)
    else:
        rows, num_left_out = _with_splits(plan, rows)
        if num_left_out:
            notes.append(f"{num_left_out:,} of your rows reach into the next split's windows and were left out.")
    refuse_too_few(plan, rows, without_test=True)
    span = time_span(plan, None, today_us)
    prediction_us = date_us(plan, at, "at") if at is not None else anchors[-1] if span is None else span.last_us
    if span is not None:
        findings += [*span.findings, *stale_rows(plan, rows, span.last_us)] if at is None else []
    table = label_table(
        plan,
        rows,
        closed_us=closed_rows(plan, rows),
        prediction_us=int(prediction_us),
        dropped={},
        notes=[*plan.notes, *zone_notes(plan, {"at": at}), *notes],
        regime_words=regime_words,
    )
    decided_us = None if span is None or at is not None else span.today_us
    return dataclasses.replace(table, findings=tuple(findings), today_us=decided_us)


def _of_columns(plan: PredictionPlan, rows: pd.DataFrame, at: object, today_us: int | None) -> LabelTable:
    asked, now_us = static_rows(plan, at, today_us=today_us)
    own_us = entity_times(plan, now_us)[rows["row"].to_numpy()]
    was_given = "anchor_us" in rows
    rows = rows.assign(anchor_us=_anchors_of_columns(plan, rows, own_us) if was_given else own_us)
    notes = [f"Your own label table: {len(rows):,} rows."]
    has_time = was_given or plan.graph[plan.entity_table].time_column is not None
    is_dated = rows["anchor_us"] != UNKNOWN_TIME_US
    if not is_dated.all():
        notes.append(f"{int((~is_dated).sum()):,} of your rows have no time and were left out.")
    is_later = (rows["anchor_us"] > now_us) if at is not None else np.zeros(len(rows), dtype=bool)
    rows = rows[is_dated & ~is_later].reset_index(drop=True)
    _note_later(plan, notes, int(is_later.sum()), rows, at)
    splits_by_time = has_time and rows["anchor_us"].nunique() > 1
    regime_words = BY_TIME if splits_by_time else BY_KEY
    if "split" in rows:
        rows, drawn = with_validation(plan, rows, rows["anchor_us"].to_numpy())
        notes += drawn
        regime_words = _as_given(rows)
    else:
        rows["split"] = static_split(plan, rows, has_time=splits_by_time)
    rows = rows.sort_values(["anchor_us", "row"], ignore_index=True)
    refuse_too_few(plan, rows, without_test=True)
    num_not_given = int((~asked["row"].isin(rows["row"])).sum())
    table = label_table(
        plan,
        rows,
        closed_us=rows["anchor_us"].to_numpy(dtype=np.int64),
        prediction_us=now_us,
        dropped={_NOT_GIVEN: num_not_given} if num_not_given else {},
        notes=[*plan.notes, *zone_notes(plan, {"at": at}), *notes],
        regime_words=regime_words,
    )
    return table if has_time else without_times(table)


def _anchors_of_columns(plan: PredictionPlan, rows: pd.DataFrame, own_us: np.ndarray) -> np.ndarray:
    """The user's anchors, none of them before the time from which its row is known."""
    anchor_us = rows["anchor_us"].to_numpy()
    time_column = plan.graph[plan.entity_table].time_column
    is_early = anchor_us < own_us
    if time_column is not None and is_early.any():
        place = int(is_early.argmax())
        key = plan.graph[plan.entity_table].frame[plan.entity_key].iloc[rows["row"].iloc[place]]
        raise DataError(
            f"Your label table has {shown(key)} at {day(anchor_us[place])}, before its "
            f"{plan.entity_table}.{time_column}, {day(own_us[place])}.",
            table="labels",
            column="anchor_time",
            example=day(anchor_us[place]),
        )
    return anchor_us


def _as_given(rows: pd.DataFrame) -> str:
    return _AS_GIVEN if (rows["split"] == TEST).any() else _WITHOUT_TEST


def _with_any_step(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of entities that have the label of a step at their anchor."""
    is_known = rows["label"].notna().groupby([rows["anchor_us"], rows["row"]]).transform("any")
    if not is_known.any():
        raise DataError("Your label table has no label.", table="labels", column="label")
    return rows[is_known].reset_index(drop=True)


def _note_later(plan: PredictionPlan, notes: list[str], num_later: int, rows: pd.DataFrame, at: object) -> None:
    """Say what was left out because of ``at``.

    Raises:
        DataError: Nothing is left.
    """
    if not num_later:
        return
    words = f"{num_later:,} of your rows are not known by at={day(date_us(plan, at, 'at'))}"
    if rows.empty:
        raise DataError(f"{words}: none is left.", table="labels", column="anchor_time")
    notes.append(f"{words} and were left out.")


def _with_splits(plan: PredictionPlan, rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The rows with a split by anchor time, without those that reach into the next one."""
    anchor_us = rows["anchor_us"].to_numpy()
    anchors = np.unique(anchor_us)
    held_out = max(1, round(_HELD_OUT_SHARE * len(anchors)))
    splits = split_by_time(anchors, closed(plan, anchors), num_held_out=held_out)
    if splits is None:
        raise DataError(
            f"Your label table has {len(anchors)} anchor times, too close together for three splits. Add older ones, "
            "or say which rows are train, val and test in a column 'split'.",
            table="labels",
            column="anchor_time",
        )
    parts = {TRAIN: splits.train, VAL: splits.val, TEST: splits.test}
    split = np.select([np.isin(anchor_us, times) for times in parts.values()], list(parts), default=-1)
    kept = rows.assign(split=split)[split >= 0].reset_index(drop=True)
    return kept, int((split < 0).sum())
