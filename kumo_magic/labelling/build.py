"""A plan → its LabelTable, temporal or static. Chooses which of the two; computes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from kumo_magic.errors import OptionError
from kumo_magic.labelling.anchor_times import Step
from kumo_magic.labelling.infinite_labels import refuse_infinite_target
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.labelling.static_labels import build_static_label_table
from kumo_magic.labelling.temporal_labels import build_temporal_label_table
from kumo_magic.plan.plan import PredictionPlan


def build_label_table(
    plan: PredictionPlan,
    *,
    anchor_times: Sequence[object] | None = None,
    val_start: object = None,
    test_start: object = None,
    step: Step | None = None,
    at: object = None,
    today_us: int | None = None,
) -> LabelTable:
    """Everything of the past that the plan can learn from, labelled and split.

    Args:
        plan: The bound query.
        anchor_times: The anchors to use, instead of steps back from the newest.
        val_start: The first validation anchor.
        test_start: The first test anchor.
        step: The distance between anchors, instead of the window's length: ``"30 days"``, ``"1 month"``.
        at: As if it were that day: no window may end later, and those that end by then are over.
        today_us: What counts as today where rows lie on both sides of it; None for what the clock says.

    Raises:
        TooFewLabelsError: Too little past, or nothing that differs.
        OptionError: A date or step that cannot be used.
        DataError: The target reads infinite numbers, or sums up to one.
    """
    refuse_infinite_target(plan)
    if plan.is_temporal:
        return build_temporal_label_table(
            plan,
            anchor_times=anchor_times,
            val_start=val_start,
            test_start=test_start,
            step=step,
            at=at,
            today_us=today_us,
        )
    given = {"anchor_times": anchor_times, "val_start": val_start, "test_start": test_start, "step": step}
    for name, value in given.items():
        if value is not None:
            raise OptionError(f"{name} needs a target over a window; this one is a column.")
    return build_static_label_table(plan, at=at, today_us=today_us)
