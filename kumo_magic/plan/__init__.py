"""Query and graph → PredictionPlan: names, types, windows and paths are settled here. No rows."""

from kumo_magic.plan.binder import bind
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

__all__ = ["PredictionPlan", "TaskType", "bind"]
