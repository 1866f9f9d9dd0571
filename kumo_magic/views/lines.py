"""A run's frame as it is now → its lines: a row each, or an entity's list, steps or classes in one. Writes no text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.plan.task_type import SEVERAL_ROWS, TaskType
from kumo_magic.views.plain import text

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

_MAIN = {
    TaskType.BINARY: ("probability", "probability"),
    TaskType.MULTICLASS: ("probability", "probability of the prediction"),
    TaskType.REGRESSION: ("prediction", "prediction"),
    TaskType.FORECASTING: ("prediction", "mean over the steps"),
    TaskType.MULTILABEL_CLASSIFICATION: ("probability", "highest probability"),
    TaskType.LINK_PREDICTION: ("score", "best score"),
    TaskType.MULTILABEL_RANKING: ("score", "best score"),
}
_GROUPED = (*SEVERAL_ROWS, TaskType.FORECASTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What the explorer lists. Places are positions in the frame.

    Attributes:
        frame: The rows.
        task_type: What they answer.
        key: What the entity's key is called.
        keys: The entity of each row, as one value.
        part: Of a line of several rows the column that tells them apart; None for a row each.
        rows: int64 [rows], places, those of a line one after the other.
        starts: int64 [lines + 1]: line i has ``rows[starts[i]:starts[i + 1]]``.
        main: float64 [lines], what a line is first of all sorted and filtered by.
        main_name: What that is.
    """

    frame: pd.DataFrame
    task_type: TaskType
    key: str
    keys: pd.Series
    part: str | None
    rows: np.ndarray
    starts: np.ndarray
    main: np.ndarray
    main_name: str

    def __len__(self) -> int:
        return len(self.starts) - 1

    def values(self, column: str) -> pd.Series:
        """A column of the frame, or the keys of its rows."""
        return self.keys if column == self.key else self.frame[column]

    @property
    def firsts(self) -> np.ndarray:
        """The place of the first row of each line, int64 [lines]."""
        return self.rows[self.starts[:-1]]

    def first(self, line: int) -> int:
        """The place of the first row of a line."""
        return int(self.rows[self.starts[line]])

    @property
    def line_of_rows(self) -> np.ndarray:
        """Which line each of ``rows`` is in, int64 [rows]."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def places(self, line: int) -> np.ndarray:
        """The rows of a line: steps and ranks in their order, classes the most probable first."""
        places = self.rows[self.starts[line] : self.starts[line + 1]]
        match self.task_type:
            case TaskType.FORECASTING:
                order = self.frame["step"].to_numpy()[places]
            case TaskType.LINK_PREDICTION | TaskType.MULTILABEL_RANKING:
                order = self.frame["rank"].to_numpy()[places]
            case TaskType.MULTILABEL_CLASSIFICATION:
                order = -self.frame["probability"].to_numpy()[places]
            case _:
                return places
        return places[np.argsort(order, kind="stable")]


def lines_of(run: Prediction) -> Lines:
    """The lines, in the frame's order.

    Raises:
        OptionError: The frame lacks a column by now.
    """
    frame, plan = run.frame, run.plan
    column, main_name = _MAIN[plan.task_type]
    if plan.positive_class is not None:
        main_name = f"probability of {text(plan.positive_class)}"
    part = _part_column(frame, plan.task_type)
    _check_columns(frame, [*plan.key_columns, "anchor_time", column, *([] if part is None else [part])])
    values, keys = frame[column].to_numpy(dtype=np.float64, na_value=np.nan), plan.keys_in(frame)
    if plan.task_type not in _GROUPED:
        rows, starts, main = np.arange(len(frame)), np.arange(len(frame) + 1), values
    else:
        rows, starts = _grouped(keys, frame["anchor_time"])
        main = _summed_up(values[rows], starts, is_mean=plan.task_type is TaskType.FORECASTING)
    return Lines(
        frame=frame,
        task_type=plan.task_type,
        key=plan.entity_key,
        keys=keys,
        part=part,
        rows=rows,
        starts=starts,
        main=main,
        main_name=main_name,
    )


def _part_column(frame: pd.DataFrame, task_type: TaskType) -> str | None:
    """Which column names an item, a step or a class."""
    columns = [str(column) for column in frame.columns]
    match task_type:
        case TaskType.FORECASTING:
            return "step"
        case TaskType.LINK_PREDICTION | TaskType.MULTILABEL_RANKING:
            _check_columns(frame, ["rank"])
            return columns[columns.index("rank") + 1]
        case TaskType.MULTILABEL_CLASSIFICATION:
            return columns[columns.index("anchor_time") + 1]
        case _:
            return None


def _check_columns(frame: pd.DataFrame, columns: list[str]) -> None:
    for column in columns:
        if column not in frame:
            raise OptionError(f"The run's frame has no column {column!r} any more, so its rows cannot be shown.")


def _grouped(keys: pd.Series, anchor_times: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one key and anchor together, groups in order of their first row; and where each group starts."""
    of_keys, _ = pd.factorize(keys)
    of_anchors, anchors = pd.factorize(anchor_times)
    groups, _ = pd.factorize(of_keys.astype(np.int64) * (len(anchors) + 1) + of_anchors)
    return np.argsort(groups, kind="stable"), np.append(0, np.cumsum(np.bincount(groups))).astype(np.int64)


def _summed_up(values: np.ndarray, starts: np.ndarray, *, is_mean: bool) -> np.ndarray:
    """The mean or the greatest of each group's values, float64 [groups]."""
    if not len(values):
        return np.empty(0)
    if is_mean:
        return np.add.reduceat(values, starts[:-1]) / np.diff(starts)
    return np.fmax.reduceat(values, starts[:-1])
