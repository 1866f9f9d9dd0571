"""Scores of a ranking's segments → a frame, a row per segment and learner. Computes no score."""

from __future__ import annotations

import pandas as pd

from kumo_magic.learn.list_scores import ListParts


def scores_by_segment(parts: ListParts) -> pd.DataFrame:
    """The segments with the least past first, learners in their own order."""
    return pd.DataFrame(
        [
            {
                "segment": segment,
                "rows": found.num_rows,
                "fewest past events": found.fewest_events,
                "learner": learner,
                **scores,
            }
            for segment, found in parts.segments.items()
            for learner, scores in found.scores.items()
        ]
    )
