"""`km.bind` and `km.labels`: what is asked, by the public way in."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.plan import TaskType
from kumo_magic.plan.offset import Offset
from kumo_magic.query.predictive_query import Unit

COUNT = "PREDICT COUNT(orders.*, 0, 10) > :least FOR EACH users.user_id"


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    """Ten users; user u orders every u-th day of a hundred, alternately tea and cups."""
    days = [(user, day) for user in range(1, 11) for day in range(0, 101, user)]
    orders = pd.DataFrame(days, columns=["user_id", "day"])
    orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(orders.pop("day"), unit="D")
    orders["kind"] = np.resize(["tea", "cup"], len(orders))
    return km.Graph.from_data(
        {"users": pd.DataFrame({"user_id": range(1, 11)}), "orders": orders},
        stypes={("orders", "kind"): "categorical"},
    )


def test_a_plan_tells_what_is_asked_in_values_words_and_sql(shop: km.Graph) -> None:
    plan = km.bind("PREDICT COUNT(orders.*, 0, 2, weeks) > 0 FOR EACH users.user_id", shop)

    assert plan.task_type is TaskType.BINARY
    assert plan.entity == "users.user_id"
    assert plan.horizon == Offset(2, Unit.WEEKS)
    assert isinstance(plan.notes, tuple)
    assert "order" in plan.describe()
    assert "SELECT" in plan.sql()
    assert plan.target is not None


def test_parameters_of_a_query_are_given_beside_it(shop: km.Graph) -> None:
    few, many = (km.labels(COUNT, shop, params={"least": least})["label"].sum() for least in (1, 3))

    assert few > many > 0
    with pytest.raises(km.UnknownNameError, match="least"):
        km.labels(COUNT, shop)


def test_anchors_are_those_that_are_asked_for(shop: km.Graph) -> None:
    def times_of(**options: object) -> list[str]:
        frame = km.labels(COUNT, shop, params={"least": 1}, **options)  # pyright: ignore[reportArgumentType]  # by name
        return [f"{time:%m-%d}" for time in sorted(frame["anchor_time"].unique())]

    assert times_of(anchor_times=["2024-02-01", "2024-02-15", "2024-03-01"]) == ["02-01", "02-15", "03-01"]
    assert times_of(step="30 days") == ["01-01", "01-31", "03-01", "03-31"]
    assert times_of(at="2024-02-20")[-1] == "02-10"
    split = km.labels(COUNT, shop, params={"least": 1}, val_start="2024-02-15", test_start="2024-03-06")
    first = split.groupby("split")["anchor_time"].min()
    assert (f"{first['val']:%m-%d}", f"{first['test']:%m-%d}") == ("02-15", "03-06")


@pytest.mark.parametrize(
    ("query", "columns", "label"),
    [
        ("PREDICT COUNT(orders.*, 0, 10)", ["user_id", "anchor_time", "label", "split"], int),
        ("PREDICT LIST_DISTINCT(orders.kind, 0, 10) CLASSIFY", ["user_id", "anchor_time", "label", "split"], list),
        (
            "PREDICT COUNT(orders.*, 0, 10) FORECAST 2 TIMEFRAMES",
            ["user_id", "anchor_time", "step", "label", "split"],
            int,
        ),
    ],
)
def test_a_label_table_has_the_key_the_time_the_label_and_the_split(
    query: str, columns: list[str], label: type, shop: km.Graph
) -> None:
    frame = km.labels(f"{query} FOR EACH users.user_id", shop)

    assert sorted(frame) == sorted(columns)
    assert list(frame)[:2] == ["user_id", "anchor_time"]
    assert set(frame["split"]) == {"train", "val", "test"}
    assert all(isinstance(value, label) or value == label(value) for value in frame["label"].head())
