"""Held-out sets of classes → how good each class is told, and bins of calibration, as JSON."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from kumo_magic.evaluation import Evaluation
from kumo_magic.evaluation.entity_lines import class_name
from kumo_magic.views.scores.rounded import rounded
from kumo_magic.views.scores.truths import answer_of, calibration

_MOST_CHARACTERS = 200


def sets(evaluation: Evaluation, lines: pd.DataFrame, most: int) -> dict[str, object]:
    """A row per class, the commonest first: how often it is true, its average precision, and what was predicted.

    Args:
        evaluation: Names the columns.
        lines: Of its frame, every class of each row.
        most: How many classes.
    """
    column = class_name(lines)
    names = list(dict.fromkeys(lines[column].iloc[: evaluation.frame[column].nunique()]))
    shape = (-1, len(names))
    label = lines["label"].to_numpy(bool).reshape(shape)
    predicted = lines["prediction"].to_numpy(bool).reshape(shape)
    model, baseline = (
        answer_of(evaluation, lines, learner).reshape(shape) for learner in (evaluation.model, evaluation.best_baseline)
    )
    rates = label.mean(axis=0)
    order = np.argsort(-rates, kind="stable")[:most]
    return {
        "classes": [
            {
                "name": str(names[code])[:_MOST_CHARACTERS],
                "base_rate": rounded(rates[code]),
                "precision": _precision(label[:, code], model[:, code]),
                "baseline": _precision(label[:, code], baseline[:, code]),
                "predicted": rounded(predicted[:, code].mean()),
            }
            for code in order
        ],
        "num_classes": len(names),
        "bins": calibration(evaluation, lines),
    }


def _precision(label: np.ndarray, answer: np.ndarray) -> float | None:
    """The average precision; None where the class is in every set or in none."""
    return rounded(average_precision_score(label, answer)) if 0 < label.sum() < len(label) else None
