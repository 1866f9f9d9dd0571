"""Sums are the same bit for bit in whatever order rows lie, and as exact as a float64 can tell."""

import math
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pytest

from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table
from kumo_magic.labelling.decimal_places import decimal_places
from kumo_magic.labelling.exact_sum import exact_sum, rounding_pivots
from kumo_magic.plan import bind
from kumo_magic.query import parse


def total(values: pd.Series) -> float:
    """The sum that DuckDB computes."""
    table = ibis.memtable(pd.DataFrame({"value": values}))
    return float(table.aggregate(sum=exact_sum(table["value"], values, len(values))).to_pandas()["sum"].iloc[0])


def cents(num_values: int) -> np.ndarray:
    return np.random.default_rng(0).gamma(2, 10, num_values).round(2)


@pytest.mark.parametrize(
    "values",
    [
        cents(10_000),
        -cents(10_000),
        np.random.default_rng(1).normal(size=10_000),
        np.array([0.1] * 10 + [np.nan]),
        np.array([1e6, -1e6, 0.25] * 5),
        np.array([], dtype=np.float64),
    ],
)
def test_parts_of_numbers_add_up_to_their_exact_sum(values: np.ndarray) -> None:
    exact = math.fsum(values[~np.isnan(values)])
    pivots = rounding_pivots(values, len(values))

    assert pivots is not None
    assert not len(values) or total(pd.Series(values)) == pytest.approx(exact, rel=1e-15)


@pytest.mark.parametrize("outlier", [1e300, np.inf, 1e-300])
def test_numbers_of_too_many_sizes_have_no_parts(outlier: float) -> None:
    values = np.append(cents(1_000), [outlier, 0.1])

    assert rounding_pivots(values, len(values)) is None


@pytest.mark.parametrize("outlier", [1.0, 1e18, 1e300, -np.inf])
def test_the_order_of_rows_changes_no_bit_of_a_sum(outlier: float) -> None:
    values = pd.Series(np.append(cents(5_000), [outlier, -0.1]))
    orders = [np.random.default_rng(seed).permutation(len(values)) for seed in range(4)]

    assert len({total(values.iloc[order].reset_index(drop=True)) for order in orders}) == 1


def test_whole_numbers_add_up_beyond_the_digits_of_a_float() -> None:
    values = pd.Series([2**53, 1, 1, 2**62, -(2**62)])

    assert total(values) == 2**53 + 2


def test_halves_need_no_parts() -> None:
    values = np.array([0.5, 2.0, -1.0, np.nan])

    assert rounding_pivots(values, len(values)) == ()


@pytest.mark.parametrize("function", ["FIRST", "LAST", "SUM", "AVG"])
def test_rows_may_lie_in_any_order(function: str) -> None:
    start = pd.Timestamp("2024-01-01")
    random = np.random.default_rng(2)
    orders = pd.DataFrame(
        {
            "order_id": np.arange(600),
            "user_id": random.integers(0, 5, 600),
            "amount": cents(600),
            "date": start + pd.to_timedelta(np.sort(random.integers(0, 100, 600)), unit="D"),
        }
    )
    users = pd.DataFrame({"user_id": range(5)})
    plans = [
        bind(
            parse(f"PREDICT {function}(orders.amount, 0, 10) FOR EACH users.user_id"),
            Graph.from_data({"users": users, "orders": rows}, name="shop"),
        )
        for rows in (orders, orders.sample(frac=1, random_state=0, ignore_index=True))
    ]
    sorted_rows, shuffled = (build_label_table(plan).frame for plan in plans)

    pd.testing.assert_frame_equal(sorted_rows, shuffled, check_exact=True)


def test_cents_add_up_to_what_they_add_up_to_on_paper() -> None:
    random = np.random.default_rng(3)
    baskets = [random.gamma(2, 20, random.integers(1, 9)).round(2) for _ in range(300)]

    sums = [total(pd.Series(basket)) for basket in baskets]

    assert sums == [float(sum(Decimal(str(price)) for price in basket)) for basket in baskets]


@pytest.mark.parametrize("kind", [float, Decimal])
@pytest.mark.parametrize(
    "condition",
    ["SUM(rides.fare, 0, 1, days) >= 0.8", "AVG(rides.fare, 0, 1, days) >= 0.4", "AVG(rides.fare, 0, 1, days) = 0.4"],
)
def test_decimals_reach_the_sum_that_they_are_compared_with(kind: type, condition: str) -> None:
    days = pd.date_range("2024-01-01", periods=40)
    fares = pd.Series([kind("0.10"), kind("0.70")] * 40)
    rides = pd.DataFrame({"rider": 1, "date": days.repeat(2) + pd.Timedelta(hours=5), "fare": fares})
    rides = pd.concat([rides, rides.assign(rider=2, fare=kind("0.30"))], ignore_index=True)
    graph = Graph.from_data({"riders": pd.DataFrame({"rider": [1, 2]}), "rides": rides}, keys={"riders": "rider"})
    plan = bind(parse(f"PREDICT {condition} FOR EACH riders.rider"), graph)

    labels = build_label_table(plan).frame

    assert labels.groupby("rider")["label"].agg(["min", "max"]).to_numpy().tolist() == [[True] * 2, [False] * 2]


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([1.0, 2.0, np.nan], 0),
        ([0.1, 0.25], 2),
        (np.random.default_rng(0).normal(size=50), None),
        ([0.1, np.inf], None),
        ([0.1, 1e300], None),
        ([], 0),
    ],
)
def test_places_are_those_that_all_values_were_written_with(values: list[float], places: int | None) -> None:
    assert decimal_places(pd.Series(values, dtype="float64")) == places
