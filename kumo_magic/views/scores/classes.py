"""Held-out classes → the matrix of what happened and what was predicted, and bins of calibration, as JSON."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.evaluation import Evaluation
from kumo_magic.evaluation.confusion import commonest, confusion_of
from kumo_magic.views.scores.truths import bins

_MOST_CLASSES = 12
_MOST_CHARACTERS = 200


def classes(evaluation: Evaluation, lines: pd.DataFrame) -> dict[str, object]:
    """The matrices of the model and of the best baseline; classes in the order of all rows in every group.

    Args:
        evaluation: Names the columns.
        lines: Of its frame, at least one.
    """
    order = commonest(evaluation.frame["label"], evaluation.answer(evaluation.model))
    label = lines["label"]
    matrices, names = [], ()
    for learner in (evaluation.model, evaluation.best_baseline):
        found = confusion_of(label, evaluation.answer(learner).loc[lines.index], order, _MOST_CLASSES)
        names = found.names
        matrices.append({"learner": learner, "counts": found.counts.tolist()})
    happened = (lines["prediction"] == label).to_numpy(np.float64)
    return {
        "classes": [name[:_MOST_CHARACTERS] for name in names],
        "matrices": matrices,
        "bins": [bins(evaluation.model, happened, lines["probability"].to_numpy(np.float64))],
    }
