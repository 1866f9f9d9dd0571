"""The times of a plan's target tables → the time span that anchors are set in, and what is odd about it. No labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.event_time import time_words
from kumo_magic.labelling import clock
from kumo_magic.labelling.anchor_times import day, row_times
from kumo_magic.labelling.stray_times import usual_stretch
from kumo_magic.plan.offset import offset_of_us
from kumo_magic.plan.plan import PredictionPlan

_MAX_NAMED = 3
_MIN_TIMES = 4
_TIMES_THE_LONGEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """When something is known of the target tables, int64 microseconds, both ends included.

    Attributes:
        first_us: Their first usual row.
        last_us: Up to here windows close: the day that the user gave, else the last usual row.
        limit_us: No window may end later, where a day was given or rows lie after today.
        today_us: What counted as today, where that decided anything.
        notes: What a reader should know of the times.
        findings: What a reader should look into.
    """

    first_us: int
    last_us: int
    limit_us: int | None = None
    today_us: int | None = None
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def words(self) -> str:
        """For people: ``2010-12-01 to 2011-12-09``."""
        return f"{day(self.first_us)} to {day(self.last_us)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """Rows of one target table with a time, and the stretch in which they arrive at their usual rate."""

    table: str
    column: str
    rows: np.ndarray
    times: np.ndarray
    first_us: int
    last_us: int


def time_span(plan: PredictionPlan, at_us: int | None, today_us: int | None = None) -> TimeSpan | None:
    """What the target tables cover up to a day; None where they have no row with a time by then.

    Rows after today count as bookings where others lie before it; tables wholly in the future keep their own end.

    Args:
        plan: A plan over windows.
        at_us: The day that the user gave; None for the end of the data, today at most.
        today_us: What counts as today; None for what the clock says.
    """
    now_us = clock.now_us(has_zone=plan.time_zone is not None) if today_us is None else today_us
    everything = _usual(plan, at_us)
    if not everything:
        return None
    has_begun = min(one.first_us for one in everything) <= now_us
    is_cut = has_begun and max(one.last_us for one in everything) > now_us
    known = _usual(plan, now_us) if is_cut else everything
    findings = [finding for one in known for finding in _strays(one, is_overruled=at_us is not None)]
    notes: list[str] = []
    last_us = max(one.last_us for one in known)
    if at_us is not None:
        # Nobody knows yet what a window that ends after today will hold.
        closes_us = min(at_us, now_us) if has_begun and at_us > now_us else at_us
        findings += [finding for one in known for finding in _missing_rows(one, closes_us)]
        if at_us > last_us:
            notes.append(f"at={day(at_us)} lies after the last row of the target tables, {day(last_us)}.")
        if closes_us < at_us:
            notes.append(f"at={day(at_us)} lies after today: windows count as over that end by {day(closes_us)}.")
        last_us = closes_us
    else:
        by_end = sorted(known, key=lambda one: one.last_us)
        earliest, latest = by_end[0], by_end[-1]
        if latest.last_us - earliest.last_us > plan.window_length.approx_us:
            last_us = earliest.last_us
            notes.append(
                f"'{earliest.table}' ends on {day(last_us)}, '{latest.table}' on {day(latest.last_us)}: the earlier "
                "end counts, so that every label is complete."
            )
            findings += _missing_rows(earliest, latest.last_us, notes[-1])
    if is_cut:
        findings += [finding for one in everything for finding in _bookings(one, now_us, last_us)]
    return TimeSpan(
        first_us=min(one.first_us for one in known),
        last_us=last_us,
        limit_us=last_us if at_us is not None else now_us if has_begun else None,
        today_us=now_us if is_cut or (has_begun and at_us is not None and at_us > now_us) else None,
        notes=(*(finding.says for finding in findings), *notes),
        findings=tuple(findings),
    )


def _usual(plan: PredictionPlan, until_us: int | None) -> list[_Times]:
    """The target tables that have rows with a time by then."""
    found = []
    for table in plan.target_tables:
        rows, times = row_times(plan, table)
        if until_us is not None:
            is_known = times <= until_us
            rows, times = rows[is_known], times[is_known]
        if len(times):
            first_us, last_us = usual_stretch(times)
            column = time_words(plan.graph, table)
            one = _Times(table=table, column=column, rows=rows, times=times, first_us=first_us, last_us=last_us)
            found.append(one)
    return found


def _strays(of: _Times, *, is_overruled: bool) -> list[Finding]:
    """Times before and after those at which rows arrive at their usual rate; a day that was given overrules the end."""
    is_late = (of.times > of.last_us) & (not is_overruled)
    strays = np.flatnonzero(is_late | (of.times < of.first_us))
    if not len(strays):
        return []
    named = [f"{day(int(of.times[stray]))} in row {of.rows[stray]:,}" for stray in strays[:_MAX_NAMED]]
    mend = f"Correct {of.column} there, or make it missing where it is no date"
    overrule = f"; --at {day(int(of.times.max()))} predicts as of the last of them." if is_late.any() else "."
    return [
        Finding(
            about=of.column,
            says=f"{of.column} is {', '.join(named)}, far from all others ({len(strays):,} such "
            f"{'row' if len(strays) == 1 else 'rows'}): left out when anchors are set.",
            next_step=mend + overrule,
            severity=Severity.GUESS,
        )
    ]


def _missing_rows(of: _Times, until_us: int, words: str | None = None) -> list[Finding]:
    """Whether the silence from a table's newest row to a day is longer than any that it has known.

    ``words`` say which day that is; it is the one that the user gave when None.
    """
    distances = np.diff(np.unique(of.times[(of.times >= of.first_us) & (of.times <= of.last_us)]))
    silence = until_us - of.last_us
    if len(distances) + 1 < _MIN_TIMES or silence <= _TIMES_THE_LONGEST * int(distances.max()):
        return []
    usual, longest, missing = (_length(us) for us in (int(np.median(distances)), int(distances.max()), silence))
    given = f"'{of.table}' ends on {day(of.last_us)}, {missing} before {day(until_us)}. Labels count no row after that."
    return [
        Finding(
            about=of.column,
            says=f"{words or given} Rows of '{of.table}' usually lie {usual} apart, {longest} at most: "
            "some seem to be missing.",
            next_step=f"Add the rows that are missing, or ask as of the last one with --at {day(of.last_us)}.",
        )
    ]


def _bookings(of: _Times, now_us: int, last_us: int) -> list[Finding]:
    """Rows of a table that go on after today."""
    num_later = int((of.times > now_us).sum())
    if not num_later:
        return []
    return [
        Finding(
            about=of.column,
            says=f"{num_later:,} of {len(of.times):,} rows of '{of.table}' lie after today, {day(now_us)[:10]}, up to "
            f"{day(int(of.times.max()))}: they count as bookings, and windows close by {day(last_us)}.",
            severity=Severity.REMARK,
        )
    ]


def _length(time_us: int) -> str:
    """A length of time in its largest unit, rounded to whole ones."""
    for unit_us in (86_400_000_000, 3_600_000_000, 60_000_000):
        if time_us >= 2 * unit_us:
            return offset_of_us(round(time_us / unit_us) * unit_us).words
    return offset_of_us(max(1, round(time_us / 1_000_000)) * 1_000_000).words
