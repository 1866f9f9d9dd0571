"""Scores of segments → a frame. Computes no score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from kumo_magic.evaluation.row_groups import RowGroup
from kumo_magic.learn.list_scores import ListParts


def list_scores_by_segment(parts: ListParts) -> pd.DataFrame:
    """Of a ranking, a row per segment and learner: those with the least past first, learners in their own order."""
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


def scores_by_segment(groups: Sequence[RowGroup], scores: Sequence[Mapping[str, float]]) -> pd.DataFrame:
    """A row per segment, column by column."""
    return pd.DataFrame(
        [{"column": group.column, "segment": group.value, **found} for group, found in zip(groups, scores, strict=True)]
    )
