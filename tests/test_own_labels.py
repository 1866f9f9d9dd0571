"""A user's own label table, a trained model asked again, and what was known at a cut."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings

SPEND = "PREDICT SUM(orders.amount, 0, 10) FOR EACH users.user_id"
TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=30))


def make_shop(until: str = "2024-12-31") -> km.Graph:
    random = np.random.default_rng(3)
    num_users, num_orders = 30, 1500
    users = pd.DataFrame({"user_id": np.arange(num_users)})
    orders = pd.DataFrame(
        {
            "order_id": np.arange(num_orders),
            "user_id": random.integers(0, num_users, num_orders),
            "amount": random.gamma(2.0, 10.0, num_orders).round(2),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 200 * 24, num_orders), unit="h"),
        }
    )
    orders = orders[orders["date"] <= until]
    return km.Graph.from_data(
        {"users": users, "orders": orders},
        keys={"users": "user_id", "orders": "order_id"},
        times={"orders": "date"},
        name="shop",
    )


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    return make_shop()


@pytest.fixture(scope="module")
def own(shop: km.Graph) -> pd.DataFrame:
    return km.labels(SPEND, shop).drop(columns="split")


def test_the_labels_of_the_query_given_back_make_a_model_of_as_many_rows(shop: km.Graph, own: pd.DataFrame) -> None:
    model = km.fit(SPEND, shop, labels=own, schedule=TREES)

    assert model.labels.is_own
    assert set(model.labels.frame["split"]) == {"train", "val", "test"}
    assert model.predict()["prediction"].notna().all()


def test_a_split_column_says_who_trains(shop: km.Graph, own: pd.DataFrame) -> None:
    times = sorted(own["anchor_time"].unique())
    split = np.select([own["anchor_time"] == times[-1], own["anchor_time"] == times[-2]], ["test", "val"], "train")

    model = km.fit(SPEND, shop, labels=own.assign(split=split), schedule=TREES)

    assert model.evaluate("test").num_rows == (split == "test").sum()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda own: own.drop(columns="label"), "no column 'label'"),
        (lambda own: own.assign(user_id=own["user_id"] + 1000), "not in 'users'"),
        (lambda own: pd.concat([own, own.tail(1)]), "twice"),
        (lambda own: own.assign(label="much"), "not a number"),
        (lambda own: own.assign(label=np.where(own.index == 3, np.nan, own["label"])), "has no label"),
        (lambda own: own.assign(split="training"), "'training' is no split"),
        (lambda own: own[own["anchor_time"] == own["anchor_time"].max()], "too close together"),
    ],
)
def test_a_label_table_that_cannot_be_used_is_refused_in_its_own_words(
    change: Callable[[pd.DataFrame], pd.DataFrame], words: str, shop: km.Graph, own: pd.DataFrame
) -> None:

    with pytest.raises(km.DataError, match=words):
        km.fit(SPEND, shop, labels=change(own), schedule=TREES)


@pytest.fixture(scope="module")
def tiers(shop: km.Graph) -> km.Graph:
    users = shop["users"].frame
    tier = np.array(["gold", "iron", "tin"])[users["user_id"] % 3]
    return km.Graph.from_data(
        {"users": users.assign(tier=tier, age=20.0 + users["user_id"]), "orders": shop["orders"].frame},
        keys={"users": "user_id", "orders": "order_id"},
        times={"orders": "date"},
    )


@pytest.mark.parametrize(
    "query",
    [
        "PREDICT SUM(orders.amount, 0, 10) FORECAST 3 TIMEFRAMES FOR EACH users.user_id",
        "PREDICT AVG(orders.amount, 0, 10) FORECAST 3 TIMEFRAMES FOR EACH users.user_id",
        "PREDICT users.tier FOR EACH users.user_id",
        "PREDICT users.tier = 'gold' FOR EACH users.user_id",
        "PREDICT users.age FOR EACH users.user_id",
    ],
)
def test_the_labels_of_every_query_given_back_make_a_model(query: str, tiers: km.Graph) -> None:
    given = km.labels(query, tiers)

    model = km.fit(query, tiers, labels=given, budget="10s", learners=["trees"])

    pd.testing.assert_frame_equal(model.labels.frame, given)
    predicted = model.predict()
    assert len(predicted) > 0
    assert predicted["prediction"].notna().all()


def test_a_forecast_of_own_labels_answers_steps_that_they_lack(shop: km.Graph) -> None:
    query = "PREDICT SUM(orders.amount, 0, 10) FORECAST 3 TIMEFRAMES FOR EACH users.user_id"
    given = km.labels(query, shop).drop(columns="split")
    given = given[(given["step"] != 2) & ((given["step"] != 1) | (given["anchor_time"] < given["anchor_time"].max()))]
    given["label"] *= 2

    model = km.fit(query, shop, labels=given, budget="10s", learners=["trees"])

    assert set(model.predict()["step"]) == {1, 2, 3}
    assert set(model.evaluate().frame["step"]) == {3}


def test_own_labels_of_a_column_say_who_is_predicted(tiers: km.Graph) -> None:
    query = "PREDICT users.tier FOR EACH users.user_id"
    given = km.labels(query, tiers)[["user_id", "label"]]
    given["label"] = given["label"].map({"gold": "first", "iron": "second", "tin": "third"})

    some = km.fit(query, tiers, labels=given[given["user_id"] >= 5], budget="10s", learners=["trees"])
    whole = km.fit(query, tiers, labels=given, budget="10s", learners=["trees"])

    assert some.predict()["user_id"].tolist() == [0, 1, 2, 3, 4]
    assert set(some.predict()["prediction"]) <= {"first", "second", "third"}
    tested = whole.labels.frame.loc[whole.labels.frame["split"] == "test", "user_id"]
    assert whole.predict()["user_id"].tolist() == sorted(tested)


def test_rows_later_than_the_training_see_labels_that_closed_since(shop: km.Graph) -> None:
    model = km.fit(SPEND, shop, at="2024-04-01", schedule=TREES)
    history = model.fitted.preparation.history_until
    assert history is not None

    later = history(int(pd.Timestamp("2024-06-01").value // 1000))

    newest = pd.Timestamp(int(later.closed_us.max()), unit="us")
    assert pd.Timestamp("2024-05-20") < newest <= pd.Timestamp("2024-06-01")


def test_a_row_gets_the_same_prediction_alone_and_beside_later_ones(shop: km.Graph) -> None:
    model = km.fit(SPEND, shop, at="2024-04-01", schedule=TREES)
    rows = pd.DataFrame(
        {"user_id": [4, 4, 5], "anchor_time": pd.to_datetime(["2024-04-20", "2024-07-01", "2024-04-20"])}
    )

    together = model.predict(rows)

    for place in range(3):
        alone = model.predict(rows.iloc[[place]])
        assert alone["prediction"].iloc[0] == together["prediction"].iloc[place]


def test_frozen_predictions_are_those_of_the_database_as_it_was_at_the_cut(shop: km.Graph) -> None:
    rows = pd.DataFrame({"user_id": [1, 2, 3], "anchor_time": pd.Timestamp("2024-06-15")})
    whole = km.fit(SPEND, shop, at="2024-04-01", schedule=TREES)
    cut = km.fit(SPEND, make_shop(until="2024-04-01"), at="2024-04-01", schedule=TREES)

    frozen = whole.predict(rows, frozen_at="2024-04-01")

    pd.testing.assert_frame_equal(frozen, cut.predict(rows, frozen_at="2024-04-01"), check_exact=True)
    assert not np.array_equal(frozen["prediction"], whole.predict(rows)["prediction"])
    assert (frozen["anchor_time"] == pd.Timestamp("2024-06-15")).all()


def test_a_trained_model_answers_another_where_of_the_same_target(shop: km.Graph) -> None:
    model = km.fit(SPEND, shop, schedule=TREES)
    whole = model.predict()

    run = km.predict(f"{SPEND} WHERE COUNT(orders.*, -10, 0) > 2", shop, model=model)

    assert 0 < len(run.frame) < 30
    expected = whole.set_index("user_id").loc[run.frame["user_id"], "prediction"]
    assert run.frame["prediction"].tolist() == expected.tolist()
    assert any("nothing was learned" in note for note in run.notes)


def test_a_trained_model_refuses_another_target(shop: km.Graph) -> None:
    model = km.fit(SPEND, shop, schedule=TREES)

    with pytest.raises(km.OptionError, match="its target is"):
        km.predict("PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id", shop, model=model)


@pytest.mark.parametrize(("learners", "words"), [(["forest"], "no learner 'forest'"), (["baseline"], "name trees")])
def test_unknown_learners_are_refused(learners: list[str], words: str, shop: km.Graph) -> None:
    with pytest.raises(km.OptionError, match=words):
        km.predict(SPEND, shop, learners=learners)


def test_trees_alone_need_no_network(shop: km.Graph) -> None:
    run = km.predict(SPEND, shop, learners=["trees"], budget="10s")

    assert run.weights == {"boosted trees": 1.0}
    assert run.schedule.networks is None


def test_the_features_of_a_row_have_names_and_stop_at_its_anchor(shop: km.Graph) -> None:
    model = km.fit(SPEND, shop, at="2024-04-01", schedule=TREES)
    rows = pd.DataFrame({"user_id": [4, 5], "anchor_time": pd.to_datetime(["2024-04-01", "2024-05-01"])})

    features = model.features(rows)

    orders = shop["orders"].frame
    expected = [
        ((orders["user_id"] == user) & (orders["date"] <= anchor)).sum()
        for user, anchor in zip(rows["user_id"], rows["anchor_time"], strict=True)
    ]
    assert features["orders: count, all"].tolist() == expected
    assert list(features.columns[:2]) == ["user_id", "anchor_time"]
    assert features.columns.is_unique


def test_without_test_rows_the_validation_scores_are_shown_as_such(shop: km.Graph, tmp_path: Path) -> None:
    asked = km.labels(SPEND, shop)

    run = km.predict(SPEND, shop, labels=asked[asked["split"] != "test"], schedule=TREES)

    assert run.evaluation.split == "val"
    assert "no test rows" in run.labels.regime_words
    assert run.frame["prediction"].notna().all()
    with pytest.raises(km.OptionError, match=r"no split 'test' here\. Held out were 'val'"):
        run.model.evaluate("test")
    run.model.save(tmp_path / "model")
    again = km.load(tmp_path / "model", shop)
    pd.testing.assert_frame_equal(again.predict(), run.model.predict(), check_exact=True)
    assert again.evaluate("val").metrics.equals(run.evaluation.metrics)
    assert run.model.evaluate("val", regime="frozen").split == "val"
