"""Keys in types that are read as text or as other numbers: rows are found by them, and frames come back with them."""

import uuid
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.graph.key_rows import key_rows

NUM_RIDERS = 30
KEYS: dict[str, Any] = {
    "uuids": [uuid.UUID(int=10**30 + n) for n in range(NUM_RIDERS)],
    "bytes": [bytes([200, n]) for n in range(NUM_RIDERS)],
    "huge": [10**25 + n for n in range(NUM_RIDERS)],
    "huge and small": [n if n % 2 else 2**70 + n for n in range(NUM_RIDERS)],
    "64 bits": [2**63 + n for n in range(NUM_RIDERS)],
    "decimals": [Decimal(n) for n in range(NUM_RIDERS)],
    "category": pd.Categorical([f"r{n}" for n in range(NUM_RIDERS)], ordered=True),
    "category of numbers": pd.Categorical(range(NUM_RIDERS)),
    "arrow": pd.array([f"r{n}" for n in range(NUM_RIDERS)], dtype="string[pyarrow]"),
    "arrow numbers": pd.array(range(NUM_RIDERS), dtype="int64[pyarrow]"),
    "floats": np.arange(NUM_RIDERS, dtype=float),
    "nullable": pd.array(range(NUM_RIDERS), dtype="Int64"),
}
COUNT = "PREDICT COUNT(rides.*, 0, 20, days) FOR EACH riders.rider"


def frames(kind: str) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(4)
    riders = pd.DataFrame({"rider": pd.Series(KEYS[kind]), "tier": random.choice(["a", "b"], NUM_RIDERS)})
    chosen = riders["rider"].take(random.integers(0, NUM_RIDERS, 900)).reset_index(drop=True)
    dates = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(random.integers(0, 200, 900)), unit="D")
    return {"riders": riders, "rides": pd.DataFrame({"rider": chosen, "date": dates, "fare": random.gamma(2, 9, 900)})}


def graph_of(kind: str) -> km.Graph:
    return km.Graph.from_data(frames(kind), keys={"riders": "rider"}, links=[("rides", "rider", "riders")])


@pytest.mark.parametrize("kind", KEYS)
def test_labels_merge_with_the_users_own_frame(kind: str) -> None:
    tables = frames(kind)

    labels = km.labels(COUNT, graph_of(kind))
    merged = labels.merge(tables["riders"], on="rider")

    assert len(merged) == len(labels) > 100
    counted = int(labels[labels["anchor_time"] == labels["anchor_time"].max()]["label"].sum())
    after = tables["rides"]["date"] - labels["anchor_time"].max()
    assert counted == int(((after > pd.Timedelta(0)) & (after <= pd.Timedelta(days=20))).sum())


@pytest.mark.parametrize("kind", ["uuids", "bytes", "huge", "huge and small", "64 bits", "decimals", "category"])
def test_labels_have_the_keys_own_type(kind: str) -> None:
    riders = frames(kind)["riders"]["rider"]

    labels = km.labels(COUNT, graph_of(kind))["rider"]

    assert type(labels.iloc[0]) is type(riders.iloc[0]) or kind == "64 bits"
    assert labels.dtype == riders.dtype
    assert set(labels) <= set(riders)


@pytest.mark.parametrize("kind", KEYS)
def test_own_labels_name_riders_by_the_keys_that_their_frame_has(kind: str) -> None:
    graph = graph_of(kind)
    labels = km.labels(COUNT, graph)
    plan = km.bind(COUNT, graph)

    from kumo_magic.labelling.own_labels import own_label_table

    own = own_label_table(plan, labels)

    pd.testing.assert_series_equal(own.frame["rider"], labels["rider"])


@pytest.mark.parametrize("kind", ["uuids", "bytes", "huge", "64 bits", "decimals", "category"])
def test_a_parameter_names_a_rider_by_its_own_key(kind: str) -> None:
    riders = frames(kind)["riders"]["rider"]
    plan = km.bind("PREDICT COUNT(rides.*, 0, 20, days) FOR riders.rider = :who", graph_of(kind), {"who": riders[3]})

    from kumo_magic.labelling import build_population

    assert build_population(plan).frame["rider"].tolist() == [riders[3]]


@pytest.mark.parametrize("kind", KEYS)
def test_rows_that_came_later_have_their_own_keys_too(kind: str) -> None:
    graph = graph_of(kind)
    riders = frames(kind)["riders"]
    head = km.Graph.from_data({"riders": riders.head(20)}, keys={"riders": "rider"})

    head.update({"riders": riders.tail(10)})

    assert key_rows(head["riders"], riders["rider"]).tolist() == list(range(NUM_RIDERS))
    assert head["riders"].keys.tolist() == graph["riders"].keys.tolist()


def test_items_of_a_ranking_are_listed_by_their_own_keys() -> None:
    items = pd.DataFrame({"item": [uuid.UUID(int=n) for n in range(12)], "kind": "k"})
    tables = frames("nullable")
    tables["rides"]["item"] = items["item"].take(np.arange(900) % 12).reset_index(drop=True)
    graph = km.Graph.from_data(
        {**tables, "items": items},
        keys={"riders": "rider", "items": "item", "rides": None},
        links=[("rides", "rider", "riders"), ("rides", "item", "items")],
    )

    text = "PREDICT LIST_DISTINCT(rides.item, 0, 20, days) RANK TOP 3 FOR EACH riders.rider"
    labels = km.labels(text, graph)

    assert {type(item) for label in labels["label"] for item in label} == {uuid.UUID}
