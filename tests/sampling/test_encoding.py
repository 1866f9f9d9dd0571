import numpy as np
import pandas as pd
import torch

from kumo_magic.graph.graph import Graph
from kumo_magic.sampling.encoding import Encoding, encode, fit_encoding
from kumo_magic.timeline.timeline import build_timeline
from kumo_magic.timeline.times import NEVER

Frames = dict[str, pd.DataFrame]


def shop(frames: Frames) -> Graph:
    return Graph.from_data(
        frames,
        keys={"users": "user_id", "items": "item_id", "orders": "order_id"},
        times={"orders": "date"},
        links=[("orders", "user_id", "users"), ("orders", "item_id", "items")],
        stypes={
            ("users", "age"): "numerical",
            ("users", "tier"): "categorical",
            ("items", "price"): "numerical",
            ("items", "category"): "text",
            ("orders", "amount"): "numerical",
            ("orders", "status"): "categorical",
        },
    )


def fitted(graph: Graph, cut: str = "2024-12-31") -> Encoding:
    return fit_encoding(graph, build_timeline(graph), pd.Timestamp(cut).value // 1000)  # of nanoseconds


def test_the_schema_lists_inputs_and_leaves_out_keys_and_the_time_column(shop_frames: Frames) -> None:
    schema = fitted(shop(shop_frames)).schema()

    orders = schema.tables["orders"]
    assert orders.numerical == ("amount",)
    assert orders.categorical == (("status", 4),)
    assert orders.timestamps == ()
    assert orders.has_time
    assert schema.tables["items"].bags == (("category", 4096),)
    assert not schema.tables["items"].has_time
    assert schema.edge_types == (
        ("orders", "user_id", "users"),
        ("users", "rev_user_id", "orders"),
        ("orders", "item_id", "items"),
        ("items", "rev_item_id", "orders"),
    )


def test_categories_are_coded_missing_unseen_and_known(shop_frames: Frames) -> None:
    encoding = fitted(shop(shop_frames))
    shop_frames["orders"]["status"] = ["paid", "open", None, "lost", "paid", "open"]

    orders = encode(shop(shop_frames), encoding).tables["orders"]

    assert orders.categorical[:, 0].tolist() == [2, 3, 0, 1, 2, 3]


def test_missing_numbers_stay_missing(shop_frames: Frames) -> None:
    graph = shop(shop_frames)

    amounts = encode(graph, fitted(graph)).tables["orders"].numerical[:, 0]

    assert torch.isnan(amounts).tolist() == [False, False, False, True, False, False]
    assert amounts[0] < amounts[1] < amounts[5]


def test_statistics_come_from_rows_up_to_the_cut(shop_frames: Frames) -> None:
    before = fitted(shop(shop_frames), cut="2024-01-11")
    later = ~(shop_frames["orders"]["date"] <= "2024-01-11")
    shop_frames["orders"].loc[later, "amount"] = 1e9
    shop_frames["orders"].loc[later, "status"] = "a new one"

    assert fitted(shop(shop_frames), cut="2024-01-11") == before
    assert fitted(shop(shop_frames)) != before


def test_a_row_without_a_time_counts_in_no_statistic(shop_frames: Frames) -> None:
    before = fitted(shop(shop_frames))
    shop_frames["orders"].loc[5, "status"] = "a new one"

    assert fitted(shop(shop_frames)) == before


def test_timestamps_are_kept_as_microseconds_until_the_anchor_is_known(shop_frames: Frames) -> None:
    shop_frames["users"]["closed"] = pd.Series(["1970-01-01", "1970-01-02", None], dtype="datetime64[us]")
    graph = shop(shop_frames)

    users = encode(graph, fitted(graph)).tables["users"]

    assert users.timestamps_us[:, 0].tolist() == [0, 86_400_000_000, NEVER]


def test_all_rows_of_a_table_can_be_had_as_a_batch_would_hold_them(shop_frames: Frames) -> None:
    graph = shop(shop_frames)

    items = encode(graph, fitted(graph)).storage("items")

    assert items.row.tolist() == [0, 1]
    assert items.numerical.shape == (2, 1)
    assert items.categorical.dtype == torch.int64
    assert items.bag_category.shape == (2, 8)
    assert items.num_nodes == 2


def test_an_empty_table_encodes_to_nothing(shop_frames: Frames) -> None:
    shop_frames["orders"] = shop_frames["orders"].iloc[:0]
    graph = shop(shop_frames)

    orders = encode(graph, fitted(graph)).tables["orders"]

    assert orders.numerical.shape == (0, 1)
    assert np.shape(orders.timestamps_us) == (0, 0)
