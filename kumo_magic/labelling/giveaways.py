"""Columns of the entity table against the labels → those that give the label away. Sampled; learns nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kumo_magic.graph.column import Column
from kumo_magic.graph.stype import Stype
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.plan.bound import BoundColumn, operands
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_LEAST_AUROC = 0.98
_LEAST_KNOWN = 0.5
_FEWEST_OF_A_SIDE = 10
_MOST_ROWS = 100_000
_MOST_CLASSES = 10
_NUM_BINS = 64
_CHANCE = 1e-6
_LEAST_LIFT = 0.8  # of the others, at most this share of what the filled rows have
_TASKS = (TaskType.BINARY, TaskType.MULTICLASS, TaskType.REGRESSION)

Giveaway = tuple[str, str, str]
"""The column, what was found, and what to do."""


def giveaways(plan: PredictionPlan, labels: LabelTable) -> list[Giveaway]:
    """Inputs of the entity table that nearly are the label, or are filled only where it is true."""
    if plan.task_type not in _TASKS:
        return []
    used = _rows(labels)
    entity_rows, label = labels.entity_rows[used], labels.frame["label"].iloc[used].reset_index(drop=True)
    questions = _questions(plan.task_type, label)
    found: list[Giveaway] = []
    for column in _inputs(plan):
        name = f"{plan.entity_table}.{column.name}"
        values = plan.graph[plan.entity_table].frame[column.name]
        filled = _filled(plan, values, entity_rows, label) if plan.task_type == TaskType.BINARY else None
        if filled is not None:
            says = f"{name} gives the label away: {filled}. It seems to be written down after the event."
        else:
            area = _area(plan.task_type, column.stype, values, entity_rows, questions)
            if area is None or area <= _LEAST_AUROC:
                continue
            says = f"{name} gives the label away: alone it reaches AUROC {area:.3f} over the labelled rows."
        found.append(
            (name, says, f"Leave it out unless it is known at the anchor: --stype {name}=ignored on the %graph line.")
        )
    return found


def auroc(scores: np.ndarray, truth: np.ndarray) -> float:
    """The chance that a true row scores above a false one, ties counted half; NaN where a side has too few rows.

    Example:
        >>> auroc(np.arange(40.0), np.arange(40) >= 20)
        1.0
    """
    num_true = int(truth.sum())
    num_false = len(truth) - num_true
    if min(num_true, num_false) < _FEWEST_OF_A_SIDE:
        return float("nan")
    ranks = pd.Series(scores).rank().to_numpy()
    return float((ranks[truth].sum() - num_true * (num_true + 1) / 2) / (num_true * num_false))


def _rows(labels: LabelTable) -> np.ndarray:
    """Rows with a label, evenly thinned where they are many."""
    known = np.flatnonzero(labels.frame["label"].notna().to_numpy())
    return known[:: max(1, -(-len(known) // _MOST_ROWS))]


def _questions(task_type: TaskType, label: pd.Series) -> list[np.ndarray]:
    """The label as yes-or-no questions: itself, above the median, or one for each frequent class."""
    match task_type:
        case TaskType.BINARY:
            return [label.to_numpy(dtype=bool)]
        case TaskType.REGRESSION:
            numbers = pd.to_numeric(label).to_numpy(dtype=np.float64)
            return [numbers > np.median(numbers)] if len(numbers) else []
        case _:
            return [(label == value).to_numpy(dtype=bool) for value in label.value_counts().index[:_MOST_CLASSES]]


def _inputs(plan: PredictionPlan) -> Iterator[Column]:
    """Columns of the entity table that are inputs: no keys, not its own times, not what is asked for."""
    table = plan.graph[plan.entity_table]
    asked = {
        operand.name
        for operand in operands(plan.target)
        if isinstance(operand, BoundColumn) and operand.table == plan.entity_table
    }
    for name, column in table.columns.items():
        is_input = column.stype not in (Stype.KEY, Stype.IGNORED)
        if is_input and name not in asked and name not in (table.time_column, table.end_time_column):
            yield column


def _filled(plan: PredictionPlan, values: pd.Series, entity_rows: np.ndarray, label: pd.Series) -> str | None:
    """Whether a column has values only where the label is true, at this anchor or at any of the entity's anchors."""
    has_value = values.notna().to_numpy()
    if has_value.all():
        return None
    truth = label.to_numpy(dtype=bool)
    in_rows = has_value[entity_rows]
    if _is_only_where_true(in_rows, truth):
        return f"filled in {int(in_rows.sum()):,} labelled rows, and the label is true in every one of them"
    entities, place = np.unique(entity_rows, return_inverse=True)
    ever = np.zeros(len(entities), dtype=bool)
    np.logical_or.at(ever, place, truth)
    if _is_only_where_true(has_value[entities], ever):
        return (
            f"filled for {int(has_value[entities].sum()):,} {plan.entity_table}, "
            "and for every one of them a label is true"
        )
    return None


def _is_only_where_true(filled: np.ndarray, truth: np.ndarray) -> bool:
    """All filled ones are true, clearly fewer of the others are, and chance would not do that."""
    num_filled = int(filled.sum())
    if num_filled < _FEWEST_OF_A_SIDE or num_filled == len(filled) or not truth[filled].all():
        return False
    return bool(truth[~filled].mean() <= _LEAST_LIFT and truth.mean() ** num_filled < _CHANCE)


def _area(
    task_type: TaskType, stype: Stype, values: pd.Series, entity_rows: np.ndarray, questions: list[np.ndarray]
) -> float | None:
    """How well a column alone answers, either way round, averaged over the questions; missing numbers are left out."""
    if stype is Stype.NUMERICAL:
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        scores = numbers[entity_rows]
        known = ~np.isnan(scores)
        if task_type == TaskType.MULTICLASS:
            edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, _NUM_BINS + 1))) if known.any() else numbers[:0]
            return _mean_area([_of_codes(np.searchsorted(edges, scores), entity_rows, truth) for truth in questions])
        if known.mean() < _LEAST_KNOWN:
            return None
        areas = [auroc(scores[known], truth[known]) for truth in questions]
        return _mean_area([max(area, 1 - area) for area in areas])
    if stype is Stype.CATEGORICAL:
        codes = pd.factorize(values)[0][entity_rows] + 1  # 0: missing
        return _mean_area([_of_codes(codes, entity_rows, truth) for truth in questions])
    return None


def _of_codes(codes: np.ndarray, entity_rows: np.ndarray, truth: np.ndarray) -> float:
    """How well the share of true rows in a row's category answers; shares come from the other half of the entities.

    With shares of its own rows, a column of unique names would be perfect.
    """
    half = (entity_rows * np.int64(2_654_435_761) >> np.int64(16)) & 1
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
