"""Held-out numbers → points of prediction and label, and errors by the size of the prediction, as JSON."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.evaluation import Evaluation
from kumo_magic.evaluation.by_group import is_covered
from kumo_magic.views.scores.rounded import rounded_all, whole
from kumo_magic.views.scores.truths import answer_of

_SIZES = 10


def numbers(evaluation: Evaluation, lines: pd.DataFrame, most: int) -> dict[str, object]:
    """A sample of the rows, and bins of about equal size by the model's prediction.

    Args:
        evaluation: Names the columns.
        lines: Of its frame, at least one.
        most: How many points; of more rows they are drawn at random.
    """
    shown = lines.sample(most, random_state=0) if len(lines) > most else lines
    return {
        "points": {
            "prediction": rounded_all(shown["prediction"]),
            "baseline": rounded_all(answer_of(evaluation, shown, evaluation.best_baseline)),
            "label": rounded_all(shown["label"]),
        },
        "sizes": _by_size(evaluation, lines),
    }


def _by_size(evaluation: Evaluation, lines: pd.DataFrame) -> dict[str, object]:
    """Rows with equal predictions share a bin, so that there may be fewer."""
    prediction, label = (lines[name].to_numpy(np.float64) for name in ("prediction", "label"))
    baseline = answer_of(evaluation, lines, evaluation.best_baseline)
    edges = np.unique(np.quantile(prediction, np.arange(1, _SIZES) / _SIZES, method="inverted_cdf"))
    place = np.searchsorted(edges, prediction, side="left")
    found = pd.DataFrame(
        {
            "prediction": prediction,
            "label": label,
            "error": np.abs(label - prediction),
            "baseline": np.abs(label - baseline),
            "bias": label - prediction,
            "covered": is_covered(lines).to_numpy(np.float64),
        }
    ).groupby(place)
    means = found.mean()
    return {"rows": whole(found.size())} | {str(name): rounded_all(means[name]) for name in means}

