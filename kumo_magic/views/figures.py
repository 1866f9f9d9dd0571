"""A view of a run → a matplotlib figure of it. Keeps no state of pyplot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kumo_magic.errors import OptionError
from kumo_magic.explain.explanation import Explanation
from kumo_magic.graph.graph import Graph
from kumo_magic.picture import Picture
from kumo_magic.plan.task_type import TaskType
from kumo_magic.views.histogram import histogram_of
from kumo_magic.views.lines import lines_of
from kumo_magic.views.neighbourhood_figure import neighbourhood_figure
from kumo_magic.views.schema_figure import schema_figure
from kumo_magic.views.why import explained_by

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction
    from kumo_magic.views.view import View

_BLUE, _OCHRE = "#2b6cb0", "#b0620b"


def figure_of(view: View, kind: str | None) -> Picture:
    """The figure; ``kind`` is of a scores view as `Evaluation.plot` takes it.

    Raises:
        OptionError: There is none of this view.
    """
    run = view.subject
    match view.kind:
        case "scores" if not isinstance(run, Graph):
            evaluation = run.evaluation
            return evaluation.plot(evaluation.pictures[0] if kind is None else kind)
        case "predictions" if kind is None and not isinstance(run, Graph):
            return _histogram(run)
        case "why" if kind is None:
            return _why(view)
        case "graph" if kind is None:
            return schema_figure(view.answer())
        case "neighbourhood" if kind is None:
            return neighbourhood_figure(view.answer())
        case name:
            raise OptionError(f"The view {name!r} has no figure{'' if kind is None else f' {kind!r}'}.")


def _histogram(run: Prediction) -> Picture:
    """How the main answers lie, and the threshold of truth values."""
    lines = lines_of(run)
    figure = Picture(figsize=(6.4, 3.2), layout="constrained")
    axes = figure.add_subplot()
    is_share = run.plan.task_type in (TaskType.BINARY, TaskType.MULTICLASS, TaskType.MULTILABEL_CLASSIFICATION)
    found = histogram_of(lines.main, is_share=is_share)
    if found is not None:
        axes.bar(found.edges[:-1], found.counts, width=np.diff(found.edges), align="edge", color=_BLUE)
    if run.plan.task_type is TaskType.BINARY and run.threshold is not None:
        axes.axvline(run.threshold, color=_OCHRE, linestyle="--", label=f"threshold {run.threshold:.3g}")
        axes.legend(frameon=False)
    axes.set_xlabel(
        lines.main_name + (" (the last bar holds all above)" if found is not None and found.is_open else "")
    )
    axes.set_ylabel(run.plan.entity_table)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure


def _why(view: View) -> Picture:
    explanation = explained_by(view).explanation
    if not isinstance(explanation, Explanation):
        raise OptionError("There is no figure of why an item is listed; its frames are in run.model.explain(row).")
    return explanation.plot()
