"""A finished run → the numbers that our JupyterLab extension makes live: scores, curve, thresholds. Plain JSON.

`labextension/src/report/data.ts` reads it; the shapes here and there change together, and `VERSION` with them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypedDict

from kumo_magic.report.curve import Curve, Named, Point, curve_of, thinned
from kumo_magic.report.scores import ScoreTable
from kumo_magic.views.subjects import name_of

if TYPE_CHECKING:
    from kumo_magic.evaluation import Evaluation
    from kumo_magic.prediction import Prediction

MIME = "application/vnd.kumo-magic.report+json"
VERSION = 2
_MOST_POINTS = 300


class MetricData(TypedDict):
    """A column of the score table."""

    name: str
    higher_is_better: bool


class LearnerData(TypedDict):
    """A row of the score table: a value per metric (None: unknown), how it is written, whether none is better."""

    learner: str
    kind: str
    values: list[float | None]
    shown: list[str]
    is_best: list[bool]


class CurveData(TypedDict):
    """A learning curve: points are [step, value]; a level is [who, score]."""

    metric: str
    higher_is_better: bool
    starts: list[int]
    losses: list[tuple[int, float]]
    scores: list[tuple[int, float]]
    baseline: Named | None
    learner: Named | None


class CutsData(TypedDict):
    """Thresholds in ascending order, and how many held-out rows each predicts true, how many of those rightly.

    ``chosen`` is the place of the run's own threshold (None: a capacity decides); ``num_decided`` is how many rows the
    scored model predicted true, whose threshold may have come from other rows.
    """

    split: str
    num_rows: int
    num_true: int
    num_decided: int
    chosen: int | None
    thresholds: list[float]
    num_predicted: list[int]
    num_hits: list[int]


class ReportData(TypedDict):
    """What a record can be asked without a kernel."""

    version: int
    of: str  # what front ends call the run
    metrics: list[MetricData]
    learners: list[LearnerData]
    curve: CurveData | None
    cuts: CutsData | None


def report_data(prediction: Prediction, scores: ScoreTable, *, is_full: bool) -> ReportData:
    """The numbers of a run; of a short record the scores alone."""
    evaluation = prediction.evaluation
    curve = curve_of(prediction.events)
    return ReportData(
        version=VERSION,
        of=name_of(prediction),
        metrics=[
            MetricData(name=name, higher_is_better=evaluation.higher_is_better[name])
            for name in evaluation.main_metrics
        ],
        learners=_learners(evaluation, scores),
        curve=_curve(curve) if is_full and curve.losses else None,
        cuts=_cuts(evaluation, prediction.threshold) if is_full else None,
    )


def _learners(evaluation: Evaluation, scores: ScoreTable) -> list[LearnerData]:
    values = evaluation.metrics.loc[list(scores.learners), evaluation.main_metrics].to_numpy(float)
    return [
        LearnerData(
            learner=learner,
            kind=kind,
            values=[_known(value) for value in row.tolist()],
            shown=[shown for shown, _ in cells],
            is_best=[bool(is_best) for _, is_best in cells],
        )
        for learner, kind, row, cells in zip(scores.learners, scores.kinds, values, scores.cells, strict=True)
    ]


def _curve(curve: Curve) -> CurveData:
    return CurveData(
        metric=curve.metric,
        higher_is_better=curve.higher_is_better,
        starts=list(curve.starts),
        losses=_points(curve.losses),
        scores=_points(curve.scores),
        baseline=curve.baseline,
        learner=curve.learner,
    )


def _points(points: tuple[Point, ...]) -> list[tuple[int, float]]:
    """JSON has no NaN: such points are left out."""
    return [(step, value) for step, value in thinned(points, _MOST_POINTS) if math.isfinite(value)]


def _cuts(evaluation: Evaluation, threshold: float | None) -> CutsData | None:
    found, decisions = evaluation.cuts(threshold), evaluation.decisions
    if found is None or decisions is None:
        return None
    return CutsData(
        split=evaluation.split,
        num_rows=found.num_rows,
        num_true=found.num_true,
        num_decided=decisions.num_true,
        chosen=found.chosen,
        thresholds=found.thresholds.tolist(),
        num_predicted=found.num_predicted.tolist(),
        num_hits=found.num_hits.tolist(),
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
