"""Scores of the frozen question: held-out rows answered by what was known when the training windows had closed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, mean_absolute_error, roc_auc_score

import kumo_magic as km
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.trained_model import Model

SPEND = "PREDICT SUM(orders.amount, 0, 10) FOR EACH users.user_id"
BUYS = "PREDICT COUNT(orders.*, 0, 10) > 0 FOR EACH users.user_id"
ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 10) RANK TOP 3 FOR EACH users.user_id"
TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=30))
NETWORK = Schedule(
    networks=NetworkSchedule(settings=NetworkSettings(channels=8, batch_size=64), evaluate_every=2, train_steps=(2,))
)
LAST = "2024-07-10"

Frames = dict[str, pd.DataFrame]


def make_frames() -> Frames:
    random = np.random.default_rng(3)
    rate = random.gamma(1.0, size=30)
    users = pd.DataFrame({"user_id": np.arange(30), "age": random.integers(18, 80, 30).astype(float)})
    orders = pd.DataFrame(
        {
            "order_id": np.arange(1500),
            "user_id": random.choice(30, 1500, p=rate / rate.sum()),
            "item_id": random.integers(0, 6, 1500),
            "amount": random.gamma(2.0, 10.0, 1500).round(2),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 200 * 24, 1500), unit="h"),
        }
    )
    return {"users": users, "items": pd.DataFrame({"item_id": np.arange(6)}), "orders": orders}


def graph_of(frames: Frames) -> km.Graph:
    return km.Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"orders": "date"},
        name="shop",
    )


def fitted(query: str, frames: Frames, schedule: Schedule = TREES) -> Model:
    return km.fit(query, graph_of(frames), at=LAST, schedule=schedule)


@pytest.fixture(scope="module")
def spend() -> Model:
    return fitted(SPEND, make_frames())


@pytest.fixture(scope="module")
def buys() -> Model:
    return fitted(BUYS, make_frames())


def training_end(model: Model) -> pd.Timestamp:
    is_training = (model.labels.frame["split"] == "train").to_numpy()
    return pd.Timestamp(int(model.labels.closed_us[is_training].max()), unit="us")


def corrupt(orders: pd.DataFrame, is_later: pd.Series) -> pd.DataFrame:
    return orders.assign(amount=orders["amount"].where(~is_later, 1e6))


def shuffle_users(orders: pd.DataFrame, is_later: pd.Series) -> pd.DataFrame:
    changed = orders.copy()
    changed.loc[is_later, "user_id"] = orders.loc[is_later, "user_id"].to_numpy()[::-1]
    return changed


def thin_out(orders: pd.DataFrame, is_later: pd.Series) -> pd.DataFrame:
    return orders[~is_later | (orders["order_id"] % 2 == 0)]


@pytest.mark.parametrize("split", ["val", "test"])
def test_frozen_scores_of_numbers_can_be_recomputed_from_the_frame(spend: Model, split: str) -> None:
    evaluation = spend.evaluate(split, regime="frozen")

    assert evaluation.regime == "frozen"
    frame = evaluation.frame
    assert list(frame.columns) == list(spend.evaluate(split).frame.columns)
    for name in evaluation.metrics.index:
        expected = mean_absolute_error(frame["label"], evaluation.answer(name))
        assert evaluation.score(name) == pytest.approx(expected, abs=1e-9)
    assert "(frozen)" in evaluation.sentence


def test_frozen_scores_of_truth_values_can_be_recomputed_from_the_frame(buys: Model) -> None:
    evaluation = buys.evaluate("test", regime="frozen")

    labels = evaluation.frame["label"].astype(int)
    assert {"boosted trees", "constant", "past mean"} <= set(evaluation.metrics.index)
    for name in evaluation.metrics.index:
        answer = evaluation.answer(name)
        assert evaluation.metrics.at[name, "AUROC"] == pytest.approx(roc_auc_score(labels, answer), abs=1e-9)
        assert evaluation.metrics.at[name, "Brier"] == pytest.approx(brier_score_loss(labels, answer), abs=1e-9)


@pytest.mark.parametrize(
    ("query", "change"), [(SPEND, corrupt), (SPEND, shuffle_users), (BUYS, shuffle_users), (BUYS, thin_out)]
)
def test_nothing_after_the_training_windows_reaches_a_frozen_answer(
    query: str, change: Callable[[pd.DataFrame, pd.Series], pd.DataFrame], spend: Model, buys: Model
) -> None:
    honest = spend if query == SPEND else buys
    frames = make_frames()
    orders = frames["orders"]
    changed = fitted(query, frames | {"orders": change(orders, orders["date"] > training_end(honest))})

    for split in ("val", "test"):
        before, after = (model.evaluate(split, regime="frozen").frame for model in (honest, changed))
        pd.testing.assert_frame_equal(before.drop(columns="label"), after.drop(columns="label"), check_exact=True)
        assert not before["label"].equals(after["label"])
        assert not honest.evaluate(split).frame["prediction"].equals(changed.evaluate(split).frame["prediction"])


def test_baselines_are_as_stale_as_the_trees(spend: Model) -> None:
    frame = spend.evaluate("test", regime="frozen").frame

    of_user = frame.groupby("user_id")
    assert (of_user["past mean"].nunique() == 1).all()
    assert (of_user["last value"].nunique() == 1).all()


def test_frozen_scores_are_computed_once(spend: Model) -> None:
    first, again = (spend.evaluate("val", regime="frozen") for _ in range(2))

    assert first.frame is again.frame


def test_a_loaded_model_has_the_same_frozen_scores(spend: Model, tmp_path: Path) -> None:
    spend.save(tmp_path / "model")
    loaded = km.load(tmp_path / "model", graph_of(make_frames()))

    expected = spend.evaluate("test", regime="frozen")
    found = loaded.evaluate("test", regime="frozen")
    pd.testing.assert_frame_equal(found.frame, expected.frame, check_exact=True)
    pd.testing.assert_frame_equal(found.metrics, expected.metrics, check_exact=True)


def test_a_threshold_of_the_users_own_cuts_frozen_answers_too(buys: Model) -> None:
    strict = km.predict(BUYS, buys.plan.graph, model=buys, threshold=0.9).model

    frame = strict.evaluate("test", regime="frozen").frame

    assert (frame["prediction"] == (frame["probability"] >= 0.9)).all()
    assert frame["probability"].equals(buys.evaluate("test", regime="frozen").frame["probability"])
    assert not frame["prediction"].equals(buys.evaluate("test", regime="frozen").frame["prediction"])


def test_another_regime_is_refused(spend: Model) -> None:
    with pytest.raises(km.OptionError, match="no regime 'fresh'"):
        spend.evaluate(regime="fresh")


def test_a_ranking_has_no_frozen_scores() -> None:
    model = fitted(ITEMS, make_frames(), NETWORK)

    with pytest.raises(km.OptionError, match="no frozen scores of a temporal link task"):
        model.evaluate("val", regime="frozen")


def test_few_rows_get_trees_without_a_look_at_the_newest_anchors() -> None:
    frames = make_frames()
    few = {**frames, "users": frames["users"].head(3)}
    few["orders"] = frames["orders"][frames["orders"]["user_id"] < 3]

    evaluation = fitted(SPEND, few).evaluate("val", regime="frozen")

    assert evaluation.frame["prediction"].notna().all()
