"""A plan and its labels → what may go wrong, before any training. No tensors, no HTML."""

from __future__ import annotations

import numpy as np

from kumo_magic.finding import Finding, Severity, worst_first
from kumo_magic.graph.event_time import time_words
from kumo_magic.graph.unlinked_tables import unlinked_tables
from kumo_magic.labelling.anchor_times import times_of
from kumo_magic.labelling.giveaways import giveaways
from kumo_magic.labelling.label_drift import label_drift
from kumo_magic.labelling.label_table import LabelTable, label_shown
from kumo_magic.labelling.rare_labels import rare_labels
from kumo_magic.labelling.split import FEWEST_ANCHORS
from kumo_magic.labelling.tables_without_time import connected_tables, tables_without_time
from kumo_magic.plan.bound import (
    BoundAggregation,
    BoundAnd,
    BoundComparison,
    BoundNot,
    BoundTarget,
    aggregations,
    named_columns,
)
from kumo_magic.plan.offset import offset_of_us
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.query.formatter import format_name
from kumo_magic.query.predictive_query import Function, Operator

_CLASSES = (TaskType.BINARY, TaskType.MULTICLASS)
_MANY_MISSING = 0.01
_SPLITS = {"val": "validation", "test": "test"}


def label_warnings(plan: PredictionPlan, labels: LabelTable) -> tuple[Finding, ...]:
    """What may go wrong with these labels, and what was guessed of the tables they come from, the worst first."""
    warnings = [
        Finding(about=column, says=says, next_step=next_step, severity=Severity.LEAK)
        for column, says, next_step in giveaways(plan, labels)
    ]
    warnings += _asked_of_today(plan)
    warnings += tables_without_time(plan)
    warnings += plan.findings
    warnings += _one_value(labels, plan)
    warnings += rare_labels(plan, labels)
    warnings += _strange_times(plan, labels)
    warnings += _drift(plan, labels)
    warnings += _churn_of_everyone(plan, labels)
    if plan.is_temporal:
        warnings += _few_anchors(plan, labels) + _overlaps(plan, labels)
    return worst_first([*warnings, *_guesses(plan)])


def is_absence(target: BoundTarget) -> bool:
    """Whether the target asks if nothing happens: ``COUNT(...) = 0``, ``NOT EXISTS``, or one of these AND more."""
    match target:
        case BoundAnd():
            return any(is_absence(part) for part in target.conditions)
        case BoundNot(condition=BoundAggregation() as exists):
            return exists.function == Function.EXISTS
        case BoundNot(condition=BoundComparison(operand=BoundAggregation(function=Function.COUNT)) as some):
            return (some.operator, some.value) in {(Operator.GT, 0), (Operator.GE, 1), (Operator.NE, 0)}
        case BoundComparison(operand=BoundAggregation(function=Function.COUNT)):
            return (target.operator, target.value) in {(Operator.EQ, 0), (Operator.LE, 0), (Operator.LT, 1)}
        case BoundComparison(operand=BoundAggregation(function=Function.EXISTS), operator=Operator.EQ):
            return target.value is False
        case _:
            return False


def _one_value(labels: LabelTable, plan: PredictionPlan) -> list[Finding]:
    """Splits whose labels are all alike: scores over them mean nothing. Training has its own refusal."""
    if plan.task_type not in (*_CLASSES, TaskType.REGRESSION, TaskType.FORECASTING):
        return []
    found = []
    for split, name in _SPLITS.items():
        values = labels.frame.loc[labels.frame["split"] == split, "label"].dropna()
        if len(values) and values.nunique() == 1:
            shown = label_shown(values.iloc[0])
            found.append(
                Finding(
                    about=_tables(plan),
                    says=f"All {len(values):,} {name} labels are {shown}: no score there tells good models from bad.",
                    next_step=f"Give --step another length so that the {name} anchors fall elsewhere, "
                    f"change the condition on {_tables(plan)}, or widen WHERE.",
                )
            )
    return found


def _strange_times(plan: PredictionPlan, labels: LabelTable) -> list[Finding]:
    """What making the labels found, such as stray and future times, and rows without a time."""
    found = list(labels.findings)
    for table in plan.target_tables if plan.is_temporal else ():
        column = time_words(plan.graph, table)
        num_rows = plan.graph[table].num_rows
        num_missing = num_rows - len(times_of(plan, table))
        if num_missing:
            found.append(
                Finding(
                    about=column,
                    says=f"{column} is missing in {num_missing:,} of {num_rows:,} rows: they count in no window.",
                    next_step="Fill it where the day is known.",
                    severity=Severity.HOLLOW if num_missing > _MANY_MISSING * num_rows else Severity.REMARK,
                )
            )
    return found


def _guesses(plan: PredictionPlan) -> list[Finding]:
    """What was guessed of the tables that a run on this plan can read. Ends matter of those who are asked about."""
    read = connected_tables(plan.graph, plan.entity_table)
    ends = {table.guesses.get("end time column") for name, table in plan.graph.tables.items()} - {None}
    ends.discard(plan.graph[plan.entity_table].guesses.get("end time column"))
    guesses = [finding for finding in plan.graph.findings if finding.about.partition(".")[0] in read]
    guesses = [finding for finding in guesses if finding not in ends]
    return [*guesses, *unlinked_tables(plan.graph, read, guesses)]


def _asked_of_today(plan: PredictionPlan) -> list[Finding]:
    """Dates of today in a condition, where they choose by what came later whether they are an input or not."""
    parts = [part for part in (plan.target, plan.where) if part is not None]
    named = {place for part in parts for place in named_columns(part)}
    return [
        Finding(
            about=f"{table}.{name}",
            says=f"The question names {table}.{name}, which seems to be overwritten until today: "
            f"{plan.graph[table][name].overwritten}. At past anchors it chooses by what came later.",
            next_step="Ask for events up to the anchor instead: WHERE COUNT(..., -90, 0, days) > 0.",
            severity=Severity.LEAK,
        )
        for table, name in sorted(named)
        if name in plan.graph[table] and plan.graph[table][name].overwritten
    ]


def _drift(plan: PredictionPlan, labels: LabelTable) -> list[Finding]:
    says = label_drift(plan, labels)
    if says is None:
        return []
    return [
        Finding(
            about=_tables(plan),
            says=says,
            next_step=f"Look in the picture for a season, a trend, or a change in how {_tables(plan)} "
            f"{'was' if len(plan.target_tables) <= 1 else 'were'} recorded; "
            "scores on the last anchors tell most about tomorrow.",
        )
    ]


def _churn_of_everyone(plan: PredictionPlan, labels: LabelTable) -> list[Finding]:
    """Churn is asked of those who left long ago too, who make it look easy."""
    asked = next((node for node in aggregations(plan.target) if node.window is not None), None)
    if asked is None or not is_absence(plan.target):
        return []
    events = set(plan.target_tables)
    if any(node.path.event_table in events and node.window is not None for node in aggregations(plan.where)):
        return []
    event, length = asked.path.event_table, plan.window_length
    window = f"-{length.count}, 0, {length.unit}"
    rate = ""
    if plan.task_type == TaskType.BINARY:
        rate = f", and {labels.frame['label'].astype(float).mean():.0%} of the labels are true"
    return [
        Finding(
            about=plan.entity_table,
            says=f"No activity filter: {plan.entity_table} who left long ago are asked about too{rate}.",
            next_step=f"Ask those who are active: WHERE COUNT({format_name(event)}.*, {window}) > 0.",
        )
    ]


def _few_anchors(plan: PredictionPlan, labels: LabelTable) -> list[Finding]:
    """Fewer anchors than eight whose windows lie side by side."""
    anchors = np.unique(labels.anchor_us)
    newest_first = anchors[::-1]
    num_apart, begins = 0, np.iinfo(np.int64).max
    for anchor, end in zip(newest_first, plan.window_length.add_us(newest_first), strict=True):
        if end <= begins:
            num_apart, begins = num_apart + 1, anchor
    if num_apart >= FEWEST_ANCHORS:
        return []
    windows = f"{num_apart} window{'' if num_apart == 1 else 's'} of {plan.window_length.words}"
    return [
        Finding(
            about=_tables(plan),
            says=f"Few anchor times: {len(anchors)}, and only {windows} {'fits' if num_apart == 1 else 'fit'} without "
            "overlap. Little tells how the answer changes over time.",
            next_step=f"Add older rows to {_tables(plan)}, or ask about a window shorter than "
            f"{plan.window_length.words}.",
        )
    ]


def _overlaps(plan: PredictionPlan, labels: LabelTable) -> list[Finding]:
    """Training windows that reach into the next one tell the same events twice."""
    train = np.unique(labels.anchor_us[labels.frame["split"].to_numpy() == "train"])
    into_next = plan.window_length.add_us(train[:-1]) > train[1:]
    if not into_next.any():
        return []
    apart = offset_of_us(int(np.median(np.diff(train))) // 1_000_000 * 1_000_000).words
    return [
        Finding(
            about=_tables(plan),
            says=f"{int(into_next.sum()):,} of {len(train):,} training windows overlap the next one: anchors are about "
            f"{apart} apart, windows {plan.window_length.words} long. One row of {_tables(plan)} counts in several "
            "labels, so they tell less than their number says.",
            next_step=f'--step "{plan.window_length.words}" sets the windows side by side, with fewer labels.',
            severity=Severity.REMARK,
        )
    ]


def _tables(plan: PredictionPlan) -> str:
    """Where the labels come from."""
    return " and ".join(plan.target_tables) or plan.entity_table
