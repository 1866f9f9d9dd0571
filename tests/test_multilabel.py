"""Sets of classes, from the query to the frame: which ones come true, and the best of them ranked."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score
from torch import Tensor, nn
from torch_geometric.data import HeteroData

import kumo_magic as km
from kumo_magic.errors import OptionError
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.prediction import Prediction
from kumo_magic.progress.events import BaselineScored, Event, FirstAnswer, StageStarted
from kumo_magic.report.record import record
from kumo_magic.tasks.set_metrics import MACRO_PRECISION

TREES = TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=60)
BOTH = Schedule(
    networks=NetworkSchedule(
        settings=NetworkSettings(channels=16, hops=1, fan_out=4, batch_size=64),
        evaluate_every=10,
        train_steps=(20,),
        refit_steps=(20,),
    ),
    trees=TREES,
)
TREES_ALONE = Schedule(trees=TREES)
WHICH = "PREDICT LIST_DISTINCT(visits.room, 0, 20) CLASSIFY FOR EACH guests.guest_id"
TOP = "PREDICT LIST_DISTINCT(visits.room, 0, 20) RANK TOP 2 FOR EACH guests.guest_id"
TAGS = "PREDICT guests.tags CLASSIFY FOR EACH guests.guest_id"
TOP_TAGS = "PREDICT guests.tags RANK TOP 2 FOR EACH guests.guest_id"


def make_frames(num_guests: int = 60) -> dict[str, pd.DataFrame]:
    """Guests who visit rooms of their own taste; their tags tell the taste."""
    random = np.random.default_rng(2)
    rooms = np.array([1, 2, 3, 4, 5])
    taste = random.integers(5, size=num_guests)
    num_visits = 3000
    guest = random.integers(num_guests, size=num_visits)
    liked = random.random(num_visits) < 0.8
    room = np.where(
        liked, rooms[(taste[guest] + random.integers(2, size=num_visits)) % 5], random.choice(rooms, num_visits)
    )
    visits = pd.DataFrame(
        {
            "visit_id": np.arange(num_visits),
            "guest_id": guest,
            "room": room,
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, num_visits), unit="h"),
        }
    )
    tags: list[list[str] | None] = [[f"t{one}", f"t{(one + 1) % 5}"] for one in taste]
    for place in range(0, num_guests, 6):
        tags[place] = None
    guests = pd.DataFrame({"guest_id": np.arange(num_guests), "tags": tags})
    return {"guests": guests, "visits": visits}


def graph_of(frames: dict[str, pd.DataFrame]) -> km.Graph:
    return km.Graph.from_data(
        frames,
        name="hotel",
        keys={"guests": "guest_id", "visits": "visit_id"},
        times={"visits": "date"},
        stypes={("visits", "room"): "categorical"},
    )


@pytest.fixture(scope="module")
def hotel() -> km.Graph:
    return graph_of(make_frames())


@pytest.fixture(scope="module")
def which(hotel: km.Graph) -> Prediction:
    return km.predict(WHICH, hotel, schedule=BOTH)


@pytest.fixture(scope="module")
def top(hotel: km.Graph) -> Prediction:
    return km.predict(TOP, hotel, schedule=BOTH)


def test_a_classification_has_a_row_per_class_in_its_own_type(which: Prediction) -> None:
    frame = which.frame

    assert list(frame) == ["guest_id", "anchor_time", "room", "prediction", "probability"]
    assert frame["guest_id"].tolist() == np.repeat(np.arange(60), 5).tolist()
    assert frame["room"].tolist() == [1, 2, 3, 4, 5] * 60
    assert frame["room"].dtype == "int64"
    assert (frame["prediction"] == (frame["probability"] >= 0.5)).all()


def test_a_ranking_has_the_k_best_classes_of_each_row(top: Prediction) -> None:
    frame = top.frame

    assert list(frame) == ["guest_id", "anchor_time", "rank", "room", "score"]
    assert frame["rank"].tolist() == [1, 2] * 60
    assert (frame.groupby("guest_id")["score"].diff().dropna() <= 0).all()
    assert len(top.model.predict(top=4)) == 240


def test_the_ranking_is_the_classification_sorted(which: Prediction, hotel: km.Graph) -> None:
    rows = which.frame[["guest_id", "anchor_time"]].drop_duplicates()
    ranked = km.predict(TOP, hotel, schedule=BOTH).model.predict(rows, top=5)

    best = which.frame.sort_values(["guest_id", "probability"], ascending=[True, False], kind="stable")

    assert ranked["room"].tolist() == best["room"].tolist()
    assert np.allclose(ranked["score"], best["probability"])


def test_a_taste_is_learned_better_than_the_baselines_know_it(which: Prediction, top: Prediction) -> None:
    scores = which.evaluation.metrics[MACRO_PRECISION]
    lists = top.evaluation.metrics["MAP@2"]

    assert scores["blend"] > scores["class shares"] + 0.1
    assert scores["blend"] > scores["last set"]
    assert lists["blend"] > lists["class shares"] + 0.1


def test_the_held_out_frame_gives_the_scores_again(which: Prediction) -> None:
    evaluation = which.evaluation
    frame = evaluation.frame

    by_class = [average_precision_score(one["label"], one["probability"]) for _, one in frame.groupby("room")]
    assert evaluation.score("blend") == pytest.approx(np.mean(by_class))
    assert evaluation.num_rows * 5 == len(frame)
    by_baseline = [average_precision_score(one["label"], one["past shares"]) for _, one in frame.groupby("room")]
    assert evaluation.score("past shares") == pytest.approx(np.mean(by_baseline))
    low, high = evaluation.intervals["blend"]
    assert low < evaluation.score("blend") < high
    assert evaluation.by_anchor["rows"].sum() == evaluation.num_rows
    assert evaluation.plot("calibration").axes


def test_the_labels_of_the_held_out_frame_are_those_of_the_label_table(which: Prediction) -> None:
    held = which.evaluation.frame.loc[which.evaluation.frame["label"]]
    sets = held.groupby(["guest_id", "anchor_time"])["room"].agg(set)
    labels = which.labels.frame[which.labels.frame["split"] == "test"].set_index(["guest_id", "anchor_time"])["label"]

    assert sets.to_dict() == labels.map(set).to_dict()


def test_the_report_tells_both_in_words(which: Prediction, top: Prediction) -> None:
    told, ranked = record(which).text, record(top).text

    assert told.startswith("Of 5 values of room, ")
    assert "at a probability of 0.500 or more" in told
    assert "Of all pairs of a row and a value" in told
    assert ranked.startswith("The best 2 of the values of room for 60 guests")


def test_classify_top_keeps_the_most_probable_classes(which: Prediction, hotel: km.Graph) -> None:
    frame = km.predict(WHICH.replace("CLASSIFY", "CLASSIFY TOP 2"), hotel, schedule=BOTH).frame

    best = which.frame["probability"].groupby(which.frame["guest_id"]).rank(ascending=False, method="first") <= 2
    pd.testing.assert_frame_equal(frame, which.frame[best].reset_index(drop=True), check_exact=True)


def test_a_trained_model_answers_as_long_as_the_query_asks_and_only_in_its_own_kind(
    which: Prediction, top: Prediction, hotel: km.Graph
) -> None:
    longer = km.predict(TOP.replace("TOP 2", "TOP 4"), hotel, model=top.model).frame
    shorter = km.predict(WHICH.replace("CLASSIFY", "CLASSIFY TOP 1"), hotel, model=which.model)
    whole = km.predict(WHICH, hotel, model=shorter.model).frame

    assert longer["rank"].max() == 4
    assert len(shorter.frame) == 60
    pd.testing.assert_frame_equal(whole, which.frame, check_exact=True)
    with pytest.raises(OptionError, match="its answer is multilabel classification, the query's multilabel ranking"):
        km.predict(TOP, hotel, model=which.model)


def test_a_threshold_cuts_answers_and_held_out_rows_alike(which: Prediction, hotel: km.Graph) -> None:
    cut = km.predict(WHICH, hotel, model=which.model, threshold=0.2)
    by_f1 = km.predict(WHICH, hotel, model=which.model, threshold="f1")

    assert (cut.frame["prediction"] == (cut.frame["probability"] >= 0.2)).all()
    assert (cut.evaluation.frame["prediction"] == (cut.evaluation.frame["probability"] >= 0.2)).all()
    assert by_f1.threshold == by_f1.model.fitted.readings.best_f1
    with pytest.raises(OptionError, match="each row has several classes"):
        km.predict(WHICH, hotel, threshold="top:5", schedule=BOTH)


def test_where_and_for_say_who_gets_an_answer(which: Prediction, hotel: km.Graph) -> None:
    query = WHICH.replace("FOR EACH guests.guest_id", "FOR guests.guest_id IN (7, 3)")

    frame = km.predict(query, hotel, schedule=BOTH).frame

    kept = which.frame["guest_id"].isin([3, 7])
    pd.testing.assert_frame_equal(frame, which.frame[kept].reset_index(drop=True), check_exact=True)


def test_own_labels_that_are_the_querys_give_the_same_frame(which: Prediction, hotel: km.Graph) -> None:
    labels = km.labels(WHICH, hotel)
    as_tuples = labels.assign(label=labels["label"].map(tuple))

    own = km.predict(WHICH, hotel, labels=as_tuples, schedule=BOTH)

    pd.testing.assert_frame_equal(own.frame, which.frame, check_exact=True)
    with pytest.raises(km.DataError, match="'kitchen' is not a list of values"):
        km.predict(WHICH, hotel, labels=labels.assign(label="kitchen"), schedule=BOTH)


def test_the_past_of_own_labels_is_theirs_where_they_differ(hotel: km.Graph) -> None:
    labels = km.labels(WHICH, hotel)
    own = labels.assign(label=[[1] if guest % 2 else [2] for guest in labels["guest_id"]])

    run = km.predict(WHICH, hotel, labels=own, schedule=TREES_ALONE)

    told = run.frame[run.frame["prediction"]]
    assert (told["room"] == np.where(told["guest_id"] % 2, 1, 2)).all()
    assert set(told["guest_id"]) == set(range(60))


@pytest.mark.parametrize("query", [TAGS, TOP_TAGS])
def test_missing_sets_of_a_column_are_filled_from_what_else_is_known(query: str, hotel: km.Graph) -> None:
    run = km.predict(query, hotel, schedule=TREES_ALONE)

    assert run.frame["guest_id"].drop_duplicates().tolist() == list(range(0, 60, 6))
    assert set(run.frame["tags"]) <= {f"t{number}" for number in range(5)}
    assert run.evaluation.kinds == {"boosted trees": "model", "class shares": "baseline"}
    assert not any("tags" in name for name in run.model.features().columns)


def test_an_empty_set_is_an_answer_to_learn_for_classes_and_none_to_rank() -> None:
    frames = make_frames()
    for place in (1, 2, 3):
        frames["guests"].at[place, "tags"] = []
    graph = graph_of(frames)

    told, ranked = (km.predict(query, graph, schedule=TREES_ALONE) for query in (TAGS, TOP_TAGS))

    assert len(told.labels.frame) == 50
    lengths = [ranked.model.evaluate(split).num_rows for split in ("val", "test")]
    assert sum(lengths) <= sum(told.model.evaluate(split).num_rows for split in ("val", "test"))
    assert ranked.evaluation.metrics.notna().all().all()


def test_a_class_that_only_held_out_rows_have_is_noted_and_gets_an_answer() -> None:
    frames = make_frames()
    visits = frames["visits"]
    visits.loc[visits["date"] > visits["date"].max() - pd.Timedelta(days=25), "room"] = 77

    run = km.predict(WHICH, graph_of(frames), schedule=TREES_ALONE)

    assert any("No training row has 77" in note for note in run.notes)
    assert run.frame.loc[run.frame["room"] == 77, "probability"].gt(0).all()


def test_of_many_classes_the_most_frequent_are_told_apart_and_the_rest_is_counted_as_missed() -> None:
    frames = make_frames()
    visits = frames["visits"]
    odd = visits.index[::4]
    visits.loc[odd, "room"] = 1000 + np.arange(len(odd)) % 200

    run = km.predict(TOP, graph_of(frames), schedule=TREES_ALONE)

    assert any("different values the 100 most frequent ones" in note for note in run.notes)
    assert set(run.frame["room"]) <= set(visits["room"])
    assert run.evaluation.metrics["recall@2"].max() < 1


def test_a_schedule_repeats_a_run_to_the_last_bit(hotel: km.Graph) -> None:
    run = km.predict(WHICH, hotel, budget="5s")

    again = km.predict(WHICH, hotel, schedule=run.schedule)

    pd.testing.assert_frame_equal(again.frame, run.frame, check_exact=True)
    pd.testing.assert_frame_equal(again.evaluation.frame, run.evaluation.frame, check_exact=True)


def test_a_stop_after_the_first_answer_gives_the_trees_answer_for_all(hotel: km.Graph) -> None:
    seen: list[FirstAnswer] = []

    def watch(event: Event) -> None:
        if isinstance(event, FirstAnswer):
            seen.append(event)

    run = km.predict(WHICH, hotel, budget="1h", notify=watch, stop=lambda: bool(seen))

    assert run.stopped
    assert run.weights == {"boosted trees": 1.0}
    assert list(seen[0].frame) == list(run.frame)
    assert len(run.frame) == 300


def test_a_stop_during_the_refit_leaves_the_chosen_model(hotel: km.Graph) -> None:
    stages: list[str] = []

    def watch(event: Event) -> None:
        if isinstance(event, StageStarted):
            stages.append(event.stage)

    run = km.predict(
        WHICH, hotel, budget="1h", preset="fast", learners=["trees"], notify=watch, stop=lambda: "refit" in stages
    )

    assert run.stopped
    assert any("Stopped during the refit" in note for note in run.notes)
    assert len(run.frame) == 300


@pytest.mark.parametrize("learners", [["trees"], ["network"]])
def test_either_learner_answers_alone(learners: list[str], hotel: km.Graph) -> None:
    run = km.predict(WHICH, hotel, learners=learners, preset="fast", budget="5s")

    assert len(run.weights) == 1
    assert run.evaluation.metrics[MACRO_PRECISION].notna().all()


def test_a_network_of_the_users_own_learns_sets_beside_ours(hotel: km.Graph) -> None:
    class Mine(nn.Module):
        def __init__(self, batch: HeteroData) -> None:
            super().__init__()
            self.layer = nn.Linear(batch.features.shape[1], 8)

        def forward(self, batch: HeteroData) -> Tensor:
            return self.layer(batch.features.nan_to_num())

    run = km.predict(WHICH, hotel, network=Mine, learners=["trees"], budget="5s")

    assert set(run.weights) == {"boosted trees", "Mine"}
    assert run.evaluation.kinds["Mine"] == "learner"
    batch = next(km.batches(WHICH, hotel))
    assert batch.y.shape[1] == 5
    assert set(batch.y.unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("num_looks", [20, 200])
def test_a_stop_while_boosters_grow_is_answered_by_short_ones(num_looks: int, hotel: km.Graph) -> None:
    looks = 0
    baselines: list[BaselineScored] = []

    def watch(event: Event) -> None:
        if isinstance(event, BaselineScored):
            baselines.append(event)

    def stop() -> bool:
        nonlocal looks
        looks += len(baselines) == 3
        return looks > num_looks

    run = km.predict(WHICH, hotel, budget="1h", notify=watch, stop=stop)

    assert run.stopped
    assert run.weights == {"boosted trees": 1.0}
    assert len(run.frame) == 300


def test_a_saved_set_column_answers_as_before(hotel: km.Graph, tmp_path: Path) -> None:
    model = km.fit(TOP_TAGS, hotel, schedule=BOTH)
    model.save(tmp_path / "model")

    again = km.load(tmp_path / "model", hotel)

    pd.testing.assert_frame_equal(again.predict(), model.predict(), check_exact=True)
    pd.testing.assert_frame_equal(again.evaluate().metrics, model.evaluate().metrics, check_exact=True)


def test_labels_that_are_all_one_set_are_too_few() -> None:
    frames = make_frames()
    frames["visits"]["room"] = 3

    with pytest.raises(km.TooFewLabelsError, match="training labels hold 3"):
        km.predict(WHICH, graph_of(frames), schedule=TREES_ALONE)


def test_a_backtest_scores_sets_of_past_days(which: Prediction) -> None:
    found = which.backtest(["2024-08-01"])

    assert found[MACRO_PRECISION].between(0, 1).all()
    assert found["baseline"].isin(["class shares", "past shares", "last set"]).all()


def test_of_sets_the_probability_of_each_class_is_compared_without_the_assumption(hotel: km.Graph) -> None:
    run = km.predict(f"{WHICH} ASSUMING COUNT(visits.*, 0, 20) > 3", hotel, schedule=TREES_ALONE)

    compared = run.compare_assumption()

    assert compared["room"].tolist() == run.frame["room"].tolist()
    assert np.allclose(compared["difference"], compared["probability"] - compared["baseline"])


def test_a_line_of_the_answer_is_explained_for_its_class_and_a_key_for_the_most_probable(
    which: Prediction, top: Prediction
) -> None:
    frame = which.frame[which.frame["guest_id"] == 7]

    of_line = which.model.explain(frame.iloc[3])
    of_key = which.model.explain(7)
    ranked = top.model.explain(top.frame[top.frame["guest_id"] == 7].iloc[1])

    assert of_line.answer_name == f"probability of {frame['room'].iloc[3]}"
    assert of_line.prediction == pytest.approx(frame["probability"].iloc[3], abs=1e-6)
    assert of_key.prediction == pytest.approx(frame["probability"].max(), abs=1e-6)
    assert ranked.prediction == pytest.approx(top.frame.loc[top.frame["guest_id"] == 7, "score"].iloc[1], abs=1e-6)
    assert of_line.tables["name"].iloc[0] == "visits"
    with pytest.raises(OptionError, match="99 is none of the 5 values"):
        which.model.explain({"guest_id": 7, "room": 99})


def test_what_sets_have_none_of_is_refused_in_words(which: Prediction) -> None:
    with pytest.raises(OptionError, match="no frozen scores of a multilabel classification"):
        which.model.evaluate(regime="frozen")


def test_a_target_that_is_called_as_a_column_of_the_frame_gets_another_name() -> None:
    frames = make_frames()
    frames["visits"] = frames["visits"].rename(columns={"room": "score"})
    graph = km.Graph.from_data(
        frames,
        keys={"guests": "guest_id", "visits": "visit_id"},
        times={"visits": "date"},
        stypes={("visits", "score"): "categorical"},
    )

    frame = km.predict(TOP.replace("visits.room", "visits.score"), graph, schedule=TREES_ALONE).frame

    assert list(frame) == ["guest_id", "anchor_time", "rank", "score_item", "score"]
