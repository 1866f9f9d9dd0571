"""The same question as of other days: a refit is the run of that day, and a backtest scores it by what came after."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, mean_absolute_error, roc_auc_score

import kumo_magic as km
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.prediction import Prediction

SETTINGS = NetworkSettings(channels=16, fan_out=4, batch_size=128)
SCHEDULE = Schedule(
    networks=NetworkSchedule(settings=SETTINGS, evaluate_every=5, train_steps=(5,)),
    trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=20),
)
CHURN = "PREDICT COUNT(orders.*, 0, 20) = 0 FOR EACH users.user_id"
SPEND = "PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id"
STATUS = "PREDICT LAST(orders.status, 0, 20) FOR EACH users.user_id"
WEEKS = "PREDICT SUM(orders.amount, 0, 10) FORECAST 2 TIMEFRAMES FOR EACH users.user_id"
ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 3 FOR EACH users.user_id"
TIER = "PREDICT users.tier FOR EACH users.user_id"
DAYS = ["2024-08-01", "2024-07-01"]


def make_frames() -> dict[str, pd.DataFrame]:
    """Sixty users who order at rates of their own, over three hundred days; `rare` is a status of the last month."""
    random = np.random.default_rng(1)
    rate = random.gamma(0.7, size=60)
    hours = np.sort(random.integers(0, 300 * 24, 1200))
    status = random.choice(["paid", "open", "late"], 1200)
    status[(hours > 214 * 24) & (hours < 220 * 24)] = "rare"
    orders = pd.DataFrame(
        {
            "user_id": random.choice(60, 1200, p=rate / rate.sum()),
            "item_id": random.integers(9, size=1200),
            "amount": random.gamma(2.0, 10.0, 1200),
            "status": status,
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(hours, unit="h"),
        }
    )
    users = pd.DataFrame({"user_id": np.arange(60), "tier": random.choice(["gold", "tin"], 60)})
    return {"users": users, "items": pd.DataFrame({"item_id": range(9)}), "orders": orders}


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    return km.Graph.from_data(make_frames(), stypes={("orders", "status"): "categorical"})


@pytest.fixture(scope="module")
def churn(shop: km.Graph) -> Prediction:
    return km.predict(CHURN, shop, schedule=SCHEDULE, learners=["trees"], threshold=0.4, seed=5)


def test_a_refit_is_the_run_of_that_day_with_the_same_options(shop: km.Graph, churn: Prediction) -> None:
    found = churn.at("2024-08-01")

    expected = km.predict(CHURN, shop, schedule=SCHEDULE, learners=["trees"], threshold=0.4, seed=5, at="2024-08-01")
    pd.testing.assert_frame_equal(found.frame, expected.frame, check_exact=True)
    assert (found.seed, found.threshold, found.budget_seconds) == (5, 0.4, churn.budget_seconds)
    assert (found.labels.frame["anchor_time"] <= pd.Timestamp("2024-07-12")).all()


def test_a_split_of_the_users_does_not_stand_in_the_way_of_an_earlier_day(shop: km.Graph) -> None:
    run = km.predict(
        CHURN, shop, schedule=SCHEDULE, learners=["trees"], val_start="2024-08-20", test_start="2024-09-20"
    )

    assert run.at("2024-07-01").labels.prediction_anchor == pd.Timestamp("2024-07-01")


def test_a_day_before_there_were_labels_is_refused_by_name(churn: Prediction) -> None:
    with pytest.raises(km.TooFewLabelsError, match="As of 2024-01-15: "):
        churn.backtest(["2024-08-01", "2024-01-15"])


def test_the_same_model_answers_later_days_and_refuses_earlier_ones(shop: km.Graph) -> None:
    run = km.predict(CHURN, shop, schedule=SCHEDULE, learners=["trees"], at="2024-08-01")

    later = run.at("2024-09-01", refit=False)

    pd.testing.assert_frame_equal(later.frame, run.model.predict(at="2024-09-01"), check_exact=True)
    assert any("as of 2024-09-01, of the same model" in note for note in later.notes)
    for ask in (lambda: run.at("2024-07-01", refit=False), lambda: run.backtest(["2024-07-01"], refit=False)):
        with pytest.raises(km.OptionError, match="on 2024-07-01 it would know the future"):
            ask()


def test_a_backtest_scores_the_answers_of_each_day_by_what_came_after(churn: Prediction) -> None:
    found = churn.backtest(DAYS)

    metric = churn.evaluation.primary_metric
    assert [*found.columns] == ["anchor_time", "rows", metric, "best baseline", "baseline"]
    assert found["anchor_time"].tolist() == sorted(pd.to_datetime(DAYS))
    score = {"AUROC": roc_auc_score, "average precision": average_precision_score}[metric]
    for _, row in found.iterrows():
        orders = make_frames()["orders"]
        window = orders["date"].between(row["anchor_time"], row["anchor_time"] + pd.Timedelta(days=20), "right")
        frame = churn.at(row["anchor_time"]).frame
        label = ~frame["user_id"].isin(orders.loc[window, "user_id"])
        assert row["rows"] == len(frame) == 60
        assert row[metric] == pytest.approx(score(label, frame["probability"]), abs=1e-9)
        assert row["baseline"] in churn.evaluation.metrics.index


def test_the_best_baseline_is_scored_on_the_same_rows(shop: km.Graph) -> None:
    """The rows of the day's labels as a test split: there the evaluation scores the baselines, too."""
    run = km.predict(SPEND, shop, schedule=SCHEDULE, learners=["trees"], test_start="2024-08-01", at="2024-08-21")
    assert run.evaluation.anchor_times == (pd.Timestamp("2024-08-01"),)

    (row,) = run.backtest(["2024-08-01"]).to_dict("records")

    label = run.evaluation.frame["label"]
    scores = {name: mean_absolute_error(label, run.evaluation.frame[name]) for name in ("last value", "past mean")}
    assert row["baseline"] in run.evaluation.metrics.index
    if row["baseline"] in scores:
        assert row["best baseline"] == pytest.approx(scores[row["baseline"]], abs=1e-6)
    assert row["best baseline"] <= min(scores.values()) + 1e-6


def test_a_model_of_then_is_scored_on_what_came_after_it(shop: km.Graph) -> None:
    run = km.predict(SPEND, shop, schedule=SCHEDULE, learners=["trees"], at="2024-08-01")

    found = run.backtest(["2024-08-01", "2024-08-15"], refit=False)

    frame = run.model.predict(at="2024-08-15")
    orders = make_frames()["orders"]
    window = orders["date"].between(pd.Timestamp("2024-08-15"), pd.Timestamp("2024-09-04"), "right")
    label = frame["user_id"].map(orders[window].groupby("user_id")["amount"].sum()).fillna(0.0)
    assert found["MAE"].iloc[1] == pytest.approx(mean_absolute_error(label, frame["prediction"]), rel=1e-5)


@pytest.mark.parametrize(
    "query", [STATUS, WEEKS, pytest.param(ITEMS, marks=pytest.mark.slow), f"{CHURN} WHERE COUNT(orders.*, -40, 0) > 0"]
)
def test_every_task_over_windows_has_a_backtest(shop: km.Graph, query: str) -> None:
    """On 2024-08-02 the label `rare` is one that no model has seen."""
    run = km.predict(query, shop, schedule=SCHEDULE, learners=None if query == ITEMS else ["trees"])

    found = run.backtest(["2024-08-02"])

    assert found["rows"].iloc[0] > 0
    assert np.isfinite(found[run.evaluation.primary_metric].iloc[0])
    assert np.isfinite(found["best baseline"].iloc[0])


def test_a_day_whose_window_has_not_closed_is_refused_by_name(churn: Prediction) -> None:
    with pytest.raises(km.OptionError, match="The window of 2024-10-20 has not closed by 2024-10-2"):
        churn.backtest(["2024-08-01", "2024-10-20"])


@pytest.mark.parametrize("dates", ["2024-08-01", pd.Timestamp("2024-08-01"), pd.DatetimeIndex(["2024-08-01"])])
def test_days_may_be_one_or_an_index(shop: km.Graph, dates: object) -> None:
    run = km.predict(CHURN, shop, schedule=SCHEDULE, learners=["trees"], at="2024-08-01")

    assert run.backtest(dates, refit=False)["anchor_time"].tolist() == [pd.Timestamp("2024-08-01")]  # pyright: ignore[reportArgumentType]  # forgiven


def test_a_backtest_needs_days(churn: Prediction) -> None:
    with pytest.raises(km.OptionError, match="no dates"):
        churn.backtest([])
    with pytest.raises(km.OptionError, match="is no date"):
        churn.backtest(["soon"])


def test_columns_have_no_past_days(shop: km.Graph) -> None:
    run = km.predict(TIER, shop, schedule=SCHEDULE, learners=["trees"])

    with pytest.raises(km.OptionError, match="users has no time column"):
        run.at("2024-07-01")
    with pytest.raises(km.OptionError, match="a column without a window"):
        run.backtest(["2024-07-01"])


def test_columns_of_dated_rows_are_asked_again_of_the_rows_of_then() -> None:
    frames = make_frames()
    frames["users"] = frames["users"].assign(joined=pd.date_range("2024-01-01", periods=60, freq="5D"))
    graph = km.Graph.from_data(frames)
    run = km.predict(TIER, graph, schedule=SCHEDULE, learners=["trees"])

    assert (run.at("2024-07-01").labels.frame["anchor_time"] <= pd.Timestamp("2024-07-01")).all()


def test_own_labels_are_those_that_are_scored(shop: km.Graph) -> None:
    labels = km.labels(CHURN, shop)
    labels["label"] = ~labels["label"]
    run = km.predict(CHURN, shop, labels=labels, schedule=SCHEDULE, learners=["trees"])
    day = labels["anchor_time"].unique()[-3]

    (row,) = run.backtest([day]).to_dict("records")

    frame = run.at(day).frame.merge(labels[labels["anchor_time"] == day], on="user_id")
    metric = run.evaluation.primary_metric
    score = {"AUROC": roc_auc_score, "average precision": average_precision_score}[metric]
    assert row["rows"] == (labels["anchor_time"] == day).sum()
    assert row[metric] == pytest.approx(score(frame["label"], frame["probability"]), abs=1e-9)
    with pytest.raises(km.OptionError, match="Your label table has no row at 2024-06-03"):
        run.backtest(["2024-06-03"])


def test_a_trained_models_answer_cannot_be_refitted(shop: km.Graph, churn: Prediction) -> None:
    run = km.predict(CHURN, shop, model=churn.model)

    with pytest.raises(km.OptionError, match="without model="):
        run.at("2024-08-01")
    with pytest.raises(km.OptionError, match="without model="):
        run.backtest(["2024-08-01"])
