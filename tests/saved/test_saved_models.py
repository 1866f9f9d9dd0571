"""A model saved as a folder and loaded again: the same answers, on the same rows and on newer ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule
from kumo_magic.saved.plain import to_plain
from kumo_magic.trained_model import Model

Frames = dict[str, pd.DataFrame]

NETWORKS = Schedule(
    networks=NetworkSchedule(
        settings=NetworkSettings(channels=8, hops=1, fan_out=4, batch_size=128), train_steps=(3, 3), refit_steps=(3, 3)
    )
)
SPEND = "PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id WHERE users.tier != 'none'"
STATUS = "PREDICT LAST(orders.status, 0, 40) FOR EACH users.user_id"
WEEKS = "PREDICT COUNT(orders.*, 0, 14) FORECAST 2 TIMEFRAMES FOR EACH users.user_id"
ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 30) RANK TOP 3 FOR EACH users.user_id"
WHICH_STATUS = "PREDICT LIST_DISTINCT(orders.status, 0, 30) CLASSIFY FOR EACH users.user_id"
WHICH_ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 30) CLASSIFY FOR EACH users.user_id"
TOP_STATUS = "PREDICT LIST_DISTINCT(orders.status, 0, 30) RANK TOP 2 FOR EACH users.user_id"
AGE = "PREDICT users.age FOR EACH users.user_id"


def assert_alike(model: Model, again: Model) -> None:
    pd.testing.assert_frame_equal(again.predict(), model.predict(), check_exact=True)
    pd.testing.assert_frame_equal(again.labels.frame, model.labels.frame, check_exact=True)
    pd.testing.assert_frame_equal(again.labels.anchors, model.labels.anchors, check_exact=True)
    for split in model.fitted.held_out:
        one, other = model.evaluate(split), again.evaluate(split)
        pd.testing.assert_frame_equal(other.metrics, one.metrics, check_exact=True)
        pd.testing.assert_frame_equal(other.frame, one.frame, check_exact=True)
        assert to_plain(other.parts) == to_plain(one.parts)
    assert again.fitted.schedule == model.fitted.schedule
    assert again.fitted.readings == model.fitted.readings
    assert again.seed == model.seed


def test_a_loaded_model_answers_to_the_last_bit_on_the_same_rows(
    churn: Model, kept: Path, frames: Frames, as_graph: Callable[..., km.Graph]
) -> None:
    again = km.load(kept, as_graph(frames))

    assert_alike(churn, again)
    assert again.plan.describe() == churn.plan.describe()


@pytest.mark.parametrize(
    "query",
    [
        SPEND,
        pytest.param(STATUS, marks=[pytest.mark.slow, pytest.mark.small]),
        pytest.param(WEEKS, marks=pytest.mark.slow),
        pytest.param(AGE, marks=pytest.mark.slow),
        pytest.param(ITEMS, marks=pytest.mark.slow),
        WHICH_STATUS,
        pytest.param(WHICH_ITEMS, marks=pytest.mark.slow),
        pytest.param(TOP_STATUS, marks=pytest.mark.slow),
    ],
)
def test_every_task_can_be_saved(
    query: str, frames: Frames, tmp_path: Path, as_graph: Callable[..., km.Graph], both: Schedule
) -> None:
    graph = as_graph(frames)
    model = km.fit(query, graph, schedule=NETWORKS if query == ITEMS else both)

    model.save(tmp_path / "model")

    assert_alike(model, km.load(tmp_path / "model", graph))


def test_new_rows_keys_and_categories_change_no_earlier_answer_and_get_answers_of_their_own(
    churn: Model, kept: Path, as_graph: Callable[..., km.Graph], newer_frames: Frames
) -> None:
    again = km.load(kept, as_graph(newer_frames))

    earlier = churn.predict()
    pd.testing.assert_frame_equal(again.predict(earlier[["user_id", "anchor_time"]]), earlier, check_exact=True)
    later = again.predict(at="2024-10-10")
    assert {"u0", "new0", "new19"} <= set(later["user_id"])
    assert later["probability"].between(0, 1).all()


@pytest.mark.slow
def test_items_that_came_later_or_stand_elsewhere_leave_a_ranking_what_it_was(
    frames: Frames, tmp_path: Path, as_graph: Callable[..., km.Graph], newer_frames: Frames
) -> None:
    model = km.fit(ITEMS, as_graph(frames), schedule=NETWORKS)
    model.save(tmp_path / "model")
    more = dict(newer_frames)
    more["items"] = more["items"].iloc[::-1].reset_index(drop=True)

    again = km.load(tmp_path / "model", as_graph(more))

    before = model.predict()
    after = again.predict(before[["user_id", "anchor_time"]].drop_duplicates(), top=9).groupby("user_id")
    assert {99} < set(again.predict(at="2024-10-10", top=9)["item_id"])
    for user, rows in before.groupby("user_id"):
        scores = after.get_group(user).set_index("item_id")["score"]
        assert np.allclose(scores[rows["item_id"]], rows["score"], atol=1e-5)


def test_a_graph_that_grew_in_place_is_read_as_it_is_now(
    kept: Path, frames: Frames, as_graph: Callable[..., km.Graph], newer_frames: Frames
) -> None:
    graph, whole = as_graph(frames), newer_frames
    grown = {name: rows.iloc[len(frames[name]) :] for name, rows in whole.items()}
    km.load(kept, graph)
    graph.update(grown)

    frame = km.load(kept, graph).predict(at="2024-10-10")

    expected = km.load(kept, as_graph(whole)).predict(at="2024-10-10")
    pd.testing.assert_frame_equal(frame, expected, check_exact=True)


def test_a_loaded_model_answers_another_query_of_its_target(
    kept: Path, frames: Frames, as_graph: Callable[..., km.Graph], churn_query: str
) -> None:
    graph = as_graph(frames)
    model = km.load(kept, graph)

    run = km.predict(f"{churn_query} WHERE users.tier = 'gold'", graph, model=model, params={"few": 0}, threshold=0.3)

    gold = set(frames["users"].loc[frames["users"]["tier"] == "gold", "user_id"])
    assert set(run.frame["user_id"]) == gold
    assert run.threshold == 0.3


def test_other_values_of_the_targets_parameters_are_another_question(
    kept: Path, frames: Frames, as_graph: Callable[..., km.Graph], churn_query: str
) -> None:
    graph = as_graph(frames)

    with pytest.raises(km.OptionError, match="its parameters are :few = 0, the query's :few = 1"):
        km.predict(churn_query, graph, model=km.load(kept, graph), params={"few": 1})


@pytest.mark.slow
def test_a_model_of_the_users_own_labels_keeps_their_past(
    frames: Frames, tmp_path: Path, as_graph: Callable[..., km.Graph], both: Schedule
) -> None:
    graph = as_graph(frames)
    own = km.labels(SPEND, graph).drop(columns="split")
    model = km.fit(SPEND, graph, labels=own.assign(label=own["label"] * 2 + 1), schedule=Schedule(trees=both.trees))

    model.save(tmp_path / "model")

    assert_alike(model, km.load(tmp_path / "model", graph))


def test_a_model_asks_for_the_dates_that_it_knew_ahead(
    frames: Frames, as_graph: Callable[..., km.Graph], tmp_path: Path
) -> None:
    orders = frames["orders"].assign(due=frames["orders"]["date"] + pd.Timedelta(days=9))
    dated = frames | {"orders": orders}
    model = km.fit(SPEND, as_graph(dated, known=[("orders", "due")]), budget="5s", learners=["trees"])
    model.save(tmp_path / "model")

    with pytest.raises(km.KumoMagicError, match=r"--known orders\.due"):
        km.load(tmp_path / "model", as_graph(dated))

    again = km.load(tmp_path / "model", as_graph(dated, known=[("orders", "due")]))
    assert_alike(model, again)


def test_a_model_asks_for_the_overwritten_dates_that_it_read(
    frames: Frames, as_graph: Callable[..., km.Graph], tmp_path: Path
) -> None:
    last = frames["orders"].groupby("user_id")["date"].max()
    users = frames["users"].assign(last_seen=frames["users"]["user_id"].map(last))
    dated = frames | {"users": users}
    model = km.fit(SPEND, as_graph(dated, keep=[("users", "last_seen")]), budget="5s", learners=["trees"])
    model.save(tmp_path / "model")

    with pytest.raises(km.KumoMagicError, match=r"--keep users\.last_seen"):
        km.load(tmp_path / "model", as_graph(dated))

    assert_alike(model, km.load(tmp_path / "model", as_graph(dated, keep=[("users", "last_seen")])))
