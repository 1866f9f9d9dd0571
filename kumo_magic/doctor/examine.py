"""A fitted run → the doctor's findings, each column once. The order of the checks; computes nothing itself.

What labels alone tell, before any training, is found in `labelling/label_warnings.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumo_magic.doctor.ages import columns_that_age
from kumo_magic.doctor.freshness import stale_tables
from kumo_magic.doctor.importance import concentrated_importance
from kumo_magic.finding import Finding
from kumo_magic.labelling import LabelTable
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.timeline.timeline import Timeline


def examine(
    plan: PredictionPlan, labels: LabelTable, timeline: Timeline, fitted: FittedLearners, told: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """What may be wrong with a run, the most telling first: what judging its learners found, and what is found here.

    Args:
        plan: What was asked.
        labels: What was learned from.
        timeline: The index of time of the plan's graph.
        fitted: What was learned.
        told: Notes that the run has already; a column that one of them begins with is not told again.
    """
    found = list(concentrated_importance(plan, fitted))
    if plan.is_temporal:
        found += [*columns_that_age(plan), *stale_tables(plan, labels, timeline)]
    notes = tuple(told)
    first_of_each: dict[str, Finding] = {}
    for finding in found:
        if not any(note.startswith(f"{finding.about} ") for note in notes):
            first_of_each.setdefault(finding.about, finding)
    return (*fitted.findings, *first_of_each.values())
