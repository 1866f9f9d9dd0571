"""Groups of rows sorted by time, and anchors → where windows begin, and what the rows in them sum up to. Kernels.

A window is the end of a group's known rows: ``rows[start:stop]``. Every result depends on those rows alone, bit for
bit: they are added up one by one, never as a difference of running totals that others went into.
"""

from __future__ import annotations

import numpy as np

from kumo_magic.timeline.compiled import compiled
from kumo_magic.timeline.neighbours import first_unknown_row

DECAYS = (0.8, 0.95)
"""By how much a value weighs less than the one after it, in the weighted means."""
_LEAST_WEIGHT = 1e-6
NUMBER_SUMMARIES = ("mean", "sum", "min", "max")
AHEAD_SUMMARIES = ("num_ahead", "num_near", "nearest", "furthest", "last")


@compiled
def summarise_ahead(
    rows: np.ndarray,
    dates_us: np.ndarray,
    begins: np.ndarray,
    stops: np.ndarray,
    anchor_us: np.ndarray,
    horizon_us: int,
) -> np.ndarray:
    """What the dates of known rows hold ahead of each anchor, float64 [n, AHEAD_SUMMARIES]; days are from the anchor.

    A date at the anchor lies ahead no more. A horizon includes its end.

    Args:
        rows: int32, the rows of a group beside each other, oldest first.
        dates_us: int64 [table rows], the greatest number where missing.
        begins: int64 [n], where a group's rows begin.
        stops: int64 [n], where those known at the anchor stop.
        anchor_us: int64 [n].
        horizon_us: How far ahead is near.
    """
    day_us = 86_400_000_000.0
    missing = np.iinfo(np.int64).max
    found = np.full((len(stops), 5), np.nan)
    for position in range(len(stops)):
        anchor = int(anchor_us[position])
        num_ahead, num_near, nearest, furthest, last = 0, 0, missing, 0, missing
        for place in range(begins[position], stops[position]):
            date = int(dates_us[rows[place]])
            if date == missing:
                continue
            last = date
            if date > anchor:
                num_ahead += 1
                num_near += date - anchor <= horizon_us
                nearest = min(nearest, date)
                furthest = max(furthest, date) if num_ahead > 1 else date
        found[position, 0], found[position, 1] = num_ahead, num_near
        if num_ahead:
            found[position, 2], found[position, 3] = (nearest - anchor) / day_us, (furthest - anchor) / day_us
        if last != missing:
            found[position, 4] = (last - anchor) / day_us
    return found


@compiled
def window_bounds(
    offsets: np.ndarray,
    rows: np.ndarray,
    row_times: np.ndarray,
    parent_rows: np.ndarray,
    anchor_us: np.ndarray,
    lengths_us: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Starts of each window, int64 [n, windows + 1] (the last one: all history), and the stops, int64 [n].

    Window w is ``(anchor - lengths_us[w], anchor]``; lengths ascend. A parent row of -1 has empty windows. The
    arrays of the index are as of `known_bounds`.
    """
    num_windows = len(lengths_us)
    starts = np.zeros((len(parent_rows), num_windows + 1), dtype=np.int64)
    stops = np.zeros(len(parent_rows), dtype=np.int64)
    for position in range(len(parent_rows)):
        parent = parent_rows[position]
        if parent < 0:
            continue
        begin, anchor = int(offsets[parent]), int(anchor_us[position])
        stop = first_unknown_row(rows, row_times, begin, int(offsets[parent + 1]), anchor)
        stops[position] = stop
        starts[position, num_windows] = begin
        for shorter in range(num_windows):
            window = num_windows - 1 - shorter  # the longest first: the next one begins within it
            begin = first_unknown_row(rows, row_times, begin, stop, anchor - int(lengths_us[window]))
            starts[position, window] = begin
    return starts, stops


def newest_starts(begins: np.ndarray, stops: np.ndarray, numbers: tuple[int, ...]) -> np.ndarray:
    """Starts of the windows of the last so many rows, int64 [n, windows], by where all history begins and stops."""
    return np.maximum(begins[:, None], stops[:, None] - np.array(numbers, dtype=np.int64))


@compiled
def summarise_numbers(
    rows: np.ndarray, values: np.ndarray, starts: np.ndarray, stops: np.ndarray, decays: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean, sum, least, greatest and number of the values of each window, and what the newest values are.

    Args:
        rows: int32, child rows group by group, oldest first.
        values: float64 [child rows], NaN for missing; those are passed over.
        starts: int64 [n, windows], each window holding the one before it.
        stops: int64 [n].
        decays: float64, of the weighted means.

    Returns:
        float64 [n, windows, 5] (a sum of nothing is 0, its mean, least and greatest NaN), and float64 [n, decays + 1]:
        the last value, and the means in which a value weighs ``decay`` times what the one after it does; both within
        the longest window.
    """
    num_windows, num_decays = starts.shape[1], len(decays)
    summaries = np.full((len(stops), num_windows, 5), np.nan)
    newest = np.full((len(stops), num_decays + 1), np.nan)
    weighted, weights, weight = np.zeros(num_decays), np.zeros(num_decays), np.zeros(num_decays)
    for position in range(len(stops)):
        total, count, least, greatest = 0.0, 0, np.inf, -np.inf
        place = stops[position] - 1
        for window in range(num_windows):
            while place >= starts[position, window]:
                value = values[rows[place]]
                place -= 1
                if np.isnan(value):
                    continue
                if count == 0:
                    newest[position, 0] = value
                    for decay in range(num_decays):
                        weighted[decay], weights[decay], weight[decay] = 0.0, 0.0, 1.0
                total += value
                count += 1
                least = min(least, value)
                greatest = max(greatest, value)
                for decay in range(num_decays):
                    if weight[decay] > _LEAST_WEIGHT:
                        weighted[decay] += weight[decay] * value
                        weights[decay] += weight[decay]
                        weight[decay] *= decays[decay]
            summaries[position, window, 1] = total
            summaries[position, window, 4] = count
            if count > 0:
                summaries[position, window, 0] = total / count
                summaries[position, window, 2] = least
                summaries[position, window, 3] = greatest
        if count > 0:
            for decay in range(num_decays):
                newest[position, decay + 1] = weighted[decay] / weights[decay]
    return summaries, newest


@compiled
def count_codes(
    rows: np.ndarray, codes: np.ndarray, num_codes: int, starts: np.ndarray, stops: np.ndarray
) -> np.ndarray:
    """How often each code below ``num_codes`` occurs in each window, int64 [n, windows, codes]; others are passed over.

    Args:
        rows: int32, child rows group by group, oldest first.
        codes: int32 [child rows], negative for missing and unseen.
        num_codes: Number of codes counted.
        starts: int64 [n, windows], each window holding the one before it.
        stops: int64 [n].
    """
    num_windows = starts.shape[1]
    counts = np.zeros((len(stops), num_windows, num_codes), dtype=np.int64)
    for position in range(len(stops)):
        place = stops[position] - 1
        for window in range(num_windows):
            if window > 0:
                for code in range(num_codes):  # one by one: to compile the copy of a slice takes two seconds
                    counts[position, window, code] = counts[position, window - 1, code]
            while place >= starts[position, window]:
                code = codes[rows[place]]
                place -= 1
                if 0 <= code < num_codes:
                    counts[position, window, code] += 1
    return counts


@compiled
def count_distinct(
    rows: np.ndarray, codes: np.ndarray, num_codes: int, starts: np.ndarray, stops: np.ndarray
) -> np.ndarray:
    """How many different codes occur in each window, int64 [n, windows]. Arguments as of `count_codes`."""
    num_windows = starts.shape[1]
    distinct = np.zeros((len(stops), num_windows), dtype=np.int64)
    last_met = np.full(num_codes, -1, dtype=np.int64)
    for position in range(len(stops)):
        place = stops[position] - 1
        number = 0
        for window in range(num_windows):
            while place >= starts[position, window]:
                code = codes[rows[place]]
                place -= 1
                if code >= 0 and last_met[code] != position:
                    last_met[code] = position
                    number += 1
            distinct[position, window] = number
    return distinct
