"""A plan over columns → its LabelTable, and whom it predicts: rows whose value is missing. No windows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kumo_magic.labelling import clock
from kumo_magic.labelling.asked_time import date_us, zone_notes
from kumo_magic.labelling.label_notes import orphan_notes
from kumo_magic.labelling.label_rows import label_rows
from kumo_magic.labelling.label_table import LabelTable, label_table, refuse_too_few, too_few
from kumo_magic.labelling.population import Population, keyed_frame, selected_rows
from kumo_magic.labelling.source import open_source
from kumo_magic.labelling.split import SPLITS, TEST, TRAIN, VAL, held_out_order
from kumo_magic.labelling.stray_times import usual_stretch
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

UNKNOWN_TIME_US = np.int64(np.iinfo(np.int64).min)  # numpy's NaT
BY_TIME = "validated and tested on later rows than it learned from"
BY_KEY = "validated and tested on other rows, drawn at random: these scores say nothing about change over time"
_TRAIN_SHARE, _VAL_SHARE = 0.8, 0.1


def build_static_label_table(plan: PredictionPlan, *, at: object = None, today_us: int | None = None) -> LabelTable:
    """Rows whose value is present, split 80/10/10 by their own time, or at random by their key.

    Raises:
        TooFewLabelsError: Too few values are present, or none differs.
    """
    rows, now_us = static_rows(plan, at, today_us=today_us)
    has_time = plan.graph[plan.entity_table].time_column is not None
    known = rows[rows["is_defined"]].reset_index(drop=True)
    missing = len(rows) - len(known)
    if known.empty:
        raise too_few(plan, f"No row of '{plan.entity_table}' has a value to learn from. Widen WHERE.")
    known["split"] = static_split(plan, known, has_time=has_time)
    if has_time:
        known = known.sort_values(["anchor_us", "row"], ignore_index=True)
    refuse_too_few(plan, known)
    notes = [*plan.notes, *zone_notes(plan, {"at": at}), *orphan_notes(plan)]
    if not has_time:
        notes.append(f"'{plan.entity_table}' has no time column: its rows are split at random, by their keys.")
    table = label_table(
        plan,
        known,
        closed_us=known["anchor_us"].to_numpy(dtype=np.int64),
        prediction_us=now_us,
        dropped={"the value is missing": missing} if missing else {},
        notes=notes,
        regime_words=BY_TIME if has_time else BY_KEY,
    )
    goes_on = at is None and not has_time and bool((_all_times(plan) > now_us).any())
    return table if has_time else replace(without_times(table), today_us=now_us if goes_on else None)


def build_static_population(plan: PredictionPlan, at: object = None, own: LabelTable | None = None) -> Population:
    """Rows whose value is missing, or those that FOR names; where none is missing, the rows of the test split.

    Where a user's own labels take the place of the column, a value is missing where they do not have the row.
    """
    rows, _ = static_rows(plan, at)
    notes: list[str] = []
    chosen = selected_rows(plan)
    if chosen is not None:
        everyone = rows if plan.where is None else static_rows(plan, at, filtered=False)[0]
        rows = everyone[everyone["row"].isin(chosen)]
    elif plan.task_type != TaskType.STATIC_LINK_PREDICTION:
        is_missing = ~rows["is_defined"] if own is None else ~rows["row"].isin(own.entity_rows)
        if len(rows) and not is_missing.any():
            is_missing = _is_tested(plan, rows, own)
            is_hidden = own is not None and not (own.frame["split"] == SPLITS[TEST]).any()
            name = "validation" if is_hidden else "test"
            notes.append(f"No value is missing, so the rows of the {name} split are predicted.")
        rows = rows[is_missing]
    entity_rows = rows["row"].to_numpy(dtype=np.int64)
    anchor_us = rows["anchor_us"].to_numpy(dtype=np.int64)
    frame = keyed_frame(plan, entity_rows, anchor_us)
    if plan.graph[plan.entity_table].time_column is None:
        frame["anchor_time"] = pd.NaT
        frame["anchor_time"] = frame["anchor_time"].astype("datetime64[us]")
    return Population(frame=frame, entity_rows=entity_rows, anchor_us=anchor_us, notes=tuple(notes))


def _is_tested(plan: PredictionPlan, rows: pd.DataFrame, own: LabelTable | None) -> np.ndarray:
    """Which rows are of the test split, or validate where there is none: none of them was learned from."""
    if own is not None:
        has_test = (own.frame["split"] == SPLITS[TEST]).any()
        return rows["row"].isin(own.entity_rows[own.frame["split"] == SPLITS[TEST if has_test else VAL]]).to_numpy()
    has_time = plan.graph[plan.entity_table].time_column is not None
    return static_split(plan, rows, has_time=has_time) == TEST


def static_rows(
    plan: PredictionPlan, at: object, *, filtered: bool = True, today_us: int | None = None
) -> tuple[pd.DataFrame, int]:
    """All rows with their labels and anchors, and the moment that counts as now.

    A row's anchor is its own time; without a time column it is now. Rows without a time, or after now, are left out.
    """
    asked = plan if filtered else replace(plan, where=None)
    rows = label_rows(asked, open_source(asked), None)
    now_us = _last_time(plan, today_us) if at is None else date_us(plan, at, "at")
    rows["anchor_us"] = entity_times(plan, now_us)[rows["row"].to_numpy()]
    is_there = rows["anchor_us"] != UNKNOWN_TIME_US
    if at is not None:
        is_there &= rows["anchor_us"] <= now_us
    return rows[is_there].reset_index(drop=True), now_us


def entity_times(plan: PredictionPlan, now_us: int) -> np.ndarray:
    """The time of every row of the entity table, int64 microseconds: now where none has one."""
    entity = plan.graph[plan.entity_table]
    if entity.time_column is None:
        return np.full(entity.num_rows, now_us, dtype=np.int64)
    return entity.frame[entity.time_column].dt.as_unit("us").to_numpy(dtype="datetime64[us]").astype(np.int64)


def _last_time(plan: PredictionPlan, today_us: int | None) -> int:
    """The last time anywhere in the graph; 1970 where there is none.

    Where rows have no time of their own it is now for all of them: today at most where times lie on both sides.
    """
    if plan.graph[plan.entity_table].time_column is not None:
        return int(_all_times(plan).max(initial=0))
    has_zone = any(table.time_zone is not None for table in plan.graph.tables.values())
    now_us = clock.now_us(has_zone=has_zone) if today_us is None else today_us
    by_now = _all_times(plan, until_us=now_us)
    return int((by_now if len(by_now) else _all_times(plan)).max(initial=0))


def _all_times(plan: PredictionPlan, until_us: int | None = None) -> np.ndarray:
    """The times of all tables, int64 microseconds; those up to a day alone, and without a table's stray ones."""
    found = [np.empty(0, dtype=np.int64)]
    for table in plan.graph.tables.values():
        if table.time_column is None:
            continue
        times = table.frame[table.time_column].dropna().to_numpy(dtype="datetime64[us]").astype(np.int64)
        if until_us is not None:
            times = times[times <= until_us]
            times = times[times <= usual_stretch(times)[1]] if len(times) else times
        found.append(times)
    return np.concatenate(found)


def static_split(plan: PredictionPlan, rows: pd.DataFrame, *, has_time: bool) -> np.ndarray:
    """80/10/10, rows of one time together."""
    keys = plan.graph[plan.entity_table].frame[plan.entity_key].iloc[rows["row"].to_numpy()]
    place = np.empty(len(rows), dtype=np.int64)
    if has_time:
        place[:] = np.searchsorted(np.sort(rows["anchor_us"].to_numpy()), rows["anchor_us"].to_numpy(), side="left")
    else:
        place[held_out_order(keys)] = np.arange(len(rows))
    num_train = round(len(rows) * _TRAIN_SHARE)
    num_val = round(len(rows) * (_TRAIN_SHARE + _VAL_SHARE))
    return np.select([place < num_train, place < num_val], [TRAIN, VAL], default=TEST)


def without_times(table: LabelTable) -> LabelTable:
    """The label table of rows that have no time of their own: no anchor time is shown."""
    frame = table.frame.assign(anchor_time=pd.Series(pd.NaT, index=table.frame.index, dtype="datetime64[us]"))
    counts = frame["split"].value_counts().rename_axis("split").rename("num_rows").reset_index()
    counts.insert(0, "anchor_time", pd.Series(pd.NaT, index=counts.index, dtype="datetime64[us]"))
    return replace(table, frame=frame, anchors=counts)
