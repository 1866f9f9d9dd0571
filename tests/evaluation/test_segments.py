"""Which segment a row is in: by what the table says, by the past as of its own anchor, by step."""

import numpy as np
import pandas as pd

import kumo_magic as km
from kumo_magic.evaluation.segments import segmentations


def shop() -> km.Graph:
    """Thirty users; user 0 orders each day, users 20 to 29 never before May."""
    who = [0] * 60 + list(range(1, 20)) * 2 + list(range(20, 30))
    day = [*range(60), *[5] * 19, *[6] * 19, *[130] * 10]
    orders = pd.DataFrame({"user_id": who, "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")})
    users = pd.DataFrame(
        {
            "user_id": range(30),
            "tier": ["gold", "tin", None] * 10,
            "town": pd.Categorical([f"town {place % 12}" for place in range(30)]),
            "alike": ["x"] * 30,
        }
    )
    graph = km.Graph.from_data({"users": users, "orders": orders})
    graph["users"]["town"].stype = "categorical"
    graph["users"]["tier"].stype = "categorical"
    return graph


def rows(*keys: int, day: str = "2024-04-01") -> pd.DataFrame:
    return pd.DataFrame({"user_id": keys, "anchor_time": pd.Timestamp(day)})


def named(graph: km.Graph, query: str, asked: pd.DataFrame) -> dict[str, list[str]]:
    """Column → the segment of each row."""
    found = segmentations(km.bind(query, graph), asked, with_past=True)
    return {one.column: [one.names[code] for code in one.codes] for one in found}


CHURN = "PREDICT COUNT(orders.*, 0, 20) = 0 FOR EACH users.user_id"


def test_values_are_segments_and_missing_ones_have_a_name() -> None:
    assert named(shop(), CHURN, rows(0, 1, 2, 3))["tier"] == ["gold", "tin", "missing", "gold"]


def test_beside_the_eight_commonest_values_the_rest_are_others() -> None:
    found = named(shop(), CHURN, rows(*range(30)))["town"]

    assert len(set(found)) == 9
    assert found.count("others") == sum(town in {"town 8", "town 9", "town 10", "town 11"} for town in towns())
    assert "alike" not in named(shop(), CHURN, rows(*range(30)))


def towns() -> list[str]:
    return [f"town {place % 12}" for place in range(30)]


def test_the_past_is_counted_as_of_the_rows_own_anchor() -> None:
    early, late = (named(shop(), CHURN, rows(0, 1, 20, day=day)) for day in ("2024-04-01", "2024-06-01"))

    assert early["past orders"] == ["2 to 60", "2 to 60", "none"]
    assert "past orders" not in late  # by then everyone has some


def test_the_column_that_is_predicted_makes_no_segments() -> None:
    asked = pd.DataFrame({"user_id": [0, 1], "anchor_time": pd.NaT})

    assert "tier" not in named(shop(), "PREDICT users.tier FOR EACH users.user_id", asked)
    assert "tier" in named(shop(), CHURN, rows(0, 1))


def test_steps_of_a_forecast_are_segments_ranges_of_many() -> None:
    query = "PREDICT COUNT(orders.*, 0, 5) FORECAST 30 TIMEFRAMES FOR EACH users.user_id"
    asked = rows(*[0] * 30).assign(step=np.arange(1, 31))

    found = named(shop(), query, asked)["step"]

    assert (found[0], found[-1]) == ("1 to 3", "29 to 30")
    assert len(set(found)) == 12
