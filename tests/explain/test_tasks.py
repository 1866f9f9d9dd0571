"""Every task with one answer per row is explained on the scale of its answer; test_ranked has rankings."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import OptionError
from kumo_magic.explain import rescore
from kumo_magic.explain.rescore import ask
from kumo_magic.explain.scenario import without_rows
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.timeline.times import microseconds

Frames = dict[str, pd.DataFrame]
TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=20))


@pytest.fixture(scope="module")
def frames() -> Frames:
    """Orders in baskets: the lines of a basket have no time of their own."""
    random = np.random.default_rng(2)
    users = pd.DataFrame({"user_id": np.arange(40), "age": random.normal(40, 9, 40)})
    users["tier"] = np.where(users["age"] > 42, "gold", np.where(users["age"] > 36, "iron", "tin"))
    baskets = pd.DataFrame(
        {
            "basket_id": np.arange(600),
            "user_id": random.integers(0, 40, 600),
            "shop": random.choice(["a", "b"], 600),
            "is_gift": random.random(600) < 0.3,
            "points": random.integers(0, 9, 600),
            "date": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(random.integers(0, 5000, 600), unit="h"),
        }
    )
    lines = pd.DataFrame(
        {"line_id": np.arange(1500), "basket_id": random.integers(0, 600, 1500), "amount": random.gamma(2, 9, 1500)}
    )
    return {"users": users, "baskets": baskets, "lines": lines}


def graph_of(frames: Frames) -> km.Graph:
    return km.Graph.from_data(
        frames,
        name="baskets",
        infer=False,
        keys={"users": "user_id", "baskets": "basket_id", "lines": "line_id"},
        times={"baskets": "date"},
        links=[("baskets", "user_id", "users"), ("lines", "basket_id", "baskets")],
        stypes={
            ("users", "age"): "numerical",
            ("users", "tier"): "categorical",
            ("baskets", "shop"): "categorical",
            ("baskets", "is_gift"): "categorical",
            ("baskets", "points"): "numerical",
            ("lines", "amount"): "numerical",
        },
    )


QUERIES = {
    "regression": "PREDICT SUM(baskets.points, 0, 30, days) FOR EACH users.user_id",
    "multiclass": "PREDICT LAST(baskets.shop, 0, 30, days) FOR EACH users.user_id",
    "forecast": "PREDICT SUM(baskets.points, 0, 10, days) FORECAST 2 TIMEFRAMES FOR EACH users.user_id",
    "binary": "PREDICT COUNT(baskets.*, 0, 30, days) > 2 FOR EACH users.user_id",
    "set of classes": "PREDICT LIST_DISTINCT(baskets.shop, 0, 30, days) CLASSIFY FOR EACH users.user_id",
    "ranked classes": "PREDICT LIST_DISTINCT(baskets.shop, 0, 30, days) RANK TOP 2 FOR EACH users.user_id",
    "column, number": "PREDICT users.age FOR EACH users.user_id",
    "column, class": "PREDICT users.tier FOR EACH users.user_id",
}


@pytest.mark.parametrize("task", QUERIES)
def test_every_task_with_one_answer_per_row_is_explained(task: str, frames: Frames) -> None:
    model = km.fit(QUERIES[task], graph_of(frames), schedule=TREES, seed=1)
    row = model.predict(pd.DataFrame({"user_id": [3], "anchor_time": [model.labels.prediction_anchor]})).iloc[-1]

    explanation = model.explain(row)
    answer = row[next(name for name in ("probability", "score", "prediction") if name in row)]
    assert explanation.prediction == pytest.approx(answer, rel=1e-12)
    assert ("logit_effect" in explanation.tables) == (explanation.answer_name != "prediction")
    assert {"baskets", "lines"} <= set(explanation.tables["name"])
    np.testing.assert_allclose(explanation.tables["effect"], explanation.prediction - explanation.tables["without"])
    assert set(explanation.rows["table"]) == {"baskets", "lines"}
    assert explanation.events["time"].is_monotonic_increasing
    assert explanation.words.startswith("user_id 3: the ")
    if task.startswith("column"):
        assert "users.age" not in set(explanation.columns["name"]) or task == "column, class"


def test_lines_without_a_time_go_with_their_basket(frames: Frames, tmp_path) -> None:
    model = km.fit(QUERIES["regression"], graph_of(frames), schedule=TREES, seed=1)
    model.save(tmp_path / "model")
    anchor = model.labels.prediction_anchor
    own = np.flatnonzero((frames["baskets"]["user_id"] == 3) & (frames["baskets"]["date"] <= anchor))[-4:]
    asked = pd.DataFrame({"user_id": [3], "anchor_time": [anchor]})
    question = ask(model.fitted, asked, 3, int(microseconds(asked["anchor_time"])[0]))
    scenario = without_rows([("baskets", int(place)) for place in own])
    ours = question.features([scenario]).iloc[0]
    baskets = frames["baskets"]
    loaded = km.load(tmp_path / "model", graph_of(frames | {"baskets": baskets.drop(index=own)}))
    _, examples = loaded.fitted.preparation.asked(asked, np.array([3]), question.examples.anchor_us)
    is_crowd = np.array([name.startswith(("rank of ", "label of ")) for name in loaded.fitted.preparation.names])

    np.testing.assert_allclose(ours.to_numpy()[~is_crowd], examples.features[0][~is_crowd], rtol=1e-5, atol=1e-6)
    examples.features[0][is_crowd] = ours.to_numpy()[is_crowd]
    there = question.read(loaded.fitted.outputs(examples)).values
    np.testing.assert_allclose(question.answers([scenario]).values, there, atol=1e-6)
    assert ours.to_numpy().tolist() != question.examples.features[0].tolist()


def test_past_sets_are_as_if_the_hidden_rows_had_never_happened(frames: Frames, tmp_path) -> None:
    model = km.fit(QUERIES["set of classes"], graph_of(frames), schedule=TREES, seed=1)
    model.save(tmp_path / "model")
    anchor, baskets = model.labels.prediction_anchor, frames["baskets"]
    is_own = (baskets["user_id"] == 3) & (baskets["shop"] == "a") & (baskets["date"] <= anchor)
    own = np.flatnonzero(is_own)[-4:]
    asked = pd.DataFrame({"user_id": [3], "anchor_time": [anchor]})
    question = ask(model.fitted, asked, 3, int(microseconds(asked["anchor_time"])[0]), class_code=0)
    scenario = without_rows([("baskets", int(place)) for place in own])

    ours = question.features([scenario]).iloc[0]

    loaded = km.load(tmp_path / "model", graph_of(frames | {"baskets": baskets.drop(index=own)}))
    _, examples = loaded.fitted.preparation.asked(asked, np.array([3]), question.examples.anchor_us)
    are_past = np.array([name.startswith("label") for name in loaded.fitted.preparation.names])
    assert are_past.sum() == 2 + 2 * 4
    np.testing.assert_allclose(ours.to_numpy()[are_past], examples.features[0][are_past], rtol=1e-5)
    assert ours.to_numpy()[are_past].tolist() != question.examples.features[0][are_past].tolist()


def test_a_ranking_by_the_network_alone_says_that_it_is_not_explained(shop_frames: Frames) -> None:
    random = np.random.default_rng(0)
    orders = pd.DataFrame(
        {
            "order_id": np.arange(300),
            "user_id": random.integers(1, 41, 300),
            "item_id": random.choice(["a", "b"], 300),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 2000, 300), unit="h"),
        }
    )
    users = pd.DataFrame({"user_id": np.arange(1, 41)})
    graph = km.Graph.from_data(shop_frames | {"orders": orders, "users": users})
    network = NetworkSchedule(settings=NetworkSettings(channels=8, hops=1), train_steps=(2,), refit_steps=(2,))
    query = "PREDICT LIST_DISTINCT(orders.item_id, 0, 10, days) RANK TOP 2 FOR EACH users.user_id"
    model = km.fit(query, graph, schedule=Schedule(networks=network))

    with pytest.raises(OptionError, match="from the graph network alone"):
        model.explain(1)


def test_labels_of_the_users_own_stay_as_they_are(frames: Frames) -> None:
    labels = km.labels(QUERIES["binary"], graph_of(frames))
    is_old = frames["users"]["age"] > 40
    own = labels.assign(label=labels["user_id"].map(is_old) ^ (labels.index % 7 == 0)).drop(columns="split")
    model = km.fit(QUERIES["binary"], graph_of(frames), labels=own, schedule=TREES, seed=1)
    anchor = model.labels.prediction_anchor
    asked = pd.DataFrame({"user_id": [3], "anchor_time": [anchor]})
    question = ask(model.fitted, asked, 3, int(microseconds(asked["anchor_time"])[0]))
    baskets = np.flatnonzero((frames["baskets"]["user_id"] == 3) & (frames["baskets"]["date"] <= anchor))

    features = question.features([without_rows([("baskets", int(place)) for place in baskets])]).iloc[0]
    before = pd.Series(question.examples.features[0], index=question.names)
    kept = [name for name in question.names if name.startswith("label: ")]
    assert before["label: count of past"] > 0
    pd.testing.assert_series_equal(features[kept], before[kept], check_names=False)
    assert features["baskets: count, all"] == 0


def test_many_scenarios_are_answered_in_several_batches_alike(frames: Frames, monkeypatch: pytest.MonkeyPatch) -> None:
    model = km.fit(QUERIES["binary"], graph_of(frames), schedule=TREES, seed=1)
    whole = model.explain(3)
    monkeypatch.setattr(rescore, "_MOST_CELLS", 2_000)

    pd.testing.assert_frame_equal(model.explain(3).rows, whole.rows)
