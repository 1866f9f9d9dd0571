"""Labels of a label table → arrays that a learner can use. One class per kind of label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.errors import QueryClauseError
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.span import Span

LEARNABLE = (TaskType.BINARY, TaskType.MULTICLASS, TaskType.REGRESSION, TaskType.LINK_PREDICTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The labels of n rows, encoded.

    Attributes:
        values: float64 [n]; 0 and 1, numbers, or codes of ``classes``. Empty for a ranking.
        classes: The classes in order, of a multiclass task.
        true_items: Per row the item rows, of a ranking.
    """

    task_type: TaskType
    values: np.ndarray
    classes: tuple[object, ...] = ()
    true_items: tuple[np.ndarray, ...] = ()

    @property
    def is_ranking(self) -> bool:
        """Whether labels are sets of items."""
        return self.task_type is TaskType.LINK_PREDICTION

    def history(self, labels: LabelTable) -> LabelHistory | None:
        """The labels as a past, for tasks whose label is a number or a truth value."""
        if self.task_type not in (TaskType.BINARY, TaskType.REGRESSION):
            return None
        return LabelHistory(
            entity_rows=labels.entity_rows, anchor_us=labels.anchor_us, closed_us=labels.closed_us, values=self.values
        )


def refuse_unlearnable(plan: PredictionPlan) -> None:
    """Return when the task can be learned.

    Raises:
        QueryClauseError: It can be parsed, bound and labelled, and not learned yet.
    """
    if plan.task_type in LEARNABLE and plan.is_temporal:
        return
    text = plan.query.text or str(plan.query)
    kind = plan.task_type.value.replace("_", " ")
    static = "" if plan.is_temporal else " of a column without a window"
    raise QueryClauseError(
        f"This is a {kind} task{static}, which no learner here can answer yet.",
        span=Span(0, len(text.rstrip())),
        source=text,
        hint="Windows of truth values, classes and numbers can, and RANK of a foreign key. --labels works for all.",
    )


def encode_target(plan: PredictionPlan, labels: LabelTable) -> Target:
    """The label column of a label table, encoded for its task."""
    column = labels.frame["label"]
    match plan.task_type:
        case TaskType.LINK_PREDICTION:
            return Target(task_type=plan.task_type, values=np.empty(0), true_items=_item_rows(plan, column))
        case TaskType.MULTICLASS:
            codes, classes = pd.factorize(column, sort=True)
            return Target(task_type=plan.task_type, values=codes.astype(np.float64), classes=tuple(classes))
        case _:
            return Target(task_type=plan.task_type, values=column.to_numpy(dtype=np.float64))


def _item_rows(plan: PredictionPlan, column: pd.Series) -> tuple[np.ndarray, ...]:
    """Positions of each row's items in the item table, ascending."""
    assert plan.item_table is not None
    items = plan.graph[plan.item_table]
    assert items.primary_key is not None
    lengths = column.map(len).to_numpy()
    flat = items.frame[items.primary_key].astype(object)
    positions = pd.Index(flat).get_indexer(pd.Index([key for keys in column for key in keys], dtype=object))
    parts = np.split(positions.astype(np.int64), lengths.cumsum()[:-1])
    return tuple(np.sort(part[part >= 0]) for part in parts)
