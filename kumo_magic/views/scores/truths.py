"""Held-out probabilities of yes or no → cuts of every learner and bins of calibration, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from kumo_magic.evaluation import Evaluation
from kumo_magic.evaluation.cut_curve import cut_curve
from kumo_magic.tasks.metrics import reliability
from kumo_magic.views.scores.rounded import rounded, rounded_all, whole


def truths(evaluation: Evaluation, lines: pd.DataFrame, learners: Sequence[str], most: int) -> dict[str, object]:
    """Of each learner how many rows a threshold takes and how many of them rightly, from none to all.

    ``thresholds`` are those of the model, the first learner, without the first, which takes no row.

    Args:
        evaluation: Names the columns.
        lines: Of its frame, at least one.
        learners: Whose curves to draw, the model first.
        most: Points of a curve.
    """
    label = lines["label"].to_numpy(bool)
    curves, thresholds = [], []
    for learner in learners:
        answer = answer_of(evaluation, lines, learner)
        curve = cut_curve(label, answer).thinned(most)
        if learner == evaluation.model:
            thresholds = rounded_all(curve.thresholds[1:])
        both = 0 < label.sum() < len(label)
        curves.append(
            {
                "learner": learner,
                "num_predicted": whole(curve.num_predicted),
                "num_hits": whole(curve.num_hits),
                "auroc": rounded(roc_auc_score(label, answer)) if both else None,
                "precision": rounded(average_precision_score(label, answer)) if both else None,
            }
        )
    return {
        "num_true": int(label.sum()),
        "curves": curves,
        "thresholds": thresholds,
        "bins": calibration(evaluation, lines),
    }


def calibration(evaluation: Evaluation, lines: pd.DataFrame) -> list[Mapping[str, object]]:
    """Bins of the model and of the best baseline."""
    label = lines["label"].to_numpy(np.float64)
    return [
        bins(learner, label, answer_of(evaluation, lines, learner))
        for learner in (evaluation.model, evaluation.best_baseline)
    ]


def bins(learner: str, happened: np.ndarray, probability: np.ndarray) -> Mapping[str, object]:
    """Ten bins of about equal size."""
    found = reliability(happened, probability)
    return {
        "learner": learner,
        "rows": whole(found.num_rows),
        "predicted": rounded_all(found.predicted),
        "observed": rounded_all(found.observed),
        "error": rounded(found.error),
    }


def answer_of(evaluation: Evaluation, lines: pd.DataFrame, learner: str) -> np.ndarray:
    """What a learner said of some lines of the frame."""
    return evaluation.answer(learner).loc[lines.index].to_numpy(np.float64)
