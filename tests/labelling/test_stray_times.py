"""Rows far from all others do not move now; seasons, batches, growth and decline are no such rows."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo_magic.labelling.stray_times import usual_stretch

DAY_US = 86_400_000_000
YEAR_US = 365 * DAY_US
SEEDS = st.integers(0, 10_000)


def steady(random: np.random.Generator, num_rows: int, num_days: int) -> np.ndarray:
    return (random.random(num_rows) * num_days * DAY_US).astype(np.int64)


def is_whole(times: np.ndarray) -> bool:
    return usual_stretch(times) == (times.min(), times.max())


@given(seed=SEEDS, years=st.integers(1, 4), num_rows=st.integers(200, 5000))
def test_a_mistyped_year_does_not_move_the_end(seed: int, years: int, num_rows: int) -> None:
    random = np.random.default_rng(seed)
    usual = steady(random, num_rows, years * 360)
    typos = random.choice(usual, min(3, num_rows // 200)) + (years + 1) * YEAR_US

    assert usual_stretch(np.append(usual, typos))[1] <= usual.max() + 30 * DAY_US


@pytest.mark.parametrize(
    "strays",
    [
        [78 * YEAR_US] * 3,
        [-123 * YEAR_US] * 5,
        [400 * DAY_US],
        [-123 * YEAR_US, 7900 * YEAR_US],
        [*(720 * DAY_US + np.arange(80) * 1_000_000)],
        [*(-720 * DAY_US + np.arange(80) * 1_000_000)],
        [400 * DAY_US, 455 * DAY_US, 600 * DAY_US],
    ],
)
def test_strays_at_either_end_are_left_out_whole(strays: list[int]) -> None:
    usual = steady(np.random.default_rng(1), 2500, 360)

    assert usual_stretch(np.append(usual, strays)) == (usual.min(), usual.max())


def test_a_few_rows_a_year_before_a_long_past_stay() -> None:
    usual = steady(np.random.default_rng(1), 100_000, 20 * 365)

    assert is_whole(np.append(usual, [-400 * DAY_US] * 3))


def monthly(random: np.random.Generator) -> np.ndarray:
    return np.repeat(np.arange(random.integers(4, 40)) * 30 * DAY_US, random.integers(1, 99))


def yearly(random: np.random.Generator) -> np.ndarray:
    return np.arange(random.integers(4, 30)) * YEAR_US + (random.normal(0, 15, 1) * DAY_US).astype(np.int64)


def seasons(random: np.random.Generator) -> np.ndarray:
    """Two seasons of matchdays or more, and the first day of the next one."""
    num_seasons = random.integers(2, 9)
    weeks = [season * YEAR_US + week * 7 * DAY_US for season in range(num_seasons) for week in range(40)]
    return np.repeat([*weeks, num_seasons * YEAR_US], 10)


def workdays(random: np.random.Generator) -> np.ndarray:
    """Seven rows a workday, ten days of holidays, and the morning after."""
    days = np.arange(random.integers(120, 900))
    days = days[(days % 7 < 5) & (days < days[-1] - 10) | (days == days[-1])]
    times = np.repeat(days, 7) * DAY_US + (random.random(7 * len(days)) * DAY_US / 3).astype(np.int64)
    return np.sort(times)[: -random.integers(1, 6)]


def sparse(random: np.random.Generator) -> np.ndarray:
    return steady(random, random.integers(1, 12), 700)


def bursts(random: np.random.Generator) -> np.ndarray:
    return np.cumsum(random.gamma(0.2, 10, random.integers(10, 800)) * DAY_US).astype(np.int64)


def one_moment(random: np.random.Generator) -> np.ndarray:
    return np.repeat(np.int64(5), random.integers(1, 50))


@pytest.mark.parametrize("shape", [monthly, yearly, seasons, workdays, sparse, bursts, one_moment])
@given(seed=SEEDS)
def test_honest_shapes_keep_both_ends(shape: Callable[[np.random.Generator], np.ndarray], seed: int) -> None:
    times = shape(np.random.default_rng(seed))

    assert is_whole(times)
    assert is_whole(-times)


def test_growth_and_decline_keep_both_ends_almost_always() -> None:
    """A rate that halves again and again ends in few rows, of which the last may well lie alone."""
    random = np.random.default_rng(0)
    shapes = [(random.exponential(60, 2000) * DAY_US).astype(np.int64) for _ in range(200)]

    assert np.mean([is_whole(times) and is_whole(-times) for times in shapes]) > 0.97


@given(st.lists(st.integers(-(2**60), 2**60), min_size=1, max_size=60))
def test_the_stretch_is_of_the_rows_and_in_order(values: list[int]) -> None:
    times = np.array(values, dtype=np.int64)
    first, last = usual_stretch(times)

    assert first <= last
    assert {first, last} <= set(values)
    assert usual_stretch(times[::-1]) == (first, last)
