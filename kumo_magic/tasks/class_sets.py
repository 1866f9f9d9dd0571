"""Labels that are sets → which classes are told apart, and which of them each label holds. Learns nothing."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pandas as pd

from kumo_magic.plan.bound import BoundAggregation, BoundColumn, Kind
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

MOST_CLASSES = 100
"""That are told apart; of more the most frequent ones."""
SETS = (TaskType.MULTILABEL_RANKING, TaskType.MULTILABEL_CLASSIFICATION)
_MOST_LISTED = 5


def classes_of(labels: pd.Series, is_training: np.ndarray, most: int = MOST_CLASSES) -> tuple[object, ...]:
    """The classes to tell apart, in their natural order.

    The most frequent of the training rows come first; those that only other rows have fill up what is left.

    Args:
        labels: Sets, as lists.
        is_training: bool, one per label.
        most: How many classes at most.
    """
    rows, members = _flat(labels)
    codes, found = pd.factorize(members)
    trained = np.bincount(codes[is_training[rows]], minlength=len(found))
    total = np.bincount(codes, minlength=len(found))
    kept = np.lexsort((-total, -trained))[:most]
    return tuple(sorted((found[place] for place in kept), key=_natural))


def has_class(classes: tuple[object, ...], labels: pd.Series) -> np.ndarray:
    """Which classes each label holds, bool [labels, classes]."""
    rows, members = _flat(labels)
    codes = pd.Index(list(classes), dtype=object).get_indexer(pd.Index(members))
    held = np.zeros((len(labels), len(classes)), dtype=bool)
    known = codes >= 0
    held[rows[known], codes[known]] = True
    return held


def codes_of(classes: tuple[object, ...], labels: pd.Series) -> tuple[np.ndarray, ...]:
    """The codes of each label's members, int64, each once; members that are none of the classes have codes above."""
    rows, members = _flat(labels)
    found, values = pd.factorize(members)
    code = pd.Index(list(classes), dtype=object).get_indexer(pd.Index(values))
    code = np.where(code >= 0, code, len(classes) + np.arange(len(values)))
    bounds = np.searchsorted(rows, np.arange(1, len(labels)))
    return tuple(np.unique(part) for part in np.split(code[found].astype(np.int64), bounds))


def class_values(plan: PredictionPlan, classes: tuple[object, ...]) -> pd.Series:
    """The classes as a column of the target column's own dtype; members of sets as pandas reads them."""
    values = pd.Series(list(classes), dtype=object)
    column = asked_column(plan)
    if column.kind is Kind.SET:
        return values.infer_objects()
    return values.astype(plan.graph[column.table].frame[column.name].dtype)


def class_column(plan: PredictionPlan, taken: tuple[str, ...]) -> str:
    """What the column of classes is called in a frame: as the target's own, unless that name is taken."""
    name = asked_column(plan).name
    return f"{name}_item" if name in (*plan.key_columns, "anchor_time", "label", *taken) else name


def asked_column(plan: PredictionPlan) -> BoundColumn:
    """The column whose values are the classes."""
    assert isinstance(plan.target, (BoundAggregation, BoundColumn))
    return plan.target.column if isinstance(plan.target, BoundAggregation) else plan.target


def set_notes(classes: tuple[object, ...], labels: pd.Series, is_training: np.ndarray) -> list[str]:
    """Classes that cannot be predicted, and those that the scores are blind for."""
    rows, members = _flat(labels)
    codes = pd.Index(list(classes), dtype=object).get_indexer(pd.Index(members))
    notes = []
    num_different = len(pd.unique(members))
    if num_different > len(classes):
        share = float((codes < 0).mean())
        notes.append(
            f"Of {num_different:,} different values the {len(classes):,} most frequent ones of the training rows are "
            f"told apart. The others, {share:.1%} of all that the labels hold, cannot be predicted; in a ranking they "
            "count as missed."
        )
    total = np.bincount(codes[codes >= 0], minlength=len(classes))
    trained = np.bincount(codes[(codes >= 0) & is_training[rows]], minlength=len(classes))
    unseen = np.flatnonzero(trained == 0)
    if len(unseen):
        listed = ", ".join(f"{classes[code]!s} ({total[code]:,})" for code in unseen[:_MOST_LISTED])
        more = f" and {len(unseen) - _MOST_LISTED:,} more" if len(unseen) > _MOST_LISTED else ""
        notes.append(
            f"No training row has {listed}{more}: while scoring, the probability is near 0. The refit on every closed "
            "window has seen it. What no closed window holds cannot be predicted."
        )
    return notes


def _flat(labels: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Of every member of every label, missing ones left out: which label it is of, int64 ascending, and its value."""
    lengths = labels.map(len).to_numpy(dtype=np.int64)
    members = np.fromiter(chain.from_iterable(labels), dtype=object, count=int(lengths.sum()))
    rows = np.repeat(np.arange(len(labels)), lengths)
    is_there = ~np.asarray(pd.isna(members), dtype=bool)
    return rows[is_there], members[is_there]


def _natural(value: object) -> tuple[str, object]:
    """Values of one kind in their order; kinds apart, so that they need not be comparable."""
    is_number = isinstance(value, (int, float, np.number))
    return ("number" if is_number else type(value).__name__), value
