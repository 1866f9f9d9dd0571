"""Presets, a user's own network and the first answer, by the public way in."""

import threading
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch_geometric.data import HeteroData

import kumo_magic as km
from kumo_magic.errors import OptionError
from kumo_magic.progress.events import Event, FirstAnswer, LearnerScored, StageFinished, TrainingStep

CHURN = "PREDICT COUNT(orders.*, 0, 20) = 0 FOR EACH users.user_id"
SPEND = "PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id"


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    random = np.random.default_rng(1)
    num_users, num_orders = 80, 2400
    rate = random.gamma(0.7, size=num_users)
    users = pd.DataFrame({"user_id": np.arange(num_users), "age": random.integers(20, 70, num_users)})
    orders = pd.DataFrame(
        {
            "user_id": random.choice(num_users, num_orders, p=rate / rate.sum()),
            "amount": random.gamma(2.0, 10.0, num_orders),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, num_orders), unit="h"),
        }
    )
    return km.Graph.from_data({"users": users, "orders": orders}, name="shop", keys={"users": "user_id"})


class StudentNet(nn.Module):
    """Mean of the orders' amounts by hand, beside the features."""

    def __init__(self, batch: HeteroData) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(batch.features.shape[1] + 1, 16), nn.ReLU())

    def forward(self, batch: HeteroData) -> Tensor:
        orders, users = batch["orders", "user_id", "users"].edge_index
        count = torch.bincount(users, minlength=batch["users"].num_nodes)[: len(batch.features)]
        known = torch.nan_to_num(batch.features).sign() * torch.nan_to_num(batch.features).abs().log1p()
        return self.layers(torch.cat([known, count.unsqueeze(1).log1p()], dim=1)) + 0 * orders.sum()


def test_a_network_of_ones_own_is_scored_in_the_same_table_and_weighed(shop: km.Graph) -> None:
    run = km.predict(CHURN, shop, network=StudentNet, learners=["trees"], budget="12s", preset="fast")

    assert run.evaluation.kinds["StudentNet"] == "learner"
    assert set(run.weights) == {"boosted trees", "StudentNet"}
    frame = run.evaluation.frame
    expected = roc_auc_score(frame["label"], frame["StudentNet"])
    assert run.evaluation.metrics.at["StudentNet", "AUROC"] == pytest.approx(expected, abs=1e-9)
    assert expected > 0.6
    assert run.schedule.own_networks is not None


def test_a_run_with_a_network_of_ones_own_repeats_bit_for_bit(shop: km.Graph) -> None:
    first = km.predict(SPEND, shop, network=StudentNet, budget="12s", preset="fast")

    again = km.predict(SPEND, shop, network=StudentNet, schedule=first.schedule)

    pd.testing.assert_frame_equal(again.frame, first.frame, check_exact=True)


def test_a_network_of_ones_own_works_for_every_step_of_a_forecast(shop: km.Graph) -> None:
    run = km.predict(
        "PREDICT SUM(orders.amount, 0, 20) FORECAST 3 TIMEFRAMES FOR EACH users.user_id",
        shop,
        network=StudentNet,
        learners=["trees"],
        budget="12s",
        preset="fast",
    )

    assert "StudentNet" in run.evaluation.metrics.index
    assert len(run.frame) == 240


class Broken(nn.Module):
    def forward(self, batch: HeteroData) -> Tensor:
        return batch["customers"].numerical


class Short(nn.Module):
    def forward(self, batch: HeteroData) -> Tensor:
        return batch.features[:3]


class Wordy(nn.Module):
    def forward(self, batch: HeteroData) -> str:
        return str(batch)


def two_needed(batch: HeteroData, channels: int) -> nn.Module:
    raise AssertionError((batch, channels))


@pytest.mark.parametrize(
    ("factory", "words"),
    [
        (Broken, "network=Broken: its forward failed on a batch of 8 rows"),
        (Short, r"shape .3, .* for 8 seeds; it should give one vector per seed"),
        (Wordy, "forward gave a str"),
        (lambda: 3, "network=your network made a int, not a torch.nn.Module"),
        (Broken(), "give the class Broken or a function"),
        (two_needed, "called with one argument at most"),
        ("StudentNet", "cannot be called"),
    ],
)
def test_a_network_that_cannot_be_used_is_named_before_time_is_spent(
    shop: km.Graph, factory: Callable[..., nn.Module], words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        km.predict(CHURN, shop, network=factory, budget="1h")


def test_a_ranking_has_no_network_of_ones_own(shop_frames: dict[str, pd.DataFrame]) -> None:
    graph = km.Graph.from_data(shop_frames, name="small")
    query = "PREDICT LIST_DISTINCT(orders.item_id, 0, 5) RANK TOP 2 FOR EACH users.user_id"

    with pytest.raises(OptionError, match="a ranking has networks of ours alone"):
        km.predict(query, graph, network=Broken)


@pytest.mark.parametrize(
    ("query", "learners", "words"),
    [
        (SPEND, ["linear"], "for truth values only"),
        (
            "PREDICT LIST_DISTINCT(orders.item_id, 0, 5) RANK TOP 2 FOR EACH users.user_id",
            ["linear"],
            "truth values only",
        ),
    ],
)
def test_learners_that_cannot_learn_the_task_are_refused_before_any_work(
    shop_frames: dict[str, pd.DataFrame], query: str, learners: list[str], words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        km.predict(query, km.Graph.from_data(shop_frames, name="small"), learners=learners)


def test_an_unknown_preset_is_refused(shop: km.Graph) -> None:
    with pytest.raises(OptionError, match="Choose fast, balanced or best"):
        km.predict(CHURN, shop, preset="quick")


def test_fast_ends_long_before_the_budget_and_tries_the_defaults_only(shop: km.Graph) -> None:
    run = km.predict(CHURN, shop, preset="fast", budget="1h")

    assert run.seconds < 300
    tried = [event.words for event in run.events if isinstance(event, LearnerScored) and event.learner != "blend"]
    assert len(tried) == 1
    assert run.schedule.networks is not None
    assert len(run.schedule.networks.train_steps) == 1


def test_networks_are_raced_where_there_is_time_and_the_note_names_the_choice(shop: km.Graph) -> None:
    tried: list[str] = []
    pressed = threading.Event()

    def press_after_three(event: Event) -> None:
        if isinstance(event, LearnerScored) and "hop" in event.words:
            tried.append(event.words)
            if len(tried) == 3:
                pressed.set()

    run = km.predict(CHURN, shop, learners=["network"], budget="1h", notify=press_after_three, stop=pressed.is_set)

    assert len(set(tried)) == 3
    assert run.schedule.networks is not None
    (note,) = [note for note in run.notes if note.startswith("Graph network: of 3 settings, ")]
    assert run.schedule.networks.settings.words in note
    assert run.stopped


def test_the_first_answer_comes_with_the_first_trees(shop: km.Graph) -> None:
    events: list[Event] = []

    km.predict(CHURN, shop, preset="fast", budget="20s", notify=events.append)

    place = next(place for place, event in enumerate(events) if isinstance(event, FirstAnswer))
    first = events[place]
    assert isinstance(first, FirstAnswer)
    assert list(first.frame) == ["user_id", "anchor_time", "prediction", "probability"]
    assert first.num_asked == len(first.frame) == 80
    assert not any(isinstance(event, TrainingStep) for event in events[:place])
    ended = [event.stage for event in events[:place] if isinstance(event, StageFinished)]
    assert ended == ["labels", "timeline"]


def test_a_stop_right_after_the_first_answer_gives_the_trees_answer_for_all(shop: km.Graph) -> None:
    pressed = threading.Event()

    def press(event: Event) -> None:
        if isinstance(event, FirstAnswer):
            pressed.set()

    run = km.predict(CHURN, shop, budget="1h", notify=press, stop=pressed.is_set)

    assert run.stopped
    assert run.weights == {"boosted trees": 1.0}
    assert len(run.frame) == 80
