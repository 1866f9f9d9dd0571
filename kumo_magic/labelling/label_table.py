"""Plan → LabelTable: what is known of the past, split for learning. Labels only; nothing here becomes an input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.labelling.anchor_times import day
from kumo_magic.labelling.population import keyed_frame
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_CLASSES = (TaskType.BINARY, TaskType.MULTICLASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTable:
    """Rows with known labels, in order of anchor time, then of the entity table.

    Attributes:
        frame: The entity key under its own name, ``anchor_time``, ``step`` for forecasts, ``label``, and ``split``
            (train, val or test). A set label is a list; an undefined FORECAST step has no label.
        entity_rows: int64, positions in the entity table.
        anchor_us: int64, microseconds since 1970.
        closed_us: int64, when the row's last window ends: its label is knowable from then on.
        anchors: ``anchor_time``, ``split`` and ``num_rows``.
        prediction_anchor: When the future begins.
        dropped: Why rows of the population have no label here, and how many.
        notes: What a reader of the scores should know.
        regime_words: How validation and test differ from training, for every printed score.
    """

    frame: pd.DataFrame
    entity_rows: np.ndarray
    anchor_us: np.ndarray
    closed_us: np.ndarray
    anchors: pd.DataFrame
    prediction_anchor: pd.Timestamp
    dropped: dict[str, int]
    notes: tuple[str, ...]
    regime_words: str


def label_table(
    plan: PredictionPlan,
    rows: pd.DataFrame,
    *,
    closed_us: np.ndarray,
    prediction_us: int,
    dropped: dict[str, int],
    notes: Sequence[str],
    regime_words: str,
) -> LabelTable:
    """The finished table of ``row``, ``anchor_us``, ``label``, ``split`` (and ``step``)."""
    entity_rows = rows["row"].to_numpy(dtype=np.int64)
    anchor_us = rows["anchor_us"].to_numpy(dtype=np.int64)
    frame = keyed_frame(plan, entity_rows, anchor_us)
    if "step" in rows:
        frame["step"] = rows["step"].to_numpy()
    frame["label"] = _typed(plan, rows["label"])
    frame["split"] = rows["split"].to_numpy()
    counted = frame.groupby(["anchor_time", "split"], sort=True, dropna=False).size().rename("num_rows").reset_index()
    moment = pd.Timestamp(prediction_us, unit="us").as_unit("us")
    return LabelTable(
        frame=frame,
        entity_rows=entity_rows,
        anchor_us=anchor_us,
        closed_us=closed_us,
        anchors=counted,
        prediction_anchor=moment if plan.time_zone is None else moment.tz_localize("UTC"),
        dropped=dropped,
        notes=tuple(dict.fromkeys(notes)),
        regime_words=regime_words,
    )


def refuse_too_few(plan: PredictionPlan, rows: pd.DataFrame) -> None:
    """Return when every split has rows and the training labels differ.

    Raises:
        TooFewLabelsError: They do not.
    """
    counts = rows["split"].value_counts()
    first, last = day(rows["anchor_us"].min()), day(rows["anchor_us"].max())
    empty = [split for split in ("train", "val", "test") if not counts.get(split, 0)]
    if empty:
        have = ", ".join(f"{split} {counts.get(split, 0):,}" for split in ("train", "val", "test"))
        have_label = "row has a label" if len(rows) == 1 else "rows have a label"
        raise TooFewLabelsError(
            f"Only {len(rows):,} {have_label}, too few for three splits ({have}; anchor times {first} to {last}). "
            "Widen WHERE, shorten the window, or add older rows."
        )
    if plan.task_type not in _CLASSES:
        return
    train = rows.loc[rows["split"] == "train", "label"]
    if train.nunique() < 2:
        only = train.iloc[0]
        shown = str(only).lower() if isinstance(only, bool | np.bool_) else repr(only)
        raise TooFewLabelsError(
            f"All {len(train):,} training labels are {shown} (anchor times {first} to {last}): nothing "
            "tells them apart. Change the condition or the window, or widen WHERE."
        )


def _typed(plan: PredictionPlan, labels: pd.Series) -> pd.Series:
    labels = labels.reset_index(drop=True)
    match plan.task_type:
        case TaskType.BINARY:
            return labels.astype(bool)
        case TaskType.REGRESSION | TaskType.FORECASTING:
            has_gaps = labels.isna().any()
            return labels.astype("float64") if has_gaps else labels.infer_objects()
        case TaskType.MULTICLASS:
            return labels.infer_objects()
        case _:
            return labels
