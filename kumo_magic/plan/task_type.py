"""What kind of question a query asks. No rows."""

from __future__ import annotations

from enum import StrEnum

from kumo_magic.plan.bound import BoundAggregation, BoundColumn, BoundTarget, Kind
from kumo_magic.query.predictive_query import Classify, Forecast, Function, Rank


class TaskType(StrEnum):
    """Names as in ``language``: what the target is decides the task."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"
    FORECASTING = "forecasting"
    LINK_PREDICTION = "temporal_link"
    STATIC_LINK_PREDICTION = "static_link"
    MULTILABEL_RANKING = "multilabel_ranking"
    MULTILABEL_CLASSIFICATION = "multilabel_classification"


SEVERAL_ROWS = (TaskType.LINK_PREDICTION, TaskType.MULTILABEL_RANKING, TaskType.MULTILABEL_CLASSIFICATION)
"""Tasks whose answer may be cut after the k best."""


def task_type_of(target: BoundTarget, output: Forecast | Rank | Classify | None, *, has_two_values: bool) -> TaskType:
    """The task of a target that every stage of binding has accepted.

    Args:
        target: The bound target.
        output: FORECAST, RANK or CLASSIFY, where written.
        has_two_values: The target is a column of two values, or the FIRST or LAST of one.
    """
    if not isinstance(target, (BoundColumn, BoundAggregation)):
        return TaskType.BINARY
    match target.kind:
        case Kind.SET if isinstance(output, Classify):
            return TaskType.MULTILABEL_CLASSIFICATION
        case Kind.SET if isinstance(target, BoundAggregation) and _lists_keys(target):
            return TaskType.LINK_PREDICTION if target.window else TaskType.STATIC_LINK_PREDICTION
        case Kind.SET:
            return TaskType.MULTILABEL_RANKING
        case Kind.BOOLEAN:
            return TaskType.BINARY
        case Kind.CATEGORY | Kind.NUMBER if has_two_values:
            return TaskType.BINARY
        case Kind.CATEGORY:
            return TaskType.MULTICLASS
        case _:
            return TaskType.FORECASTING if isinstance(output, Forecast) else TaskType.REGRESSION


def _lists_keys(target: BoundAggregation) -> bool:
    return target.function == Function.LIST_DISTINCT and target.column.kind == Kind.KEY
