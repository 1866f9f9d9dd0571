"""A run → what its scores view shows: the sentence, the score table, and for each group of rows its pictures' data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.evaluation import Evaluation
from kumo_magic.plan.task_type import TaskType
from kumo_magic.views.answers import Answer
from kumo_magic.views.scores.classes import classes
from kumo_magic.views.scores.groups import ALL_ROWS, ShownGroup, shown_groups
from kumo_magic.views.scores.lists import lists, parts
from kumo_magic.views.scores.numbers import numbers
from kumo_magic.views.scores.rounded import rounded
from kumo_magic.views.scores.sets import sets
from kumo_magic.views.scores.truths import truths

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

_MOST_POINTS = 200
_BYTES_OF_GROUPS = 80_000
"""Of all groups but the first; what a saved notebook grows by."""
_BYTES_OF_POINT = 13
_FEWEST_POINTS, _MOST_POINTS_OF_GROUP = 12, 60
_MOST_CLASSES, _MOST_CLASSES_OF_GROUP = 100, 20


def scores_answer(run: Prediction) -> Answer:
    """All that the view needs, so that it works without a kernel."""
    evaluation = run.evaluation
    groups = shown_groups(evaluation)
    room = _BYTES_OF_GROUPS / max(1, len(groups) - 1)
    return {
        "type": "scores",
        "task": _task(evaluation),
        "title": evaluation.sentence,
        "metric": evaluation.primary_metric,
        "model": evaluation.model,
        "baseline": evaluation.best_baseline,
        "metrics": [
            {"name": name, "higher_is_better": evaluation.higher_is_better[name]} for name in evaluation.main_metrics
        ],
        "learners": _learners(evaluation),
        "split": "validation" if evaluation.split == "val" else evaluation.split,
        "regime": evaluation.regime,
        "threshold": _threshold(run),
        "num_anchors": len(evaluation.anchor_times),
        "parts": parts(evaluation),
        "groups": [group.plain() | {"drawn": _drawn(evaluation, group, room)} for group in groups],
    }


def _task(evaluation: Evaluation) -> str:
    match evaluation.task_type:
        case TaskType.BINARY:
            return "truths"
        case TaskType.MULTICLASS:
            return "classes"
        case TaskType.MULTILABEL_CLASSIFICATION:
            return "sets"
        case TaskType.REGRESSION | TaskType.FORECASTING:
            return "numbers"
        case _:
            return "lists"


def _drawn(evaluation: Evaluation, group: ShownGroup, room: float) -> dict[str, object]:
    """The pictures' data of a group; of all rows with more points than of others."""
    is_all = group.kind == ALL_ROWS
    names, both = list(evaluation.kinds), [evaluation.model, evaluation.best_baseline]
    fitting = int(min(_MOST_POINTS_OF_GROUP, max(_FEWEST_POINTS, room / _BYTES_OF_POINT / 3)))
    most = _MOST_POINTS if is_all else fitting
    task = _task(evaluation)
    if task == "lists":
        return {"task": task} | lists(evaluation, group.key, names if is_all else both, most)
    assert group.rows is not None
    lines = evaluation.lines_of(group.rows)
    match task:
        case "truths":
            return {"task": task} | truths(evaluation, lines, names if is_all else both, most)
        case "classes":
            return {"task": task} | classes(evaluation, lines)
        case "sets":
            return {"task": task} | sets(evaluation, lines, _MOST_CLASSES if is_all else _MOST_CLASSES_OF_GROUP)
        case _:
            return {"task": task} | numbers(evaluation, lines, most)


def _threshold(run: Prediction) -> dict[str, object] | None:
    """Where the run's own predictions turn true; None for other questions."""
    if run.evaluation.task_type is not TaskType.BINARY:
        return None
    value = run.threshold
    return {"value": None if value is None else rounded(value), "words": run.threshold_words}


def _learners(evaluation: Evaluation) -> list[dict[str, object]]:
    """The score table: a value per metric, how it is written, whether no learner has a better one."""
    names = evaluation.main_metrics
    metrics = evaluation.metrics[names]
    best = {name: _best(metrics[name], evaluation.higher_is_better[name]) for name in names}
    return [
        {
            "learner": str(learner),
            "kind": evaluation.kinds[str(learner)],
            "values": [value if math.isfinite(value) else None for value in row],
            "shown": [f"{value:#.3g}" if math.isfinite(value) and abs(value) < 100 else _large(value) for value in row],
            "is_best": [value == best[name] for name, value in zip(names, row, strict=True)],
        }
        for learner, row in zip(metrics.index, metrics.to_numpy(float).tolist(), strict=True)
    ]


def _best(values: pd.Series, higher_is_better: bool) -> float:
    return float(values.max() if higher_is_better else values.min())


def _large(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "–"
