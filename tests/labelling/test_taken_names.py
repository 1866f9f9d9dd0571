"""Columns that are called as our own are, or as each other but for the case, are read as any other."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import UnknownNameError
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table
from kumo_magic.plan import bind
from kumo_magic.query import parse

OWN_NAMES = [
    *("row number", "Row Number", "place in time", "row", "key", "value", "time", "entity", "order", "up", "between"),
    *(
        "above",
        "item",
        "created",
        "ended",
        "came_true",
        "label",
        "anchor_time",
        "step",
        "split",
        "until",
        "after",
        "of",
    ),
    *("number", "holds", "prediction", "probability", "rank", "score", "SUM 1", "key of riders", "rider of rides"),
]


def frames(amount: str = "fare", key: str = "rider", *, rows: int = 900) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(5)
    riders = pd.DataFrame({key: np.arange(1, 31), "tier": random.choice(["a", "b"], 30)})
    rides = pd.DataFrame(
        {
            "ride": np.arange(1, rows + 1),
            key: random.integers(1, 31, rows),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(random.integers(0, 300 * 24, rows)), unit="h"),
            amount: random.gamma(2, 20, rows).round(2),
        }
    )
    return riders, rides


def labels_of(target: str, riders: pd.DataFrame, rides: pd.DataFrame, key: str = "rider") -> pd.DataFrame:
    graph = Graph.from_data(
        {"riders": riders, "rides": rides},
        keys={"riders": key, "rides": "ride"},
        times={"rides": "date"},
        links=[("rides", key, "riders")],
    )
    return build_label_table(bind(parse(f"PREDICT {target} FOR EACH riders.`{key}`"), graph)).frame


def last_totals(labels: pd.DataFrame, rides: pd.DataFrame, amount: str, days: int = 30) -> tuple[pd.Series, pd.Series]:
    """The labels at the last anchor, and what pandas gives."""
    anchor = labels["anchor_time"].max()
    inside = rides[(rides["date"] > anchor) & (rides["date"] <= anchor + pd.Timedelta(days=days))]
    here = labels[labels["anchor_time"] == anchor].set_index("rider")["label"]
    return here, inside.groupby("rider")[amount].sum().reindex(here.index).fillna(0)


@pytest.mark.parametrize("name", OWN_NAMES)
def test_a_column_called_as_ours_is_summed_as_the_users_own(name: str) -> None:
    riders, rides = frames(name)

    here, by_hand = last_totals(labels_of(f"SUM(rides.`{name}`, 0, 30, days)", riders, rides), rides, name)

    np.testing.assert_allclose(here, by_hand)
    assert by_hand.sum() > 0


@pytest.mark.parametrize("name", OWN_NAMES)
def test_a_column_called_as_ours_filters_and_is_the_last_one(name: str) -> None:
    riders, rides = frames(name)
    target = f"LAST(rides.`{name}` WHERE rides.`{name}` > 10, 0, 30, days)"

    labels = labels_of(target, riders, rides)
    anchor = labels["anchor_time"].max()
    inside = rides[(rides["date"] > anchor) & (rides["date"] <= anchor + pd.Timedelta(days=30)) & (rides[name] > 10)]

    here = labels[labels["anchor_time"] == anchor].set_index("rider")["label"].astype(float)
    by_hand = inside.sort_values(["date", "ride"]).groupby("rider")[name].last()
    pd.testing.assert_series_equal(here, by_hand, check_names=False)


@pytest.mark.parametrize("name", ["fare", "Fare"])
def test_columns_that_differ_in_case_alone_are_told_apart(name: str) -> None:
    riders, rides = frames("fare")
    rides["Fare"] = rides["fare"] * 1000
    target = f"SUM(rides.{name} WHERE rides.fare > 5 AND rides.Fare > 5000, 0, 30, days)"

    here, by_hand = last_totals(labels_of(target, riders, rides), rides[rides["fare"] > 5], name)

    np.testing.assert_allclose(here, by_hand)


def test_foreign_keys_that_differ_in_case_alone_are_told_apart() -> None:
    riders, rides = frames("fare")
    rides["Rider"] = rides["rider"] % 3 + 1
    graph = Graph.from_data(
        {"riders": riders.assign(Tier=riders["rider"]), "rides": rides, "Riders": riders.assign(tier=riders["rider"])},
        keys={"riders": "rider", "rides": "ride", "Riders": "rider"},
        times={"rides": "date"},
        links=[("rides", "rider", "riders"), ("rides", "Rider", "Riders")],
    )
    text = "PREDICT SUM(rides.fare WHERE riders.Tier = 7 AND Riders.tier = 2, 0, 60, days) FOR EACH riders.rider"

    here, by_hand = last_totals(
        build_label_table(bind(parse(text.replace("SUM(rides.fare", "SUM(rides.fare VIA rides.rider")), graph)).frame,
        rides[(rides["rider"] == 7) & (rides["Rider"] == 2)],
        "fare",
        60,
    )

    np.testing.assert_allclose(here, by_hand)
    assert by_hand.sum() > 0


@pytest.mark.parametrize("name", ["anchor_time", "label", "prediction", "median", "mean", "rank", "split", "step"])
def test_a_key_called_as_a_column_of_the_answer_is_refused_with_another_name(name: str) -> None:
    riders, rides = frames(key=name)

    with pytest.raises(UnknownNameError, match="Rename the column") as refused:
        labels_of("COUNT(rides.*, 0, 30, days)", riders, rides, name)

    renamed = eval(refused.value.hint.split("made: ")[1].rstrip("."), {"riders": riders})
    assert f"riders_{name}" in renamed


@pytest.mark.parametrize("name", ["row", "key", "entity", "time", "row number", "value"])
def test_a_key_called_as_ours_inside_queries_is_a_key(name: str) -> None:
    riders, rides = frames(key=name)

    labels = labels_of("COUNT(rides.*, 0, 30, days)", riders, rides, name)

    assert list(labels.columns) == [name, "anchor_time", "label", "split"]
