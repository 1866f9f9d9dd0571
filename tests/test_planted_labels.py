"""A copy of the label in the past is found and told, wherever it lies; an honest column that predicts well is not."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.labelling import build_label_table
from kumo_magic.labelling.label_warnings import label_warnings
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings
from kumo_magic.report.label_preview import label_preview

STAYS = "PREDICT COUNT(orders.*, 0, 10) > 0 FOR EACH users.user_id"
SPENDS = "PREDICT SUM(orders.amount, 0, 10) FOR EACH users.user_id"
WEEKS = "PREDICT SUM(orders.amount, 0, 10) FORECAST 2 TIMEFRAMES FOR EACH users.user_id"
QUERIES = [
    pytest.param(STAYS, id="binary"),
    pytest.param(SPENDS, id="regression"),
    pytest.param(WEEKS, id="forecast"),
]
TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=10))

Frames = dict[str, pd.DataFrame]


def make_frames() -> Frames:
    """Two hundred users who order at random, half of them in any ten days; and a hint to each of them now and then."""
    random = np.random.default_rng(5)
    num_users, num_orders = 200, 1500
    users = pd.DataFrame({"user_id": np.arange(num_users), "age": random.normal(40, 10, num_users)})
    orders = pd.DataFrame(
        {
            "user_id": random.integers(0, num_users, num_orders),
            "amount": random.gamma(2.0, 10.0, num_orders),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 100 * 24, num_orders), unit="h"),
        }
    )
    return {"users": users, "orders": orders}


def make_graph(frames: Frames) -> km.Graph:
    return km.Graph.from_data(
        frames,
        infer=False,
        keys={"users": "user_id"},
        times={"orders": "date"} | ({"hints": "date"} if "hints" in frames else {}),
        links=[(name, "user_id", "users") for name in frames if name != "users"],
        stypes={(name, column): "numerical" for name, frame in frames.items() for column in frame if column in NUMBERS},
    )


NUMBERS = ("age", "amount", "score", "flag")


def make_labels(query: str) -> pd.DataFrame:
    """[user_id, anchor_time, label] as float, of a forecast its first step."""
    labels = km.labels(query, make_graph(make_frames()))
    first = labels[labels["step"] == 1] if "step" in labels else labels
    return first.assign(label=first["label"].astype(float))[["user_id", "anchor_time", "label"]]


def plant_in_users(query: str, *, is_honest: bool) -> Frames:
    """The newest label of each user, in a column of the users that no time tells the age of."""
    frames, labels = make_frames(), make_labels(query)
    newest = labels[labels["anchor_time"] == labels["anchor_time"].max()].set_index("user_id")["label"]
    flag = blurred(newest) if is_honest else newest
    return frames | {"users": frames["users"].assign(flag=frames["users"]["user_id"].map(flag))}


def plant_in_hints(query: str, *, is_honest: bool) -> Frames:
    """Every label as an event of its user, a day before its anchor."""
    labels = make_labels(query)
    score = blurred(labels["label"]) if is_honest else labels["label"]
    date = labels["anchor_time"] - pd.Timedelta(days=1)
    return make_frames() | {"hints": pd.DataFrame({"user_id": labels["user_id"], "score": score, "date": date})}


def blurred(label: pd.Series) -> pd.Series:
    """A column whose correlation with the label is about 0.8."""
    random = np.random.default_rng(6)
    if label.isin((0, 1)).all():
        found = label.where(random.random(len(label)) > 0.1, 1 - label)
    else:
        found = label + random.normal(0, 0.75 * label.std(), len(label))
    assert 0.7 < label.corr(found) < 0.9
    return found


def told(query: str, graph: km.Graph) -> tuple[list[str], str, str]:
    """What is warned of: the columns, the preview of the labels, and the notes of a run."""
    plan = km.bind(query, graph)
    labels = build_label_table(plan)
    warnings = label_warnings(plan, labels)
    columns = [warning.about for warning in warnings if "gives the label away" in warning.says]
    run = km.predict(query, graph, schedule=TREES, learners=["trees"])
    assert [one.about for one in run.warnings if "gives the label away" in one.says] == columns
    return columns, label_preview(plan, labels, label_warnings=warnings).text, "\n".join(run.notes)


@pytest.mark.parametrize("query", QUERIES)
def test_a_copy_of_the_newest_label_in_the_entity_table_is_told(query: str) -> None:
    columns, preview, notes = told(query, make_graph(plant_in_users(query, is_honest=False)))

    assert columns == ["users.flag"]
    assert "users.flag gives the label away" in preview
    assert "users.flag gives the label away: alone it reaches AUROC 1.000 at the newest anchor time" in notes
    assert "--stype users.flag=ignored" in notes


@pytest.mark.parametrize("query", QUERIES)
def test_a_copy_of_the_label_in_events_before_the_anchor_is_told(query: str) -> None:
    columns, preview, notes = told(query, make_graph(plant_in_hints(query, is_honest=False)))

    assert columns == ["hints.score"]
    assert "hints.score gives the label away" in preview
    assert "hints.score gives the label away: its last value at the anchor alone reaches AUROC 1.000" in notes
    assert "--stype hints.score=ignored" in notes


@pytest.mark.parametrize("plant", [plant_in_users, plant_in_hints])
@pytest.mark.parametrize("query", QUERIES)
def test_a_column_that_predicts_well_is_not_told(query: str, plant: Callable[..., Frames]) -> None:
    columns, preview, notes = told(query, make_graph(plant(query, is_honest=True)))

    assert columns == []
    assert "gives the label away" not in preview + notes


@pytest.mark.parametrize("column", ["age", "tier"])
def test_a_copy_of_a_column_beside_it_is_told(column: str) -> None:
    frames = make_frames()
    age = frames["users"]["age"]
    users = frames["users"].assign(tier=np.where(age > 40, "old", "young"))
    score = age if column == "age" else (age > 40).astype(float)
    graph = make_graph(frames | {"users": users.assign(score=score)})
    graph["users"]["age"].stype = "numerical" if column == "age" else "ignored"

    columns, _, notes = told(f"PREDICT users.{column} FOR EACH users.user_id", graph)

    assert "users.score" in columns
    assert "users.score gives the label away: alone it reaches AUROC 1.000" in notes


def test_a_date_that_is_overwritten_until_today_is_told_where_it_is_read_all_the_same() -> None:
    frames = make_frames()
    last = frames["orders"].groupby("user_id")["date"].max()
    graph = make_graph(frames | {"users": frames["users"].assign(last_seen=frames["users"]["user_id"].map(last))})
    assert [finding.about for finding in graph.findings] == ["users.last_seen"]
    graph.declare_dates(known=[], keep=[("users", "last_seen")])

    columns, _, notes = told(STAYS, graph)

    assert columns == ["users.last_seen"]
    assert "It seems to be as of today" in notes
