"""Rows that a user names → whom a trained model answers, checked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError, OptionError
from kumo_magic.graph.key_rows import key_rows
from kumo_magic.labelling import LabelTable, Population
from kumo_magic.labelling.asked_time import MISSING_US, column_us
from kumo_magic.labelling.population import moments
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.timeline.times import NEVER, microseconds


def one_row(plan: PredictionPlan, labels: LabelTable, row: object) -> pd.DataFrame:
    """A key, a mapping, a Series or a frame of one line as a frame of one line, with an anchor time.

    Raises:
        OptionError: The frame has another number of lines.
    """
    if isinstance(row, pd.DataFrame):
        frame = row
    elif isinstance(row, (pd.Series, Mapping)):
        frame = pd.DataFrame({name: [value] for name, value in row.items()})
    else:
        frame = pd.DataFrame({column: [value] for column, value in _named(plan, row).items()})
    if len(frame) != 1:
        raise OptionError(f"explain() takes one row, not {len(frame):,}. Give one line, such as frame.iloc[0].")
    if "anchor_time" in frame:
        return frame
    when = labels.prediction_anchor if plan.is_temporal else pd.NaT
    return frame.assign(anchor_time=pd.Series([when], index=frame.index))


def _named(plan: PredictionPlan, key: object) -> dict[str, object]:
    """The columns of the entity's key with their values.

    Raises:
        OptionError: The key has several columns, and other than as many values were given.
    """
    columns = plan.key_columns
    if len(columns) == 1:
        return {columns[0]: key}
    if not isinstance(key, (tuple, list)) or len(key) != len(columns):
        raise OptionError(f"{key!r} names no row of {plan.entity_table!r}. Give ({', '.join(columns)}), or a line.")
    return dict(zip(columns, key, strict=True))


def named_rows(plan: PredictionPlan, rows: pd.DataFrame) -> Population:
    """The population of rows with an entity key and an ``anchor_time``.

    Raises:
        DataError: A column is missing, a key is not in the entity table, or an anchor time is none or may be two.
    """
    for column in (*plan.key_columns, "anchor_time"):
        if column not in rows:
            raise DataError(f"The rows need a column {column!r}.", table=plan.entity_table, column=column)
    asked = plan.keys_in(rows)
    positions = key_rows(plan.graph[plan.entity_table], asked)
    if (positions < 0).any():
        unknown = asked[positions < 0].iloc[0]
        raise DataError(
            f"{int((positions < 0).sum())} of the rows name a {plan.entity_key} that is not in {plan.entity_table!r}.",
            table=plan.entity_table,
            column=plan.entity_key,
            example=unknown,
        )
    anchor_us = _anchors(plan, rows["anchor_time"])
    frame = rows[list(plan.key_columns)].reset_index(drop=True)
    frame["anchor_time"] = moments(plan, anchor_us)
    return Population(
        frame=frame,
        entity_rows=positions,
        anchor_us=np.where(anchor_us == MISSING_US, NEVER, anchor_us),
    )


def _anchors(plan: PredictionPlan, times: pd.Series) -> np.ndarray:
    """The anchors, MISSING_US where none is given, which only a column's value may lack."""
    anchor_us = column_us(plan, times, "rows")
    is_missing = anchor_us == MISSING_US
    if plan.is_temporal and is_missing.any():
        row = int(is_missing.argmax())
        raise DataError(
            f"rows.anchor_time is missing in row {row:,}: a window needs a day to begin at.",
            table="rows",
            column="anchor_time",
            example=f"row {row}",
        )
    return anchor_us


def refuse_early_anchors(plan: PredictionPlan, labels: LabelTable, population: Population) -> None:
    """Return when no anchor lies before the prediction anchor of the model's labels.

    Raises:
        DataError: One does, where the model would know the future.
    """
    seen_us = int(microseconds(pd.Series([labels.prediction_anchor.tz_localize(None)]))[0])
    early = (population.anchor_us < seen_us) & plan.is_temporal
    if early.any():
        first = population.frame.loc[early].iloc[0]
        raise DataError(
            f"The model has seen data up to {pd.Timestamp(seen_us, unit='us')}; at an earlier anchor time it would "
            "know the future.",
            table=plan.entity_table,
            column="anchor_time",
            example=first["anchor_time"],
            hint="Fit a model as of that day with at=.",
        )
