"""A task → the kinds of pictures there are of its held-out rows. Draws none."""

from __future__ import annotations

from kumo_magic.plan.task_type import TaskType

_GROUPS = ("by_anchor", "by_segment")
_NUMBERS = ("predicted", "residuals", "coverage", *_GROUPS)
_LISTS = ("at_k", *_GROUPS)
PICTURES: dict[TaskType, tuple[str, ...]] = {
    TaskType.BINARY: ("roc", "pr", "calibration", "confusion", *_GROUPS),
    TaskType.MULTICLASS: ("confusion", "calibration", *_GROUPS),
    TaskType.MULTILABEL_CLASSIFICATION: ("calibration", *_GROUPS),
    TaskType.REGRESSION: _NUMBERS,
    TaskType.FORECASTING: _NUMBERS,
    TaskType.LINK_PREDICTION: _LISTS,
    TaskType.STATIC_LINK_PREDICTION: _LISTS,
    TaskType.MULTILABEL_RANKING: _LISTS,
}
