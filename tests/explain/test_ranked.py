"""A listed item is explained by the past items and channels that brought it: planted causes, exact scores."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import OptionError
from kumo_magic.explain import RankedExplanation, standing
from kumo_magic.explain.ranked import flip_of
from kumo_magic.explain.standing import past_of_entity
from kumo_magic.learners.ranker import Ranker
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, RankerSchedule, RankerSettings, Schedule
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.timeline.times import microseconds
from kumo_magic.trained_model import Model

Frames = dict[str, pd.DataFrame]
QUERY = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20, days) RANK TOP 3 FOR EACH users.user_id"
RANKER = Schedule(ranker=RankerSchedule(settings=RankerSettings(fewest_pairs_per_leaf=5), num_rounds=60))
FIRST, NUM_DAYS = pd.Timestamp("2024-01-01"), 240
NUM_USERS, NUM_PAIRS, NUM_STAPLES = 120, 12, 8
FOLLOWER, REPEATER, LONELY, COLD = 1, 2, 117, 119


def make_frames() -> Frames:
    """Who is odd has b3 twenty days after a3; who is even has one staple again and again; the last one has nothing.

    The lonely one had an item once that nobody else ever had.
    """
    random = np.random.default_rng(7)
    rows = []
    for user in range(NUM_USERS - 1):
        if user % 2:
            for start in range(0, NUM_DAYS, 20):
                pair, day = random.integers(0, NUM_PAIRS), start + random.uniform(0, 19)
                rows += [(user, f"a{pair}", day), (user, f"b{pair}", day + 20)]
        else:
            staple = random.integers(0, NUM_STAPLES)
            rows += [(user, f"s{staple}", day) for day in range(user % 7, NUM_DAYS, 7)]
            rows += [(user, f"n{random.integers(0, 40)}", random.uniform(0, NUM_DAYS)) for _ in range(8)]
    orders = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    orders = orders[(orders["day"] < NUM_DAYS) & ~orders["user_id"].isin([FOLLOWER, LONELY])]
    mine = [(FOLLOWER, "n4", 150.0), (FOLLOWER, "a3", 228.0), (FOLLOWER, "n5", 231.0), (LONELY, "n118", 150.0)]
    orders = pd.concat([orders, pd.DataFrame(mine, columns=orders.columns)], ignore_index=True)
    orders["date"] = FIRST + pd.to_timedelta(orders.pop("day"), unit="D")
    names = [
        f"{kind}{place}" for kind, number in (("a", 12), ("b", 12), ("s", 8), ("n", 120)) for place in range(number)
    ]
    return {
        "users": pd.DataFrame(
            {"user_id": np.arange(NUM_USERS), "town": random.choice(["north", "<south>"], NUM_USERS)}
        ),
        "items": pd.DataFrame({"item_id": names, "price": random.gamma(2.0, 5.0, len(names))}),
        "orders": orders,
    }


def graph_of(frames: Frames) -> km.Graph:
    return km.Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id"},
        times={"orders": "date"},
        stypes={("users", "town"): "categorical"},
    )


@pytest.fixture(scope="module")
def frames() -> Frames:
    return make_frames()


@pytest.fixture(scope="module")
def model(frames: Frames) -> Model:
    return km.fit(QUERY, graph_of(frames), schedule=RANKER, seed=1)


def explained(model: Model, row: object, item: object = None) -> RankedExplanation:
    why = model.explain(row, item)
    assert isinstance(why, RankedExplanation)
    return why


def ranker_of(model: Model) -> tuple[Ranker, RankingObjective]:
    (ranker,) = model.fitted.learners
    assert isinstance(ranker, Ranker)
    assert isinstance(model.fitted.objective, RankingObjective)
    return ranker, model.fitted.objective


def anchor_us_of(model: Model) -> int:
    return int(microseconds(pd.Series([model.labels.prediction_anchor]))[0])


def test_an_item_that_always_follows_another_is_brought_by_that_one(model: Model) -> None:
    why = explained(model, FOLLOWER)

    assert why.item == "b3"
    assert why.past_items["item"].iloc[0] == "a3"
    assert why.past_items["rank_without"].iloc[0] > 3
    assert why.flip is not None
    assert why.flip["item"].tolist() == ["a3"]
    assert why.events.loc[why.events["effect"].idxmax(), "item"] == "a3"
    through = why.through[why.through["channel"] == "entities"]
    assert through["item"].iloc[0] == "a3"
    assert through["share"].sum() == pytest.approx(1.0)
    assert "The past item that did most for it is a3 (once, last 11 days ago): without it, it would" in why.text
    assert "had by those who had a3" in why.text
    assert "Without the past item a3 it would not be among the best 3." in why.text


def test_a_repeated_item_is_brought_by_its_own_past(model: Model, frames: Frames) -> None:
    why = explained(model, REPEATER)
    own = frames["orders"].query("user_id == @REPEATER and item_id == @why.item")

    assert str(why.item).startswith("s")
    first = why.past_items.iloc[0]
    assert (first["item"], first["events"]) == (why.item, len(own))
    assert first["effect"] == pytest.approx(why.score - first["without"])
    own_channel = why.channels.set_index("channel").loc["own"]
    assert (own_channel["rank"], own_channel["brought"]) == (1, True)
    assert f"The past has it {len(own)} times, last " in why.text


def test_a_cold_entitys_item_is_popular_and_has_no_past_items(model: Model) -> None:
    why = explained(model, COLD)

    assert why.past_items.empty
    assert why.events.empty
    assert why.through.empty
    assert (why.flip, why.faithfulness) == (None, None)
    assert why.baseline == why.score
    assert set(why.channels["channel"]) <= {"popular", "segment town", "new"}
    assert "Nothing is known of the past of user_id 119" in why.text
    assert "popular" in why.text


def test_scores_and_places_are_those_of_the_list(model: Model) -> None:
    answers = model.predict()
    for _, row in answers[answers["user_id"].isin([FOLLOWER, REPEATER, COLD])].iterrows():
        why = explained(model, row)
        assert (why.item, why.listed, why.rank, why.score) == (row["item_id"], row["rank"], row["rank"], row["score"])
        assert why.weight == 1
        assert not why.notes


@pytest.mark.parametrize(("item", "hidden_item"), [("b3", "a3"), ("b3", "n5"), ("s1", "a3")])
def test_a_past_without_an_item_scores_as_a_graph_without_its_rows(
    model: Model, frames: Frames, item: str, hidden_item: str
) -> None:
    ranker, objective = ranker_of(model)
    anchor_us = anchor_us_of(model)
    why = explained(model, FOLLOWER, item)
    orders = frames["orders"]
    kept = orders[(orders["user_id"] != FOLLOWER) | (orders["item_id"] != hidden_item)]
    without = km.fit(QUERY, graph_of(frames | {"orders": kept}), schedule=RANKER, seed=1)
    objective.source.as_of(anchor_us)
    items_as_they_are = replace(objective.source, events=ranker_of(without)[1].events)  # the kept snapshot goes along

    (pairs,) = items_as_they_are.blocks(np.array([FOLLOWER]), np.array([anchor_us]))
    scores = pd.Series(ranker.scores(pairs.features), index=frames["items"]["item_id"].to_numpy()[pairs.item])

    found = why.past_items.set_index("item").loc[hidden_item]
    assert found["without"] == scores[item]
    before, ties = (scores > scores[item]).sum(), (scores == scores[item]).sum()
    assert before < found["rank_without"] <= before + ties


def test_a_past_without_some_events_scores_as_another_user_who_never_had_them(model: Model) -> None:
    ranker, objective = ranker_of(model)
    anchor_us = anchor_us_of(model)
    past = past_of_entity(ranker, objective, REPEATER, anchor_us)
    hidden = np.arange(3, len(past.items), 4)
    kept = np.setdiff1d(np.arange(len(past.items)), hidden)
    events = objective.events
    before = int(events.offsets[COLD])  # the cold user is the last: the events of the twin go to the end
    twin = replace(
        events,
        offsets=np.append(events.offsets[:-1], before + len(kept)),
        items=np.append(events.items[:before], past.items[kept]),
        times=np.append(events.times[:before], past.times[kept]),
    )
    objective.source.as_of(anchor_us)
    source = replace(objective.source, events=twin, segments=())
    (pairs,) = source.blocks(np.array([COLD]), np.array([anchor_us]))
    same = past_of_entity(ranker, objective, REPEATER, anchor_us)
    ours = replace(objective.source, segments=()).of_pasts(same.without([hidden]), REPEATER, anchor_us)

    np.testing.assert_array_equal(ours.item, pairs.item)
    np.testing.assert_array_equal(ours.features, pairs.features)


def test_an_item_that_no_channel_would_bring_has_no_place_then(model: Model) -> None:
    why = explained(model, LONELY, "n118")

    own = why.past_items.set_index("item").loc["n118"]
    assert pd.isna(own["rank_without"])
    assert 0 < own["without"] < 1
    assert why.rank_of_baseline is None
    assert "The past has it once, last 89 days ago; without that it would not be among the candidates." in why.text
    assert "With nothing known of the past, it would not be among the candidates." in why.text


def test_many_pasts_are_scored_in_several_batches_alike(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = explained(model, REPEATER)
    monkeypatch.setattr(standing, "_PASTS_AT_ONCE", 3)

    again = explained(model, REPEATER)
    pd.testing.assert_frame_equal(again.past_items, whole.past_items, check_exact=True)
    pd.testing.assert_frame_equal(again.events, whole.events, check_exact=True)


def test_nothing_after_the_anchor_changes_an_explanation(frames: Frames) -> None:
    at = FIRST + pd.Timedelta(days=200)
    past = frames | {"orders": frames["orders"][frames["orders"]["date"] <= at]}
    informed, blind = (
        km.fit(QUERY, graph_of(each), schedule=RANKER, seed=1, at=str(at.date())) for each in (frames, past)
    )
    for user in (3, REPEATER, COLD):
        one, other = explained(informed, user), explained(blind, user)
        assert str(one) == str(other)
        assert (one.events["time"] <= at).all()
        for name in ("past_items", "channels", "through", "events"):
            pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def test_hiding_in_order_of_effect_is_faster_than_at_random(model: Model) -> None:
    found = explained(model, FOLLOWER).faithfulness

    assert found is not None
    assert found.ratio is not None
    assert found.ratio > 1
    assert (found.curve["in_order"] >= found.curve["random"] - 1e-12).all()


@pytest.mark.parametrize("user", [FOLLOWER, REPEATER, 3, 5, 7])
def test_the_flip_is_needed_and_enough(model: Model, frames: Frames, user: int) -> None:
    why = explained(model, user)
    past = past_of_entity(*ranker_of(model), user, anchor_us_of(model))
    keys = frames["items"]["item_id"].to_numpy()

    def is_listed(without: set[object]) -> bool:
        hidden = np.flatnonzero(np.isin(keys[past.items], list(without)))
        return 0 < past.standings(int(np.flatnonzero(keys == why.item)[0]), [hidden]).ranks[0] <= why.k

    assert why.flip is not None
    flip = set(why.flip["item"])
    assert not is_listed(flip)
    assert all(is_listed(flip - {one}) for one in flip)


def test_a_list_that_two_learners_make_says_how_much_the_ranker_counts(frames: Frames) -> None:
    network = NetworkSchedule(settings=NetworkSettings(channels=8, hops=1), train_steps=(2,), refit_steps=(2,))
    model = km.fit(QUERY, graph_of(frames), schedule=replace(RANKER, networks=network), seed=1)
    halves = dict.fromkeys(model.fitted.weights, 0.5)
    fused = replace(model, fitted=replace(model.fitted, weights=halves))
    alone = replace(model, fitted=replace(model.fitted, weights=halves | {"ranker": 0.0, "graph network": 1.0}))
    listed = fused.predict().query("user_id == @FOLLOWER").set_index("item_id")["rank"]

    why = explained(fused, FOLLOWER)

    assert why.weight == 0.5
    assert why.listed == listed[why.item]
    assert "it counts 50% in the list" in str(why)
    assert f"; the ranker has it {why.rank}" in why.text
    with pytest.raises(OptionError, match="from the graph network alone"):
        alone.explain(FOLLOWER)


def test_an_item_of_a_saved_model_is_explained_alike(model: Model, frames: Frames, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    loaded = km.load(tmp_path / "model", graph_of(frames))

    assert str(explained(loaded, FOLLOWER)) == str(explained(model, FOLLOWER))


def test_items_that_cannot_be_explained_are_named(model: Model) -> None:
    answers = model.predict()

    with pytest.raises(OptionError, match=r"There is no item_id 'zz' in 'items'"):
        model.explain(FOLLOWER, "zz")
    with pytest.raises(OptionError, match="takes one row"):
        model.explain(answers)
    with pytest.raises(OptionError, match=r"item_id 'n118' is not among the .* candidates of user_id 119: no channel"):
        model.explain(COLD, "n118")


def test_items_of_the_own_past_that_are_left_out_are_not_explained(frames: Frames) -> None:
    model = km.fit(QUERY, graph_of(frames), schedule=RANKER, seed=1, exclude_seen=True)

    with pytest.raises(
        OptionError, match=r"'a3' is not among .*: it is in the own past, and items of the own past are left"
    ):
        model.explain(FOLLOWER, "a3")
    assert explained(model, FOLLOWER).past_items["item"].iloc[0] == "a3"


def test_an_item_is_asked_of_rankings_alone(frames: Frames) -> None:
    query = "PREDICT COUNT(orders.*, 0, 20, days) > 0 FOR EACH users.user_id"
    model = km.fit(query, graph_of(frames), budget="5s", seed=1)

    with pytest.raises(OptionError, match="item= is for a ranking"):
        model.explain(FOLLOWER, item="a3")


def test_two_past_items_that_stand_in_for_one_another_flip_together() -> None:
    effects, alone = np.array([0.0, 0.0, 0.1]), np.array([0.9, 0.8, 0.1])

    def decide(hidden: list[list[int]]) -> np.ndarray:
        return np.array([0 if {0, 1} <= set(places) else 1 for places in hidden])

    assert flip_of((effects, alone), decide) == (0, 1)
    assert flip_of((effects,), decide) is None
