"""An evaluation → matplotlib figures of its held-out rows. Draws what the frame says; keeps no state of pyplot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kumo_magic.errors import OptionError
from kumo_magic.evaluation.plot_classes import draw_class_confusion
from kumo_magic.evaluation.plot_groups import draw_by_anchor, draw_by_segment
from kumo_magic.evaluation.plot_lists import draw_at_k
from kumo_magic.evaluation.plot_numbers import draw_coverage, draw_predicted, draw_residuals
from kumo_magic.evaluation.plot_truths import Cut, draw_calibration, draw_confusion, draw_pr, draw_roc
from kumo_magic.picture import Picture
from kumo_magic.plan.task_type import TaskType

if TYPE_CHECKING:
    from kumo_magic.evaluation.evaluation import Evaluation

_SIZE = (5.2, 4.2)
_DRAWN: dict[str, Callable[[Evaluation, Picture], None]] = {
    "roc": draw_roc,
    "pr": draw_pr,
    "calibration": draw_calibration,
    "predicted": draw_predicted,
    "residuals": draw_residuals,
    "coverage": draw_coverage,
    "at_k": draw_at_k,
    "by_anchor": draw_by_anchor,
    "by_segment": draw_by_segment,
}


def plot(
    evaluation: Evaluation, kind: str, *, threshold: float | None = None, cost: tuple[float, float] | None = None
) -> Picture:
    """A picture of the held-out rows. ``threshold`` and ``cost`` (miss, false alarm) are for a table of four.

    Raises:
        OptionError: There is no such picture of this task, or a choice that it does not know.
    """
    kinds = evaluation.pictures
    if kind not in kinds:
        words = evaluation.task_type.value.replace("_", " ")
        choices = ", ".join(repr(name) for name in kinds)
        raise OptionError(f"There is no picture {kind!r} of a {words} task. Choose from {choices}.")
    is_four = kind == "confusion" and evaluation.task_type is TaskType.BINARY
    if (threshold, cost) != (None, None) and not is_four:
        raise OptionError("threshold= and cost= are for the picture 'confusion' of a question of yes or no.")
    figure = Picture(figsize=_SIZE, layout="constrained")
    if is_four:
        draw_confusion(evaluation, figure, Cut(threshold=threshold, cost=cost))
    elif kind == "confusion":
        draw_class_confusion(evaluation, figure)
    else:
        _DRAWN[kind](evaluation, figure)
    _finish(evaluation, figure)
    return figure


def _finish(evaluation: Evaluation, figure: Picture) -> None:
    """Which rows these are, legends, and no more lines than needed."""
    where = "validation" if evaluation.split == "val" else evaluation.split
    title = f"{evaluation.num_rows:,} {where} rows, {evaluation.regime}"
    if len(figure.axes) == 1:
        figure.axes[0].set_title(title, fontsize=10)
    else:
        figure.suptitle(title, fontsize=10)
    for axes in figure.axes:
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(frameon=False, fontsize=9)
