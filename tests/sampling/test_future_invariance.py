"""Nothing after the anchor reaches a feature, an encoding, a sample or a network; and the past does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.data import HeteroData

from kumo_magic.features.feature_table import build_feature_table
from kumo_magic.graph.graph import Graph
from kumo_magic.model.convolutions import AggregationName
from kumo_magic.model.network import GraphNetwork
from kumo_magic.sampling.encoding import Encoding, encode, fit_encoding
from kumo_magic.sampling.sampler import Sampler, Strategy
from kumo_magic.timeline.timeline import build_timeline

Frames = dict[str, pd.DataFrame]
START = pd.Timestamp("2024-01-01")
KEYS = {"users": "user_id", "items": "item_id", "orders": "order_id", "lines": "line_id", "reviews": "review_id"}
TIMES = {"users": "joined", "orders": "date", "reviews": "date"}
LINKS = [
    ("orders", "user_id", "users"),
    ("lines", "order_id", "orders"),
    ("lines", "item_id", "items"),
    ("reviews", "user_id", "users"),
    ("reviews", "item_id", "items"),
]
STYPES = {
    ("users", "age"): "numerical",
    ("items", "price"): "numerical",
    ("items", "category"): "categorical",
    ("orders", "status"): "categorical",
    ("orders", "paid"): "timestamp",
    ("reviews", "due"): "timestamp",
    ("lines", "quantity"): "numerical",
    ("reviews", "stars"): "numerical",
    ("reviews", "words"): "text",
}
KNOWN = [("reviews", "due")]


def random_frames(seed: int) -> Frames:
    random = np.random.default_rng(seed)
    num_users, num_items, num_orders, num_lines, num_reviews = random.integers((3, 1, 1, 1, 1), (9, 5, 60, 120, 60))

    def days(size: int, missing: float = 0.05) -> pd.Series:
        dates = pd.Series(START + pd.to_timedelta(random.integers(0, 40, size), unit="D")).astype("datetime64[us]")
        return dates.mask(random.random(size) < missing)

    orders = days(num_orders)
    return {
        "users": pd.DataFrame(
            {
                "user_id": np.arange(num_users) + 100,
                "age": random.normal(40, 9, num_users),
                "joined": days(num_users, 0),
            }
        ),
        "items": pd.DataFrame(
            {
                "item_id": [f"item {number}" for number in range(num_items)],
                "price": random.gamma(1.0, 9.0, num_items),
                "category": random.choice(["tea", "cup", "pot"], num_items),
            }
        ),
        "orders": pd.DataFrame(
            {
                "order_id": np.arange(num_orders),
                "user_id": pd.Series(random.integers(100, 100 + num_users + 1, num_orders)).astype("Int64"),
                "status": random.choice(["paid", "open", "late"], num_orders),
                "paid": orders + pd.Timedelta(days=3),
                "date": orders,
            }
        ),
        "lines": pd.DataFrame(
            {
                "line_id": np.arange(num_lines),
                "order_id": random.integers(0, num_orders, num_lines),
                "item_id": [f"item {number}" for number in random.integers(0, num_items, num_lines)],
                "quantity": random.gamma(0.5, 20.0, num_lines),
            }
        ),
        "reviews": pd.DataFrame(
            {
                "review_id": np.arange(num_reviews),
                "user_id": random.integers(100, 100 + num_users, num_reviews),
                "item_id": [f"item {number}" for number in random.integers(0, num_items, num_reviews)],
                "stars": random.integers(1, 6, num_reviews).astype(float),
                "words": random.choice(["so good", "bad tea", "a cup of it"], num_reviews),
                "due": days(num_reviews) + pd.Timedelta(days=7),
                "date": days(num_reviews),
            }
        ),
    }


@dataclass(frozen=True)
class Inputs:
    """All that learning reads of some users at an anchor."""

    features: pd.DataFrame
    encoding: Encoding
    batches: dict[str, HeteroData]  # by strategy
    keys: dict[str, dict[str, list[object]]]  # by strategy and table, of each node of the batch
    states: dict[str, torch.Tensor]  # by aggregation, of an untrained network


def inputs_of(
    frames: Frames, user_ids: list[int], anchor: pd.Timestamp, known: list[tuple[str, str]] = KNOWN
) -> Inputs:
    graph = Graph.from_data(frames, infer=False, keys=KEYS, times=TIMES, links=LINKS, stypes=STYPES, known=known)
    timeline = build_timeline(graph)
    rows = pd.Index(frames["users"]["user_id"]).get_indexer(pd.Index(user_ids)).astype(np.int64)
    anchor_us = anchor.value // 1000  # of nanoseconds
    anchors = np.full(len(rows), anchor_us, dtype=np.int64)
    features = build_feature_table(
        timeline, graph=graph, table="users", rows=rows, anchor_us=anchors, horizon_days=7.0, cut_us=anchor_us
    )
    encoding = fit_encoding(graph, timeline, anchor_us)
    encoded = encode(graph, encoding)
    batches = {
        strategy: Sampler(timeline, encoded, table="users", hops=4, fan_out=4, strategy=strategy).sample(
            rows, anchors, seed=5
        )
        for strategy in get_args(Strategy)
    }
    keys = {
        strategy: {
            # positions, so that the index plays no part
            table: frames[table][key].iloc[batch[table].row.numpy()].tolist()
            for table, key in KEYS.items()
        }
        for strategy, batch in batches.items()
    }
    states = {
        aggregation: states_of(batches["mixed"], encoding, features.values, aggregation)
        for aggregation in get_args(AggregationName)
    }
    return Inputs(features=features.to_frame(), encoding=encoding, batches=batches, keys=keys, states=states)


@torch.no_grad()
def states_of(
    batch: HeteroData, encoding: Encoding, features: np.ndarray, aggregation: AggregationName
) -> torch.Tensor:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = GraphNetwork(encoding.schema(), "users", features, channels=8, hops=4, aggregation=aggregation)
    return network.eval()(batch, torch.from_numpy(features))


def is_later(frames: Frames, table: str, anchor: pd.Timestamp) -> pd.Series:
    """Rows that are not known at the anchor."""
    frame = frames[table]
    if table in TIMES:
        return ~(frame[TIMES[table]] <= anchor)
    if table == "lines":
        known = frames["orders"]["order_id"][frames["orders"]["date"] <= anchor]
        return ~frame["order_id"].isin(known)
    return pd.Series(False, index=frame.index)


def delete_the_future(frames: Frames, anchor: pd.Timestamp) -> Frames:
    return {table: frame[~is_later(frames, table, anchor)] for table, frame in frames.items()}


def delete_future_rows_with_times_only(frames: Frames, anchor: pd.Timestamp) -> Frames:
    return {
        table: frame[~is_later(frames, table, anchor)] if table in TIMES else frame for table, frame in frames.items()
    }


def put_the_future_first(frames: Frames, anchor: pd.Timestamp) -> Frames:
    changed = {}
    for table, frame in frames.items():
        later = is_later(frames, table, anchor)
        changed[table] = pd.concat([frame[later].iloc[::-1], frame[~later]])
    return changed


def corrupt_the_future(frames: Frames, anchor: pd.Timestamp) -> Frames:
    changed = {table: frame.copy() for table, frame in frames.items()}
    later = {table: is_later(frames, table, anchor) for table in frames}
    changed["users"].loc[later["users"], "age"] = 1e30
    changed["orders"].loc[later["orders"], "status"] = "a new one"
    changed["orders"].loc[later["orders"], "user_id"] = 100
    changed["lines"].loc[later["lines"], "quantity"] = -np.inf
    changed["lines"].loc[later["lines"], "item_id"] = "item 0"
    changed["reviews"].loc[later["reviews"], ["stars", "item_id", "words"]] = [np.nan, "item 0", "never read"]
    changed["reviews"].loc[later["reviews"], "user_id"] = 101
    changed["reviews"].loc[later["reviews"], "due"] = pd.Timestamp("2031-01-01")
    changed["reviews"].loc[later["reviews"], "date"] += pd.Timedelta(days=99)
    return changed


def assert_same(one: Inputs, other: Inputs) -> None:
    pd.testing.assert_frame_equal(one.features, other.features, check_exact=True)
    assert one.encoding == other.encoding
    assert one.keys == other.keys
    for strategy, batch in one.batches.items():
        for left, right in zip(batch.stores, other.batches[strategy].stores, strict=True):
            for name in left.keys():  # noqa: SIM118 - a PyG storage iterates over values
                if name != "row" and isinstance(left[name], torch.Tensor):
                    torch.testing.assert_close(left[name], right[name], rtol=0, atol=0, equal_nan=True)
    torch.testing.assert_close(one.states, other.states, rtol=0, atol=0)


@pytest.mark.parametrize(
    "change",
    [delete_the_future, delete_future_rows_with_times_only, put_the_future_first, corrupt_the_future],
)
@given(seed=st.integers(0, 10_000), day=st.integers(0, 40))
@settings(deadline=None, max_examples=4)
def test_inputs_are_bit_identical_whatever_the_future_holds(
    change: Callable[[Frames, pd.Timestamp], Frames], seed: int, day: int
) -> None:
    frames, anchor = random_frames(seed), START + pd.Timedelta(days=day)
    users = frames["users"]["user_id"][~is_later(frames, "users", anchor)].tolist()

    assert_same(inputs_of(frames, users, anchor), inputs_of(change(frames, anchor), users, anchor))


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=4)
def test_a_row_at_the_anchor_itself_changes_features_and_sample(seed: int) -> None:
    anchor = START + pd.Timedelta(days=20)
    frames = random_frames(seed)
    frames["users"].loc[0, "joined"] = START
    before = inputs_of(frames, [100], anchor)
    new = pd.DataFrame({"review_id": [9999], "user_id": [100], "item_id": ["item 0"], "stars": [5.0], "words": ["new"]})

    for shift, is_there in ((pd.Timedelta(0), True), (pd.Timedelta(microseconds=1), False)):
        reviews = pd.concat([frames["reviews"], new.assign(date=anchor + shift)], ignore_index=True)
        reviews["date"] = reviews["date"].astype("datetime64[us]")
        after = inputs_of(frames | {"reviews": reviews}, [100], anchor)

        assert [9999 in keys["reviews"] for keys in after.keys.values()].count(is_there) >= 2  # uniform may pass it by
        assert all(is_there or 9999 not in keys["reviews"] for keys in after.keys.values())
        for aggregation, states in after.states.items():
            assert torch.equal(states, before.states[aggregation]) != is_there
        count = "reviews: count, all"
        assert after.features[count].item() - before.features[count].item() == is_there


@given(seed=st.integers(0, 10_000), day=st.integers(0, 40))
@settings(deadline=None, max_examples=6)
def test_every_sampled_row_is_known_at_its_anchor(seed: int, day: int) -> None:
    frames, anchor = random_frames(seed), START + pd.Timedelta(days=day)
    users = frames["users"]["user_id"][~is_later(frames, "users", anchor)].tolist()

    sampled = inputs_of(frames, users, anchor).keys

    for table, key in KEYS.items():
        known = frames[table][key][~is_later(frames, table, anchor)]
        for keys in sampled.values():
            assert set(keys[table]) <= set(known)


@pytest.mark.parametrize("known", [[], KNOWN])
@given(seed=st.integers(0, 10_000), day=st.integers(10, 30))
@settings(deadline=None, max_examples=4)
def test_a_date_that_lies_ahead_is_an_input_only_where_it_is_said_to_be_known(
    known: list[tuple[str, str]], seed: int, day: int
) -> None:
    frames, anchor = random_frames(seed), START + pd.Timedelta(days=day)
    frames["users"]["joined"] = START
    frames["reviews"].loc[0, ["user_id", "date"]] = [100, anchor - pd.Timedelta(days=1)]
    reviews = frames["reviews"]
    soon = reviews.assign(due=reviews["due"].mask(reviews["due"] > anchor, anchor + pd.Timedelta(days=3)))
    soon.loc[0, "due"] = anchor + pd.Timedelta(days=3)
    late = soon.assign(due=soon["due"].mask(soon["due"] > anchor, anchor + pd.Timedelta(days=90)))

    one, other = (
        inputs_of(frames | {"reviews": each.astype({"due": "datetime64[us]"})}, [100], anchor, known)
        for each in (soon, late)
    )

    if not known:
        assert_same(one, other)
        return
    assert one.features["reviews.due: days ahead, last"].notna().all()
    assert not one.features.equals(other.features)
    batches = one.batches["newest"]["reviews"], other.batches["newest"]["reviews"]
    assert -3.0 in batches[0].elapsed.flatten().tolist()
    assert -90.0 in batches[1].elapsed.flatten().tolist()


def test_a_row_without_a_time_shows_no_date_that_is_known_with_it() -> None:
    frames, anchor = random_frames(3), START + pd.Timedelta(days=20)
    frames["users"]["joined"] = START
    frames["reviews"].loc[0, "user_id"] = 100
    frames["reviews"].loc[0, "date"] = pd.NaT
    changed = frames["reviews"].copy()
    changed.loc[0, "due"] = pd.Timestamp("2031-01-01")

    assert_same(inputs_of(frames, [100], anchor), inputs_of(frames | {"reviews": changed}, [100], anchor))
