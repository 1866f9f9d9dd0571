import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.candidates.pairs import Pairs
from kumo_magic.candidates.similarity import similar_items
from kumo_magic.candidates.source import CandidateSource, candidate_source
from kumo_magic.features.item_events import build_item_events
from kumo_magic.timeline.timeline import timeline_of
from kumo_magic.timeline.times import DAY_US

START = pd.Timestamp("2024-01-01")
ANCHOR_US = int(START.value // 1000) + 100 * DAY_US
ANCHOR = START + pd.Timedelta(days=100)


def make_frames() -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(1)
    users = pd.DataFrame({"user_id": np.arange(30), "tier": random.choice(["a", "b"], 30)})
    items = pd.DataFrame(
        {
            "item_id": np.arange(200),
            "kind": random.choice(["x", "y", "z"], 200),
            "price": random.gamma(2.0, 3.0, 200),
            "added": START + pd.to_timedelta(random.integers(0, 150, 200), unit="D"),
        }
    )
    items.loc[:9, "added"] = START
    orders = pd.DataFrame(
        {
            "order_id": np.arange(900),
            "user_id": random.integers(0, 29, 900),  # user 29 has none
            "item_id": random.integers(0, 150, 900),
            "date": START + pd.to_timedelta(random.integers(0, 200 * 24, 900), unit="h"),
        }
    )
    return {"users": users, "items": items, "orders": orders}


def source_of(frames: dict[str, pd.DataFrame]) -> CandidateSource:
    graph = km.Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"items": "added", "orders": "date"},
        stypes={("users", "tier"): "categorical", ("items", "kind"): "categorical"},
    )
    timeline = timeline_of(graph)
    to_user, to_item = (graph.links_from("orders")[n] for n in (0, 1))
    if to_user.parent != "users":
        to_user, to_item = to_item, to_user
    return candidate_source(
        timeline,
        build_item_events(timeline, (to_user,), (to_item,)),
        entities=graph["users"],
        items=graph["items"],
        item_times=timeline.row_times["items"],
        horizon_days=20.0,
        known_us=ANCHOR_US,
    )


def pairs_of(source: CandidateSource, rows: np.ndarray) -> Pairs:
    (pairs,) = source.blocks(rows, np.full(len(rows), ANCHOR_US))
    return pairs


def assert_equal(found: Pairs, other: Pairs) -> None:
    np.testing.assert_array_equal(found.row, other.row)
    np.testing.assert_array_equal(found.item, other.item)
    np.testing.assert_array_equal(found.features, other.features)


def test_candidates_are_bit_identical_without_the_future() -> None:
    frames = make_frames()
    past = frames | {"orders": frames["orders"][frames["orders"]["date"] <= ANCHOR]}

    assert_equal(pairs_of(source_of(frames), np.arange(30)), pairs_of(source_of(past), np.arange(30)))


def test_a_rows_candidates_do_not_depend_on_its_company() -> None:
    source = source_of(make_frames())
    together, alone = pairs_of(source, np.arange(30)), pairs_of(source, np.array([7]))
    mine = together.row == 7

    np.testing.assert_array_equal(together.item[mine], alone.item)
    np.testing.assert_array_equal(together.features[mine], alone.features)


def test_items_that_do_not_exist_yet_are_no_candidates() -> None:
    frames = make_frames()

    items = pairs_of(source_of(frames), np.arange(30)).item

    assert (frames["items"]["added"].to_numpy()[items] <= ANCHOR.to_datetime64()).all()


def test_an_entity_without_a_past_has_candidates_and_no_own_ones() -> None:
    cold = pairs_of(source_of(make_frames()), np.array([29]))

    assert len(cold.item) >= 60
    assert not cold.is_own.any()


def test_own_features_are_those_that_counting_gives() -> None:
    frames = make_frames()
    source = source_of(frames)
    pairs = pairs_of(source, np.arange(30))
    known = frames["orders"][frames["orders"]["date"] <= ANCHOR]
    counts = known.groupby(["user_id", "item_id"]).size()

    expected = [counts.get((row, item), 0) for row, item in zip(pairs.row, pairs.item, strict=True)]

    column = source.names.index("own: events")
    assert pairs.features[:, column].tolist() == expected


def test_new_items_without_events_are_among_the_candidates() -> None:
    frames = make_frames()
    frames["items"].loc[199, "added"] = ANCHOR - pd.Timedelta(hours=1)  # nobody ever ordered it

    assert 199 in pairs_of(source_of(frames), np.array([29])).item


def test_items_held_together_are_similar_and_none_is_its_own_neighbour() -> None:
    matrix = similar_items(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 2]), np.ones(5), 3, 2).toarray()

    assert matrix[0, 1] == pytest.approx(1.0)
    assert matrix.diagonal().tolist() == [0, 0, 0]
    assert matrix[2].tolist() == [0, 0, 0]
