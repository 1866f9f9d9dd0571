"""Rankings as a user meets them: repeats, siblings, cold items and users, filters, lists of any length."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import OptionError, TooFewLabelsError
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, RankerSchedule, RankerSettings, Schedule

QUERY = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 5 FOR EACH users.user_id"
RANKER = Schedule(ranker=RankerSchedule(settings=RankerSettings(fewest_pairs_per_leaf=5), num_rounds=40))
START = pd.Timestamp("2024-01-01")
NUM_USERS, NUM_ITEMS = 80, 40


def make_frames(*, repeats: bool = True, seed: int = 3) -> dict[str, pd.DataFrame]:
    """Users stay with one kind of item: they buy two favourites again and again, or six of the kind once."""
    random = np.random.default_rng(seed)
    kinds = np.array(["tea", "wine", "bread", "cheese"])
    items = pd.DataFrame(
        {
            "item_id": [f"i{number}" for number in range(NUM_ITEMS)],
            "kind": kinds[np.arange(NUM_ITEMS) % 4],
            "added": START + pd.to_timedelta(np.where(np.arange(NUM_ITEMS) < 36, 0, 195), unit="D"),
        }
    )
    users = pd.DataFrame({"user_id": np.arange(NUM_USERS), "town": random.choice(["north", "south"], NUM_USERS)})
    rows = []
    for user in range(NUM_USERS - 1):  # the last one never orders
        of_kind = random.permutation(np.arange(user % 4, 36, 4))
        chosen = random.choice(of_kind[:2], 30) if repeats else of_kind[:6]
        days = np.sort(random.integers(0, 200, len(chosen)))
        rows += [(user, f"i{item}", int(day)) for item, day in zip(chosen, days, strict=True)]
    orders = pd.DataFrame(rows, columns=["user_id", "item_id", "day"]).assign(quantity=1)
    orders["date"] = START + pd.to_timedelta(orders.pop("day"), unit="D")
    return {"users": users, "items": items, "orders": orders}


def graph_of(frames: dict[str, pd.DataFrame]) -> km.Graph:
    return km.Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id"},
        times={"items": "added", "orders": "date"},
        stypes={("items", "kind"): "categorical", ("users", "town"): "categorical"},
    )


def kinds_of(frame: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> pd.Series:
    return frame["item_id"].map(frames["items"].set_index("item_id")["kind"])


@pytest.fixture(scope="module")
def loyal() -> dict[str, pd.DataFrame]:
    return make_frames()


@pytest.fixture(scope="module")
def curious() -> dict[str, pd.DataFrame]:
    return make_frames(repeats=False)


def test_favourites_come_first(loyal: dict[str, pd.DataFrame]) -> None:
    run = km.predict(QUERY, graph_of(loyal), schedule=RANKER)

    first = run.frame[run.frame["rank"] <= 2].merge(loyal["orders"], on=["user_id", "item_id"])
    assert first.groupby("user_id")["item_id"].nunique().eq(2).mean() > 0.95
    assert run.evaluation.metrics.at["ranker", "MAP@5"] > run.evaluation.metrics.at["recent popularity", "MAP@5"] + 0.3


def test_who_never_repeats_gets_new_items_of_the_kind_they_like(curious: dict[str, pd.DataFrame]) -> None:
    run = km.predict(QUERY, graph_of(curious), schedule=RANKER)

    assert any("are left out: of the past labels 0% were repeats" in note for note in run.notes)
    assert run.frame.merge(curious["orders"], on=["user_id", "item_id"]).empty
    of_user = run.frame["user_id"].mod(4).map(dict(enumerate(["tea", "wine", "bread", "cheese"])))
    is_first, has_past = run.frame["rank"] == 1, run.frame["user_id"] < NUM_USERS - 1
    assert (kinds_of(run.frame, curious) == of_user)[is_first & has_past].mean() > 0.9


def test_what_the_past_shows_of_own_items_can_be_overruled(curious: dict[str, pd.DataFrame]) -> None:
    graph = graph_of(curious)

    kept = km.predict(QUERY, graph, schedule=RANKER, exclude_seen=False)
    loyal_without = km.predict(QUERY, graph_of(make_frames()), schedule=RANKER, exclude_seen=True)

    assert not kept.frame.merge(curious["orders"], on=["user_id", "item_id"]).empty
    assert loyal_without.frame.merge(make_frames()["orders"], on=["user_id", "item_id"]).empty
    assert "own past items" not in loyal_without.evaluation.metrics.index  # a baseline obeys too


def test_items_of_a_very_long_past_are_left_out_too(loyal: dict[str, pd.DataFrame]) -> None:
    long_ago, lately = ["i1", "i5", "i9"], ["i13"] * 1_100
    times = START + pd.to_timedelta([*range(3), *np.linspace(10, 199, len(lately))], unit="D")
    heavy = pd.DataFrame({"user_id": 1, "item_id": [*long_ago, *lately], "quantity": 1, "date": times})
    orders = pd.concat([loyal["orders"][loyal["orders"]["user_id"] != 1], heavy])

    frame = km.predict(QUERY, graph_of(loyal | {"orders": orders}), schedule=RANKER, exclude_seen=True, top=36).frame

    assert not set(frame[frame["user_id"] == 1]["item_id"]) & {"i1", "i5", "i9", "i13"}


def test_leaving_out_what_was_seen_is_for_rankings(loyal: dict[str, pd.DataFrame]) -> None:
    query = "PREDICT COUNT(orders.*, 0, 20) = 0 FOR EACH users.user_id"

    with pytest.raises(OptionError, match="for rankings"):
        km.predict(query, graph_of(loyal), schedule=RANKER, exclude_seen=True)


def test_a_user_without_a_past_gets_what_is_popular(loyal: dict[str, pd.DataFrame]) -> None:
    run = km.predict(QUERY, graph_of(loyal), schedule=RANKER)

    cold = run.frame[run.frame["user_id"] == NUM_USERS - 1]
    counts = loyal["orders"]["item_id"].value_counts()
    assert len(cold) == 5
    assert counts.reindex(cold["item_id"], fill_value=0).mean() > counts.sum() / NUM_ITEMS


def test_items_that_nobody_ordered_yet_can_be_listed(curious: dict[str, pd.DataFrame]) -> None:
    run = km.predict(QUERY, graph_of(curious), schedule=RANKER, top=40)

    assert set(run.frame["item_id"]) >= {"i36", "i37", "i38", "i39"}


def test_a_longer_list_begins_like_the_shorter_one_and_names_no_item_twice(loyal: dict[str, pd.DataFrame]) -> None:
    run = km.predict(QUERY, graph_of(loyal), schedule=RANKER)

    longer = run.model.predict(top=25)

    assert (longer.groupby("user_id").size() == 25).all()
    assert not longer.duplicated(["user_id", "item_id"]).any()
    pd.testing.assert_frame_equal(longer[longer["rank"] <= 5].reset_index(drop=True), run.frame, check_exact=True)


def test_no_list_is_longer_than_the_catalogue(loyal: dict[str, pd.DataFrame]) -> None:
    frame = km.predict(QUERY, graph_of(loyal), schedule=RANKER, top=500).frame

    assert (frame.groupby("user_id").size() == NUM_ITEMS).all()


def test_conditions_on_items_hold_in_every_list(loyal: dict[str, pd.DataFrame]) -> None:
    query = QUERY.replace("orders.item_id, 0", "orders.item_id WHERE items.kind = 'wine', 0")

    frame = km.predict(query, graph_of(loyal), schedule=RANKER).frame

    assert set(kinds_of(frame, loyal)) == {"wine"}
    assert (frame.groupby("user_id").size() == 5).all()


def test_rows_that_the_target_does_not_count_are_no_past(loyal: dict[str, pd.DataFrame]) -> None:
    every_day = START + pd.to_timedelta(range(200), unit="D")
    returned = pd.DataFrame({"user_id": 0, "item_id": "i35", "quantity": -1, "date": every_day})
    only_returned = loyal | {"orders": pd.concat([loyal["orders"], returned])}
    query = QUERY.replace("orders.item_id, 0", "orders.item_id WHERE orders.quantity > 0, 0")

    frame = km.predict(query, graph_of(only_returned), schedule=RANKER).frame

    assert "i35" not in set(frame[(frame["user_id"] == 0) & (frame["rank"] <= 2)]["item_id"])


def test_a_row_is_answered_alike_alone_and_in_company(loyal: dict[str, pd.DataFrame]) -> None:
    model = km.predict(QUERY, graph_of(loyal), schedule=RANKER).model
    everyone = model.predict()

    alone = model.predict(everyone[everyone["user_id"] == 17][["user_id", "anchor_time"]].drop_duplicates())

    expected = everyone[everyone["user_id"] == 17].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.reset_index(drop=True), expected, check_exact=True)


def test_a_run_by_the_clock_repeats_from_its_schedule(loyal: dict[str, pd.DataFrame]) -> None:
    by_the_clock = km.predict(QUERY, graph_of(loyal), budget="8s", seed=2)

    again = km.predict(QUERY, graph_of(loyal), schedule=by_the_clock.schedule, seed=2)

    assert by_the_clock.schedule.ranker is not None
    pd.testing.assert_frame_equal(again.frame, by_the_clock.frame, check_exact=True)


def test_a_saved_ranker_answers_to_the_last_bit(loyal: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    settings = NetworkSettings(channels=8, hops=1, fan_out=4, batch_size=128)
    networks = NetworkSchedule(settings=settings, train_steps=(3,), refit_steps=(3,))
    both = Schedule(ranker=RANKER.ranker, networks=networks)
    model = km.predict(QUERY, graph_of(loyal), schedule=both, exclude_seen=True).model
    assert model.fitted.weights["ranker"] > 0
    model.save(tmp_path / "model")

    again = km.load(tmp_path / "model", graph_of(loyal))

    pd.testing.assert_frame_equal(again.predict(), model.predict(), check_exact=True)
    pd.testing.assert_frame_equal(again.predict(top=9), model.predict(top=9), check_exact=True)


def test_a_ranking_of_a_few_rows_is_refused_with_counts_and_what_to_do(loyal: dict[str, pd.DataFrame]) -> None:
    few = loyal | {"orders": loyal["orders"][loyal["orders"]["user_id"] < 4]}

    with pytest.raises(TooFewLabelsError, match=r"rows with a label .* are held out: a ranking needs 30"):
        km.predict(QUERY, graph_of(few), schedule=RANKER)
