"""Held-out classes and predictions → the matrix of both, of the model and the best baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.evaluation.confusion import commonest, confusion_of
from kumo_magic.evaluation.plot_matrix import draw_matrix

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kumo_magic.evaluation.evaluation import Evaluation

_MOST_CLASSES = 12
_INCHES_PER_CLASS = 0.42


def draw_class_confusion(evaluation: Evaluation, figure: Figure) -> None:
    """Counts, and which share of a class that happened they are."""
    label = evaluation.frame["label"]
    classes = commonest(label, evaluation.answer(evaluation.model))
    side = 2.4 + _INCHES_PER_CLASS * min(len(classes), _MOST_CLASSES + 1)
    figure.set_size_inches(2 * side, side)
    for axes, name in zip(figure.subplots(1, 2), (evaluation.model, evaluation.best_baseline), strict=True):
        found = confusion_of(label, evaluation.answer(name), classes, _MOST_CLASSES)
        score = f"{evaluation.primary_metric} {evaluation.score(name):.3f}"
        draw_matrix(axes, found.counts, found.names, title=f"{name}, {score}")
