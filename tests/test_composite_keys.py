"""A question about rows that two columns name: every frame has both, and says what one column would have said."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.graph import Graph
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings
from kumo_magic.prediction import Prediction

TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=10))
EACH = "PREDICT COUNT(visits.*, 0, 20, days) > 0 FOR EACH rooms.(house, room)"
PARTS = ["house", "room"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(3)
    pairs = [(house, room) for house in ("north", "south, old") for room in range(1, 21)]
    rooms = pd.DataFrame(pairs, columns=PARTS).assign(beds=rng.integers(1, 5, len(pairs)))
    seen = rng.integers(0, len(pairs), 900)
    visits = rooms[PARTS].iloc[seen].reset_index(drop=True)
    visits["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 365, 900)), unit="D")
    return {"rooms": rooms, "visits": visits.assign(nights=rng.integers(1, 9, 900))}


def by_pair(tables: dict[str, pd.DataFrame]) -> Graph:
    links = [("visits", tuple(PARTS), "rooms")]
    return Graph.from_data(tables, name="inn", keys={"rooms": tuple(PARTS)}, links=links)


@pytest.fixture(scope="module")
def inn(tables: dict[str, pd.DataFrame]) -> Graph:
    return by_pair(tables)


@pytest.fixture(scope="module")
def run(inn: Graph) -> Prediction:
    return km.predict(EACH, inn, schedule=TREES, learners=["baseline", "trees"])


def test_labels_are_those_of_one_column_that_says_the_same(tables: dict[str, pd.DataFrame], inn: Graph) -> None:
    coded = {name: frame.assign(code=frame["house"] + frame["room"].astype(str)) for name, frame in tables.items()}
    single = Graph.from_data(coded, keys={"rooms": "code"}, links=[("visits", "code", "rooms")])

    found = km.labels(EACH, inn)
    expected = km.labels(EACH.replace("(house, room)", "code"), single).merge(coded["rooms"], on="code")

    assert list(found) == ["house", "room", "anchor_time", "label", "split"]
    pd.testing.assert_frame_equal(found, expected[list(found)])


def test_the_frame_begins_with_both_columns_and_merges_with_the_table(run, tables: dict[str, pd.DataFrame]) -> None:
    assert list(run.frame) == ["house", "room", "anchor_time", "prediction", "probability"]
    assert len(run.frame.merge(tables["rooms"])) == len(tables["rooms"])
    assert run.frame[PARTS].equals(tables["rooms"][PARTS])


def test_rows_are_asked_by_both_columns(run) -> None:
    rows = run.frame.iloc[[7, 2]][[*PARTS, "anchor_time"]]

    pd.testing.assert_frame_equal(run.model.predict(rows), run.frame.iloc[[7, 2]].reset_index(drop=True))
    with pytest.raises(km.DataError, match=r"house, room"):
        run.model.predict(rows.assign(room=99))
    with pytest.raises(km.DataError, match="'room'"):
        run.model.predict(rows.drop(columns="room"))


def test_a_row_is_explained_by_its_pair_or_its_line(run) -> None:
    by_pair = run.model.explain(("south, old", 3))
    by_line = run.model.explain(run.frame.iloc[22])

    assert by_pair.prediction == by_line.prediction
    with pytest.raises(km.OptionError, match="house, room"):
        run.model.explain(3)


def test_nothing_that_is_read_is_named_after_the_pair(run) -> None:
    assert not [name for name in run.model.features(run.frame.head(2)) if "(house, room)." in name]
    for table in run.plan.graph.tables.values():
        assert "(house, room)" not in table.columns
    assert "(house, room)" not in str(run.model.explain(run.frame.iloc[0]).columns)


def test_views_show_both_columns_as_one_key(run) -> None:
    answer = run.view("predictions").answer()

    assert answer["searched"][0] == "(house, room)"
    assert {line["cells"][0]["text"] for line in answer["lines"]} >= {"(north, 1)", "(north, 2)"}
    assert run.view("why", row=("north", 2)).answer()["row"]["key"] == "(north, 2)"
    assert "(house, room)" not in run.view("neighbourhood", row=("north", 2)).answer()["tables"][0]["columns"]


def test_a_saved_model_finds_its_rows_again(run, inn: Graph, tmp_path) -> None:
    run.model.save(tmp_path / "model")
    loaded = km.load(tmp_path / "model", inn)

    pd.testing.assert_frame_equal(loaded.predict(), run.model.predict())


def test_rows_that_came_since_are_answered(tables: dict[str, pd.DataFrame]) -> None:
    graph = by_pair(tables)
    model = km.fit(EACH, graph, schedule=TREES, learners=["baseline", "trees"])
    graph.update({"rooms": pd.DataFrame({"house": ["west"], "room": [1], "beds": [2]})})

    assert model.predict()[PARTS].iloc[-1].tolist() == ["west", 1]


def test_own_labels_name_rows_by_both_columns(inn: Graph) -> None:
    own = km.labels(EACH, inn)
    model = km.fit(EACH, inn, labels=own, schedule=TREES, learners=["baseline", "trees"])

    assert list(model.evaluate().frame)[:3] == ["house", "room", "anchor_time"]
    with pytest.raises(km.DataError, match="has no column 'room'"):
        km.fit(EACH, inn, labels=own.drop(columns="room"), schedule=TREES)


def test_one_row_is_asked_by_its_values(inn: Graph) -> None:
    asked = EACH.replace("FOR EACH rooms.(house, room)", "FOR rooms.(house, room) = ('south, old', 3)")
    frame = km.predict(asked, inn, schedule=TREES, learners=["baseline", "trees"]).frame

    assert frame[PARTS].to_numpy().tolist() == [["south, old", 3]]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("FOR EACH rooms.house", "Write FOR EACH rooms.(house, room)"),
        ("FOR EACH rooms.(room, house)", "Write FOR EACH rooms.(house, room)"),
        ("FOR EACH rooms.(house, bed)", "no column 'bed'"),
        ("FOR rooms.(house, room) IN ('north', 1)", "takes '=' and its values, not IN"),
        ("FOR rooms.(house, room) = ('north', 1, 2)", "has 2 columns, and here are 3 values"),
        ("FOR rooms.(house, room) = 'north'", "has 2 columns, and here is one value"),
        ("FOR rooms.(house, room) = ('north', 'one')", "rooms.room has numbers"),
        ("FOR rooms.(house, room) IN (('north', 1), ('north', 2))", "A list cannot stand inside a list"),
    ],
)
def test_a_row_that_is_not_named_right_is_told_how(inn: Graph, asked: str, problem: str) -> None:
    with pytest.raises(km.KumoMagicError) as caught:
        km.bind(f"PREDICT COUNT(visits.*, 0, 20) > 0 {asked}", inn)
    assert problem in str(caught.value)
