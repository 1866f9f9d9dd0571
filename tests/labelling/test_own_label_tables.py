"""A user's own label table: what it becomes, and which mistakes in it are named."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import DataError
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table, build_population, own_label_table
from kumo_magic.plan import PredictionPlan, bind
from kumo_magic.query import parse

DAY_US = 86_400_000_000
SUMS = "PREDICT SUM(orders.amount, 0, 10) FORECAST 3 TIMEFRAMES FOR EACH users.user_id"
MEANS = "PREDICT AVG(orders.amount, 0, 10) FORECAST 3 TIMEFRAMES FOR EACH users.user_id"
ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 10) RANK TOP 3 FOR EACH users.user_id"
AGE = "PREDICT users.age FOR EACH users.user_id"

Change = Callable[[pd.DataFrame], pd.DataFrame]

LABELS = np.arange(20) / 2


def shop(*, has_time: bool = False) -> Graph:
    """Twenty users, number n created on day n and 20 + n years old; each orders on every seventh day of half a year."""
    users = pd.DataFrame({"user_id": range(100, 120), "age": np.arange(20.0, 40.0)})
    if has_time:
        users["created"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(range(20), unit="D")
    days = np.arange(180 * 20) // 20
    orders = pd.DataFrame({"user_id": 100 + np.arange(180 * 20) % 20, "amount": days + 0.5, "item_id": days % 4})
    orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D")
    return Graph.from_data(
        {
            "users": users,
            "orders": orders[(days + orders["user_id"]) % 7 == 0],
            "items": pd.DataFrame({"item_id": range(4)}),
        },
        infer=False,
        keys={"users": "user_id", "items": "item_id"},
        times={"orders": "date"} | ({"users": "created"} if has_time else {}),
        links=[("orders", "user_id", "users"), ("orders", "item_id", "items")],
        stypes={("users", "age"): "numerical", ("orders", "amount"): "numerical"},
    )


def plan_of(query: str, *, has_time: bool = False) -> PredictionPlan:
    return bind(parse(query), shop(has_time=has_time))


@pytest.mark.parametrize("query", [SUMS, MEANS, ITEMS, AGE])
@pytest.mark.parametrize("has_time", [True, False])
def test_the_querys_own_label_table_comes_back_as_it_is(query: str, has_time: bool) -> None:
    plan = plan_of(query, has_time=has_time)
    asked = build_label_table(plan)

    own = own_label_table(plan, asked.frame)

    pd.testing.assert_frame_equal(own.frame, asked.frame)
    pd.testing.assert_frame_equal(own.anchors, asked.anchors)
    assert own.entity_rows.tolist() == asked.entity_rows.tolist()
    assert own.anchor_us.tolist() == asked.anchor_us.tolist()
    assert own.closed_us.tolist() == asked.closed_us.tolist()
    assert own.prediction_anchor == asked.prediction_anchor


def test_steps_may_be_missing_and_come_in_any_order() -> None:
    plan = plan_of(SUMS)
    asked = build_label_table(plan).frame.drop(columns="split")
    given = asked[asked["step"] != 2].sample(frac=1, random_state=0)

    table = own_label_table(plan, given)

    assert set(table.frame["step"]) == {1, 3}
    assert table.closed_us[:2].tolist() == [table.anchor_us[0] + 10 * DAY_US, table.anchor_us[0] + 30 * DAY_US]
    assert set(table.frame["split"]) == {"train", "val", "test"}


def test_an_entity_without_the_label_of_any_step_is_left_out() -> None:
    plan = plan_of(SUMS)
    asked = build_label_table(plan).frame
    is_first = asked["user_id"] == 100

    table = own_label_table(plan, asked.assign(label=asked["label"].mask(is_first | (asked["step"] == 2))))

    assert 100 not in table.frame["user_id"].tolist()
    assert table.frame.loc[table.frame["step"] == 2, "label"].isna().all()


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        (lambda own: own.drop(columns="step"), "step", "no column 'step': give 'user_id', 'anchor_time', 'step' and"),
        (lambda own: own.assign(step=own["step"] - 1), "step", "has step 0 in row 0: the query asks for steps 1 to 3"),
        (lambda own: own.assign(step=own["step"] + 1), "step", "has step 4 in row 2: .* 1 to 3, whole numbers"),
        (lambda own: own.assign(step=own["step"] + 0.5), "step", "has step 1.5 in row 0"),
        (lambda own: own.assign(step="first"), "step", "has step 'first' in row 0"),
        (lambda own: own.assign(step=own["step"].where(own.index > 0)), "step", "has no step in row 0"),
        (lambda own: own.assign(step=1), "user_id", "has 100 twice at 2024-.* for step 1"),
        (lambda own: own.assign(label=np.nan), "label", "has no label"),
        (lambda own: own.assign(label=np.inf), "label", "inf is not a number"),
    ],
)
def test_mistakes_in_the_steps_of_a_forecast_are_named(change: Change, column: str, words: str) -> None:
    plan = plan_of(SUMS)

    with pytest.raises(DataError, match=words) as caught:
        own_label_table(plan, change(build_label_table(plan).frame))

    assert (caught.value.table, caught.value.column) == ("labels", column)


def test_labels_that_are_not_known_at_the_prediction_anchor_are_left_out() -> None:
    plan = plan_of(SUMS)
    asked = build_label_table(plan).frame.drop(columns="split")

    table = own_label_table(plan, asked, at="2024-05-01")

    assert table.closed_us.max() <= pd.Timestamp("2024-05-01").value // 1000
    assert any("not known by at=2024-05-01 and were left out" in note for note in table.notes)
    with pytest.raises(DataError, match="none is left"):
        own_label_table(plan, asked, at="2024-01-01")


def test_labels_of_a_column_need_no_time() -> None:
    plan = plan_of(AGE)
    table = own_label_table(plan, pd.DataFrame({"user_id": range(119, 99, -1), "label": range(20)}))

    assert table.frame["label"].tolist() == list(range(19, -1, -1))
    assert table.frame["anchor_time"].isna().all()
    assert table.frame["split"].value_counts().to_dict() == {"train": 16, "val": 2, "test": 2}
    assert "drawn at random" in table.regime_words


def test_labels_of_a_column_split_by_the_times_that_are_given() -> None:
    plan = plan_of(AGE)
    times = pd.Timestamp("2024-03-01") + pd.to_timedelta(range(20), unit="D")
    table = own_label_table(plan, pd.DataFrame({"user_id": range(100, 120), "anchor_time": times, "label": LABELS}))

    assert table.frame["anchor_time"].tolist() == list(times)
    assert table.frame["split"].tolist() == ["train"] * 16 + ["val"] * 2 + ["test"] * 2
    assert "later rows" in table.regime_words


def test_labels_of_a_column_at_one_time_split_by_key() -> None:
    plan, now = plan_of(AGE), pd.Timestamp("2024-03-01")
    table = own_label_table(plan, pd.DataFrame({"user_id": range(100, 120), "anchor_time": now, "label": LABELS}))

    assert (table.frame["anchor_time"] == now).all()
    assert table.frame["split"].value_counts().to_dict() == {"train": 16, "val": 2, "test": 2}


def test_labels_of_a_column_after_the_prediction_anchor_are_left_out() -> None:
    plan = plan_of(AGE, has_time=True)
    table = own_label_table(plan, pd.DataFrame({"user_id": range(100, 120), "label": LABELS}), at="2024-01-15")

    assert table.frame["user_id"].tolist() == list(range(100, 115))


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        (lambda own: own.drop(columns="label"), "label", "no column 'label': give 'user_id' and 'label'"),
        (lambda own: pd.concat([own, own.tail(1)]), "user_id", "has 119 twice"),
        (lambda own: own.assign(label=own["label"].where(own["label"] > 0)), "label", "has no label in row 0"),
        (
            lambda own: own.assign(anchor_time=pd.Timestamp("2024-01-10")),
            "anchor_time",
            "has 110 at 2024-01-10, before",
        ),
        (
            lambda own: own.assign(anchor_time=[*pd.date_range("2024-02-01", periods=19), pd.NaT]),
            "anchor_time",
            "has no anchor_time in row 19",
        ),
        (lambda own: own.assign(split="rest"), "split", "'rest' is no split"),
    ],
)
def test_mistakes_in_the_labels_of_a_column_are_named(change: Change, column: str, words: str) -> None:
    own = pd.DataFrame({"user_id": range(100, 120), "label": np.arange(20.0)})

    with pytest.raises(DataError, match=words) as caught:
        own_label_table(plan_of(AGE, has_time=True), change(own))

    assert (caught.value.table, caught.value.column) == ("labels", column)


def test_who_lacks_a_label_is_predicted_and_else_who_tests() -> None:
    plan = plan_of(AGE)
    given = pd.DataFrame({"user_id": range(100, 120), "label": LABELS, "split": ["val", "test", *["train"] * 18]})
    whole, some = own_label_table(plan, given), own_label_table(plan, given[given["user_id"] < 117])

    assert build_population(plan, labels=whole).frame["user_id"].tolist() == [101]
    assert build_population(plan, labels=some).frame["user_id"].tolist() == [117, 118, 119]
    assert (whole.dropped, sum(some.dropped.values())) == ({}, 3)
