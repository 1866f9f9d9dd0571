"""Labels of a label table → arrays that a learner can use. One class per kind of label."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumo_magic.errors import QueryClauseError
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.graph.key_rows import key_rows
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.labelling.past_labels import PastRows
from kumo_magic.plan.bound import BoundAggregation, BoundColumn, operands
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.span import Span
from kumo_magic.tasks.class_sets import SETS, classes_of, codes_of, has_class, set_notes
from kumo_magic.tasks.set_past import packed

_MOST_LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The labels of n rows, encoded.

    Attributes:
        task_type: What kind of label it is: one step of a FORECAST is a number like any other.
        values: float64 [n]; 0 and 1, numbers, or codes of ``classes``; of sets bool [n, classes]. Empty for a ranking
            of rows.
        classes: The classes in order, of a multiclass task and of sets.
        true_items: Per row the item rows, of a ranking; of one of classes their codes.
        steps: int64 [n], which window each row is about, of a FORECAST.
    """

    task_type: TaskType
    values: np.ndarray
    classes: tuple[object, ...] = ()
    true_items: tuple[np.ndarray, ...] = ()
    steps: np.ndarray | None = None

    @property
    def is_ranking(self) -> bool:
        """Whether labels are sets of items."""
        return self.task_type is TaskType.LINK_PREDICTION

    @property
    def are_sets(self) -> bool:
        """Whether labels are sets of classes."""
        return self.task_type in SETS

    @property
    def is_listed(self) -> bool:
        """Whether the answer is a list, best first."""
        return self.task_type in (TaskType.LINK_PREDICTION, TaskType.MULTILABEL_RANKING)

    def take(self, rows: np.ndarray) -> Target:
        """The labels at these positions alone, int64; classes stay as they are."""
        return replace(
            self,
            values=self.values[rows] if len(self.values) else self.values,
            true_items=tuple(self.true_items[row] for row in rows) if self.true_items else (),
            steps=None if self.steps is None else self.steps[rows],
        )

    def history(self, rows: PastRows) -> LabelHistory:
        """Past labels as numbers, or as codes of the classes; a class that is none of them has no value.

        Sets have their members.
        """
        members = packed(has_class(self.classes, rows.labels)) if self.are_sets else None
        if members is not None:
            values = np.arange(len(rows.labels), dtype=np.float64)
        elif self.task_type is TaskType.MULTICLASS:
            codes = class_codes(self.classes, rows.labels)
            values = np.where(codes >= 0, codes, np.nan)
        else:
            values = rows.labels.to_numpy(dtype=np.float64, na_value=np.nan)
        return LabelHistory(
            entity_rows=rows.entity_rows,
            anchor_us=rows.anchor_us,
            closed_us=rows.closed_us,
            values=values,
            members=members,
        )


def refuse_unlearnable(plan: PredictionPlan) -> None:
    """Return when the task can be learned.

    Raises:
        QueryClauseError: It can be parsed, bound and labelled, and not learned yet, or not sensibly.
    """
    text = plan.query.text or str(plan.query)
    if not plan.is_temporal and isinstance(plan.target, BoundAggregation):
        column, kind = plan.target.column, plan.task_type.value.replace("_", " ")
        raise QueryClauseError(
            f"This is a {kind} task without a window, which no learner here can answer yet.",
            span=Span(0, len(text.rstrip())),
            source=text,
            hint=f"Lists of links can be learned over a window: name the time of the rows with --time {column.table}"
            f".COLUMN on the %graph line, and write LIST_DISTINCT({column.table}.{column.name}, 0, 30). --labels works "
            "as it is.",
        )
    for column in _asked_columns(plan):
        role = _role(plan, column)
        if role:
            raise QueryClauseError(
                f"{column.table}.{column.name} {role}, so it cannot be hidden from what has to guess it.",
                span=column.span,
                source=text,
                hint="Ask about a column that holds neither a key nor the time of its rows.",
            )


def hidden_columns(plan: PredictionPlan) -> frozenset[tuple[str, str]]:
    """(table, column) of what is asked for, where that is the value of a column: no input may show it."""
    return frozenset((column.table, column.name) for column in _asked_columns(plan))


def encode_target(plan: PredictionPlan, labels: LabelTable) -> Target:
    """The label column of a label table, encoded for its task."""
    column = labels.frame["label"]
    match plan.task_type:
        case TaskType.LINK_PREDICTION:
            return Target(task_type=plan.task_type, values=np.empty(0), true_items=_item_rows(plan, column))
        case TaskType.MULTICLASS:
            codes, classes = pd.factorize(column, sort=True)
            return Target(task_type=plan.task_type, values=codes.astype(np.float64), classes=tuple(classes))
        case TaskType.MULTILABEL_RANKING | TaskType.MULTILABEL_CLASSIFICATION:
            classes = classes_of(column, (labels.frame["split"] == "train").to_numpy())
            is_ranking = plan.task_type is TaskType.MULTILABEL_RANKING
            return Target(
                task_type=plan.task_type,
                values=has_class(classes, column),
                classes=classes,
                true_items=codes_of(classes, column) if is_ranking else (),
            )
        case TaskType.FORECASTING:
            steps = labels.frame["step"].to_numpy(dtype=np.int64)
            return Target(task_type=TaskType.REGRESSION, values=column.to_numpy(dtype=np.float64), steps=steps)
        case _:
            return Target(task_type=plan.task_type, values=column.to_numpy(dtype=np.float64))


def learnable_rows(plan: PredictionPlan, labels: LabelTable) -> LabelTable:
    """The label table without the steps of a FORECAST whose label is undefined, and without empty sets to rank."""
    column = labels.frame["label"]
    match plan.task_type:
        case TaskType.FORECASTING:
            return labels.take(np.flatnonzero(column.notna()))
        case TaskType.MULTILABEL_RANKING if (lengths := column.map(len)).eq(0).any():
            return labels.take(np.flatnonzero(lengths > 0))
        case _:
            return labels


def unseen_class_notes(labels: LabelTable, target: Target, training_rows: np.ndarray) -> list[str]:
    """Classes that the scores are blind for."""
    if target.are_sets:
        is_training = np.isin(np.arange(len(labels.frame)), training_rows)
        return set_notes(target.classes, labels.frame["label"], is_training)
    if target.task_type is not TaskType.MULTICLASS:
        return []
    num_classes = len(target.classes)
    total = np.bincount(target.values.astype(np.int64), minlength=num_classes)
    trained = np.bincount(target.values[training_rows].astype(np.int64), minlength=num_classes)
    unseen = np.flatnonzero(trained == 0)
    if not len(unseen):
        return []
    listed = ", ".join(f"{target.classes[code]!s} ({total[code]:,})" for code in unseen[:_MOST_LISTED])
    more = f" and {len(unseen) - _MOST_LISTED:,} more" if len(unseen) > _MOST_LISTED else ""
    return [
        f"No training row has the class {listed}{more}: while scoring, its probability is near 0. "
        "The refit on every closed window has seen it."
    ]


def class_codes(classes: tuple[object, ...], labels: pd.Series) -> np.ndarray:
    """The position of each label among the classes, int64 [labels]; -1 for none."""
    return pd.Index(list(classes), dtype=object).get_indexer(pd.Index(labels.astype(object), dtype=object))


def _asked_columns(plan: PredictionPlan) -> list[BoundColumn]:
    if plan.is_temporal:
        return []
    return [operand for operand in operands(plan.target) if isinstance(operand, BoundColumn)]


def _role(plan: PredictionPlan, column: BoundColumn) -> str | None:
    """Why a column of a table cannot be hidden."""
    table = plan.graph[column.table]
    if column.name == table.time_column:
        return "is the time from which each row is known"
    links = {link.column for link in plan.graph.links_from(column.table)}
    if column.name == table.primary_key or column.name in links:
        return "links its table to others"
    return None


def _item_rows(plan: PredictionPlan, column: pd.Series) -> tuple[np.ndarray, ...]:
    """Positions of each row's items in the item table, ascending."""
    assert plan.item_table is not None
    items = plan.graph[plan.item_table]
    lengths = column.map(len).to_numpy()
    positions = key_rows(items, pd.Series([key for keys in column for key in keys], dtype=object))
    parts = np.split(positions, lengths.cumsum()[:-1])
    return tuple(np.sort(part[part >= 0]) for part in parts)
