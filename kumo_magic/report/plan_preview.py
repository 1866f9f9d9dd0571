"""A plan → what `--plan` shows: the question in plain words, its anchors, and the SQL. Computes no label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.report.markup import GOOD, Markup, box, code, details, headline, listing, muted, notice, table, text
from kumo_magic.report.numbers import count, moment
from kumo_magic.report.record import Record
from kumo_magic.report.scores import aligned

if TYPE_CHECKING:
    from kumo_magic.labelling.planned_anchors import PlannedAnchors
    from kumo_magic.plan.plan import PredictionPlan

_COLUMNS = ("split", "anchor times", "first", "last", "last window ends")


def plan_record(
    plan: PredictionPlan,
    sql: str,
    *,
    anchors: PlannedAnchors | None,
    problem: str | None = None,
    warnings: Sequence[str] = (),
) -> Record:
    """What `--plan` shows.

    Args:
        plan: The bound query.
        sql: Its labels as SQL.
        anchors: When it would be labelled; None for a target without windows, or where there is a problem.
        problem: Why there are no anchors.
        warnings: What a reader must see first.
    """
    first, *rest = plan.describe().splitlines()
    grid = _grid(plan, anchors) if anchors is not None else _STATIC if problem is None else ""
    rows = _rows(anchors) if anchors is not None else []
    notes = tuple(dict.fromkeys((*plan.notes, *(anchors.notes if anchors is not None else ()))))
    above = [*warnings, *([problem] if problem is not None else [])]
    html = box(
        *[notice(warning) for warning in above],
        headline(first, Markup("<br>".join(text(line) for line in rest)), accent=GOOD),
        *([muted(grid)] if grid else []),
        *([table(_COLUMNS, rows, numeric=(1,))] if rows else []),
        *([listing(notes)] if notes else []),
        details("The labels in SQL (nothing was computed)", code(sql)),
    )
    lines = [*[f"Note: {warning}" for warning in above], first, *rest, ""]
    lines += [grid, ""] if grid else []
    lines += [aligned([_COLUMNS, *rows], num_left=1), ""] if rows else []
    lines += [*[f"- {note}" for note in notes], "", "The labels in SQL (nothing was computed):", sql]
    return Record(html=html, text="\n".join(lines))


_STATIC = "There are no anchor times: the answer is a column, so every row that has a value is learned from."


def _grid(plan: PredictionPlan, anchors: PlannedAnchors) -> str:
    """The anchor grid in a sentence."""
    times = anchors.splits.all
    number_of = count(len(times), "anchor time")
    return (
        f"It learns from the past at {number_of}, {_day(times[0])} to {_day(times[-1])} "
        f"(distance {anchors.step.words}, window {plan.window_length.words}), and predicts as of "
        f"{_day(anchors.prediction_us)}. "
        "An anchor at which nobody has a label falls away; only labelling tells."
    )


def _rows(anchors: PlannedAnchors) -> list[list[str]]:
    splits = anchors.splits
    named = zip(("train", "val", "test"), (splits.train, splits.val, splits.test), anchors.closed_us, strict=True)
    return [
        [split, count(len(times)), _day(times[0]), _day(times[-1]), _day(closed_us)]
        for split, times, closed_us in named
    ]


def _day(time_us: int) -> str:
    return moment(pd.Timestamp(int(time_us), unit="us"))
