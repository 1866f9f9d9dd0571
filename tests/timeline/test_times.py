from typing import Literal

import numpy as np
import pandas as pd
import pytest

from kumo_magic.timeline.times import ALWAYS, DAY_US, NEVER, days_before, microseconds


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_are_microseconds_whatever_unit_pandas_keeps(unit: Literal["s", "ms", "us", "ns"]) -> None:
    column = pd.Series(["1970-01-02", None], dtype="datetime64[us]")

    assert microseconds(column.dt.as_unit(unit)).tolist() == [DAY_US, NEVER]


def test_a_missing_time_is_never_and_not_always() -> None:
    assert microseconds(pd.Series([None], dtype="datetime64[us]")).tolist() == [NEVER]


def test_days_before_are_unknown_for_rows_without_time_and_for_the_future() -> None:
    times = np.array([0, DAY_US, ALWAYS, NEVER, 3 * DAY_US])

    days = days_before(times, np.full(5, 2 * DAY_US))

    np.testing.assert_array_equal(days, [2, 1, np.nan, np.nan, np.nan])
