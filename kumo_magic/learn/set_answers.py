"""Probabilities of classes → the frame of a task whose labels are sets: a row per class, or the best of them ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.class_sets import SETS, class_column, class_values
from kumo_magic.tasks.multilabel import best_first

RANKED_COLUMNS, TOLD_COLUMNS = ("rank", "score"), ("prediction", "probability")


def ranked_frame(
    probability: np.ndarray, classes: tuple[object, ...], keyed: pd.DataFrame, plan: PredictionPlan
) -> pd.DataFrame:
    """The k best classes of each row, all where there are fewer: rank, class, and its probability as the score.

    Args:
        probability: Calibrated, float64 [rows, classes].
        classes: By code.
        keyed: [entity key, anchor_time].
        plan: For names, and for k.
    """
    num_ranked = min(plan.k or len(classes), len(classes))
    ranked = best_first(probability)[:, :num_ranked]
    frame = _repeated(keyed, num_ranked)
    frame["rank"] = np.tile(np.arange(1, num_ranked + 1), len(keyed))
    frame[class_column(plan, RANKED_COLUMNS)] = class_values(plan, classes).take(ranked.ravel()).array
    frame["score"] = np.take_along_axis(probability, ranked, axis=1).ravel()
    return frame


def told_frame(
    probability: np.ndarray,
    is_true: np.ndarray,
    classes: tuple[object, ...],
    keyed: pd.DataFrame,
    plan: PredictionPlan,
) -> pd.DataFrame:
    """One row per class in its own order, or per one of the k most probable classes where the query says TOP k.

    Args:
        probability: Calibrated, float64 [rows, classes].
        is_true: Whether that is enough, bool [rows, classes].
        classes: By code.
        keyed: [entity key, anchor_time].
        plan: For names, and for k.
    """
    num_told = min(plan.k or len(classes), len(classes))
    told = np.sort(best_first(probability)[:, :num_told], axis=1)
    frame = _repeated(keyed, num_told)
    frame[class_column(plan, TOLD_COLUMNS)] = class_values(plan, classes).take(told.ravel()).array
    frame["prediction"] = np.take_along_axis(is_true, told, axis=1).ravel()
    frame["probability"] = np.take_along_axis(probability, told, axis=1).ravel()
    return frame


def _repeated(keyed: pd.DataFrame, times: int) -> pd.DataFrame:
    return keyed.loc[keyed.index.repeat(times)].reset_index(drop=True)


def class_in(plan: PredictionPlan, line: pd.DataFrame) -> object:
    """Which class a line of such a frame is about; None where it says none, or the task has no sets."""
    if plan.task_type not in SETS:
        return None
    column = class_column(plan, RANKED_COLUMNS if plan.task_type is TaskType.MULTILABEL_RANKING else TOLD_COLUMNS)
    return line[column].iloc[0] if column in line else None
