"""Held-out numbers → points of prediction and label, and errors by the size of the prediction, as JSON."""

from __future__ import annotations

import pandas as pd

from kumo_magic.evaluation import Evaluation
from kumo_magic.evaluation.by_size import errors_by_size
from kumo_magic.views.scores.rounded import rounded_all


def numbers(evaluation: Evaluation, lines: pd.DataFrame, most: int) -> dict[str, object]:
    """A sample of the rows, and bins of about equal size by the model's prediction.

    Args:
        evaluation: Names the columns.
        lines: Of its frame, at least one.
        most: How many points; of more rows they are drawn at random.
    """
    shown = lines.sample(most, random_state=0) if len(lines) > most else lines
    sizes = errors_by_size(lines, evaluation.best_baseline)
    return {
        "points": {
            "prediction": rounded_all(shown["prediction"]),
            "baseline": rounded_all(shown[evaluation.best_baseline]),
            "label": rounded_all(shown["label"]),
        },
        "sizes": {str(name): rounded_all(sizes[name]) for name in sizes},
    }
