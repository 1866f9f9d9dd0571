"""A user's own label table → a checked LabelTable with splits. The query still says who, when and how far ahead."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError, OptionError
from kumo_magic.labelling.anchor_times import closed, day, moment_us, time_span
from kumo_magic.labelling.label_table import LabelTable, label_table, refuse_too_few
from kumo_magic.labelling.split import SPLITS, TEST, TRAIN, VAL, split_by_time
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_HELD_OUT_SHARE = 0.1
_NUMBERS = (TaskType.BINARY, TaskType.REGRESSION)


def own_label_table(plan: PredictionPlan, frame: pd.DataFrame, *, at: object = None) -> LabelTable:
    """The label table of a frame.

    Args:
        plan: A plan over one window: its horizon says when each label is known.
        frame: [entity key, anchor_time, label] and, where the user wants to say so, split (train, val or test). Without
            it the newest tenth of the anchor times tests and the tenth before validates.
        at: The prediction anchor; None for the end of the data.

    Raises:
        OptionError: The target is a FORECAST, or a column without a window.
        DataError: A column is missing, a key is unknown, a label or time is missing, or a row comes twice.
        TooFewLabelsError: Too few rows for three splits, or nothing that differs.
    """
    if plan.forecast_steps > 1 or not plan.is_temporal:
        what = "a FORECAST" if plan.is_temporal else "a column without a window"
        raise OptionError(f"labels= cannot be given for {what} yet. Leave it out, or predict one window.")
    key = plan.entity_key
    for column in (key, "anchor_time", "label"):
        if column not in frame:
            raise DataError(
                f"Your label table has no column {column!r}: give {key!r}, 'anchor_time' and 'label'.",
                table="labels",
                column=column,
            )
    for column in (key, "anchor_time", "label"):
        if frame[column].isna().any():
            place = int(np.flatnonzero(frame[column].isna())[0])
            raise DataError(
                f"Row {place:,} of your label table has no {column}.", table="labels", column=column, example=None
            )
    anchor_us = np.array([moment_us(value, "anchor_time") for value in frame["anchor_time"].unique()], dtype=np.int64)
    anchor_us = anchor_us[pd.factorize(frame["anchor_time"])[0]]
    rows = pd.DataFrame({"row": _entity_rows(plan, frame[key]), "anchor_us": anchor_us, "label": _labels(plan, frame)})
    twice = rows.duplicated(["row", "anchor_us"])
    if twice.any():
        place = int(np.flatnonzero(twice)[0])
        raise DataError(
            f"Your label table has {frame[key].iloc[place]!r} twice at {frame['anchor_time'].iloc[place]}.",
            table="labels",
            column=key,
            example=frame[key].iloc[place],
        )
    if "split" in frame:
        unknown = ~frame["split"].isin(SPLITS)
        if unknown.any():
            wrong = frame["split"][unknown].iloc[0]
            raise DataError(
                f"{wrong!r} is no split. Write train, val or test.", table="labels", column="split", example=wrong
            )
        rows["split"] = frame["split"].map({name: place for place, name in enumerate(SPLITS)}).to_numpy()
    rows = rows.sort_values(["anchor_us", "row"], kind="stable", ignore_index=True)
    anchors = rows["anchor_us"].to_numpy()
    notes = [f"Your own label table: {len(rows):,} rows from {day(anchors[0])} to {day(anchors[-1])}."]
    if "split" not in rows:
        rows, num_left_out = _with_splits(plan, rows)
        if num_left_out:
            notes.append(f"{num_left_out:,} of your rows reach into the next split's windows and were left out.")
    refuse_too_few(plan, rows)
    span = time_span(plan, None)
    prediction_us = moment_us(at, "at") if at is not None else anchors[-1] if span is None else span.last_us
    table = label_table(
        plan,
        rows,
        closed_us=closed(plan, rows["anchor_us"].to_numpy()),
        prediction_us=int(prediction_us),
        dropped={},
        notes=[*plan.notes, *notes],
        regime_words="validated and tested on later anchor times than it learned from",
    )
    return dataclasses.replace(table, is_own=True)


def _entity_rows(plan: PredictionPlan, keys: pd.Series) -> np.ndarray:
    entity = plan.graph[plan.entity_table].frame[plan.entity_key]
    positions = pd.Index(entity.astype(object)).get_indexer(pd.Index(keys.astype(object)))
    if (positions < 0).any():
        unknown = keys[positions < 0].iloc[0]
        raise DataError(
            f"{int((positions < 0).sum()):,} rows of your label table name a {plan.entity_key} that is not in "
            f"{plan.entity_table!r}.",
            table="labels",
            column=plan.entity_key,
            example=unknown,
        )
    return positions.astype(np.int64)


def _labels(plan: PredictionPlan, frame: pd.DataFrame) -> np.ndarray:
    labels = frame["label"]
    if plan.task_type not in _NUMBERS:
        return labels.to_numpy(dtype=object)
    numbers = pd.to_numeric(labels, errors="coerce").astype("float64")
    is_wrong = numbers.isna() | (~numbers.isin((0, 1)) if plan.task_type is TaskType.BINARY else False)
    if is_wrong.any():
        wrong = labels[is_wrong].iloc[0]
        wanted = "true or false" if plan.task_type is TaskType.BINARY else "a number"
        raise DataError(
            f"The label {wrong!r} is not {wanted}, as the query asks for.",
            table="labels",
            column="label",
            example=wrong,
        )
    return numbers.to_numpy(dtype=bool) if plan.task_type is TaskType.BINARY else numbers.to_numpy()


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
