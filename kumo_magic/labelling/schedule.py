"""Plan, time span and what the user fixed → the anchors that train, validate and test. Asks where labels are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kumo_magic.errors import OptionError, TooFewLabelsError
from kumo_magic.labelling.anchor_times import (
    MOST_ROWS,
    Step,
    closed,
    day,
    grid,
    newest_anchor,
    quarter_of,
    step_of,
)
from kumo_magic.labelling.asked_time import date_us
from kumo_magic.labelling.blamed_times import blamed_for_span
from kumo_magic.labelling.split import FEWEST_ANCHORS, REGIME_WORDS, Splits, num_held_out, split_by_time, split_few
from kumo_magic.labelling.time_span import TimeSpan
from kumo_magic.plan.offset import Offset
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

RANKINGS = (TaskType.LINK_PREDICTION, TaskType.STATIC_LINK_PREDICTION)

WithLabels = Callable[[np.ndarray], np.ndarray]
"""Of some anchors, ascending, those at which at least one row has a label."""


@dataclass(kw_only=True)
class Scheduler:
    """Sets the anchors of one label table.

    Args:
        plan: The plan, with a temporal target.
        span: The time span of the target tables.
        with_labels: Computes labels and says which anchors have any.
    """

    plan: PredictionPlan
    span: TimeSpan
    with_labels: WithLabels
    notes: list[str] = field(default_factory=list)

    def splits(
        self,
        *,
        anchor_times: Sequence[object] | None,
        val_start: object = None,
        test_start: object = None,
        step: Step | None = None,
    ) -> Splits:
        """The anchors of each split.

        Raises:
            OptionError: A date or step that cannot be used.
            TooFewLabelsError: No anchor's window is over by the end of the data.
        """
        val_us = None if val_start is None else date_us(self.plan, val_start, "val_start")
        test_us = None if test_start is None else date_us(self.plan, test_start, "test_start")
        if val_us is not None and test_us is not None and val_us >= test_us:
            raise OptionError(f"val_start={day(val_us)} must lie before test_start={day(test_us)}.")
        distance = step_of(self.plan, step)
        wanted = self._given(anchor_times) if anchor_times is not None else self._default(distance, val_us, test_us)
        anchors = self.with_labels(wanted)
        if not len(anchors):
            return split_few(wanted, closed(self.plan, wanted))
        held_out = num_held_out(len(anchors), is_ranking=self.plan.task_type in RANKINGS)
        ends = closed(self.plan, anchors)
        found = split_by_time(anchors, ends, num_held_out=held_out, val_start=val_us, test_start=test_us)
        if found is None and (val_us is not None or test_us is not None):
            raise TooFewLabelsError(
                f"The given dates leave a split empty: {len(anchors)} anchor times from {day(anchors[0])} to "
                f"{day(anchors[-1])} have labels. Each split's windows end before the next split begins: move "
                "the dates further apart, or shorten the window."
            )
        found = found or split_few(anchors, ends)
        if anchor_times is None and step is None and len(anchors) < FEWEST_ANCHORS and found.regime != "entities":
            found = self._quarter_steps(found, len(anchors))
        self._note(found, anchors)
        return found

    def _given(self, anchor_times: Sequence[object]) -> np.ndarray:
        given = [anchor_times] if isinstance(anchor_times, str) else anchor_times
        wanted = np.unique(np.array([date_us(self.plan, one, "anchor_times") for one in given], dtype=np.int64))
        if not len(wanted):
            raise OptionError("anchor_times is empty. Give at least one date.")
        ends = closed(self.plan, wanted)
        limit_us = ends.max() if self.span.limit_us is None else self.span.limit_us
        unusable = (wanted >= self.span.last_us) | (ends > limit_us)
        facts = {
            "left out, as their windows are not over": unusable,
            "look beyond the last row: their labels may be incomplete": ~unusable & (ends > self.span.last_us),
            "lie before the first row: there is no past to learn from": ~unusable & (wanted < self.span.first_us),
        }
        for fact, mask in facts.items():
            if mask.any():
                listed = ", ".join(day(time) for time in wanted[mask][:5])
                self.notes.append(f"{mask.sum()} of the given anchor times {fact} ({listed}).")
        if unusable.all():
            listed = ", ".join(day(time) for time in wanted[:5])
            raise self._too_short(f"None of the {len(wanted):,} given anchor times can be used ({listed}).")
        return wanted[~unusable]

    def _default(self, step: Offset, val_us: int | None, test_us: int | None) -> np.ndarray:
        """Anchors from the newest closed one back to the start of the data; given dates are anchors themselves."""
        newest = newest_anchor(self.plan, self.span.last_us)
        first = self.span.first_us
        if newest < first:
            raise self._too_short("No window is over by the end of the data.")
        for name, value in (("val_start", val_us), ("test_start", test_us)):
            if value is not None and not first <= value <= newest:
                raise OptionError(
                    f"{name}={day(value)} leaves a split without labels: "
                    f"anchor times can lie from {day(first)} to {day(newest)}."
                )
        pivot = val_us if val_us is not None else test_us
        if pivot is None:
            return self._grid(newest, step, first, newest)
        before = self._grid(pivot, step, first, pivot)
        if val_us is None or test_us is None:
            return np.union1d(before, self._grid(pivot, step, pivot, newest))
        middle = self._grid(val_us, step, val_us, test_us - 1)
        return np.unique(np.concatenate([before, middle, self._grid(test_us, step, test_us, newest)]))

    def _grid(self, pivot_us: int, step: Offset, from_us: int, to_us: int) -> np.ndarray:
        """The grid's anchors, without the oldest where the label table would grow too large."""
        entities = max(1, self.plan.graph[self.plan.entity_table].num_rows) * self.plan.forecast_steps
        most = max(FEWEST_ANCHORS, MOST_ROWS // entities)
        anchors = grid(pivot_us, step, from_us, to_us, most=most)
        if len(anchors) == most and step.times(-1).add_us(anchors[:1])[0] >= from_us:
            self.notes.append(
                f"Only the newest {most:,} anchor times are used, to keep the label table below {MOST_ROWS:,} rows; "
                "step= sets them further apart."
            )
        return anchors

    def _quarter_steps(self, splits: Splits, num_anchors: int) -> Splits:
        """More training anchors, a quarter of the window apart; the windows still end before the next split begins."""
        quarter = quarter_of(self.plan)
        newest = int(splits.train[-1])
        train = self.with_labels(self._grid(newest, quarter, self.span.first_us, newest))
        self.notes.append(
            f"Only {num_anchors} anchor times fit one window apart, so training anchors step by a quarter of it "
            f"({quarter.words}): their windows overlap one another, none of the other splits."
        )
        return Splits(regime=splits.regime, train=train, val=splits.val, test=splits.test)

    def _note(self, splits: Splits, anchors: np.ndarray) -> None:
        unused = len(np.setdiff1d(anchors, splits.all))
        if unused:
            self.notes.append(f"{unused} anchor times left out, as their windows reach into the next split.")
        used = splits.all
        times = "anchor time" if len(used) == 1 else "anchor times"
        self.notes.append(
            f"{len(used)} {times} from {day(used[0])} to {day(used[-1])}: "
            f"{len(splits.train)} train, {len(splits.val)} validate, {len(splits.test)} test."
        )
        if splits.regime != "time":
            self.notes.append(f"The learners are {REGIME_WORDS[splits.regime]}.")

    def _too_short(self, what: str) -> TooFewLabelsError:
        length = self.plan.horizon.words
        days = (self.span.last_us - self.span.first_us) / 86_400_000_000
        return TooFewLabelsError(
            f"{what} The target looks {length} ahead, and its tables cover {days:,.0f} days: {self.span.words}. "
            f"{blamed_for_span(self.plan)} Shorten the window, or add older rows."
        )
