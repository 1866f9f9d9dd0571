import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo_magic.report.numbers import MISSING, decimals, duration, fixed, number, share


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.78349, "0.783"), (12.34, "12.3"), (412.3, "412"), (0.00042, "0.000420"), (0, "0"), (math.nan, MISSING)],
)
def test_numbers_have_three_significant_digits(value, shown) -> None:
    assert number(value) == shown


def test_a_column_has_one_number_of_decimals() -> None:
    values = [0.5, 12.0, math.nan]

    assert [fixed(value, decimals(values)) for value in values] == ["0.5", "12.0", MISSING]


@given(st.floats(min_value=0, max_value=1))
def test_a_share_is_0_or_100_only_when_it_is(value) -> None:
    assert (share(value) == "0%") == (value == 0)
    assert (share(value) == "100%") == (value == 1)


@given(st.floats(min_value=0, max_value=1e6))
def test_a_duration_never_says_60_seconds(seconds) -> None:
    assert "60 s" not in duration(seconds)
    assert "60 min" not in duration(seconds)
