"""An evaluation → how far to trust it: calibration, coverage, scores by anchor time. Shows; computes no score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.report.markup import Markup, element, muted, paragraph, picture, table
from kumo_magic.report.numbers import count, decimals, fixed, moment, number, share
from kumo_magic.report.strokes import BLUE, GREY, GRID, INK, canvas, dot, line, words

if TYPE_CHECKING:
    from kumo_magic.evaluation import Evaluation
    from kumo_magic.tasks.metrics import Reliability

_SIZE, _LEFT, _TOP, _BOTTOM, _RIGHT = 300, 46, 30, 40, 16
_MOST_ANCHORS = 40
_SHARES = ("base rate", "mean predicted", "coverage")


def calibration_html(evaluation: Evaluation, found: Reliability) -> Markup:
    """The reliability picture and its numbers."""
    rows = [
        [count(int(num_rows)), fixed(predicted, 3), fixed(observed, 3)]
        for num_rows, predicted, observed in zip(found.num_rows, found.predicted, found.observed, strict=True)
    ]
    said = reliability_words(found)
    return element(
        "div",
        paragraph(picture(reliability_svg(found), said, _SIZE)),
        paragraph(said),
        table(["rows", "mean probability", "share that came true"], rows, numeric=(0, 1, 2)),
        muted(f"{evaluation.num_rows:,} rows in bins of about equal size, {evaluation.regime}. {_seen(evaluation)}"),
    )


def coverage_html(evaluation: Evaluation) -> Markup:
    """How many labels lay inside their interval, in all and by anchor time."""
    found = evaluation.by_anchor.tail(_MOST_ANCHORS)
    said = (
        f"{share(evaluation.coverage)} of {count(evaluation.num_rows, 'label')} lay inside their 80% interval "
        f"({evaluation.regime}). {_seen(evaluation)}"
    )
    return element("div", paragraph(said), _table(found, ["coverage", "mean width"]))


def by_anchor_html(evaluation: Evaluation) -> Markup:
    """The primary metric at each held-out anchor, beside the best baseline."""
    found = evaluation.by_anchor
    metric = evaluation.primary_metric
    others = [column for column in ("base rate", "mean predicted") if column in found]
    first = f"The newest {_MOST_ANCHORS} of {len(found):,} anchor times. " if len(found) > _MOST_ANCHORS else ""
    shown = found.tail(_MOST_ANCHORS).rename(columns={"low": "95% from", "high": "to"})
    return element(
        "div",
        _table(shown, [metric, "95% from", "to", "best baseline", *others]),
        muted(
            f"{first}{metric} of the {evaluation.model}, {evaluation.regime}, with its 95% bootstrap interval; "
            f"the best baseline is {evaluation.best_baseline}."
        ),
    )


def reliability_svg(found: Reliability) -> str:
    """Share that came true over probability: the bins, and the diagonal of perfect calibration."""
    x0, x1, y0, y1 = _LEFT, _SIZE - _RIGHT, _SIZE - _BOTTOM, _TOP

    def x(value: float) -> float:
        return x0 + (x1 - x0) * value

    def y(value: float) -> float:
        return y0 + (y1 - y0) * value

    parts = [words(x0, 18, "share that came true", INK, weight="600")]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts += [line(x0, y(tick), x1, y(tick), GRID), words(x0 - 6, y(tick) + 4, f"{tick:g}", GREY, anchor="end")]
        parts.append(words(x(tick), y0 + 16, f"{tick:g}", GREY, anchor="middle"))
    parts.append(words((x0 + x1) / 2, _SIZE - 8, "mean probability", GREY, anchor="middle"))
    parts.append(line(x(0), y(0), x(1), y(1), GREY, dashes="5 4"))
    places = [(x(predicted), y(observed)) for predicted, observed in zip(found.predicted, found.observed, strict=True)]
    path = " ".join(f"{across:.1f},{up:.1f}" for across, up in places)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    parts += [dot(across, up, 4, BLUE) for across, up in places]
    return canvas(_SIZE, _SIZE, *parts)


def reliability_words(found: Reliability) -> str:
    """The picture in words."""
    gaps = abs(found.predicted - found.observed)
    worst = int(gaps.argmax())
    return (
        f"Predicted and observed differ by {number(found.error)} on average (ECE); most at a probability of "
        f"{number(found.predicted[worst])}, where {number(found.observed[worst])} came true."
    )


def _table(found: pd.DataFrame, columns: list[str]) -> Markup:
    """Anchor time, rows and the columns, each with as many decimals as suit it."""
    places = {column: decimals(found[column].tolist()) for column in columns}
    rows = []
    for _, one in found.iterrows():
        when = "without time" if pd.isna(one["anchor_time"]) else moment(one["anchor_time"])
        values = [share(one[name]) if name in _SHARES else fixed(one[name], places[name]) for name in columns]
        rows.append([when, count(int(one["rows"])), *values])
    names = ["anchor time", "rows", *columns]
    return table(names, rows, numeric=range(1, len(names)))


def _seen(evaluation: Evaluation) -> str:
    """Whether these rows were calibrated on."""
    if evaluation.split == "val":
        return "Calibrated on these very rows: others will do less well."
    return "Calibrated on the validation rows, measured on these, which were not seen."
