"""Label tables: their columns, splits, notes, and what they refuse."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import DataError, OptionError, TooFewLabelsError
from kumo_magic.graph import Graph
from kumo_magic.labelling import LabelTable, Population, build_label_table, build_population, sql
from kumo_magic.plan import bind
from kumo_magic.query import parse

DAY = 86_400_000_000


def table_of(text: str, graph: Graph, **options: Any) -> LabelTable:
    return build_label_table(bind(parse(text), graph), **options)


def population_of(text: str, graph: Graph, at: object = None) -> Population:
    return build_population(bind(parse(text), graph), at)


def days(*numbers: float) -> list[pd.Timestamp]:
    return [pd.Timestamp("2024-01-01") + pd.Timedelta(days=number) for number in numbers]


@pytest.fixture
def daily() -> Graph:
    """Ten users; user u orders one item every u days, day 0 to day 100, for u dollars. Item 'z' is unknown."""
    orders = pd.DataFrame(
        [
            {"user_id": user, "item_id": "xyz"[user % 3], "amount": float(user), "date": days(day)[0]}
            for user in range(1, 11)
            for day in range(0, 101, user)
        ]
    )
    orders["order_id"] = np.arange(len(orders))
    users = pd.DataFrame({"user_id": range(1, 11), "age": [None, *range(19, 28)]})
    items = pd.DataFrame({"item_id": ["x", "y"], "price": [1.0, 2.0]})
    return Graph.from_data(
        {"users": users, "items": items, "orders": orders},
        name="daily",
        infer=False,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users"), ("orders", "item_id", "items")],
        stypes={("users", "age"): "numerical", ("orders", "amount"): "numerical"},
    )


COUNT_10 = "PREDICT COUNT(orders.*, 0, 10) FOR EACH users.user_id"


def test_anchors_step_back_by_the_window_from_the_newest_closed_one(daily: Graph) -> None:
    table = table_of(COUNT_10, daily)

    assert table.anchors["anchor_time"].tolist() == days(0, 10, 20, 30, 40, 50, 60, 70, 80, 90)
    assert table.anchors["split"].tolist() == ["train"] * 8 + ["val", "test"]
    assert table.anchors["num_rows"].tolist() == [10] * 10
    assert table.prediction_anchor == days(100)[0]


def test_a_frame_has_key_time_label_and_split_in_order(daily: Graph) -> None:
    table = table_of(COUNT_10, daily)

    assert list(table.frame.columns) == ["user_id", "anchor_time", "label", "split"]
    assert table.frame["user_id"].dtype == daily["users"].frame["user_id"].dtype
    assert table.frame["user_id"].tolist()[:10] == list(range(1, 11))
    assert table.frame["label"].tolist()[:3] == [10, 5, 3]  # user 3 orders on days 3, 6 and 9
    assert (table.closed_us - table.anchor_us == 10 * DAY).all()
    assert table.entity_rows[:10].tolist() == list(range(10))


def test_few_anchors_are_filled_up_by_quarter_steps(daily: Graph) -> None:
    table = table_of("PREDICT COUNT(orders.*, 0, 20) FOR EACH users.user_id", daily)
    by_split = table.anchors.groupby("split")["anchor_time"].apply(list)

    assert by_split["test"] == days(80)
    assert by_split["val"] == days(60)
    assert by_split["train"] == days(*range(0, 41, 5))
    assert any("quarter" in note for note in table.notes)


def test_rankings_hold_out_one_window_each(daily: Graph) -> None:
    table = table_of("PREDICT LIST_DISTINCT(orders.item_id, 0, 2) FOR EACH users.user_id", daily)

    assert (table.anchors["split"] == "val").sum() == 1
    assert (table.anchors["split"] == "test").sum() == 1


def test_an_item_that_does_not_exist_is_in_no_list(daily: Graph) -> None:
    table = table_of("PREDICT LIST_DISTINCT(orders.item_id, 0, 10) FOR EACH users.user_id", daily)
    users = table.frame["user_id"]

    assert table.frame.loc[users == 1, "label"].iloc[0] == ["y"]
    assert not (users % 3 == 2).any()


def test_given_dates_become_anchors(daily: Graph) -> None:
    table = table_of(COUNT_10, daily, val_start="2024-02-15", test_start="2024-03-06")
    first = table.anchors.groupby("split")["anchor_time"].min()

    assert first["val"] == days(45)[0]
    assert first["test"] == days(65)[0]
    assert table.anchors["anchor_time"].max() == days(85)[0]


def test_given_anchor_times_are_used(daily: Graph) -> None:
    table = table_of(COUNT_10, daily, anchor_times=["2024-01-11", "2024-02-01", "2024-03-01"])

    assert table.anchors["anchor_time"].tolist() == [
        pd.Timestamp(x) for x in ("2024-01-11", "2024-02-01", "2024-03-01")
    ]
    assert table.anchors["split"].tolist() == ["train", "val", "test"]


def test_step_sets_anchors_apart(daily: Graph) -> None:
    table = table_of(COUNT_10, daily, step="30 days")

    assert table.anchors["anchor_time"].tolist() == days(0, 30, 60, 90)


def test_two_anchors_validate_on_other_entities_and_say_so(daily: Graph) -> None:
    table = table_of("PREDICT COUNT(orders.*, 0, 45) FOR EACH users.user_id", daily)
    by_split = table.frame.groupby("split")["user_id"].apply(set)

    assert "other entities" in table.regime_words
    assert not by_split["val"] & by_split["train"]
    assert table.anchors.query("split == 'test'")["anchor_time"].tolist() == days(55)
    assert table.anchors.query("split == 'val'")["anchor_time"].tolist() == days(10)


def test_one_anchor_splits_the_entities_and_says_so(daily: Graph) -> None:
    table = table_of("PREDICT COUNT(orders.*, 0, 60) FOR EACH users.user_id", daily)

    assert table.frame["split"].value_counts().to_dict() == {"train": 6, "val": 2, "test": 2}
    assert "nothing about change over time" in table.regime_words
    assert any("nothing about change" in note for note in table.notes)


def test_a_window_longer_than_the_data_is_refused_with_dates(daily: Graph) -> None:
    with pytest.raises(TooFewLabelsError, match=r"400 days ahead.* 100 days: 2024-01-01 to 2024-04-10"):
        table_of("PREDICT COUNT(orders.*, 0, 400) FOR EACH users.user_id", daily)


def test_labels_of_one_class_are_refused(daily: Graph) -> None:
    with pytest.raises(TooFewLabelsError, match="training labels are true"):
        table_of("PREDICT COUNT(orders.*, 0, 20) > 0 FOR EACH users.user_id", daily)


def test_a_filter_that_keeps_nobody_is_refused(daily: Graph) -> None:
    with pytest.raises(TooFewLabelsError, match="WHERE keeps none of 10 users"):
        table_of(f"{COUNT_10} WHERE users.age > 99", daily)


def test_at_is_as_if_it_were_that_day(daily: Graph) -> None:
    table = table_of(COUNT_10, daily, at="2024-02-10")

    assert table.anchors["anchor_time"].max() == days(30)[0]
    assert table.closed_us.max() <= days(40)[0].value // 1000
    assert table.prediction_anchor == days(40)[0]


def test_a_date_far_beyond_the_others_is_named_and_left_out(daily: Graph) -> None:
    orders = daily["orders"].frame.copy()
    orders.loc[7, "date"] = pd.Timestamp("9999-12-31")
    daily.tables["orders"].frame = orders  # pyright: ignore[reportAttributeAccessIssue]

    table = table_of(COUNT_10, daily)

    assert table.prediction_anchor == days(100)[0]
    assert any("9999-12-31 in row 7" in note for note in table.notes)


def test_entities_without_a_past_are_counted(daily: Graph) -> None:
    orders = daily["orders"].frame
    late = orders[(orders["user_id"] != 4) | (orders["date"] > days(50)[0])].reset_index(drop=True)
    daily.tables["orders"].frame = late  # pyright: ignore[reportAttributeAccessIssue]

    table = table_of(COUNT_10, daily)

    assert any("6 of 100 rows are of entities with no row in orders" in note for note in table.notes)


def test_what_is_assumed_but_did_not_come_true_is_dropped_and_counted(daily: Graph) -> None:
    table = table_of("PREDICT COUNT(orders.*, 0, 5) FOR EACH users.user_id ASSUMING EXISTS(orders.*, 0, 5)", daily)

    assert (table.frame["label"] > 0).all()
    assert table.dropped["what is assumed did not come true"] > 0


def test_a_row_is_closed_when_what_is_assumed_is_known(daily: Graph) -> None:
    table = table_of("PREDICT COUNT(orders.*, 0, 5) FOR EACH users.user_id ASSUMING EXISTS(orders.*, 0, 9)", daily)

    assert (table.closed_us - table.anchor_us == 9 * DAY).all()


def test_forecasts_have_a_row_per_step(daily: Graph) -> None:
    table = table_of("PREDICT SUM(orders.amount, 0, 10) FORECAST 3 TIMEFRAMES FOR EACH users.user_id", daily)
    user_3 = table.frame[(table.frame["user_id"] == 3) & (table.frame["anchor_time"] == days(0)[0])]

    assert user_3["step"].tolist() == [1, 2, 3]
    assert user_3["label"].tolist() == [9.0, 9.0, 12.0]  # days 3 6 9, 12 15 18, 21 24 27 30
    assert (table.closed_us - table.anchor_us).tolist()[:3] == [10 * DAY, 20 * DAY, 30 * DAY]
    assert table.anchors["anchor_time"].max() == days(70)[0]


def test_for_names_whom_to_predict_whatever_where_says(daily: Graph) -> None:
    text = "PREDICT COUNT(orders.*, 0, 10) FOR users.user_id IN (7, 2) WHERE users.age > 99"

    assert population_of(text, daily).frame["user_id"].tolist() == [2, 7]


def test_ids_that_do_not_exist_are_listed(daily: Graph) -> None:
    with pytest.raises(DataError, match="no user_id 77, 88"):
        population_of("PREDICT COUNT(orders.*, 0, 10) FOR users.user_id IN (7, 77, 88)", daily)


def test_the_population_is_that_of_the_day(daily: Graph) -> None:
    text = f"{COUNT_10} WHERE COUNT(orders.*, -10, 0) > 2"

    assert population_of(text, daily).frame["user_id"].tolist() == [1, 2, 3, 4]  # days 91 to 100: 10, 5, 3, 3, 2
    assert population_of(text, daily, "2024-01-01").frame["user_id"].tolist() == []


@pytest.mark.parametrize(
    "options",
    [{"step": "soon"}, {"at": "soon"}, {"val_start": "2024-04-01"}, {"anchor_times": []}],
)
def test_dates_that_cannot_be_used_are_refused(daily: Graph, options: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        table_of(COUNT_10, daily, **options)


def test_the_sql_names_tables_and_anchors(daily: Graph) -> None:
    text = sql(bind(parse(COUNT_10), daily))

    assert '"orders"' in text
    assert '"anchors"' in text
    assert "INTERVAL '10' DAY" in text


def test_listed_keys_that_name_no_row_are_counted(daily: Graph) -> None:
    text = "PREDICT LIST_DISTINCT(orders.item_id, 0, 10) RANK TOP 2 FOR EACH users.user_id"
    notes = [note for note in table_of(text, daily).notes if "can be ranked" in note]

    assert notes == [
        "1 of 3 different orders.item_id are no items.item_id, for example 'z': their 85 rows are left out of the "
        "lists, because only rows of 'items' can be ranked."
    ]


def test_lists_whose_keys_all_exist_have_no_such_note(daily: Graph) -> None:
    daily.update({"items": pd.DataFrame({"item_id": ["z"], "price": [3.0]})})
    text = "PREDICT LIST_DISTINCT(orders.item_id, 0, 10) RANK TOP 2 FOR EACH users.user_id"

    assert not [note for note in table_of(text, daily).notes if "can be ranked" in note]


def test_labels_and_the_population_make_no_deprecated_call(daily: Graph) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        table = table_of(COUNT_10, daily)
        population = population_of(f"{COUNT_10} WHERE COUNT(orders.*, -10, 0) > 2", daily)

    assert len(table.frame) == 100
    assert set(population.frame["user_id"]) == {1, 2, 3, 4}
