"""Lists for held-out rows → their scores: of all rows, row by row, by segment, of repeats and of new items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.learn.at_k import AtK, row_groups, scores_at_k
from kumo_magic.tasks.assignment import Assignment
from kumo_magic.tasks.metrics import ranking_hits, ranking_row_scores
from kumo_magic.tasks.ranking_parts import (
    COLD,
    HEAVY,
    WARM,
    catalogue_coverage,
    mean_of_known,
    part_row_scores,
    segments,
)
from kumo_magic.tasks.seen_items import are_seen
from kumo_magic.timeline.neighbours import num_known

LABELS = "labels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The rows whose entities have about as much of a past.

    Attributes:
        num_rows: How many.
        fewest_events: With an item, at or before its anchor, that a row of it has.
        scores: Learner → metric → score.
    """

    num_rows: int
    fewest_events: int
    scores: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParts:
    """What the mean over all rows of a ranking hides.

    Attributes:
        segments: cold, warm and heavy, those that have rows.
        repeat_shares: Learner → which share of what it lists is in the entity's own past; and of the "labels".
    """

    segments: dict[str, Segment]
    repeat_shares: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListScores:
    """The scores of every learner's lists, as `HeldOut` keeps them."""

    scores: dict[str, dict[str, float]]
    row_scores: pd.DataFrame
    parts: ListParts
    at_k: dict[str, AtK]


def list_scores(assignment: Assignment, answers: Mapping[str, np.ndarray], rows: np.ndarray, metric: str) -> ListScores:
    """Score lists at the given label rows.

    Args:
        assignment: A ranking.
        answers: Learner → item rows, int64 [rows, about k], best first, -1 for none.
        rows: Positions of label rows.
        metric: The primary one.
    """
    assert assignment.source is not None
    target, events, k = assignment.target, assignment.source.events, assignment.k
    entity_rows, anchor_us = assignment.labels.entity_rows[rows], assignment.labels.anchor_us[rows]
    truth = [target.true_items[row] for row in rows]
    num_true = np.fromiter(map(len, truth), dtype=np.int64, count=len(truth))
    num_repeats = np.array([of_row.sum() for of_row in are_seen(events, truth, entity_rows, anchor_us)], dtype=np.int64)
    is_seen = _own_entries(assignment, answers, rows)
    by_row = {
        name: ranking_row_scores(truth, ranked, k)
        | part_row_scores(ranking_hits(truth, ranked), is_seen[name], num_repeats, num_true - num_repeats, k)
        for name, ranked in answers.items()
    }
    item_times = assignment.source.item_times
    coverage = {name: catalogue_coverage(ranked, anchor_us, item_times, k) for name, ranked in answers.items()}
    everyone = np.arange(len(rows))
    num_events = num_known(events.offsets, events.times, entity_rows, anchor_us)
    label_rows = assignment.labels.frame.iloc[rows, :2].reset_index(drop=True)
    of_row = segments(num_events)
    return ListScores(
        scores={name: {**_means(one, everyone), f"coverage@{k}": coverage[name]} for name, one in by_row.items()},
        row_scores=label_rows.assign(**{name: one[metric] for name, one in by_row.items()}),
        parts=ListParts(
            segments=_segments(by_row, of_row, num_events),
            repeat_shares={LABELS: _share(num_repeats.sum(), num_true.sum())}
            | {name: _share(is_seen[name][:, :k].sum(), (one[:, :k] >= 0).sum()) for name, one in answers.items()},
        ),
        at_k=scores_at_k(truth, answers, k, row_groups(label_rows["anchor_time"], of_row)),
    )


def _own_entries(assignment: Assignment, answers: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Learner → which entries of its lists are in the entity's own past, bool [rows, about k]."""
    assert assignment.source is not None
    labels, ends = assignment.labels, np.cumsum([ranked.shape[1] for ranked in answers.values()])
    side_by_side = np.concatenate(list(answers.values()), axis=1)
    own = assignment.source.events
    is_seen = are_seen(own, list(side_by_side), labels.entity_rows[rows], labels.anchor_us[rows])
    parts = np.split(np.array(is_seen, dtype=bool).reshape(side_by_side.shape), ends[:-1], axis=1)
    return dict(zip(answers, parts, strict=True))


def _segments(
    by_row: Mapping[str, Mapping[str, np.ndarray]], of_row: np.ndarray, num_events: np.ndarray
) -> dict[str, Segment]:
    found = {}
    for segment in (COLD, WARM, HEAVY):
        inside = np.flatnonzero(of_row == segment)
        if len(inside):
            found[segment] = Segment(
                num_rows=len(inside),
                fewest_events=int(num_events[inside].min()),
                scores={name: _means(scores, inside) for name, scores in by_row.items()},
            )
    return found


def _means(scores: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, float]:
    return {metric: mean_of_known(values[rows]) for metric, values in scores.items()}


def _share(number: int, of: int) -> float:
    return float(number / of) if of else float("nan")
