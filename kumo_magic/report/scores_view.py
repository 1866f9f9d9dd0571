"""A run's scores → what stands where no script runs: the sentence, the table, pictures with their numbers, and text."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from kumo_magic.evaluation.by_size import errors_by_size
from kumo_magic.evaluation.confusion import commonest, confusion_of
from kumo_magic.evaluation.cut_curve import cut_curve
from kumo_magic.learn.at_k import ALL
from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.markup import GOOD, WARNING, Markup, box, details, headline, photo, table
from kumo_magic.report.numbers import count, decimals, fixed, number, share
from kumo_magic.report.scores import scores_html, scores_of, scores_text
from kumo_magic.report.trust import by_anchor_html, calibration_html, coverage_html

if TYPE_CHECKING:
    from kumo_magic.evaluation import Evaluation
    from kumo_magic.prediction import Prediction

_TITLES = {
    "roc": "ROC: true over false positive rate",
    "pr": "Precision over recall",
    "calibration": "Calibration",
    "confusion": "Confusion: what was predicted and what happened",
    "predicted": "Predicted and actual",
    "residuals": "Residuals over the prediction",
    "coverage": "Coverage of the 80% intervals",
    "at_k": "Scores over the length of the list",
    "by_anchor": "Scores by anchor time",
    "by_segment": "Scores by segment",
}
_DOTS_PER_INCH = 80
_COLOURS = 48
_MOST_ROWS = 100
_MOST_CUTS, _MOST_CLASSES = 16, 12


def scores_view_html(run: Prediction) -> Markup:
    """The scores and every picture that there is; the first of them open."""
    evaluation = run.evaluation
    accent = GOOD if evaluation.is_model_better else WARNING
    drawn = [kind for kind in evaluation.pictures if _can_be_drawn(evaluation, kind)]
    return box(
        headline(evaluation.sentence, "", accent=accent),
        scores_html(scores_of(run)),
        *[details(_TITLES[kind], *_section(evaluation, kind), is_open=place == 0) for place, kind in enumerate(drawn)],
    )


def scores_view_text(run: Prediction) -> str:
    """The sentence and the table."""
    return f"{run.evaluation.sentence}\n\n{scores_text(scores_of(run))}"


def _can_be_drawn(evaluation: Evaluation, kind: str) -> bool:
    """Whether these rows have what the picture takes: both kinds of labels, segments, lists that were kept."""
    match kind:
        case "roc" | "pr":
            return 0 < evaluation.base_rate < 1
        case "by_segment":
            return evaluation.by_segment is not None
        case "at_k":
            return evaluation.list_lengths is not None
        case _:
            return True


def _section(evaluation: Evaluation, kind: str) -> list[Markup]:
    """The picture and its numbers."""
    match kind:
        case "calibration":  # the record's own, picture and all
            found = evaluation.reliability()
            return [] if found is None else [calibration_html(evaluation, found)]
        case "coverage":
            return [_picture(evaluation, kind), coverage_html(evaluation)]
        case "by_anchor":
            return [_picture(evaluation, kind), by_anchor_html(evaluation)]
        case "by_segment":
            return [_picture(evaluation, kind), *_of_frame(evaluation.by_segment)]
        case "at_k":
            return [_picture(evaluation, kind), *_of_frame(_of_all_rows(evaluation.at_k))]
        case "confusion" if evaluation.task_type is not TaskType.BINARY:
            return [_picture(evaluation, kind), _of_classes(evaluation)]
        case "roc" | "pr" | "confusion":
            return [_picture(evaluation, kind), _of_cuts(evaluation)]
        case _:
            return [_picture(evaluation, kind), *_of_frame(errors_by_size(evaluation.frame, evaluation.best_baseline))]


def _picture(evaluation: Evaluation, kind: str) -> Markup:
    drawn, written = BytesIO(), BytesIO()
    figure = evaluation.plot(kind)
    figure.savefig(drawn, format="png", dpi=_DOTS_PER_INCH)
    Image.open(drawn).convert("RGB").quantize(_COLOURS).save(
        written, format="png", optimize=True
    )  # a third of the bytes
    words = f"{_TITLES[kind]}, of {evaluation.model} and {evaluation.best_baseline}. The numbers stand below."
    return photo(written.getvalue(), words, round(figure.get_figwidth() * _DOTS_PER_INCH))


def _of_cuts(evaluation: Evaluation) -> Markup:
    """What thresholds would have found; few of them, from few rows to all."""
    label = evaluation.frame["label"].to_numpy(bool)
    curve = cut_curve(label, evaluation.answer(evaluation.model).to_numpy(np.float64)).thinned(_MOST_CUTS)
    num_true = max(1, curve.num_true)
    rows = [
        [number(threshold), count(int(predicted)), share(hits / predicted), share(hits / num_true)]
        for threshold, predicted, hits in zip(
            curve.thresholds[1:], curve.num_predicted[1:], curve.num_hits[1:], strict=True
        )
    ]
    columns = ("true from a probability of", "predicted true", "precision", "recall")
    return table(columns, rows, numeric=range(4))


def _of_classes(evaluation: Evaluation) -> Markup:
    """The matrix of the model."""
    label, predicted = evaluation.frame["label"], evaluation.answer(evaluation.model)
    found = confusion_of(label, predicted, commonest(label, predicted), _MOST_CLASSES)
    rows = [[name, *map(count, counts)] for name, counts in zip(found.names, found.counts.tolist(), strict=True)]
    return table(["happened \\ predicted", *found.names], rows, numeric=range(1, len(found.names) + 1))


def _of_all_rows(at_k: pd.DataFrame | None) -> pd.DataFrame | None:
    return None if at_k is None else at_k[at_k["group"] == ALL].drop(columns="group")


def _of_frame(found: pd.DataFrame | None) -> list[Markup]:
    """Its first lines; numbers with as many decimals as suit their column."""
    if found is None:
        return []
    shown = found.head(_MOST_ROWS)
    is_number = [pd.api.types.is_numeric_dtype(shown[name]) for name in shown]
    columns = [
        _written(shown[name]) if numeric else [str(value) for value in shown[name]]
        for name, numeric in zip(shown, is_number, strict=True)
    ]
    numeric = [place for place, known in enumerate(is_number) if known]
    return [table([str(name) for name in shown], list(zip(*columns, strict=True)), numeric=numeric)]


def _written(values: pd.Series) -> list[str]:
    places = 0 if pd.api.types.is_integer_dtype(values) else decimals(values.tolist())
    return [fixed(value, places) for value in values.tolist()]
