"""A user's labelled rows with splits → some that validate, where none do, and what is odd of them. No labels."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.finding import Finding
from kumo_magic.labelling.anchor_times import day
from kumo_magic.labelling.split import ASIDE, HELD_OUT_SHARE, TEST, TRAIN, VAL, held_out_order
from kumo_magic.plan.plan import PredictionPlan

_NAMES = {TRAIN: "train", VAL: "validation", TEST: "test"}
_VAL_SHARE = 0.1


def with_validation(plan: PredictionPlan, rows: pd.DataFrame, closed_us: np.ndarray) -> tuple[pd.DataFrame, list[str]]:
    """The rows, of which some validate: the newest tenth of the train anchors, or a fifth of the entities.

    Args:
        plan: Its entity table has the keys that entities are drawn by.
        rows: ``row``, ``anchor_us`` and ``split``, its place in SPLITS.
        closed_us: When each row's last window ends.
    """
    is_train = rows["split"].to_numpy() == TRAIN
    if (rows["split"] == VAL).any() or not is_train.any():
        return rows, []
    split, anchor_us = rows["split"].to_numpy(copy=True), rows["anchor_us"].to_numpy()
    anchors = np.unique(anchor_us[is_train])
    val_us = anchors[-max(1, round(_VAL_SHARE * len(anchors)))]
    stays = is_train & (closed_us <= val_us) & (anchor_us < val_us)
    if stays.any():
        validates = is_train & (anchor_us >= val_us)
        split[is_train & ~stays & ~validates] = ASIDE
        words = f"those from {day(val_us)} on validate"
    else:
        there = np.unique(rows["row"].to_numpy()[is_train])
        keys = plan.graph[plan.entity_table].frame[plan.entity_key].iloc[there]
        drawn = there[held_out_order(keys)][: max(1, round(HELD_OUT_SHARE * len(there)))]
        validates = is_train & np.isin(rows["row"].to_numpy(), drawn)
        words = f"those of {len(drawn):,} {plan.entity_table}, drawn by their keys, validate"
    split[validates] = VAL
    notes = [f"Your label table has no validation rows: of its {int(is_train.sum()):,} train rows {words}."]
    num_aside = int((split == ASIDE).sum())
    if num_aside:
        notes.append(f"{num_aside:,} of your rows reach into the validation windows and were left out.")
    return rows.assign(split=split)[split != ASIDE].reset_index(drop=True), notes


def out_of_order(rows: pd.DataFrame, closed_us: np.ndarray) -> list[Finding]:
    """Rows that are learned or chosen from, and end after the first row that is scored."""
    split, anchor_us = rows["split"].to_numpy(), rows["anchor_us"].to_numpy()
    for earlier, later in ((TRAIN, VAL), (TRAIN, TEST), (VAL, TEST)):
        if not (split == later).any():
            continue
        first_us = anchor_us[split == later].min()
        is_late = (split == earlier) & (closed_us > first_us)
        if is_late.any():
            rows_of, scored = f"{int((split == earlier).sum()):,} {_NAMES[earlier]} rows", _NAMES[later]
            return [
                Finding(
                    about="labels.split",
                    says=f"{int(is_late.sum()):,} of your {rows_of} have windows that end after {day(first_us)}, the "
                    f"first {scored} row: the {scored} scores say little about change over time, and may be too good.",
                    next_step=f"Let the {_NAMES[earlier]} windows end before the {scored} rows begin, or leave out the "
                    "column split.",
                )
            ]
    return []


def stale_rows(plan: PredictionPlan, rows: pd.DataFrame, last_us: int) -> list[Finding]:
    """Rows that are asked long after the last row of the target tables."""
    limit_us = int(plan.window_length.add_us(np.array([last_us]))[0])
    is_stale = rows["anchor_us"].to_numpy() > limit_us
    if not is_stale.any():
        return []
    return [
        Finding(
            about="labels.anchor_time",
            says=f"{int(is_stale.sum()):,} of your {len(rows):,} labelled rows are asked more than "
            f"{plan.window_length.words} after {day(last_us)}, where {' and '.join(plan.target_tables)} end: nothing "
            "newer than that is known of them.",
            next_step="Add the newer rows to the tables, or leave these labels out.",
        )
    ]
