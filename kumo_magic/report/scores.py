"""An evaluation → its table: a row per learner, a column per metric, the best of each marked. Computes no score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo_magic.report.markup import Markup, element, muted, table
from kumo_magic.report.numbers import count, decimals, fixed

if TYPE_CHECKING:
    from kumo_magic.prediction import Evaluation

_SPLIT_WORDS = {"test": "test", "val": "validation"}
_UP, _DOWN = "↑", "↓"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Scores as text. ``cells[row][column]`` is a number and whether no learner has a better one."""

    columns: tuple[str, ...]
    learners: tuple[str, ...]
    kinds: tuple[str, ...]
    cells: tuple[tuple[tuple[str, bool], ...], ...]
    caption: str


def score_table(evaluation: Evaluation) -> ScoreTable:
    """The evaluation's metrics, the primary one first, with arrows for what is better."""
    metrics = evaluation.metrics
    names = [evaluation.primary_metric, *[name for name in metrics.columns if name != evaluation.primary_metric]]
    columns = [_column(metrics[name].tolist(), evaluation.higher_is_better[name]) for name in names]
    learners = [str(name) for name in metrics.index]
    return ScoreTable(
        columns=tuple(f"{name} {_UP if evaluation.higher_is_better[name] else _DOWN}" for name in names),
        learners=tuple(learners),
        kinds=tuple(evaluation.kinds[name] for name in learners),
        cells=tuple(zip(*columns, strict=True)),
        caption=_caption(evaluation),
    )


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
    return element("div", table(columns, rows, numeric=range(2, len(columns))), muted(scores.caption))


def scores_text(scores: ScoreTable) -> str:
    """The table in plain text; a star marks the best of each column."""
    rows = [
        [learner, kind, *[f"{shown}{'*' if is_best else ' '}" for shown, is_best in cells]]
        for learner, kind, cells in zip(scores.learners, scores.kinds, scores.cells, strict=True)
    ]
    columns = ["learner", "kind", *[f"{name} " for name in scores.columns]]
    return f"{aligned([columns, *rows], num_left=2)}\n{scores.caption} * best of its column."


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
    places = decimals(values)
    known = [value for value in values if value == value]
    best = (max(known) if higher_is_better else min(known)) if known else None
    return [(fixed(value, places), value == best) for value in values]


def _caption(evaluation: Evaluation) -> str:
    split = _SPLIT_WORDS.get(evaluation.split, evaluation.split)
    rows = count(evaluation.num_rows, f"{split} row")
    return f"{rows}, {evaluation.regime}: each row saw what was known at its own anchor. ↑ more is better, ↓ less is."
