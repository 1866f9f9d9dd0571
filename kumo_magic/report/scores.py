"""An evaluation → its table: a row per learner, a column per metric, the best of each marked. Computes no score."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo_magic.labelling.tables_without_time import seen_whole
from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.markup import Markup, element, muted, table
from kumo_magic.report.numbers import count, decimals, fixed, share

if TYPE_CHECKING:
    from kumo_magic.evaluation import Evaluation
    from kumo_magic.prediction import Prediction

_SPLIT_WORDS = {"test": "test", "val": "validation"}
_UP, _DOWN = "↑", "↓"
_REGIMES = {
    "rolling": "each row saw what was known at its own anchor",
    "frozen": "every row saw what was known at one cut, and nothing later",
}
_MOST_DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Scores as text. ``cells[row][column]`` is a number and whether no learner has a better one."""

    columns: tuple[str, ...]
    learners: tuple[str, ...]
    kinds: tuple[str, ...]
    cells: tuple[tuple[tuple[str, bool], ...], ...]
    notes: tuple[str, ...]


def score_table(evaluation: Evaluation, weights: Mapping[str, float], *, seen_whole: Sequence[str] = ()) -> ScoreTable:
    """The evaluation's main metrics, the primary one first, with arrows for what is better.

    Args:
        evaluation: The held-out rows.
        weights: Learner → how much it counts in the model.
        seen_whole: Tables that every row saw to their end, because their rows have no time.
    """
    metrics = evaluation.metrics
    names = evaluation.main_metrics
    columns = [_column(metrics[name].tolist(), evaluation.higher_is_better[name]) for name in names]
    learners = [str(name) for name in metrics.index]
    return ScoreTable(
        columns=tuple(f"{name} {_UP if evaluation.higher_is_better[name] else _DOWN}" for name in names),
        learners=tuple(learners),
        kinds=tuple(_kind(evaluation.kinds[name], weights.get(name)) for name in learners),
        cells=tuple(zip(*columns, strict=True)),
        notes=score_notes(evaluation, seen_whole),
    )


def scores_of(run: Prediction) -> ScoreTable:
    """The score table of a run, with what its rows saw."""
    return score_table(run.evaluation, run.weights, seen_whole=seen_whole(run.plan))


def scores_html(scores: ScoreTable) -> Markup:
    """The table with the best of each column in bold."""
    rows = [
        [
            element("b", learner) if kind == "model" else learner,
            kind,
            *[element("b", shown) if is_best else shown for shown, is_best in cells],
        ]
        for learner, kind, cells in zip(scores.learners, scores.kinds, scores.cells, strict=True)
    ]
    columns = ("learner", "kind", *scores.columns)
    drawn = element("div", table(columns, rows, numeric=range(2, len(columns))), class_="kumo-magic-scores")
    return element("div", drawn, *map(muted, scores.notes))


def scores_text(scores: ScoreTable) -> str:
    """The table in plain text; a star marks the best of each column."""
    rows = [
        [learner, kind, *[f"{shown}{'*' if is_best else ' '}" for shown, is_best in cells]]
        for learner, kind, cells in zip(scores.learners, scores.kinds, scores.cells, strict=True)
    ]
    columns = ["learner", "kind", *[f"{name} " for name in scores.columns]]
    return "\n".join([aligned([columns, *rows], num_left=2), "* best of its column.", *scores.notes])


def score_notes(evaluation: Evaluation, seen_whole: Sequence[str] = ()) -> tuple[str, ...]:
    """What belongs beside the table: which rows, which regime, how sure, and why a score is missing."""
    notes = [_caption(evaluation, seen_whole), _certainty(evaluation), _decisions(evaluation), evaluation.unknown]
    return tuple(note for note in notes if note)


def aligned(rows: Sequence[Sequence[str]], *, num_left: int) -> str:
    """Rows of text in columns; the first ``num_left`` columns are set flush left, the others right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < num_left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _column(values: Sequence[float], higher_is_better: bool) -> list[tuple[str, bool]]:
    known = [value for value in values if value == value]
    best = (max(known) if higher_is_better else min(known)) if known else None
    places = max(decimals(values), min(_MOST_DECIMALS, decimals([best or 0.0])))
    return [(fixed(value, places), value == best) for value in values]


def _kind(kind: str, weight: float | None) -> str:
    """What the learner is; of a part, how much it counts."""
    return f"{share(weight)} of the model" if kind == "learner" and weight is not None else kind


def _caption(evaluation: Evaluation, seen_whole: Sequence[str]) -> str:
    """Which rows, and what they saw."""
    split = _SPLIT_WORDS.get(evaluation.split, evaluation.split)
    rows = count(evaluation.num_rows, f"{split} row")
    saw = _REGIMES[evaluation.regime]
    if seen_whole:
        saw = f"{saw.partition(',')[0]}, and all of {' and '.join(seen_whole)}, later rows too: they have no time"
    words = f"{rows}, {evaluation.regime}: {saw}. {_UP} more is better, {_DOWN} less is."
    if evaluation.split == "val":
        words += " The same rows chose and calibrated the model: on others it will do less well."
    return words


def _certainty(evaluation: Evaluation) -> str:
    """The interval of the model's score, and of its lead over the best baseline."""
    low, high = evaluation.intervals[evaluation.model]
    lead = evaluation.difference
    if not math.isfinite(low) or not math.isfinite(lead.low):
        return ""
    places = decimals([low, high])
    words = (
        f"95% bootstrap interval of the {evaluation.primary_metric}: {fixed(low, places)} to {fixed(high, places)}; "
        f"of its lead over {lead.baseline}: {_signed(lead.low, places)} to {_signed(lead.high, places)}"
    )
    return f"{words}." if lead.low > 0 else f"{words}: it may be chance." if lead.value > 0 else f"{words}."


def _decisions(evaluation: Evaluation) -> str:
    """What saying true was worth, beside the base rate."""
    found = evaluation.decisions
    if found is None:
        return ""
    if evaluation.task_type is TaskType.MULTILABEL_CLASSIFICATION:
        return (
            f"Of all pairs of a row and a value {share(evaluation.base_rate)} are true. Predicted true: "
            f"{count(found.num_true)}, of them right (precision) {share(found.precision)}; found of all true ones "
            f"(recall) {share(found.recall)}."
        )
    return (
        f"{share(evaluation.base_rate)} of these rows are true, the average precision of a guess. Predicted true: "
        f"{count(found.num_true)}, of them right (precision) {share(found.precision)}; found of all true ones (recall) "
        f"{share(found.recall)}."
    )


def _signed(value: float, places: int) -> str:
    """The value with its sign; a true minus."""
    return f"{'−' if value < 0 else '+'}{fixed(abs(value), places)}"
