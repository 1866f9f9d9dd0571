"""The answer under an assumption beside the one without, with what supports it; a planted association is found."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.prediction import Prediction
from kumo_magic.report.record import record

SETTINGS = NetworkSettings(channels=16, fan_out=4, batch_size=128)
SCHEDULE = Schedule(
    networks=NetworkSchedule(settings=SETTINGS, evaluate_every=5, train_steps=(5,)),
    trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=20),
)
MAILED = "FOR EACH users.user_id ASSUMING COUNT(mails.*, 0, 20) > 0"
BUYS = f"PREDICT COUNT(orders.*, 0, 20) > 0 {MAILED}"
SPENDS = f"PREDICT SUM(orders.amount, 0, 20) {MAILED}"
STATUS = f"PREDICT LAST(orders.status, 0, 20) {MAILED}"
WEEKS = f"PREDICT SUM(orders.amount, 0, 10) FORECAST 2 TIMEFRAMES {MAILED}"
ITEMS = f"PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 3 {MAILED}"
NUM_USERS = 80


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    """Users of whom some get a mail now and then, and order mostly within ten days of one; users below 5 get none."""
    random = np.random.default_rng(2)
    start, days = pd.Timestamp("2024-01-01"), 300
    mails = pd.DataFrame(
        {
            "user_id": random.integers(5, NUM_USERS, 900),
            "date": start + pd.to_timedelta(random.integers(0, days * 24, 900), unit="h"),
        }
    )
    after = mails.sample(700, random_state=1)
    date = pd.concat(
        [
            after["date"] + pd.to_timedelta(random.integers(1, 48, 700), unit="h"),
            pd.Series(start + pd.to_timedelta(random.integers(0, days * 24, 300), unit="h")),
        ],
        ignore_index=True,
    )
    orders = pd.DataFrame(
        {
            "user_id": np.concatenate([after["user_id"], random.integers(0, NUM_USERS, 300)]),
            "item_id": random.integers(9, size=1000),
            "amount": random.gamma(2.0, 10.0, 1000),
            "status": random.choice(["paid", "open", "late"], 1000),
            "date": date,
        }
    )
    return km.Graph.from_data(
        {
            "users": pd.DataFrame({"user_id": np.arange(NUM_USERS)}),
            "items": pd.DataFrame({"item_id": range(9)}),
            "mails": mails,
            "orders": orders,
        },
        stypes={("orders", "status"): "categorical"},
    )


@pytest.fixture(scope="module")
def buys(shop: km.Graph) -> Prediction:
    return km.predict(BUYS, shop, schedule=SCHEDULE, learners=["trees"])


@pytest.fixture(scope="module")
def compared(buys: Prediction) -> pd.DataFrame:
    return buys.compare_assumption()


def test_the_frame_keeps_its_columns_and_gains_three(buys: Prediction, compared: pd.DataFrame) -> None:
    assert [*compared.columns] == [*buys.frame.columns, "baseline", "difference", "support"]
    pd.testing.assert_frame_equal(compared[[*buys.frame.columns]], buys.frame, check_exact=True)
    assert np.array_equal(compared["difference"], compared["probability"] - compared["baseline"])
    assert "baseline" not in buys.frame


def test_a_planted_association_is_found(compared: pd.DataFrame) -> None:
    assert compared["difference"].mean() > 0.15


def test_the_baseline_is_the_answer_to_the_query_without_assuming(
    shop: km.Graph, buys: Prediction, compared: pd.DataFrame
) -> None:
    query = BUYS.partition(" ASSUMING")[0]
    without = km.predict(query, shop, schedule=SCHEDULE, learners=["trees"], at=buys.labels.prediction_anchor)

    assert np.array_equal(compared["baseline"], without.frame["probability"])


def test_support_counts_the_label_rows_of_each_entity_in_which_the_assumption_held(
    buys: Prediction, compared: pd.DataFrame
) -> None:
    held = buys.labels.frame.groupby("user_id")["anchor_time"].nunique()

    assert compared["support"].tolist() == [int(held.get(user, 0)) for user in compared["user_id"]]
    assert (compared.loc[compared["user_id"] < 5, "support"] == 0).all()
    overall = compared.attrs["support"]
    assert overall["rows"] == held.sum() == len(buys.labels.frame)
    assert overall["anchors"] == buys.labels.frame["anchor_time"].nunique()
    assert overall["rows"] + overall["rows without"] == overall["anchors"] * NUM_USERS


def test_frame_and_report_say_that_it_is_no_proven_effect(buys: Prediction, compared: pd.DataFrame) -> None:
    assert "an association, not a proven effect" in compared.attrs["note"]
    assert "For 5 of the 80 users here it never held" in compared.attrs["note"]
    assert "an association, not a proven effect" in record(buys).text


@pytest.mark.parametrize("query", [SPENDS, WEEKS])
def test_numbers_are_compared_row_by_row(shop: km.Graph, query: str) -> None:
    run = km.predict(query, shop, schedule=SCHEDULE, learners=["trees"])

    compared = run.compare_assumption()

    assert len(compared) == len(run.frame)
    assert np.array_equal(compared["difference"], compared["prediction"] - compared["baseline"])
    assert compared.loc[compared["user_id"] >= 5, "difference"].mean() > 0


def test_of_classes_the_probability_of_the_predicted_one_is_compared(shop: km.Graph) -> None:
    run = km.predict(STATUS, shop, schedule=SCHEDULE, learners=["trees"])

    compared = run.compare_assumption()

    assert compared["baseline"].between(0, 1).all()
    assert np.array_equal(compared["difference"], compared["probability"] - compared["baseline"])


@pytest.mark.slow
def test_of_a_ranking_the_ranks_are_compared(shop: km.Graph) -> None:
    run = km.predict(ITEMS, shop, schedule=SCHEDULE)

    compared = run.compare_assumption()

    assert compared["baseline"].dropna().isin([1, 2, 3]).all()
    assert compared["baseline"].notna().any()
    assert compared["difference"].equals(compared["baseline"] - compared["rank"])


def test_an_assumption_in_for_and_with_parameters_is_compared(shop: km.Graph) -> None:
    query = "PREDICT COUNT(orders.*, 0, 20) > 0 FOR users.user_id IN (7, 3) ASSUMING COUNT(mails.*, 0, 20) > :n"

    compared = km.predict(
        query, shop, schedule=SCHEDULE, learners=["trees"], params={"n": 0}, threshold=0.3
    ).compare_assumption()

    assert compared["user_id"].tolist() == [3, 7]
    assert compared["support"].iloc[0] == 0 < compared["support"].iloc[1]


def test_without_assuming_there_is_nothing_to_compare(shop: km.Graph) -> None:
    run = km.predict("PREDICT COUNT(orders.*, 0, 20) > 0 FOR EACH users.user_id", shop, schedule=SCHEDULE)

    with pytest.raises(km.OptionError, match="has no ASSUMING"):
        run.compare_assumption()
    assert "association" not in record(run).text


def test_an_assumption_that_never_held_is_refused(shop: km.Graph) -> None:
    query = "PREDICT COUNT(orders.*, 0, 20) > 0 FOR EACH users.user_id ASSUMING COUNT(mails.*, 0, 20) > 999"

    with pytest.raises(km.TooFewLabelsError, match="what is assumed did not come true"):
        km.predict(query, shop, schedule=SCHEDULE)


def test_own_labels_are_not_compared(shop: km.Graph) -> None:
    labels = km.labels(BUYS.partition(" ASSUMING")[0], shop).drop(columns="split")
    run = km.predict(BUYS, shop, labels=labels, schedule=SCHEDULE, learners=["trees"])

    with pytest.raises(km.OptionError, match="Your own label table"):
        run.compare_assumption()
    assert any("has no influence on your own label table" in note for note in run.notes)


def test_a_trained_models_answer_is_not_compared(shop: km.Graph, buys: Prediction) -> None:
    run = km.predict(BUYS, shop, model=buys.model)

    with pytest.raises(km.OptionError, match="without model="):
        run.compare_assumption()
