"""The whole way from a query to a frame, on a shop small enough to learn in a second."""

import dataclasses
import threading
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

import kumo_magic as km
from kumo_magic.learners.schedule import (
    LinearSchedule,
    NetworkSchedule,
    NetworkSettings,
    Schedule,
    TreeSchedule,
    TreeSettings,
)
from kumo_magic.progress import budget as clock
from kumo_magic.progress.events import BaselineScored, Event, StageFinished, Stopped, TrainingStep

SETTINGS = NetworkSettings(channels=16, fan_out=4, batch_size=64)
SCHEDULE = Schedule(
    networks=NetworkSchedule(settings=SETTINGS, evaluate_every=10, train_steps=(20,), refit_steps=(10,))
)
CHURN = "PREDICT COUNT(orders.*, 0, 20) = 0 FOR EACH users.user_id"


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    """Eighty users who order at rates of their own, and always the same two items each."""
    random = np.random.default_rng(1)
    num_users, num_orders = 80, 2400
    rate = random.gamma(0.7, size=num_users)
    users = pd.DataFrame(
        {"user_id": np.arange(500, 500 + num_users), "tier": random.choice(["gold", "tin"], num_users)}
    )
    items = pd.DataFrame({"item_id": [f"item {n}" for n in range(15)], "price": np.arange(15.0)})
    who = random.choice(num_users, num_orders, p=rate / rate.sum())
    orders = pd.DataFrame(
        {
            "order_id": np.arange(num_orders),
            "user_id": users["user_id"].to_numpy()[who],
            "item_id": [f"item {(user * 7 + random.integers(2)) % 15}" for user in who],
            "amount": random.gamma(2.0, 10.0, num_orders),
            "status": random.choice(["paid", "open", "late"], num_orders),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, num_orders), unit="h"),
        }
    )
    return km.Graph.from_data({"users": users, "items": items, "orders": orders}, name="shop")


def test_a_truth_value_gets_a_probability_per_entity_in_the_tables_order(shop: km.Graph) -> None:
    frame = km.predict(CHURN, shop, schedule=SCHEDULE).frame

    assert list(frame) == ["user_id", "anchor_time", "prediction", "probability"]
    assert frame["user_id"].tolist() == shop["users"].frame["user_id"].tolist()
    assert frame["user_id"].dtype == shop["users"].frame["user_id"].dtype
    assert frame["prediction"].dtype == bool
    assert frame["probability"].between(0, 1).all()


def test_a_number_gets_an_interval_around_it(shop: km.Graph) -> None:
    frame = km.predict("PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id", shop, schedule=SCHEDULE).frame

    assert list(frame) == ["user_id", "anchor_time", "prediction", "low", "high"]
    assert (frame["low"] <= frame["prediction"]).all()
    assert (frame["prediction"] <= frame["high"]).all()


def test_a_ranking_lists_distinct_items_best_first(shop: km.Graph) -> None:
    query = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 4 FOR EACH users.user_id"

    frame = km.predict(query, shop, schedule=SCHEDULE).frame

    assert list(frame) == ["user_id", "anchor_time", "rank", "item_id", "score"]
    first = frame[frame["user_id"] == 500]
    assert first["rank"].tolist() == [1, 2, 3, 4]
    assert first["item_id"].nunique() == 4
    assert first["score"].is_monotonic_decreasing


def test_top_asks_for_another_length_of_the_list(shop: km.Graph) -> None:
    query = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 4 FOR users.user_id IN (500, 501)"

    frame = km.predict(query, shop, schedule=SCHEDULE, top=2).frame

    assert frame["rank"].tolist() == [1, 2, 1, 2]


def test_a_class_gets_a_probability_of_each(shop: km.Graph) -> None:
    frame = km.predict("PREDICT LAST(orders.status, 0, 20) FOR EACH users.user_id", shop, schedule=SCHEDULE).frame

    classes = ["probability_late", "probability_open", "probability_paid"]
    assert {"prediction", "probability", *classes} <= set(frame)
    assert np.allclose(frame[classes].sum(axis=1), 1)


def test_a_ranking_learns_what_repeats_better_than_what_is_popular(shop: km.Graph) -> None:
    query = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 2 FOR EACH users.user_id"
    longer = Schedule(networks=NetworkSchedule(settings=SETTINGS, evaluate_every=20, train_steps=(60,)))

    metrics = km.predict(query, shop, schedule=longer).evaluation.metrics["MAP@2"]

    assert metrics["graph network"] > 2 * metrics["recent popularity"]


def test_activity_tells_who_leaves(shop: km.Graph) -> None:
    longer = Schedule(networks=NetworkSchedule(settings=SETTINGS, evaluate_every=20, train_steps=(60,)))

    evaluation = km.predict(CHURN, shop, schedule=longer).evaluation

    assert evaluation.metrics.at["graph network", "AUROC"] > 0.75
    assert evaluation.kinds["past mean"] == "baseline"
    assert "AUROC" in evaluation.sentence


def test_a_blend_is_shown_beside_its_learners_and_their_weights(shop: km.Graph) -> None:
    schedule = dataclasses.replace(SCHEDULE, trees=TreeSchedule(settings=TreeSettings(), num_rounds=40))

    run = km.predict(CHURN, shop, schedule=schedule)

    kinds = run.evaluation.kinds
    assert [name for name, kind in kinds.items() if kind != "baseline"] == ["blend", "boosted trees", "graph network"]
    assert run.evaluation.model == "blend"
    assert sum(run.weights.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", ["blend", "boosted trees", "graph network", "past mean"])
def test_every_score_can_be_recomputed_from_the_frame_of_the_evaluation(name: str, shop: km.Graph) -> None:
    schedule = dataclasses.replace(SCHEDULE, trees=TreeSchedule(settings=TreeSettings(), num_rounds=40))

    evaluation = km.predict(CHURN, shop, schedule=schedule).evaluation

    frame = evaluation.frame
    answer = frame["probability" if name == "blend" else name]
    assert evaluation.metrics.at[name, "AUROC"] == pytest.approx(roc_auc_score(frame["label"], answer), abs=1e-9)
    assert evaluation.metrics.at[name, "Brier"] == pytest.approx(brier_score_loss(frame["label"], answer), abs=1e-9)


def test_trees_alone_answer_when_the_run_is_stopped_before_the_network_learned(shop: km.Graph) -> None:
    pressed = threading.Event()

    def press_after_the_trees(event: Event) -> None:
        if isinstance(event, StageFinished) and event.stage == "trees":
            pressed.set()

    run = km.predict(CHURN, shop, budget="1h", notify=press_after_the_trees, stop=pressed.is_set)

    assert run.stopped
    assert run.weights == {"boosted trees": 1.0}
    assert len(run.frame) == 80


def test_the_frame_survives_parquet_and_a_merge(shop: km.Graph, tmp_path: object) -> None:
    frame = km.predict(CHURN, shop, schedule=SCHEDULE).frame

    frame.to_parquet(f"{tmp_path}/frame.parquet")

    pd.testing.assert_frame_equal(pd.read_parquet(f"{tmp_path}/frame.parquet"), frame)
    assert len(frame.merge(shop["users"].frame)) == 80


def test_a_run_repeats_bit_for_bit_from_its_own_schedule(shop: km.Graph) -> None:
    by_the_clock = km.predict(CHURN, shop, budget="5s", seed=4)

    again = km.predict(CHURN, shop, schedule=by_the_clock.schedule, seed=4)

    pd.testing.assert_frame_equal(again.frame, by_the_clock.frame, check_exact=True)


def test_a_run_that_had_no_time_to_refit_repeats_as_it_was(shop: km.Graph) -> None:
    trees = TreeSchedule(settings=TreeSettings(), num_rounds=40, is_refitted=False)
    not_refitted = Schedule(trees=trees, linear=LinearSchedule(is_refitted=False))

    run = km.predict(CHURN, shop, schedule=not_refitted, seed=4)

    assert run.schedule == not_refitted
    again = km.predict(CHURN, shop, schedule=run.schedule, seed=4)
    pd.testing.assert_frame_equal(again.frame, run.frame, check_exact=True)


def test_another_seed_gives_another_frame(shop: km.Graph) -> None:
    one = km.predict(CHURN, shop, schedule=SCHEDULE, seed=1).frame

    other = km.predict(CHURN, shop, schedule=SCHEDULE, seed=2).frame

    assert not np.array_equal(one["probability"], other["probability"])


def test_progress_tells_stages_baselines_and_steps(shop: km.Graph) -> None:
    events: list[Event] = []

    run = km.predict(CHURN, shop, schedule=SCHEDULE, notify=events.append)

    finished = [event.stage for event in events if isinstance(event, StageFinished)]
    assert finished == ["labels", "timeline", "train", "refit", "predict"]
    assert {event.learner for event in events if isinstance(event, BaselineScored)} >= {"constant", "past mean"}
    assert any(isinstance(event, TrainingStep) and event.score is not None for event in events)
    assert run.events == tuple(events)


def test_the_stop_button_keeps_the_best_so_far_and_still_predicts(shop: km.Graph) -> None:
    pressed = threading.Event()

    def press_after_a_look(event: Event) -> None:
        if isinstance(event, TrainingStep) and event.score is not None:
            pressed.set()

    run = km.predict(CHURN, shop, budget="1h", notify=press_after_a_look, stop=pressed.is_set)

    assert run.stopped
    assert len(run.frame) == 80
    assert run.schedule.networks.refit_steps == ()


def test_an_interrupt_after_the_first_look_keeps_the_best_so_far(shop: km.Graph) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, TrainingStep) and event.score is not None:
            raise KeyboardInterrupt

    run = km.predict(CHURN, shop, budget="1h", notify=interrupt)

    assert run.stopped
    assert any(isinstance(event, Stopped) for event in run.events)
    assert len(run.frame) == 80


def test_a_second_stop_during_the_prediction_aborts(shop: km.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    model = km.fit(CHURN, shop, schedule=SCHEDULE)
    monkeypatch.setattr(type(model.fitted), "predict", interrupted)

    with pytest.raises(KeyboardInterrupt):
        km.predict(CHURN, shop, model=model)


def test_where_the_budget_ends_before_the_refit_the_best_finished_learner_answers_and_says_so(
    shop: km.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]
    monkeypatch.setattr(clock, "time", SimpleNamespace(perf_counter=lambda: time.perf_counter() + passed[0]))

    def let_an_hour_pass(event: Event) -> None:
        if isinstance(event, StageFinished) and event.stage == "trees":
            passed[0] = 3600.0

    run = km.predict(CHURN, shop, budget="60s", learners=["trees"], notify=let_an_hour_pass)

    assert len(run.frame) == 80
    assert not run.stopped
    assert any(note.startswith("The budget was too short to refit") for note in run.notes)


def test_the_stop_button_before_the_first_look_ends_the_run(shop: km.Graph) -> None:
    with pytest.raises(KeyboardInterrupt):
        km.predict(CHURN, shop, budget="1h", stop=lambda: True)


def test_an_interrupt_during_the_prediction_still_predicts(shop: km.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    model = km.fit(CHURN, shop, schedule=SCHEDULE)
    predict, asked = type(model.fitted).predict, list[Any]()

    def interrupted_once(*of_what: Any) -> Any:
        asked.append(of_what)
        if len(asked) == 1:
            raise KeyboardInterrupt
        return predict(*of_what)

    monkeypatch.setattr(type(model.fitted), "predict", interrupted_once)

    run = km.predict(CHURN, shop, model=model)

    assert len(run.frame) == 80
    assert len(asked) == 2


def test_an_interrupt_before_anything_is_learned_is_passed_on(shop: km.Graph) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, StageFinished) and event.stage == "labels":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        km.predict(CHURN, shop, budget="1h", notify=interrupt)


def test_the_model_answers_rows_of_its_own_choice(shop: km.Graph) -> None:
    run = km.predict(CHURN, shop, schedule=SCHEDULE)
    rows = pd.DataFrame({"user_id": [503, 500], "anchor_time": run.labels.prediction_anchor})

    frame = run.model.predict(rows)

    whole = run.frame.set_index("user_id")["probability"]
    assert frame["user_id"].tolist() == [503, 500]
    assert np.allclose(frame["probability"], whole.loc[[503, 500]])


def test_the_model_refuses_an_anchor_whose_future_it_has_seen(shop: km.Graph) -> None:
    run = km.predict(CHURN, shop, schedule=SCHEDULE)
    rows = pd.DataFrame({"user_id": [500], "anchor_time": [pd.Timestamp("2024-03-01")]})

    with pytest.raises(km.DataError, match="know the future"):
        run.model.predict(rows)


def test_the_model_names_a_key_it_does_not_know(shop: km.Graph) -> None:
    run = km.predict(CHURN, shop, schedule=SCHEDULE)
    rows = pd.DataFrame({"user_id": [9], "anchor_time": [run.labels.prediction_anchor]})

    with pytest.raises(km.DataError, match="user_id") as caught:
        run.model.predict(rows)

    assert caught.value.example == 9


def test_an_unknown_device_is_refused_before_any_work(shop: km.Graph) -> None:
    with pytest.raises(km.OptionError, match="auto, cpu or cuda"):
        km.predict(CHURN, shop, device="tpu")


@pytest.mark.slow
def test_a_budget_is_kept_within_a_tenth(shop: km.Graph) -> None:
    run = km.predict(CHURN, shop, budget="20s")

    assert run.seconds <= 22
