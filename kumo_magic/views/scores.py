"""An evaluation → what its view shows."""

from __future__ import annotations

import math

from kumo_magic.evaluation import Evaluation
from kumo_magic.views.answers import Answer


def scores_answer(evaluation: Evaluation) -> Answer:
    """The score table."""
    metrics = evaluation.main_metrics
    values = evaluation.metrics[metrics]
    return {
        "type": "scores",
        "title": evaluation.sentence,
        "metrics": [{"name": name, "higher_is_better": evaluation.higher_is_better[name]} for name in metrics],
        "learners": [
            {
                "learner": learner,
                "kind": evaluation.kinds[str(learner)],
                "values": [value if math.isfinite(value) else None for value in row],
                "shown": [f"{value:.3g}" for value in row],
                "is_best": [False for _ in row],
            }
            for learner, row in zip(values.index, values.to_numpy(float).tolist(), strict=True)
        ],
    }
