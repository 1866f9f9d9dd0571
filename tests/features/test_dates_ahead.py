"""Dates that are known when their row is written, as days ahead of an anchor."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.features.feature_table import build_feature_table
from kumo_magic.graph.graph import Graph
from kumo_magic.timeline.timeline import build_timeline

DAY = pd.Timedelta(days=1)
NOW = pd.Timestamp("2024-03-01")


@pytest.fixture
def desk() -> dict[str, pd.DataFrame]:
    """Two customers; the first has four tickets, of which the last is opened tomorrow and one has no day."""
    customers = pd.DataFrame({"customer_id": [1, 2], "contract_end": [NOW + 30 * DAY, NOW - 5 * DAY]})
    tickets = pd.DataFrame(
        {
            "ticket_id": [1, 2, 3, 4, 5],
            "customer_id": [1, 1, 1, 1, 1],
            "opened": [NOW - 20 * DAY, NOW - 10 * DAY, NOW - 2 * DAY, NOW + DAY, pd.NaT],
            "due": [NOW - 3 * DAY, NOW + 40 * DAY, NOW + 4 * DAY, NOW + 2 * DAY, NOW + DAY],
        }
    )
    return {"customers": customers, "tickets": tickets}


def features(frames: dict[str, pd.DataFrame], known: list[tuple[str, str]], now: pd.Timestamp = NOW) -> pd.DataFrame:
    graph = Graph.from_data(frames, keys={"customers": "customer_id"}, times={"tickets": "opened"}, known=known)
    anchors = np.full(2, now.value // 1000, dtype=np.int64)
    return build_feature_table(
        build_timeline(graph),
        graph=graph,
        table="customers",
        rows=np.arange(2),
        anchor_us=anchors,
        horizon_days=7.0,
    ).to_frame()


def test_a_contracts_end_counts_as_days_ahead_and_as_days_past(desk: dict[str, pd.DataFrame]) -> None:
    found = features(desk, [("customers", "contract_end")])

    assert found["customers.contract_end: days ahead"].tolist() == [30.0, -5.0]


def test_an_end_that_is_not_called_known_is_hidden_until_it_came(desk: dict[str, pd.DataFrame]) -> None:
    found = features(desk, [])["customers.contract_end: days ago"]

    assert found.isna().tolist() == [True, False]
    assert found[1] == 5.0


def test_due_dates_of_the_tickets_known_by_then_count(desk: dict[str, pd.DataFrame]) -> None:
    found = features(desk, [("tickets", "due")]).filter(like="tickets.due").iloc[0]

    assert found.to_dict() == {
        "tickets.due: ahead, count": 2.0,
        "tickets.due: ahead, count, next 7 days": 1.0,
        "tickets.due: days ahead, the nearest": 4.0,
        "tickets.due: days ahead, the furthest": 40.0,
        "tickets.due: days ahead, last": 4.0,
    }


def test_who_has_no_ticket_has_none_ahead(desk: dict[str, pd.DataFrame]) -> None:
    found = features(desk, [("tickets", "due")]).filter(like="tickets.due").iloc[1]

    assert found.iloc[:2].tolist() == [0.0, 0.0]
    assert found.iloc[2:].isna().all()


def test_due_dates_that_are_not_called_known_are_no_features(desk: dict[str, pd.DataFrame]) -> None:
    assert features(desk, []).filter(like="tickets.due").empty


def test_a_date_at_the_anchor_lies_ahead_no_more(desk: dict[str, pd.DataFrame]) -> None:
    found = features(desk, [("tickets", "due")], now=NOW + 4 * DAY).filter(like="tickets.due").iloc[0]

    assert found["tickets.due: ahead, count"] == 1.0
    assert found["tickets.due: days ahead, the nearest"] == 36.0
