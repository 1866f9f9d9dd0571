"""FORECAST, classes that come and go, and the missing values of a column, from the query to the frame."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error

import kumo_magic as km
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.prediction import Prediction

SETTINGS = NetworkSettings(channels=16, hops=1, fan_out=4, batch_size=64)
TREES = TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=60)
BOTH = Schedule(
    networks=NetworkSchedule(settings=SETTINGS, evaluate_every=10, train_steps=(10,), refit_steps=(10,)), trees=TREES
)
TREES_ALONE = Schedule(trees=TREES)

SALES = "PREDICT SUM(sales.amount, 0, 1, months) FORECAST 3 TIMEFRAMES FOR EACH stores.store_id"
PRICE = "PREDICT AVG(sales.amount, 0, 10) FORECAST 2 TIMEFRAMES FOR EACH stores.store_id"
CHANNEL = "PREDICT LAST(sales.channel, 0, 20) FOR EACH stores.store_id"
SIZE = "PREDICT stores.size FOR EACH stores.store_id"
KIND = "PREDICT stores.kind FOR EACH stores.store_id"


def make_stores(num_stores: int = 40, num_years: int = 3) -> dict[str, pd.DataFrame]:
    """Stores that sell with a season of their own; their kind and size follow from how much they sell."""
    random = np.random.default_rng(5)
    days = pd.date_range("2020-01-01", periods=365 * num_years, freq="D")
    level, phase = random.gamma(3.0, 0.1, num_stores), random.integers(12, size=num_stores)
    parts = []
    for store in range(num_stores):
        season = 1 + np.sin(2 * np.pi * (days.month.to_numpy() - phase[store]) / 12)
        parts.append(pd.DataFrame({"store_id": store, "date": np.repeat(days, random.poisson(level[store] * season))}))
    sales = pd.concat(parts, ignore_index=True)
    favourite = np.array(["shop", "web", "phone"])[sales["store_id"] % 3]
    is_favourite = random.random(len(sales)) < 0.8
    sales = sales.assign(
        sale_id=np.arange(len(sales)),
        amount=random.gamma(4.0, 5.0, len(sales)),
        channel=np.where(is_favourite, favourite, random.choice(["shop", "web", "phone"], len(sales))),
    )
    kind = pd.cut(level, [0, *np.quantile(level, [0.33, 0.66]), np.inf], labels=["small", "middle", "large"])
    stores = pd.DataFrame(
        {
            "store_id": np.arange(num_stores),
            "kind": kind.astype(object),
            "size": level * 1000,
            "region": random.choice(["north", "south"], num_stores),
        }
    )
    stores.loc[::5, ["kind", "size"]] = None
    return {"stores": stores, "sales": sales}


def graph_of(frames: dict[str, pd.DataFrame]) -> km.Graph:
    return km.Graph.from_data(
        frames,
        name="stores",
        keys={"stores": "store_id", "sales": "sale_id"},
        times={"sales": "date"},
        stypes={("stores", "kind"): "categorical", ("sales", "channel"): "categorical"},
    )


@pytest.fixture(scope="module")
def stores() -> km.Graph:
    return graph_of(make_stores())


@pytest.fixture(scope="module")
def forecast(stores: km.Graph) -> Prediction:
    return km.predict(SALES, stores, schedule=BOTH)


def test_a_forecast_has_every_window_of_an_entity_in_one_frame(forecast: Prediction) -> None:
    frame = forecast.frame

    assert list(frame) == ["store_id", "anchor_time", "step", "window_end", "prediction", "low", "high"]
    assert frame["store_id"].tolist() == np.repeat(np.arange(40), 3).tolist()
    assert frame["step"].tolist() == [1, 2, 3] * 40
    anchor = frame["anchor_time"].iloc[0]
    assert frame["window_end"].iloc[:3].tolist() == [anchor + pd.DateOffset(months=n) for n in (1, 2, 3)]
    assert (frame["low"] <= frame["prediction"]).all()
    assert (frame["prediction"] <= frame["high"]).all()


def test_a_forecast_of_one_entity_is_the_same_alone(forecast: Prediction) -> None:
    whole = forecast.frame[forecast.frame["store_id"] == 7].reset_index(drop=True)

    alone = forecast.model.predict(whole[["store_id", "anchor_time"]].iloc[:1])

    assert alone["window_end"].tolist() == whole["window_end"].tolist()
    assert np.allclose(alone["prediction"], whole["prediction"], atol=1e-6)


def test_a_forecast_sees_the_season_that_a_mean_does_not(forecast: Prediction) -> None:
    metrics = forecast.evaluation.metrics["MAE"]

    assert {"constant", "past mean", "last window", "same time a year ago"} < set(metrics.index)
    assert metrics["boosted trees"] < min(metrics["past mean"], metrics["last window"])


def test_every_score_of_a_forecast_can_be_recomputed_from_all_its_steps(forecast: Prediction) -> None:
    frame = forecast.evaluation.frame

    assert set(frame["step"]) == {1, 2, 3}
    for name, score in forecast.evaluation.metrics["MAE"].items():
        answer = frame["prediction" if name == forecast.evaluation.model else str(name)]
        assert mean_absolute_error(frame["label"], answer) == pytest.approx(score, abs=1e-9)


@pytest.mark.slow
def test_a_step_without_a_label_is_neither_learned_nor_scored(stores: km.Graph) -> None:
    run = km.predict(PRICE, stores, schedule=TREES_ALONE)

    labels = run.labels.frame
    known = labels[labels["split"] == "test"].dropna()
    assert labels["label"].isna().any()
    assert len(run.evaluation.frame) == run.evaluation.num_rows == len(known)


@pytest.mark.slow
def test_one_timeframe_is_a_forecast_of_one_step(stores: km.Graph) -> None:
    run = km.predict(SALES.replace("FORECAST 3", "FORECAST 1"), stores, schedule=TREES_ALONE)

    assert run.frame["step"].tolist() == [1] * 40
    assert set(run.labels.frame["step"]) == {1}


def test_a_class_is_learned_better_than_the_commonest_one(stores: km.Graph) -> None:
    evaluation = km.predict(CHANNEL, stores, schedule=BOTH).evaluation

    metrics, frame = evaluation.metrics, evaluation.frame
    assert {"commonest class", "last class", "past shares"} < set(metrics.index)
    assert metrics["accuracy"]["boosted trees"] > 1.5 * metrics["accuracy"]["commonest class"]
    probability = frame[["probability_phone", "probability_shop", "probability_web"]]
    assert metrics.at[evaluation.model, "log loss"] == pytest.approx(log_loss(frame["label"], probability), abs=1e-9)
    assert metrics.at["last class", "accuracy"] == accuracy_score(frame["label"], frame["last class"])
    of_label = frame["past shares: probability of the label"]
    assert metrics.at["past shares", "log loss"] == pytest.approx(-np.log(of_label).mean(), abs=1e-9)


@pytest.mark.slow
def test_a_class_of_no_training_row_is_listed_unlikely_and_noted() -> None:
    frames = make_stores()
    sales = frames["sales"]
    sales.loc[(sales["date"] > "2022-12-15") & (sales["store_id"] < 9), "channel"] = "fax"

    run = km.predict(CHANNEL, graph_of(frames), schedule=BOTH)

    assert run.evaluation.frame["probability_fax"].max() < 0.01
    assert any("No training row has the class fax" in note for note in run.notes)
    assert "probability_fax" in run.frame


@pytest.mark.slow
def test_a_class_of_one_training_row_is_listed() -> None:
    frames = make_stores()
    sales = frames["sales"]
    sales.loc[sales["date"].between("2020-06-01", "2020-06-25") & (sales["store_id"] == 1), "channel"] = "fax"

    run = km.predict(CHANNEL, graph_of(frames), schedule=TREES_ALONE)

    assert (run.labels.frame["label"] == "fax").sum() in (1, 2)
    assert run.frame["probability_fax"].between(0, 0.2).all()


def test_missing_values_of_a_column_are_filled_from_what_else_is_known(stores: km.Graph) -> None:
    run = km.predict(SIZE, stores, schedule=TREES_ALONE)

    assert run.frame["store_id"].tolist() == list(range(0, 40, 5))
    assert run.frame["anchor_time"].isna().all()
    metrics = run.evaluation.metrics["MAE"]
    assert metrics["boosted trees"] < metrics["constant"]
    assert "test rows (rolling)" in run.evaluation.sentence


@pytest.mark.slow
def test_a_missing_class_of_a_column_is_filled_too(stores: km.Graph) -> None:
    run = km.predict(KIND, stores, schedule=BOTH)

    assert list(run.frame)[:4] == ["store_id", "anchor_time", "prediction", "probability"]
    assert set(run.frame["prediction"]) <= {"small", "middle", "large"}


@pytest.mark.slow
def test_a_column_that_gives_the_asked_one_away_is_named(stores: km.Graph) -> None:
    run = km.predict("PREDICT stores.kind = 'large' FOR EACH stores.store_id", stores, schedule=TREES_ALONE)

    assert any("stores.size gives the label away" in note for note in run.notes)


def test_the_value_of_a_row_never_reaches_its_own_prediction() -> None:
    frames = make_stores()
    honest = km.predict(SIZE, graph_of(frames), schedule=BOTH).evaluation.frame
    tested = frames["stores"]["store_id"].isin(honest["store_id"])
    frames["stores"].loc[tested, "size"] = frames["stores"].loc[tested, "size"].to_numpy()[::-1] * 1000

    changed = km.predict(SIZE, graph_of(frames), schedule=BOTH).evaluation.frame

    assert not changed["label"].equals(honest["label"])
    for name in ("boosted trees", "graph network"):
        assert changed[name].tolist() == honest[name].tolist()


@pytest.mark.slow
def test_rows_that_are_predicted_for_want_of_missing_ones_are_not_learned_from() -> None:
    frames = make_stores()
    frames["stores"]["size"] = np.linspace(1, 100, 40)
    honest = km.predict(SIZE, graph_of(frames), schedule=TREES_ALONE).frame
    named = frames["stores"]["store_id"].isin(honest["store_id"])
    frames["stores"].loc[named, "size"] *= 1000

    changed = km.predict(SIZE, graph_of(frames), schedule=TREES_ALONE).frame

    assert changed["prediction"].tolist() == honest["prediction"].tolist()


def test_a_row_with_a_time_of_its_own_sees_nothing_later() -> None:
    query = "PREDICT sales.amount FOR EACH sales.sale_id"
    frames = make_stores(num_stores=15, num_years=1)
    sales = frames["sales"].sort_values("date", ignore_index=True)
    sales.loc[::9, "amount"] = None
    early = (sales["date"] < "2020-06-01") & sales["amount"].isna()
    honest = km.predict(query, graph_of(frames | {"sales": sales}), schedule=TREES_ALONE)

    model = honest.model
    rows = honest.frame[honest.frame["sale_id"].isin(sales.loc[early, "sale_id"])]

    alone = model.predict(rows[["sale_id", "anchor_time"]])
    assert alone["prediction"].tolist() == rows["prediction"].tolist()
    assert (rows["anchor_time"] < pd.Timestamp("2020-06-01")).all()


@pytest.mark.parametrize(
    ("query", "task"),
    [
        ("PREDICT LIST_DISTINCT(follows.channel_id) RANK TOP 2", "static link"),
        ("PREDICT LIST_DISTINCT(follows.channel_id) CLASSIFY", "multilabel classification"),
    ],
)
def test_lists_of_all_time_are_refused_with_what_to_name(query: str, task: str) -> None:
    place = np.arange(40)
    frames = {
        "members": pd.DataFrame({"member_id": np.arange(20)}),
        "channels": pd.DataFrame({"channel_id": np.arange(3)}),
        "follows": pd.DataFrame({"follow_id": place, "member_id": place // 2, "channel_id": place % 3}),
    }
    graph = km.Graph.from_data(frames)

    with pytest.raises(km.QueryClauseError, match=f"{task}.*--time follows.COLUMN"):
        km.predict(f"{query} FOR EACH members.member_id", graph)
    assert len(km.labels(f"{query} FOR EACH members.member_id", graph)) == 20


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("PREDICT sales.date > 2021-01-01 FOR EACH sales.sale_id", "is the time from which each row is known"),
        ("PREDICT sales.store_id = 3 FOR EACH sales.sale_id", "links its table to others"),
    ],
)
def test_what_cannot_be_learned_is_refused_before_any_work(query: str, message: str, stores: km.Graph) -> None:
    with pytest.raises(km.QueryClauseError, match=message):
        km.predict(query, stores)
