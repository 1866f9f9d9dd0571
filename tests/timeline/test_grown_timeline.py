"""A timeline that grew with its graph equals one that is built anew, bit for bit."""

import copy
import gc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.errors import DataError
from kumo_magic.features.feature_table import build_feature_table
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.sampling.encoding import encode, fit_encoding
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.timeline.link_index import LinkIndex
from kumo_magic.timeline.timeline import Timeline, build_timeline, timeline_of
from kumo_magic.timeline.times import DAY_US

LINKS = [("orders", "user_id", "users"), ("lines", "order_id", "orders"), ("lines", "user_id", "users")]
ORDERS_OF_USERS, LINES_OF_ORDERS = Link(*LINKS[0]), Link(*LINKS[1])

Keys = list[int | None]
Batch = tuple[list[int], list[tuple[int | None, int | None]], list[tuple[int | None, int | None]]]

small = st.one_of(st.none(), st.integers(0, 9))
batches = st.tuples(
    st.lists(st.integers(0, 9), max_size=4),  # users
    st.lists(st.tuples(small, small), max_size=6),  # orders: user, day
    st.lists(st.tuples(small, small), max_size=6),  # lines: order, user
)


def frames_of(
    batch: Batch, *, first_order: int, has_line_times: bool, key: str, taken: set[int]
) -> dict[str, pd.DataFrame]:
    """The rows of a batch. Users that are there already are left out; orders are numbered on."""
    users, orders, lines = batch
    users = [user for user in dict.fromkeys(users) if user not in taken]
    days = pd.Series([None if day is None else pd.Timestamp(0) + pd.Timedelta(days=day) for _, day in orders])
    frames = {
        "users": pd.DataFrame({"user_id": keyed(users, key), "age": [float(user) for user in users]}),
        "orders": pd.DataFrame(
            {
                "order_id": keyed([first_order + place for place in range(len(orders))], key),
                "user_id": keyed([user for user, _ in orders], key),
                "amount": [float(first_order + place) for place in range(len(orders))],
                "date": days.astype("datetime64[us]"),
            }
        ),
        "lines": pd.DataFrame(
            {"order_id": keyed([order for order, _ in lines], key), "user_id": keyed([user for _, user in lines], key)}
        ),
    }
    if has_line_times:
        days = [(order or 0) + (user or 0) for order, user in lines]
        frames["lines"]["date"] = pd.to_datetime(days, unit="D").astype("datetime64[us]")
    return frames


def keyed(values: Keys | list[int], key: str) -> pd.Series:
    if key == "text":
        return pd.Series([None if value is None else f"key {value}" for value in values], dtype="str")
    spread = 10**12 if key == "far apart" else 1
    return pd.Series(pd.array([None if value is None else value * spread for value in values], dtype="Int64"))


def graph_of(frames: dict[str, pd.DataFrame]) -> Graph:
    has_line_times = "date" in frames["lines"]
    return Graph.from_data(
        frames,
        infer=False,
        keys={"users": "user_id", "orders": "order_id"},
        times={"orders": "date", **({"lines": "date"} if has_line_times else {})},
        links=LINKS,
        stypes={("users", "age"): "numerical", ("orders", "amount"): "numerical"},
    )


def arrays(timeline: Timeline) -> dict[str, np.ndarray]:
    """Every array of a timeline, that of a path of two links with it."""
    found = {f"times of {table}": times for table, times in timeline.row_times.items()}
    indexes: dict[str, LinkIndex] = {str(link): index for link, index in timeline.links.items()}
    indexes["lines of users"] = timeline.along((ORDERS_OF_USERS, LINES_OF_ORDERS))
    for name, index in indexes.items():
        for part in ("parent_rows", "offsets", "rows", "row_times"):
            found[f"{part} of {name}"] = getattr(index, part)
    return found


def assert_equal(grown: Timeline, fresh: Timeline) -> None:
    assert grown.is_temporal == fresh.is_temporal
    expected = arrays(fresh)
    for name, values in arrays(grown).items():
        assert values.dtype == expected[name].dtype, name
        np.testing.assert_array_equal(values, expected[name], err_msg=name)


def grown_and_fresh(appended: list[Batch], has_line_times: bool, key: str, data: st.DataObject) -> list[Timeline]:
    """The timeline that grew batch by batch, some of them together and some in place of all rows, and one made anew."""
    first_order, taken, graph = 0, set[int](), None
    for batch in appended:
        frames = frames_of(batch, first_order=first_order, has_line_times=has_line_times, key=key, taken=taken)
        taken |= set(batch[0])
        first_order += len(batch[1])
        if graph is None:
            graph = graph_of(frames)
        else:
            graph.update(frames, mode="replace" if data.draw(st.integers(0, 9), "replace") == 0 else "append")
        if data.draw(st.integers(0, 3), "skip") > 0:
            arrays(timeline_of(graph))
    assert graph is not None
    return [timeline_of(graph), build_timeline(graph)]


any_batches = st.lists(batches, min_size=2, max_size=4)
any_key = st.sampled_from(["near", "far apart", "text"])


@given(any_batches, st.booleans(), any_key, st.data())
@settings(deadline=None, max_examples=25)
def test_a_grown_timeline_equals_a_fresh_one(
    appended: list[Batch], has_line_times: bool, key: str, data: st.DataObject
) -> None:
    grown, fresh = grown_and_fresh(appended, has_line_times, key, data)

    assert_equal(grown, fresh)


@pytest.mark.slow
@given(any_batches, st.booleans(), any_key, st.data())
@settings(deadline=None, max_examples=400)
def test_a_grown_timeline_equals_a_fresh_one_in_many_draws(
    appended: list[Batch], has_line_times: bool, key: str, data: st.DataObject
) -> None:
    grown, fresh = grown_and_fresh(appended, has_line_times, key, data)

    assert_equal(grown, fresh)


@pytest.fixture
def shop() -> Graph:
    """Orders of user 9 and lines of order 4 are orphans; their parents come later."""
    first = ([0, 1, 2], [(0, 5), (1, 2), (9, 7), (0, None)], [(0, 1), (1, 0), (4, 2), (None, 1)])
    return graph_of(frames_of(first, first_order=0, has_line_times=False, key="near", taken=set()))


def late(users: list[int]) -> dict[str, pd.DataFrame]:
    """A late order (no. 4), one at the time of another, and lines."""
    batch = (users, [(0, 1), (0, 5)], [(4, 2), (5, 0), (7, 0)])
    return frames_of(batch, first_order=4, has_line_times=False, key="near", taken=set())


def group(index: LinkIndex, parent_row: int) -> list[int]:
    return index.rows[index.offsets[parent_row] : index.offsets[parent_row + 1]].tolist()


def test_late_rows_come_before_those_that_were_there_and_ties_after(shop: Graph) -> None:
    timeline_of(shop)
    shop.update(late([9]))

    orders = timeline_of(shop).links[ORDERS_OF_USERS]
    assert group(orders, 0) == [4, 0, 5]
    assert group(orders, 3) == [2]  # user 9 came after the order


def test_a_line_has_the_time_of_its_order_once_the_order_is_there(shop: Graph) -> None:
    before = timeline_of(shop)
    shop.update(late([9]))

    after = timeline_of(shop)
    assert group(before.links[Link("lines", "user_id", "users")], 2) == []
    assert group(after.links[Link("lines", "user_id", "users")], 2) == [2, 4]
    assert after.row_times["lines"][2] == DAY_US


def test_features_and_batches_of_a_grown_timeline_equal_those_of_a_fresh_one(shop: Graph) -> None:
    arrays(timeline_of(shop))
    shop.update(late([9]))
    rows, anchor_us = np.array([0, 1, 2, 3, 0]), np.array([9, 9, 9, 9, 4]) * DAY_US

    def seen(timeline: Timeline) -> list[np.ndarray]:
        table = build_feature_table(
            timeline, graph=shop, table="users", rows=rows, anchor_us=anchor_us, horizon_days=2.0
        )
        encoded = encode(shop, fit_encoding(shop, timeline, 9 * DAY_US))
        batch = Sampler(timeline, encoded, table="users", hops=2, fan_out=2).sample(rows, anchor_us, 0)
        stores = (*batch.node_stores, *batch.edge_stores)
        return [
            table.values,
            *(store[name].numpy() for store in stores for name in store if name not in ("num_nodes", "batch_size")),
        ]

    for grown, fresh in zip(seen(timeline_of(shop)), seen(build_timeline(shop)), strict=True):
        np.testing.assert_array_equal(grown, fresh)


def test_a_repeated_key_is_refused_and_the_timeline_stays(shop: Graph) -> None:
    before = timeline_of(shop)

    with pytest.raises(DataError):
        shop.update({"users": pd.DataFrame({"user_id": [1], "age": [1.0]})})
    assert timeline_of(shop) is before


def test_one_timeline_serves_a_graph_until_it_changes(shop: Graph) -> None:
    first = timeline_of(shop)

    assert timeline_of(shop) is first
    shop["users"]["age"].stype = "categorical"
    assert timeline_of(shop) is not first


def test_an_index_that_did_not_change_is_taken_over(shop: Graph) -> None:
    before = timeline_of(shop)
    shop.update({"lines": late([])["lines"]})

    after = timeline_of(shop)
    assert after.links[ORDERS_OF_USERS] is before.links[ORDERS_OF_USERS]
    assert after.links[LINES_OF_ORDERS] is not before.links[LINES_OF_ORDERS]


def test_another_time_column_makes_another_order(shop: Graph) -> None:
    timeline_of(shop)
    shop["orders"].time_column = None

    assert_equal(timeline_of(shop), build_timeline(shop))


def test_a_copy_of_a_graph_starts_without_a_timeline(shop: Graph) -> None:
    before = timeline_of(shop)

    assert timeline_of(copy.deepcopy(shop)) is not before


def test_a_large_index_is_in_files_that_go_with_it(
    shop: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mapped = build_timeline(shop, map_above_bytes=0)
    shop.update(late([9]))
    grown = build_timeline(shop, former=mapped, map_above_bytes=0)
    num_folders = len(list(tmp_path.iterdir()))

    assert mapped.is_mapped
    assert num_folders == 6
    assert_equal(grown, build_timeline(shop))
    assert grown.links[ORDERS_OF_USERS].rows.flags.writeable
    del mapped, grown
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_an_index_stays_in_memory_when_the_disk_is_full(shop: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("kumo_magic.timeline.mapped.MappedFolder.keep", is_full)

    assert_equal(build_timeline(shop, map_above_bytes=0), build_timeline(shop))
