"""Who gets a row, which anchors are used, and what is said when nobody or nothing is left."""

from typing import Any

import pandas as pd
import pytest

from kumo_magic.errors import DataError, OptionError, QueryError, TooFewLabelsError
from kumo_magic.graph import Graph
from kumo_magic.labelling import LabelTable, Population, build_label_table, build_population
from kumo_magic.plan import bind
from kumo_magic.query import parse


def day(number: float) -> pd.Timestamp:
    return pd.Timestamp("2024-01-01") + pd.Timedelta(days=number)


def table_of(text: str, graph: Graph, **options: Any) -> LabelTable:
    return build_label_table(bind(parse(text), graph), **options)


def population_of(text: str, graph: Graph, at: object = None) -> Population:
    return build_population(bind(parse(text), graph), at)


@pytest.fixture
def club() -> Graph:
    """Six users of two cities, who order every u days up to day 100. User 2 joins on day 40, user 3 leaves on it."""
    users = pd.DataFrame(
        {
            "user_id": range(1, 7),
            "city_id": ["P", "P", "P", "Q", "Q", None],
            "joined": [None, day(40), None, day(-9), None, None],
            "closed": [None, None, day(40), None, None, None],
        }
    )
    orders = pd.DataFrame([{"user_id": user, "date": day(n)} for user in range(1, 7) for n in range(0, 101, user)])
    orders["order_id"] = range(len(orders))
    graph = Graph.from_data(
        {"cities": pd.DataFrame({"city_id": ["P", "Q"], "size": [1.0, 2.0]}), "users": users, "orders": orders},
        infer=False,
        keys={"cities": "city_id", "users": "user_id", "orders": "order_id"},
        times={"users": "joined", "orders": "date"},
        end_times={"users": "closed"},
        links=[("users", "city_id", "cities"), ("orders", "user_id", "users")],
        stypes={("cities", "size"): "numerical"},
    )
    return graph


COUNT_10 = "PREDICT COUNT(orders.*, 0, 10) FOR EACH users.user_id"


def test_eligible_from_the_creation_time_on_and_until_the_end_time(club: Graph) -> None:
    population = {number: population_of(COUNT_10, club, day(number)).frame["user_id"] for number in (39, 40)}

    assert population[39].tolist() == [1, 3, 4, 5, 6]
    assert population[40].tolist() == [1, 2, 4, 5, 6]


def test_labels_are_of_those_who_were_eligible_at_their_anchor(club: Graph) -> None:
    frame = table_of(COUNT_10, club).frame

    assert frame.loc[frame["user_id"] == 2, "anchor_time"].min() == day(40)
    assert frame.loc[frame["user_id"] == 3, "anchor_time"].max() == day(30)


def test_a_parents_column_decides_who_is_learned_from_and_who_is_scored(club: Graph) -> None:
    text = f"{COUNT_10} WHERE cities.size > 1"

    assert set(table_of(text, club).frame["user_id"]) == {4, 5}
    assert population_of(text, club).frame["user_id"].tolist() == [4, 5]


def test_a_temporal_where_is_asked_at_each_anchor(club: Graph) -> None:
    text = f"{COUNT_10} WHERE COUNT(orders.*, -4, 0) = 1"  # days n - 3 to n

    assert population_of(text, club, day(100)).frame["user_id"].tolist() == [4, 5]
    assert population_of(text, club, day(99)).frame["user_id"].tolist() == [4, 6]


def test_assuming_keeps_nobody_out_at_prediction(club: Graph) -> None:
    text = f"{COUNT_10} ASSUMING COUNT(orders.*, 0, 10) > 4"

    assert set(table_of(text, club).frame["user_id"]) == {1, 2}
    assert population_of(text, club).frame["user_id"].tolist() == [1, 2, 4, 5, 6]


def test_for_learns_from_everyone(club: Graph) -> None:
    text = "PREDICT COUNT(orders.*, 0, 10) FOR users.user_id = 3"

    assert set(table_of(text, club).frame["user_id"]) == {1, 2, 3, 4, 5, 6}
    assert population_of(text, club).frame["user_id"].tolist() == [3]


def test_up_to_five_unknown_ids_are_listed(club: Graph) -> None:
    with pytest.raises(DataError, match="no user_id 71, 72, 73, 74, 75 and 1 more"):
        population_of("PREDICT COUNT(orders.*, 0, 10) FOR users.user_id IN (1, 71, 72, 73, 74, 75, 76)", club)


def test_a_population_of_nobody_is_said_with_count_and_date(club: Graph) -> None:
    (note,) = population_of(f"{COUNT_10} WHERE COUNT(orders.*, -10, 0) > 99", club).notes

    assert note == "Nobody is asked about: of 6 users on 2024-04-10 WHERE keeps none; widen it."


def test_less_history_than_where_looks_back_is_kept_and_counted(club: Graph) -> None:
    table = table_of(f"{COUNT_10} WHERE COUNT(orders.*, -45, 0) >= 0", club)

    assert len(table.anchors) == 10
    assert any("5 of 10 anchor times have less past than the 45 days" in note for note in table.notes)


def test_no_anchor_lies_before_the_first_row(club: Graph) -> None:
    table = table_of("PREDICT COUNT(orders.*, 0, 8) FOR EACH users.user_id", club)

    assert table.anchors["anchor_time"].min() == day(4)  # 92, 84, ... 4; the next would be day -4
    assert table.anchors["anchor_time"].max() == day(92)


def test_few_months_are_filled_up_by_quarters_of_thirty_days(club: Graph) -> None:
    table = table_of("PREDICT COUNT(orders.*, 0, 1, months) FOR EACH users.user_id", club)
    train = table.anchors.loc[table.anchors["split"] == "train", "anchor_time"]

    assert table.anchors.loc[table.anchors["split"] == "test", "anchor_time"].tolist() == [pd.Timestamp("2024-03-10")]
    assert set(train.diff().dropna()) == {pd.Timedelta(days=7.5)}


def test_no_window_of_a_split_reaches_into_the_next(club: Graph) -> None:
    table = table_of("PREDICT COUNT(orders.*, 5, 12) FOR EACH users.user_id", club)
    frame = table.frame.assign(closed=pd.to_datetime(table.closed_us, unit="us"))
    first, last = frame.groupby("split")["anchor_time"].min(), frame.groupby("split")["closed"].max()

    assert last["train"] <= first["val"]
    assert last["val"] <= first["test"]


def test_test_start_alone_leaves_validation_before_it(club: Graph) -> None:
    table = table_of(COUNT_10, club, test_start="2024-03-01")
    anchors = table.anchors.groupby("split")["anchor_time"].agg(["min", "max"])

    assert anchors.loc["test", "min"] == pd.Timestamp("2024-03-01")
    assert anchors.loc["val", "max"] == pd.Timestamp("2024-02-20")


@pytest.mark.parametrize(
    ("query", "options", "message"),
    [
        (COUNT_10, {"anchor_times": ["2099-01-01"]}, r"None of the 1 given.*\(2099-01-01\).*2024-01-01 to 2024-04-10"),
        (COUNT_10, {"at": "2020-01-01"}, "'orders' has no row with a time up to 2020-01-01"),
        (COUNT_10, {"at": "2024-01-05"}, "10 days ahead, and its tables cover 4 days.*older rows"),
        (COUNT_10, {"val_start": "2024-03-01", "test_start": "2024-03-03"}, "leave a split empty: 10.*further apart"),
        (f"{COUNT_10} WHERE COUNT(orders.*, -10, 0) > 99", {}, "none of 6 users .* 10 anchor times from .*Widen"),
        (f"{COUNT_10} ASSUMING COUNT(orders.*, 0, 9) > 99", {}, "of 50 rows at 10 .*: 50 because what is assumed"),
        (
            "PREDICT COUNT(orders.*, 0, 60) FOR EACH users.user_id WHERE COUNT(orders.*, -10, 0) = 10",
            {},
            r"Only 1 row has a label.*anchor times 2024-02-10 to 2024-02-10\)\. Widen WHERE",
        ),
        (
            "PREDICT COUNT(orders.*, 0, 10) < 99 FOR EACH users.user_id",
            {},
            r"All 40 training labels are true \(anchor times 2024-01-01 to .*widen WHERE",
        ),
    ],
)
def test_too_little_to_learn_from_is_refused_with_counts_and_dates(
    club: Graph, query: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(TooFewLabelsError, match=message):
        table_of(query, club, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"val_start": "2024-04-05"}, "val_start=2024-04-05 .* from 2024-01-01 to 2024-03-31"),
        ({"val_start": "2024-03-01", "test_start": "2024-02-01"}, "2024-03-01 must lie before test_start=2024-02-01"),
        ({"step": "-3 days"}, "step='-3 days' is no length of time"),
    ],
)
def test_dates_out_of_range_are_refused_with_the_range(club: Graph, options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        table_of(COUNT_10, club, **options)


def test_a_prediction_anchor_after_the_data_is_said(club: Graph) -> None:
    table = table_of(COUNT_10, club, at="2024-05-01")

    assert table.prediction_anchor == pd.Timestamp("2024-05-01")
    assert "at=2024-05-01 lies after the last row of the target tables, 2024-04-10." in table.notes


def test_an_unknown_id_is_a_mistake_of_the_query_with_its_place(club: Graph) -> None:
    with pytest.raises(QueryError) as caught:
        population_of("PREDICT COUNT(orders.*, 0, 10)\nFOR users.user_id IN (1, 71)", club)

    assert (caught.value.stage, caught.value.line, caught.value.column) == ("data", 2, 22)
    assert str(caught.value).splitlines()[1].strip() == "|                      ^^^^^^^"
    assert isinstance(caught.value, DataError)
    assert (caught.value.table, caught.value.example) == ("users", 71)
