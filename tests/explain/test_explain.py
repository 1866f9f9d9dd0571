"""A planted cause is named first; hiding nothing changes nothing; an effect is what deleting the row gives."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import DataError, OptionError
from kumo_magic.explain import hubs, rescore, why
from kumo_magic.explain.excerpt import Excerpt, take_excerpt
from kumo_magic.explain.rescore import Question, ask
from kumo_magic.explain.scenario import Scenario, without_rows
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.trained_model import Model

Frames = dict[str, pd.DataFrame]


def surest(model: Model) -> pd.Series:
    """The row with the highest probability."""
    frame = model.predict()
    return frame.loc[frame["probability"].idxmax()]


def question_of(model: Model, row: pd.Series) -> Question:
    anchor_us = int(row["anchor_time"].to_datetime64().astype("datetime64[us]").astype(np.int64))
    frame = pd.DataFrame({"user_id": [row["user_id"]], "anchor_time": [row["anchor_time"]]})
    return ask(model.fitted, frame, int(row["user_id"]), anchor_us)


def weighed(model: Model) -> Model:
    """The same model with trees and network counting half each."""
    return replace(model, fitted=replace(model.fitted, weights=dict.fromkeys(model.fitted.weights, 0.5)))


@pytest.fixture(scope="module")
def both_count(items_model) -> Model:
    return weighed(items_model.model)


def test_a_table_that_alone_decides_is_named_first(visits_model) -> None:
    explanation = visits_model.model.explain(surest(visits_model.model))

    assert explanation.prediction > 0.8
    assert explanation.tables["name"].iloc[0] == "visits"
    assert explanation.tables["effect"].iloc[0] > 0.5
    assert explanation.tables["effect"].iloc[1:].abs().max() < 0.2
    assert explanation.paths["name"].iloc[0] == "visits"
    assert set(explanation.events.loc[explanation.events["effect"] > 0.1, "name"].str.split().str[0]) == {"visits"}
    assert "visits" in explanation.words.split("Most of it comes from ")[1].split("(")[0]


def test_a_neighbour_two_links_away_that_decides_is_named_first(items_model) -> None:
    explanation = items_model.model.explain(surest(items_model.model))

    assert explanation.prediction > 0.8
    assert explanation.tables["name"].iloc[0] == "items"
    assert explanation.paths["name"].iloc[0] == "visits.item_id → items"
    assert explanation.paths["hops"].iloc[0] == 2
    assert explanation.columns["name"].iloc[0] == "items.price"
    assert explanation.columns["effect"].iloc[0] > 0.5


def test_the_prediction_is_that_of_predict(visits_model, both_count: Model) -> None:
    for model in (visits_model.model, both_count):
        for _, row in model.predict().head(3).iterrows():
            assert model.explain(row).prediction == row["probability"]


def test_hiding_nothing_changes_nothing_bit_for_bit(both_count: Model) -> None:
    row = surest(both_count)
    question = question_of(both_count, row)

    for is_far in (False, True):
        answers = question.answers([Scenario(), Scenario(rows={"visits": np.empty(0, dtype=np.int64)})], is_far=is_far)
        assert answers.values.tolist() == [row["probability"]] * 2
        features = question.features([Scenario()], is_far=is_far)
        np.testing.assert_array_equal(features.to_numpy(), question.examples.features)


CROWD = ("rank of ", "label of ")


def after_deleting(
    model: Model, frames: Frames, delete: Callable[[Frames], Frames], as_graph: Callable[[Frames], km.Graph], path: Path
) -> Model:
    """The saved model on a graph that never had the rows."""
    model.save(path / "model", overwrite=True)
    loaded = km.load(path / "model", as_graph(delete(frames)))
    return replace(loaded, fitted=replace(loaded.fitted, weights=model.fitted.weights))


def without_keys(table: str, keys: list[int]) -> Callable[[Frames], Frames]:
    key = {"visits": "visit_id", "orders": "order_id", "calls": "call_id", "items": "item_id"}[table]
    return lambda frames: frames | {table: frames[table][~frames[table][key].isin(keys)]}


def test_an_effect_is_what_deleting_the_rows_gives(items_model, both_count: Model, as_graph, tmp_path: Path) -> None:
    frames = items_model.frames
    row = surest(both_count)
    question = question_of(both_count, row)
    own = {name: np.flatnonzero(frames[name]["user_id"] == row["user_id"]) for name in ("visits", "orders", "calls")}
    seen = int(frames["visits"]["item_id"].iloc[own["visits"][0]])
    hidden = [
        ("visits", own["visits"][-1:]),
        ("visits", own["visits"]),
        ("orders", own["orders"][-1:]),
        ("orders", own["orders"][:3]),
        ("calls", own["calls"][:1]),
        ("items", np.array([seen])),
    ]
    scenarios = [without_rows([(table, int(place)) for place in rows]) for table, rows in hidden]
    ours, features = question.answers(scenarios), question.features(scenarios)
    far = question.answers(scenarios, is_far=True)

    np.testing.assert_allclose(far.values, ours.values, atol=1e-6)
    for place, (table, rows) in enumerate(hidden):
        deleted = without_keys(table, rows.tolist())  # keys are positions here
        fitted = after_deleting(both_count, frames, deleted, as_graph, tmp_path).fitted
        asked, examples = fitted.preparation.asked(
            question.frame, question.examples.entity_rows, question.examples.anchor_us
        )
        names = np.array(fitted.preparation.names)
        is_crowd = np.array([name.startswith(CROWD) for name in names])
        true = features.iloc[place].to_numpy()
        np.testing.assert_allclose(examples.features[0][~is_crowd], true[~is_crowd], rtol=1e-5, atol=1e-6)
        examples.features[0][is_crowd] = true[is_crowd]
        outputs = fitted.outputs(examples)
        assert len(asked) == 1
        assert question.read(outputs).values[0] == pytest.approx(ours.values[place], abs=1e-6)
    assert np.abs(question.as_it_is().values[0] - ours.values).max() > 0.1


def test_ranks_are_among_everyone_as_they_were(items_model, both_count: Model, as_graph, tmp_path: Path) -> None:
    frames = items_model.frames
    row = surest(both_count)
    question = question_of(both_count, row)
    own = np.flatnonzero(frames["orders"]["user_id"] == row["user_id"])[-4:]
    features = question.features([without_rows([("orders", int(place)) for place in own])]).iloc[0]
    fitted = after_deleting(both_count, frames, without_keys("orders", own.tolist()), as_graph, tmp_path).fitted
    _, examples = fitted.preparation.asked(question.frame, question.examples.entity_rows, question.examples.anchor_us)
    true = pd.Series(examples.features[0], index=fitted.preparation.names)
    ranks = [name for name in true.index if name.startswith("rank of ")]

    assert ranks
    assert np.nanmax((features[ranks] - true[ranks]).abs()) < 0.05
    before = pd.Series(question.examples.features[0], index=question.names)[ranks]
    assert np.nanmax((features[ranks] - before).abs()) > 0.1


def test_a_column_without_values_is_as_in_a_frame_without_them(
    items_model, both_count: Model, as_graph, tmp_path: Path
) -> None:
    row = surest(both_count)
    question = question_of(both_count, row)
    columns = [("items", "price"), ("visits", "pages"), ("calls", "topic"), ("users", "age")]
    scenarios = [Scenario(columns=frozenset({column})) for column in columns]
    ours = question.answers(scenarios, is_far=True)
    features = question.features(scenarios, is_far=True)

    for place, (table, column) in enumerate(columns):

        def emptied(frames: Frames, table: str = table, column: str = column) -> Frames:
            kind = float if column != "topic" else object
            empty = pd.Series([None] * len(frames[table]), dtype=kind)
            return frames | {table: frames[table].assign(**{column: empty})}

        fitted = after_deleting(both_count, items_model.frames, emptied, as_graph, tmp_path).fitted
        _, examples = fitted.preparation.asked(
            question.frame, question.examples.entity_rows, question.examples.anchor_us
        )
        is_crowd = np.array([name.startswith(CROWD) for name in fitted.preparation.names])
        examples.features[0][is_crowd] = features.iloc[place].to_numpy()[is_crowd]
        assert question.read(fitted.outputs(examples)).values[0] == pytest.approx(ours.values[place], abs=1e-6)


def test_past_labels_are_those_of_a_past_without_the_rows(items_model) -> None:
    frames, model = items_model.frames, items_model.model
    row = surest(model)
    question = question_of(model, row)
    own = np.flatnonzero(frames["orders"]["user_id"] == row["user_id"])

    features = question.features([without_rows([("orders", int(place)) for place in own])])
    assert question.examples.features[0][question.names.index("label: mean of past")] > 0.5
    assert features["label: mean of past"].iloc[0] == 0


def test_what_comes_after_the_anchor_is_never_listed_and_counts_nothing(visits_model, as_graph, tmp_path: Path) -> None:
    model, frames = visits_model.model, visits_model.frames
    row = surest(model)
    known = model.explain(row)
    last = frames["visits"]["date"].max()
    later = frames["visits"].tail(40).assign(visit_id=range(90_000, 90_040), user_id=row["user_id"], pages=9)
    later["date"] = last + pd.to_timedelta(np.arange(1, 41), unit="D")
    more = {**frames, "visits": pd.concat([frames["visits"], later], ignore_index=True)}
    model.save(tmp_path / "model")
    explanation = km.load(tmp_path / "model", as_graph(more)).explain(row)

    assert (known.rows["time"] <= row["anchor_time"]).all()
    pd.testing.assert_frame_equal(explanation.rows, known.rows)
    pd.testing.assert_frame_equal(explanation.tables, known.tables)
    assert explanation.prediction == known.prediction
    assert explanation.words == known.words


@pytest.mark.parametrize("planted", ["visits_model", "items_model"])
def test_hiding_rows_by_effect_moves_the_answer_faster_than_at_random(
    planted: str, request: pytest.FixtureRequest
) -> None:
    model = request.getfixturevalue(planted).model
    found = model.explain(surest(model)).faithfulness

    assert found is not None
    assert found.ratio is not None
    assert found.ratio > 1.1
    curve = found.curve
    assert curve["in_order"].iloc[-1] == pytest.approx(curve["random"].iloc[-1])


def test_without_the_rows_of_the_flip_the_decision_is_another(visits_model) -> None:
    model = visits_model.model
    row = surest(model)
    explanation = model.explain(row)
    flip = explanation.flip
    threshold = model.fitted.readings.threshold

    assert flip is not None
    assert threshold is not None
    question = question_of(model, row)
    events = list(zip(flip["table"], flip["key"].astype(int), strict=True))
    assert explanation.prediction >= threshold > question.answers([without_rows(events)]).values[0]
    for place in range(len(events)) if len(events) > 1 else ():
        fewer = events[:place] + events[place + 1 :]
        assert question.answers([without_rows(fewer)]).values[0] >= threshold


def test_an_unknown_key_is_told(visits_model) -> None:
    with pytest.raises(DataError, match="not in 'users'"):
        visits_model.model.explain(10_000)


def test_an_anchor_before_what_was_learned_from_is_told(visits_model) -> None:
    with pytest.raises(DataError, match="would know the future"):
        visits_model.model.explain({"user_id": 1, "anchor_time": pd.Timestamp("2024-03-01")})


def test_several_rows_are_told(visits_model) -> None:
    with pytest.raises(OptionError, match="one row, not 80"):
        visits_model.model.explain(visits_model.model.predict())


def test_a_key_alone_is_asked_about_as_of_the_prediction_anchor(visits_model) -> None:
    row = surest(visits_model.model)

    explanation = visits_model.model.explain(row["user_id"])
    assert explanation.row == (row["user_id"], row["anchor_time"])
    assert explanation.prediction == row["probability"]


def test_importance_names_what_decides(visits_model) -> None:
    found = visits_model.model.importance(n=12)

    assert found.num_rows == 12
    assert found.tables["name"].iloc[0] == "visits"
    assert found.windows["name"].iloc[0].startswith("last 20 days")
    assert found.windows["effect"].idxmax() == 0
    cohorts = found.cohorts[found.cohorts["name"] == "visits"]
    assert cohorts["rows"].sum() > 0
    assert cohorts["mean_label"].between(0, 1).all()


def test_the_figure_draws_four_panels(visits_model) -> None:
    explanation = visits_model.model.explain(surest(visits_model.model))

    figure = explanation.plot()
    assert len(figure.axes) == 4
    assert figure.axes[0].get_yticklabels()[-1].get_text() == "visits"


def test_a_row_that_too_many_share_stays_as_it_is_and_a_note_says_so(
    both_count: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = surest(both_count)
    copied = both_count.explain(row)
    monkeypatch.setattr(hubs, "MOST_LINKED", 10)
    monkeypatch.setattr(why, "_ROWS_AT_ONCE", 0)
    shared = both_count.explain(row)

    assert not copied.notes
    assert "too large to copy" in shared.notes[0]
    assert question_of(both_count, row).answers([Scenario()]).values[0] == row["probability"]
    pd.testing.assert_frame_equal(shared.tables, copied.tables)
    by_name = [one.rows.set_index("name")["effect"].sort_index() for one in (copied, shared)]
    np.testing.assert_allclose(*by_name, atol=0.02)


def test_an_excerpt_that_falls_short_is_replaced_by_everything_that_is_known(
    both_count: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = surest(both_count)
    true = both_count.explain(row)

    def too_small(timeline: Timeline, *, hops: int, **asked: object) -> Excerpt:
        del hops
        found = take_excerpt(timeline, hops=0, **asked)  # pyright: ignore[reportArgumentType]
        return replace(found, rows=found.near)

    monkeypatch.setattr(rescore, "take_excerpt", too_small)
    explanation = both_count.explain(row)
    assert explanation.prediction == true.prediction
    np.testing.assert_allclose(
        explanation.rows.set_index("name")["effect"].sort_index(),
        true.rows.set_index("name")["effect"].sort_index(),
        atol=1e-6,
    )
