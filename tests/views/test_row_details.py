"""What is known of a row: which row is meant, why it is answered so, and what had happened to it by its anchor."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.prediction import Prediction
from kumo_magic.report.view import MIME, view_bundle
from kumo_magic.views.answers import answer_of
from kumo_magic.views.row import row_meant, row_named

ANCHOR = pd.Timestamp("2024-04-10")


def named(run: Prediction, place: int, **changes: object) -> dict[str, object]:
    row = {"place": place, "key": str(run.frame["user_id"].iloc[place]), "anchor": ANCHOR.isoformat(), "part": None}
    return row | changes


def test_a_row_is_found_by_its_place_and_known_by_its_key(shop_run: Prediction) -> None:
    row = row_named(shop_run, named(shop_run, 4))

    assert row.line["user_id"].tolist() == [5]
    assert row.named == named(shop_run, 4)


def test_a_frame_that_was_sorted_meanwhile_answers_about_no_other_row(shop_run: Prediction) -> None:
    asked = named(shop_run, 0)
    run = replace(shop_run, frame=shop_run.frame.sort_values("user_id", ascending=False))

    for kind in ("why", "history"):
        with pytest.raises(OptionError, match="in the place of 1 is 30 now"):
            answer_of(run, {"type": kind, "row": asked})


def test_a_row_that_the_frame_does_not_have_is_found_in_its_table(shop_run: Prediction) -> None:
    run = replace(shop_run, frame=shop_run.frame.iloc[:2])

    row = row_meant(run, 7)

    assert row.named == {"place": None, "key": "7", "anchor": ANCHOR.isoformat(), "part": None}
    assert row_named(run, row.named).line["user_id"].tolist() == [7]


@pytest.mark.parametrize(
    "row",
    [
        None,
        "1",
        {"place": 10**9, "key": "1", "anchor": None, "part": None},
        {"place": None, "key": "1", "anchor": "yesterday"},
        {"place": None, "key": "<script>", "anchor": None},
    ],
)
def test_rows_that_there_are_not_are_told_in_words(shop_run: Prediction, row: object) -> None:
    with pytest.raises(OptionError):
        row_named(shop_run, row)


def test_the_first_row_of_the_frame_is_explained_unless_another_is_named(shop_run: Prediction) -> None:
    first = shop_run.view("why").answer()
    other = shop_run.view("why", row=2).answer()

    assert first["row"]["key"] == "1"  # pyright: ignore
    assert other["row"] == named(shop_run, 1)
    with pytest.raises(OptionError, match="predicted no rows"):
        replace(shop_run, frame=shop_run.frame.iloc[:0]).view("why")
    with pytest.raises(OptionError, match="The view 'scores' has no row="):
        shop_run.view("scores", row=1)


def test_an_explanation_says_what_the_model_says(shop_run: Prediction) -> None:
    explanation = shop_run.model.explain(1)

    answer: Any = answer_of(shop_run, {"type": "why", "row": named(shop_run, 0)})

    json.dumps(answer, allow_nan=False)
    assert " ".join(answer["words"]) == explanation.words  # pyright: ignore
    tables = next(group["effects"] for group in answer["groups"] if group["title"] == "Tables")
    assert [effect["name"] for effect in tables] == explanation.tables["name"].tolist()  # pyright: ignore
    assert answer["curve"]["hidden"][0] == 0
    assert {row["name"] for row in answer["rows"]} == set(explanation.rows["name"])  # pyright: ignore


def test_the_history_holds_the_events_up_to_the_anchor_and_the_labels_known_by_then(shop_run: Prediction) -> None:
    history: Any = answer_of(shop_run, {"type": "history", "row": named(shop_run, 0)})

    (lane,) = history["lanes"]
    assert (lane["name"], lane["total"]) == ("orders", 11)
    assert [event["when"] for event in lane["events"]][-2:] == ["2024-03-31", "2024-04-10"]
    assert lane["columns"] == ["paid_on", "amount"]
    assert lane["events"][-1]["values"] == ["later", "10.5"]
    assert lane["events"][-2]["values"] == ["2024-04-03", "9.5"]
    assert history["window"]["words"] == "2024-04-10 to 2024-04-30"
    assert history["labels"]
    assert {label["label"] for label in history["labels"]} == {"True"}
    assert max(label["end"] for label in history["labels"]) <= history["anchor"]


def test_who_has_no_past_has_an_empty_history(shop_run: Prediction) -> None:
    history: Any = answer_of(shop_run, {"type": "history", "row": named(shop_run, 1)})

    assert history["lanes"] == []


def test_an_effect_is_found_by_the_name_of_its_event(shop_run: Prediction) -> None:
    why: Any = answer_of(shop_run, {"type": "why", "row": named(shop_run, 0)})
    history: Any = answer_of(shop_run, {"type": "history", "row": named(shop_run, 0)})

    assert {row["name"] for row in why["rows"]} == {event["name"] for event in history["lanes"][0]["events"]}


def test_outputs_are_readable_where_nothing_draws_views(shop_run: Prediction) -> None:
    predictions, why = view_bundle(shop_run.view()), view_bundle(shop_run.view("why"))

    assert "<table" in str(predictions["text/html"])
    assert 'alt="Histogram of probability over 30 rows' in str(predictions["text/html"])
    assert str(predictions["text/plain"]).startswith("Predictions: 30 users as of 2024-04-10\nHistogram")
    assert "user_id 1: the probability is" in str(why["text/html"])
    assert "user_id 1: the probability is" in str(why["text/plain"])
    assert "<script" not in f"{predictions['text/html']}{why['text/html']}"
    assert why[MIME]["answer"]["history"]["type"] == "history"  # pyright: ignore


def test_views_have_figures(shop_run: Prediction) -> None:
    assert len(shop_run.view().plot().axes) == 1
    assert len(shop_run.view("why").plot().axes) == 4
    with pytest.raises(OptionError, match="no figure 'roc'"):
        shop_run.view("why").plot("roc")
