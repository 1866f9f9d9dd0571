"""Vectors are what the network's head reads, as of each row's anchor; maps and neighbours follow from them."""

import numpy as np
import pandas as pd
import pytest
import torch

import kumo_magic as km
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.trained_model import Model

SETTINGS = NetworkSettings(channels=16, fan_out=64, batch_size=128)
NETWORKS = Schedule(
    networks=NetworkSchedule(settings=SETTINGS, evaluate_every=5, train_steps=(5, 5), refit_steps=(5, 5))
)
TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(), num_rounds=20))
SPEND = "PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id"
WEEKS = "PREDICT SUM(orders.amount, 0, 10) FORECAST 2 TIMEFRAMES FOR EACH users.user_id"
ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 3 FOR EACH users.user_id"
TIER = "PREDICT users.tier FOR EACH users.user_id"
CUT = pd.Timestamp("2024-08-01")


def make_graph(*, last: pd.Timestamp | None = None) -> km.Graph:
    """Sixty users; user 1 is a copy of user 0 in all that is known of them."""
    random = np.random.default_rng(1)
    rate = random.gamma(0.7, size=60)
    orders = pd.DataFrame(
        {
            "user_id": random.choice(60, 1200, p=rate / rate.sum()),
            "item_id": random.integers(9, size=1200),
            "amount": random.gamma(2.0, 10.0, 1200),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, 1200), unit="h"),
        }
    )
    orders = orders[orders["user_id"] != 1]
    orders = pd.concat([orders, orders[orders["user_id"] == 0].assign(user_id=1)], ignore_index=True)
    if last is not None:
        orders = orders[orders["date"] <= last]
    users = pd.DataFrame({"user_id": np.arange(60), "tier": random.choice(["gold", "tin"], 60)})
    users["tier"] = users["tier"].where(users["user_id"] != 1, users["tier"].iloc[0])
    return km.Graph.from_data({"users": users, "items": pd.DataFrame({"item_id": range(9)}), "orders": orders})


@pytest.fixture(scope="module")
def spend() -> Model:
    return km.fit(SPEND, make_graph(), schedule=NETWORKS, learners=["network"], at=CUT)


@pytest.fixture(scope="module")
def ranking() -> Model:
    return km.fit(ITEMS, make_graph(), schedule=NETWORKS, at=CUT)


def test_the_vectors_of_all_seeds_lie_side_by_side(spend: Model) -> None:
    frame = spend.embeddings()

    assert [*frame.columns] == ["user_id", "anchor_time", *[f"e{number}" for number in range(2 * 16)]]
    assert frame["user_id"].tolist() == list(range(60))
    assert (frame["anchor_time"] == CUT).all()


def test_the_head_reads_the_answer_from_the_vectors() -> None:
    """With few neighbours per hop, so that those which were drawn matter."""
    few = NetworkSettings(channels=16, fan_out=2, batch_size=128)
    schedule = NetworkSchedule(settings=few, evaluate_every=5, train_steps=(5, 5), refit_steps=(5, 5))
    model = km.fit(SPEND, make_graph(), schedule=Schedule(networks=schedule), learners=["network"], at=CUT)
    (networks,) = model.fitted.learners
    assert isinstance(networks, Networks)

    vectors = model.embeddings()[[f"e{number}" for number in range(32)]].to_numpy().reshape(60, 2, 16)
    with torch.no_grad():
        raw = [one.head(torch.tensor(vectors[:, seed])).numpy() for seed, one in enumerate(networks.models)]

    population = model._asked_about(None, None)
    _, examples = model.fitted.preparation.asked(population.frame, population.entity_rows, population.anchor_us)
    expected = networks.raw(model.fitted.objective, examples, np.arange(60))
    assert np.mean(raw, axis=0) == pytest.approx(expected, abs=1e-4)


def test_vectors_do_not_change_with_what_comes_after_their_anchor(spend: Model) -> None:
    """The same model of a graph without the later rows: the same vectors."""
    without = km.fit(SPEND, make_graph(last=CUT), schedule=NETWORKS, learners=["network"], at=CUT)

    pd.testing.assert_frame_equal(without.embeddings(), spend.embeddings(), check_exact=True)
    later = spend.embeddings(at="2024-08-20")
    assert not np.array_equal(later.iloc[:, 2:], spend.embeddings().iloc[:, 2:])


def test_given_rows_have_vectors_as_of_their_own_anchors(spend: Model) -> None:
    rows = pd.DataFrame({"user_id": [7, 3], "anchor_time": pd.to_datetime(["2024-08-20", "2024-08-01"])})

    frame = spend.embeddings(rows)

    now = spend.embeddings().set_index("user_id")
    vectors = [f"e{number}" for number in range(32)]
    assert frame[["user_id", "anchor_time"]].equals(rows)
    assert frame[vectors].iloc[1].to_numpy() == pytest.approx(now.loc[3, vectors].to_numpy(dtype=float), abs=1e-5)
    with pytest.raises(km.DataError, match="know the future"):
        spend.embeddings(at="2024-07-01")


@pytest.mark.parametrize("query", [WEEKS, TIER])
def test_forecasts_and_columns_have_vectors_too(query: str) -> None:
    model = km.fit(query, make_graph(), schedule=NETWORKS, learners=["network"])

    frame = model.embeddings()

    assert frame["user_id"].is_unique
    assert np.isfinite(frame[[f"e{number}" for number in range(32)]].to_numpy()).all()


def test_the_nearest_neighbour_of_an_entity_is_its_copy(spend: Model) -> None:
    found = spend.neighbours(0, n=5)

    assert [*found.columns] == ["user_id", "similarity"]
    assert found["user_id"].iloc[0] == 1
    assert len(found) == 5
    assert 0 not in found["user_id"].to_numpy()
    assert found["similarity"].is_monotonic_decreasing
    with pytest.raises(km.OptionError, match="user_id 999 is not among"):
        spend.neighbours(999)
    with pytest.raises(km.OptionError, match="at least 1"):
        spend.neighbours(0, n=0)


def test_a_ranking_has_vectors_of_its_items(ranking: Model) -> None:
    frame = ranking.item_embeddings()

    assert [*frame.columns] == ["item_id", *[f"e{number}" for number in range(32)]]
    assert frame["item_id"].tolist() == list(range(9))
    assert frame["e0"].nunique() > 1


def test_models_without_networks_or_items_say_so(spend: Model) -> None:
    trees = km.fit(SPEND, make_graph(), schedule=TREES, learners=["trees"])

    for ask in (trees.embeddings, lambda: trees.neighbours(0)):
        with pytest.raises(km.OptionError, match="has no network"):
            ask()
    with pytest.raises(km.OptionError, match="Only a ranking has vectors of items"):
        spend.item_embeddings()


def test_a_map_keeps_as_much_of_the_distances_as_two_numbers_can() -> None:
    random = np.random.default_rng(0)
    plane = random.normal(size=(50, 2)) * [3.0, 1.0]
    turned = plane @ np.linalg.qr(random.normal(size=(5, 5)))[0][:2]
    frame = pd.DataFrame(turned, columns=[f"e{number}" for number in range(5)]).assign(tier="gold")

    found = km.map_2d(frame)

    assert [*found.columns] == ["tier", "x", "y"]
    assert sum(found.attrs["explained"]) == pytest.approx(1.0)
    assert found["x"].var() > found["y"].var()
    between = np.linalg.norm(plane[:, None] - plane[None], axis=-1)
    points = found[["x", "y"]].to_numpy()
    assert np.linalg.norm(points[:, None] - points[None], axis=-1) == pytest.approx(between)
    with pytest.raises(km.OptionError, match="no column e0"):
        km.map_2d(found)
    with pytest.raises(km.OptionError, match="two rows"):
        km.map_2d(frame.iloc[:1])
