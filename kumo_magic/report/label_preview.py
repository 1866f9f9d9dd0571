"""A label table → what `--labels` shows above it, before any training: picture, numbers, examples, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.findings import accent_of, findings_html, findings_text
from kumo_magic.report.label_chart import WIDTH, label_svg, label_words
from kumo_magic.report.label_columns import LabelColumns, label_columns
from kumo_magic.report.markup import (
    GOOD,
    Markup,
    box,
    details,
    element,
    headline,
    listing,
    muted,
    notice,
    paragraph,
    picture,
    table,
    text,
)
from kumo_magic.report.numbers import MISSING, count, moment, number
from kumo_magic.report.record import Record
from kumo_magic.report.scores import aligned

if TYPE_CHECKING:
    from kumo_magic.finding import Finding
    from kumo_magic.labelling.label_table import LabelTable
    from kumo_magic.plan.plan import PredictionPlan

_NUM_EXAMPLES = 6
_MOST_ITEMS = 5
_MOST_SIGNS = 60


def label_preview(
    plan: PredictionPlan,
    labels: LabelTable,
    *,
    label_warnings: Sequence[Finding] = (),
    warnings: Sequence[str] = (),
) -> Record:
    """What `--labels` shows above the label table.

    Args:
        plan: The bound query.
        labels: Its labels.
        label_warnings: What may go wrong with them.
        warnings: What a reader must see first.
    """
    shown = label_columns(labels, plan.task_type)
    said = f"{count(len(labels.frame), 'label')}{_at_anchors(plan, labels)}, before any training."
    what = plan.describe().splitlines()
    names, rows = shown.rows()
    example_names, examples = example_rows(plan, labels)
    left_out = left_out_words(plan, labels)
    notes = _other_notes(labels, label_warnings)
    accent = accent_of(label_warnings) if label_warnings else GOOD
    html = box(
        *[notice(warning) for warning in warnings],
        headline(
            said,
            Markup("<br>".join(text(line) for line in what)),
            accent=accent,
        ),
        findings_html(label_warnings, f"Before you train: {count(len(label_warnings), 'warning')}", is_folded=False),
        paragraph(picture(label_svg(shown), label_words(shown), WIDTH)),
        muted(_regime(labels, shown)),
        details(f"The numbers of the picture ({count(len(rows), 'row')})", table(names, rows, numeric=(2, 3))),
        _section("Labelled rows, for example"),
        table(example_names, examples, numeric=(0,)),
        _section("Who is left out"),
        listing(left_out),
        *([_section("Notes"), listing(notes)] if notes else []),
    )
    lines = [
        *[f"Note: {warning}" for warning in warnings],
        said,
        *what,
        "",
        *findings_text(label_warnings, is_folded=False),
        *([""] if label_warnings else []),
        aligned([names, *rows], num_left=2),
        _regime(labels, shown),
        "",
        "Labelled rows, for example:",
        aligned([example_names, *examples], num_left=len(example_names)),
        "",
        "Who is left out:",
        *[f"- {words}" for words in left_out],
        *(["", "Notes:"] if notes else []),
        *[f"- {note}" for note in notes],
    ]
    return Record(html=html, text="\n".join(lines))


def example_rows(plan: PredictionPlan, labels: LabelTable) -> tuple[list[str], list[list[str]]]:
    """Column names and a few labelled rows of the newest test anchor, as different from one another as can be."""
    frame = labels.frame.reset_index(drop=True)
    pool = frame[(frame["split"] == "test") & frame["label"].notna()]
    pool = pool if len(pool) else frame[frame["label"].notna()]
    newest = pool["anchor_time"].max()
    pool = pool[pool["anchor_time"] == newest] if plan.is_temporal else pool
    match plan.task_type:
        case TaskType.BINARY | TaskType.MULTICLASS:
            nth_of_class = pool.groupby("label", sort=False).cumcount()
            order = np.argsort(nth_of_class.to_numpy(), kind="stable")[:_NUM_EXAMPLES]
        case TaskType.REGRESSION | TaskType.FORECASTING:
            order = _spread(np.argsort(pd.to_numeric(pool["label"]).to_numpy(dtype=float), kind="stable"))
        case _:
            order = _spread(np.argsort(pool["label"].map(len).to_numpy(), kind="stable"))
    chosen = pool.iloc[np.sort(order)]
    has_time, has_step = not pd.isna(newest), "step" in chosen
    times = ["as of", *(["window ends"] if plan.is_temporal else [])] if has_time else []
    names = [*plan.key_columns, *times, *(["step"] if has_step else [])]
    rows = []
    for place, row in zip(chosen.index, chosen.to_dict("records"), strict=True):
        cells = [_cut(str(row[name])) for name in plan.key_columns]
        cells += [moment(row["anchor_time"])] if has_time else []
        cells += [moment(pd.Timestamp(int(labels.closed_us[place]), unit="us"))] if plan.is_temporal else []
        cells += [str(row["step"])] if has_step else []
        rows.append([*cells, _label_words(row["label"]), str(row["split"])])
    return [*names, "label", "split"], rows


def left_out_words(plan: PredictionPlan, labels: LabelTable) -> list[str]:
    """How many entities have no label at all and how many rows were dropped, each with its reason."""
    entities = plan.graph[plan.entity_table]
    num_labelled = len(np.unique(labels.entity_rows))
    num_none = entities.num_rows - num_labelled
    words = [f"{num_labelled:,} of {count(entities.num_rows)} {plan.entity_table} have a label."]
    if num_none:
        reasons = ["not yet there"] if plan.is_temporal and entities.time_column is not None else []
        reasons += ["already gone"] if plan.is_temporal and entities.end_time_column is not None else []
        reasons += ["not kept by WHERE"] if plan.where is not None else []
        reasons += ["dropped for a reason below"] if labels.dropped else []
        why = f": {', or '.join(reasons)}" if reasons else ""
        when = " at any anchor time" if plan.is_temporal else ""
        words.append(f"{count(num_none)} {plan.entity_table} have none{when}{why}.")
    words += [f"{count(dropped, 'row')} left out because {reason}." for reason, dropped in labels.dropped.items()]
    return words


def _section(words: str) -> Markup:
    return element("div", words, style="font-weight: 600; margin: 10px 0 2px 0")


def _at_anchors(plan: PredictionPlan, labels: LabelTable) -> str:
    return f" at {count(labels.frame['anchor_time'].nunique(), 'anchor time')}" if plan.is_temporal else ""


def _regime(labels: LabelTable, shown: LabelColumns) -> str:
    """How the splits differ, and what a column is where it is not one anchor."""
    words = labels.regime_words
    said = f"The model will be {words.rstrip('.')}." if words else ""
    if shown.num_anchors > len(shown.columns):
        said = f"{shown.num_anchors:,} times in {len(shown.columns)} columns. {said}".rstrip()
    return said


def _other_notes(labels: LabelTable, warnings: Sequence[Finding]) -> list[str]:
    """Notes that neither a warning nor the list of what is left out tells."""
    told = {warning.says for warning in warnings}
    told |= {f"{dropped:,} rows left out because {reason}." for reason, dropped in labels.dropped.items()}
    return [note for note in dict.fromkeys(labels.notes) if note not in told]


def _spread(order: np.ndarray) -> np.ndarray:
    """A few places of an order, its ends among them."""
    return order[np.unique(np.linspace(0, len(order) - 1, min(_NUM_EXAMPLES, len(order))).round().astype(int))]


def _label_words(label: object) -> str:
    """A label for people: true, 12.5, or a few of its items."""
    match label:
        case bool() | np.bool_():
            return str(bool(label)).lower()
        case int() | np.integer():
            return f"{label:,}"
        case float() | np.floating():
            return number(float(label)) if np.isfinite(label) else MISSING
        case list() | tuple() | np.ndarray():
            listed = ", ".join(_cut(str(item)) for item in label[:_MOST_ITEMS])
            return f"{listed} and {len(label) - _MOST_ITEMS:,} more" if len(label) > _MOST_ITEMS else listed
        case _:
            return _cut(str(label))


def _cut(words: str) -> str:
    """The words, or their beginning where they are long."""
    return words if len(words) <= _MOST_SIGNS else f"{words[: _MOST_SIGNS - 1]}…"
