import numpy as np
import pandas as pd

from kumo_magic.features.feature_table import build_feature_table
from kumo_magic.graph.graph import Graph
from kumo_magic.timeline.timeline import build_timeline
from kumo_magic.timeline.times import DAY_US

AMOUNTS = "rank of orders.amount: weighted mean of the last 20"


def ranks_on(day: int, users: list[int]) -> pd.DataFrame:
    """User n orders for n euros on day n, and again on day 10 + n; user 5 never does. The horizon is 2 days."""
    orders = pd.DataFrame({"user": [1, 2, 3, 4] * 2, "amount": [1.0, 2.0, 3.0, 4.0] * 2})
    orders["date"] = pd.Timestamp("1970-01-01") + pd.to_timedelta(
        orders["user"] + np.repeat([0, 10], 4), unit="D"
    ).to_numpy(dtype="timedelta64[us]")
    graph = Graph.from_data(
        {"users": pd.DataFrame({"user": [1, 2, 3, 4, 5]}), "orders": orders},
        infer=False,
        keys={"users": "user"},
        times={"orders": "date"},
        links=[("orders", "user", "users")],
        stypes={("orders", "amount"): "numerical"},
    )
    table = build_feature_table(
        build_timeline(graph),
        graph=graph,
        table="users",
        rows=np.array(users) - 1,
        anchor_us=np.full(len(users), day * DAY_US),
        horizon_days=2.0,
        cut_us=20 * DAY_US,
    )
    return table.to_frame()


def test_a_rank_is_the_share_of_active_entities_below_with_ties_counted_half() -> None:
    ranks = ranks_on(4, [1, 2, 3, 4])[AMOUNTS]

    np.testing.assert_allclose(ranks, [0.125, 0.375, 0.625, 0.875])


def test_entities_without_an_event_in_three_horizons_are_not_in_the_crowd() -> None:
    ranks = ranks_on(8, [1, 4, 5])[AMOUNTS]  # users 3 and 4 are active

    np.testing.assert_allclose(ranks, [0, 0.75, np.nan])


def test_nobody_has_a_rank_when_nobody_is_active() -> None:
    assert ranks_on(30, [1, 2]).filter(like="rank of").isna().all(axis=None)


def test_who_else_is_asked_for_does_not_matter() -> None:
    together, alone = ranks_on(4, [1, 2, 3]), ranks_on(4, [2])

    pd.testing.assert_frame_equal(together.iloc[[1]].reset_index(drop=True), alone, check_exact=True)
