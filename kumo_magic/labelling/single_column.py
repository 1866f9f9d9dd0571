"""One column against labels → how well it answers alone. Knows where no value comes from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.graph.stype import Stype
from kumo_magic.plan.task_type import TaskType

FEWEST_OF_A_SIDE = 10
_LEAST_KNOWN = 0.5
_MOST_CLASSES = 10
_NUM_BINS = 64
_CHANCE = 1e-6
_LEAST_LIFT = 0.8  # of the others, at most this share of what the filled rows have


def auroc(scores: np.ndarray, truth: np.ndarray) -> float:
    """The chance that a true row scores above a false one, ties counted half; NaN where a side has too few rows.

    Example:
        >>> auroc(np.arange(40.0), np.arange(40) >= 20)
        1.0
    """
    num_true = int(truth.sum())
    num_false = len(truth) - num_true
    if min(num_true, num_false) < FEWEST_OF_A_SIDE:
        return float("nan")
    ranks = pd.Series(scores).rank().to_numpy()
    return float((ranks[truth].sum() - num_true * (num_true + 1) / 2) / (num_true * num_false))


def questions_of(task_type: TaskType, label: pd.Series) -> list[np.ndarray]:
    """The label as yes-or-no questions: itself, above the median, or one for each frequent class."""
    match task_type:
        case TaskType.BINARY:
            return [label.to_numpy(dtype=bool)]
        case TaskType.REGRESSION:
            numbers = pd.to_numeric(label).to_numpy(dtype=np.float64)
            return [numbers > np.median(numbers)] if len(numbers) else []
        case _:
            return [(label == value).to_numpy(dtype=bool) for value in label.value_counts().index[:_MOST_CLASSES]]


def area_of(
    task_type: TaskType, stype: Stype, values: pd.Series, groups: np.ndarray, questions: list[np.ndarray]
) -> float | None:
    """How well a column alone answers, either way round, averaged over the questions. Missing numbers are left out.

    Args:
        task_type: What is asked.
        stype: The column's.
        values: The column's value in every labelled row.
        groups: int64, rows that share one are not independent: the entity, or the parent.
        questions: The label as yes-or-no questions.
    """
    if stype in (Stype.NUMERICAL, Stype.TIMESTAMP):
        scores = _numbers(values)
        known = ~np.isnan(scores)
        if task_type == TaskType.MULTICLASS:
            edges = np.unique(np.nanquantile(scores, np.linspace(0, 1, _NUM_BINS + 1))) if known.any() else scores[:0]
            return _mean_area([_of_codes(np.searchsorted(edges, scores), groups, truth) for truth in questions])
        if known.mean() < _LEAST_KNOWN:
            return None
        areas = [auroc(scores[known], truth[known]) for truth in questions]
        return _mean_area([max(area, 1 - area) for area in areas])
    if stype is Stype.CATEGORICAL:
        codes = pd.factorize(values)[0] + 1  # 0: missing
        return _mean_area([_of_codes(codes, groups, truth) for truth in questions])
    return None


def is_only_where_true(filled: np.ndarray, truth: np.ndarray) -> bool:
    """All filled ones are true, clearly fewer of the others are, and chance would not do that."""
    num_filled = int(filled.sum())
    if num_filled < FEWEST_OF_A_SIDE or num_filled == len(filled) or not truth[filled].all():
        return False
    return bool(truth[~filled].mean() <= _LEAST_LIFT and truth.mean() ** num_filled < _CHANCE)


def _numbers(values: pd.Series) -> np.ndarray:
    """float64, NaN for missing; of times in microseconds."""
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    times = values.to_numpy(dtype="datetime64[us]")
    return np.where(np.isnat(times), np.nan, times.view(np.int64).astype(np.float64))


def _of_codes(codes: np.ndarray, groups: np.ndarray, truth: np.ndarray) -> float:
    """How well the share of true rows in a row's category answers; shares come from the other half of the groups.

    With shares of its own rows, a column of unique names would be perfect.
    """
    half = (groups * np.int64(2_654_435_761) >> np.int64(16)) & 1
    scores = np.empty(len(codes))
    num_codes = int(codes.max(initial=0)) + 1
    for side in (0, 1):
        others = half != side
        base = truth[others].mean() if others.any() else 0.5
        counts = np.bincount(codes[others], minlength=num_codes)
        trues = np.bincount(codes[others], weights=truth[others], minlength=num_codes)
        scores[~others] = ((trues + base) / (counts + 1))[codes[~others]]
    return auroc(scores, truth)


def _mean_area(areas: list[float]) -> float | None:
    known = [area for area in areas if not np.isnan(area)]
    return float(np.mean(known)) if known else None
