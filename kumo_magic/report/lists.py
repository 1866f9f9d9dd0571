"""A ranking's evaluation → repeats and new items, coverage, scores by segment, as tables. Shows; computes no score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.report.markup import Markup, element, muted, paragraph, table
from kumo_magic.report.numbers import count, decimals, fixed, share

if TYPE_CHECKING:
    from kumo_magic.evaluation import Evaluation

_LABELS = "labels"
_REPEATS = "repeats among the listed"


def lists_html(evaluation: Evaluation, repeat_shares: pd.Series, by_segment: pd.DataFrame) -> Markup:
    """The parts of a ranking's scores, then the main scores of entities with little and with much past."""
    return element("div", *_parts(evaluation, repeat_shares), *_segments(evaluation, by_segment))


def _parts(evaluation: Evaluation, repeat_shares: pd.Series) -> list[Markup]:
    metrics = evaluation.metrics
    parts = [str(name) for name in metrics.columns if name not in evaluation.main_metrics]
    cells = _cells(metrics, parts)
    rows = [
        [str(learner), *scores, share(float(repeat_shares[learner]))]
        for learner, scores in zip(metrics.index, cells, strict=True)
    ]
    return [
        paragraph(f"{share(float(repeat_shares[_LABELS]))} of the true items are repeats: in the entity's own past."),
        table(["learner", *parts, _REPEATS], rows, numeric=range(1, len(parts) + 2)),
        muted(
            "Recall of the true items that are repeats, and of those that are new to the entity, each over the rows "
            "that have some. Coverage is the share of the items that existed at an anchor which any of its lists shows."
        ),
    ]


def _segments(evaluation: Evaluation, by_segment: pd.DataFrame) -> list[Markup]:
    metrics = evaluation.main_metrics
    cells = _cells(by_segment, metrics)
    rows, is_first = [], ~by_segment["segment"].duplicated()
    for place, scores in enumerate(cells):
        one = by_segment.iloc[place]
        named = [str(one["segment"]), count(int(one["rows"]))] if is_first.iloc[place] else ["", ""]
        rows.append([*named, str(one["learner"]), *scores])
    return [
        table(["segment", "rows", "learner", *metrics], rows, numeric=(1, *range(3, len(metrics) + 3))),
        muted(f"Cold: no past event with an item. {_heavy(by_segment)} Same rows as above, {evaluation.regime}."),
    ]


def _heavy(by_segment: pd.DataFrame) -> str:
    """How much past is much."""
    words = "Heavy: more past events than four fifths of the rows that have some"
    fewest = by_segment.loc[by_segment["segment"] == "heavy", "fewest past events"]
    return f"{words}, here {count(int(fewest.iloc[0]))} or more." if len(fewest) else f"{words}; here none is."


def _cells(scores: pd.DataFrame, metrics: list[str]) -> list[list[str]]:
    """A row of text per row of scores, each column with as many decimals as suit it."""
    places = {metric: decimals(scores[metric].tolist()) for metric in metrics}
    return [
        [fixed(value, places[metric]) for metric, value in zip(metrics, row, strict=True)]
        for row in scores[metrics].to_numpy(dtype=float).tolist()
    ]
