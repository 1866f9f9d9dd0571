"""A ranking's scores at each length of the list, and of repeats and new items → JSON."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kumo_magic.evaluation import Evaluation
from kumo_magic.learn.list_scores import LABELS
from kumo_magic.views.scores.rounded import rounded, rounded_all


def lists(evaluation: Evaluation, key: str, learners: Sequence[str], most: int) -> dict[str, object]:
    """Metric by metric a curve per learner; no curve where the group's lists were not kept.

    Args:
        evaluation: A ranking's.
        key: Of the group.
        learners: Whose curves to draw, the model first.
        most: Points of a curve.
    """
    found = (evaluation.list_lengths or {}).get(key)
    if found is None:
        return {"ks": [], "curves": []}
    places = np.unique(np.linspace(0, len(found.ks) - 1, min(most, len(found.ks))).round().astype(np.int64))
    return {
        "ks": [found.ks[place] for place in places],
        "curves": [
            {
                "metric": metric,
                "learner": learner,
                "values": rounded_all(values[place] for place in places),
            }
            for learner in learners
            for metric, values in found.scores[learner].items()
        ],
    }


def parts(evaluation: Evaluation) -> dict[str, object] | None:
    """What the mean over rows hides: recall of repeats and of new items, coverage, what is listed again."""
    shares = evaluation.repeat_shares
    if shares is None:
        return None
    metrics = evaluation.metrics
    names = [str(name) for name in metrics.columns if name not in evaluation.main_metrics]
    return {
        "repeats_among_labels": rounded(float(shares[LABELS])),
        "metrics": names,
        "learners": [
            {
                "learner": str(learner),
                "values": rounded_all(values),
                "repeats": rounded(float(shares[str(learner)])),
            }
            for learner, values in zip(metrics.index, metrics[names].to_numpy(float), strict=True)
        ],
    }
