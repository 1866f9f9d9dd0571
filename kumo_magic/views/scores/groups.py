"""An evaluation → the groups of rows that a reader can choose, with their scores. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kumo_magic.evaluation import Evaluation
from kumo_magic.evaluation.row_groups import RowGroup
from kumo_magic.learn.at_k import ALL
from kumo_magic.views.scores.rounded import rounded

ALL_ROWS, ANCHOR, SEGMENT = "all", "anchor", "segment"
PAST = "past events"
_MOST_ANCHORS = 24
_FACTS = ("base rate", "mean predicted", "coverage", "mean width")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """Rows to choose.

    Attributes:
        kind: All rows, an anchor time or a segment.
        column: What tells a segment from others.
        name: For people.
        num_rows: How many.
        scores: [model, low, high, best baseline], NaN where unknown.
        facts: What else is worth knowing, by name.
        rows: Positions of the scored rows; None of segments that a ranking kept no rows of.
        key: Of its lists' scores at k.
    """

    kind: str
    column: str = ""
    name: str
    num_rows: int
    scores: tuple[float, float, float, float]
    facts: Mapping[str, float] = field(default_factory=dict)
    rows: np.ndarray | None
    key: str = ""

    def plain(self) -> dict[str, object]:
        """The group as JSON, without its pictures."""
        model, low, high, baseline = map(rounded, self.scores)
        return {
            "kind": self.kind,
            "column": self.column,
            "name": self.name,
            "num_rows": self.num_rows,
            "score": model,
            "low": low,
            "high": high,
            "baseline": baseline,
            "facts": [{"name": name, "value": rounded(value)} for name, value in self.facts.items()],
        }


def shown_groups(evaluation: Evaluation) -> list[ShownGroup]:
    """All rows, the newest anchor times (the oldest of them first), and segments."""
    return [_everyone(evaluation), *_anchors(evaluation), *_past(evaluation), *_segments(evaluation)]


def _everyone(evaluation: Evaluation) -> ShownGroup:
    low, high = evaluation.intervals[evaluation.model]
    frame = evaluation.frame
    has_intervals = "low" in frame
    width = float((frame["high"] - frame["low"]).mean()) if has_intervals else float("nan")
    return ShownGroup(
        kind=ALL_ROWS,
        name="all rows",
        num_rows=evaluation.num_rows,
        scores=(evaluation.score(evaluation.model), low, high, evaluation.score(evaluation.best_baseline)),
        facts={"coverage": evaluation.coverage, "mean width": width} if has_intervals else {},
        rows=np.arange(evaluation.num_rows),
        key=ALL,
    )


def _anchors(evaluation: Evaluation) -> list[ShownGroup]:
    groups = [
        _scored(evaluation, group, found, kind=ANCHOR, name=_moment(group.value))
        for group, (_, found) in zip(evaluation.anchor_groups(), evaluation.by_anchor.iterrows(), strict=True)
    ]
    return groups[-_MOST_ANCHORS:]


def _segments(evaluation: Evaluation) -> list[ShownGroup]:
    by_column = evaluation.by_column
    if by_column is None:
        return []
    return [
        _scored(evaluation, group, found, kind=SEGMENT, name=str(group.value))
        for group, (_, found) in zip(evaluation.segment_groups(), by_column.iterrows(), strict=True)
    ]


def _past(evaluation: Evaluation) -> list[ShownGroup]:
    """Cold, warm and heavy rows of a ranking, of which the scores were kept."""
    if evaluation.parts is None:
        return []
    metric, unknown = evaluation.primary_metric, float("nan")
    return [
        ShownGroup(
            kind=SEGMENT,
            column=PAST,
            name=name,
            num_rows=found.num_rows,
            scores=(
                found.scores[evaluation.model][metric],
                unknown,
                unknown,
                found.scores[evaluation.best_baseline][metric],
            ),
            rows=None,
            key=name,
        )
        for name, found in evaluation.parts.segments.items()
    ]


def _scored(evaluation: Evaluation, group: RowGroup, found: pd.Series, *, kind: str, name: str) -> ShownGroup:
    time = group.value
    return ShownGroup(
        kind=kind,
        column=group.column,
        name=name,
        num_rows=len(group.rows),
        scores=(found[evaluation.primary_metric], found["low"], found["high"], found["best baseline"]),
        facts={fact: float(found[fact]) for fact in _FACTS if fact in found},
        rows=group.rows,
        key=time.isoformat() if isinstance(time, pd.Timestamp) else "",
    )


def _moment(time: object) -> str:
    if not isinstance(time, pd.Timestamp):
        return "without time"
    return f"{time:%Y-%m-%d}" if time == time.normalize() else f"{time:%Y-%m-%d %H:%M}"
