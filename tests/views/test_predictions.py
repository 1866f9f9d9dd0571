"""Pages of a run's frame: order, search, filters and what each task's lines hold."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.plan.task_type import TaskType
from kumo_magic.views.predictions import predictions_answer
from kumo_magic.views.search import contains

Run = Callable[..., Any]
PROBABILITIES = [0.2, 0.9, 0.4, np.nan, 0.6, 0.4, 0.1]


def binary(run_of: Run, probabilities: list[float] = PROBABILITIES) -> Any:
    probability = np.array(probabilities)
    return run_of(TaskType.BINARY, pd.DataFrame({"prediction": probability > 0.5, "probability": probability}))


def keys(answer: Any) -> list[str]:
    return [line["row"]["key"] for line in answer["lines"]]


def asked(run: Any, **question: object) -> Any:
    return predictions_answer(run, {"type": "predictions", **question})


def test_the_greatest_come_first_and_what_is_missing_last(run_of: Run) -> None:
    answer = asked(binary(run_of))

    assert keys(answer) == ["2", "5", "3", "6", "1", "7", "4"]
    assert answer["lines"][-1]["cells"][-1] == {"kind": "probability", "value": None}
    assert keys(asked(binary(run_of), descending=False)) == ["7", "1", "3", "6", "5", "2", "4"]


def test_without_a_column_the_frames_own_order_stands(run_of: Run) -> None:
    assert keys(asked(binary(run_of), sort=None)) == list("1234567")
    assert keys(asked(binary(run_of), sort="user_id")) == list("7654321")


def test_a_line_names_its_row_by_place_key_and_anchor(run_of: Run) -> None:
    assert asked(binary(run_of))["lines"][0]["row"] == {
        "place": 1,
        "key": "2",
        "anchor": "2024-03-01T00:00:00",
        "part": None,
    }


def test_search_looks_in_keys_and_in_texts_of_the_entity_whatever_the_case(run_of: Run) -> None:
    assert keys(asked(binary(run_of), search="ROM")) == ["5", "1"]
    assert keys(asked(binary(run_of), search="7")) == ["7"]
    assert keys(asked(binary(run_of), search=".*")) == []
    assert asked(binary(run_of))["searched"] == ["user_id", "city"]


def test_a_range_includes_its_ends_and_the_histogram_tells_what_matches(run_of: Run) -> None:
    answer = asked(binary(run_of), filter={"low": 0.4, "high": 0.6})

    assert keys(answer) == ["5", "3", "6"]
    assert (answer["matching"], answer["total"]) == (3, 7)
    assert sum(answer["histogram"]["matching"]) == 3
    assert sum(answer["histogram"]["counts"]) == 6
    assert answer["histogram"]["threshold"] == 0.5


def test_a_predicted_class_can_be_chosen(run_of: Run) -> None:
    assert asked(binary(run_of))["classes"] == [{"name": "False", "lines": 5}, {"name": "True", "lines": 2}]
    assert keys(asked(binary(run_of), filter={"predicted": "True"})) == ["2", "5"]


def test_pages_have_25_lines_and_the_last_one_stands_for_those_after_it(run_of: Run) -> None:
    frame = pd.DataFrame({"user_id": range(60), "prediction": np.arange(60.0), "low": 0.0, "high": 99.0})
    run = run_of(TaskType.REGRESSION, frame)

    assert keys(asked(run, page=1)) == [str(key) for key in range(34, 9, -1)]
    last = asked(run, page=10**9)
    assert (last["page"], last["num_pages"], len(last["lines"])) == (2, 3, 10)
    assert last["lines"][0]["cells"][1:] == [
        {"kind": "number", "value": 9.0},
        {"kind": "interval", "low": 0.0, "high": 99.0},
    ]


def test_a_ranking_is_a_line_per_entity_whatever_order_its_rows_have(run_of: Run) -> None:
    frame = pd.DataFrame(
        {"user_id": [1, 1, 2, 2], "rank": [1, 2, 1, 2], "item_id": ["a", "b", "c", "a"], "score": [0.5, 0.1, 0.8, 0.2]}
    ).iloc[[3, 0, 2, 1]]
    run = run_of(TaskType.LINK_PREDICTION, frame.reset_index(drop=True))

    answer = asked(run)

    assert keys(answer) == ["2", "1"]
    assert [part["name"] for part in answer["lines"][0]["cells"][-1]["parts"]] == ["c", "a"]
    assert keys(asked(run, search="b")) == ["1"]
    assert answer["classes"] == []


def test_a_forecast_is_a_line_per_entity_sorted_by_its_mean(run_of: Run) -> None:
    frame = pd.DataFrame({"user_id": [1, 1, 2, 2], "step": [1, 2, 1, 2], "prediction": [1.0, 3.0, 5.0, np.inf]})

    answer = asked(run_of(TaskType.FORECASTING, frame.assign(low=0.0, high=9.0)))

    assert answer["lines"][1]["cells"][-2:] == [
        {"kind": "number", "value": 2.0},
        {"kind": "steps", "values": [1.0, 3.0]},
    ]
    assert answer["lines"][0]["cells"][-1]["values"] == [5.0, None]


def test_classes_of_a_set_come_the_most_probable_first_and_say_which_are_told(run_of: Run) -> None:
    frame = pd.DataFrame({"user_id": [1, 1], "tag": ["x", "y"], "prediction": [False, True], "probability": [0.3, 0.7]})

    answer = asked(run_of(TaskType.MULTILABEL_CLASSIFICATION, frame))

    parts = answer["lines"][0]["cells"][-1]["parts"]
    assert [(part["name"], part["is_told"]) for part in parts] == [("y", True), ("x", False)]
    assert answer["classes"] == [{"name": "y", "lines": 1}]
    assert keys(asked(run_of(TaskType.MULTILABEL_CLASSIFICATION, frame), filter={"predicted": "x"})) == []


def test_an_empty_frame_and_a_frame_of_one_row_are_answered(run_of: Run) -> None:
    empty = asked(binary(run_of, []))
    assert (empty["lines"], empty["histogram"], empty["num_pages"]) == ([], None, 1)

    one = asked(binary(run_of, [0.25]))
    assert sum(one["histogram"]["counts"]) == 1
    assert one["title"] == "1 users as of 2024-03-01"


@pytest.mark.parametrize(
    "user_keys",
    [
        ["<img src=x onerror=alert(1)>", "x" * 10_000, None],
        [1, "one", 2.5],
        list(pd.to_datetime(["2024-01-01", "2024-01-02", None])),
        pd.Categorical(["a", "b", None]),
    ],
)
def test_keys_of_any_kind_are_sorted_searched_and_shown(run_of: Run, user_keys: Any) -> None:
    frame = pd.DataFrame({"user_id": user_keys, "prediction": [True] * 3, "probability": [0.6, 0.7, 0.8]})

    for question in ({"sort": "user_id"}, {"search": "a"}, {"search": "2"}, {}):
        assert asked(run_of(TaskType.BINARY, frame), **question)["total"] == 3


def test_a_sort_that_there_is_not_is_told_in_words(run_of: Run) -> None:
    with pytest.raises(OptionError, match="cannot be sorted by 'secrets'"):
        asked(binary(run_of), sort="secrets")


def test_parts_of_a_question_of_another_form_count_as_not_asked_for(run_of: Run) -> None:
    odd = {"search": ["x"], "page": -3, "descending": "yes", "filter": {"low": "0", "high": float("nan")}}

    assert asked(binary(run_of), **odd)["matching"] == 7


def test_a_frame_that_lost_a_column_is_told_in_words(run_of: Run) -> None:
    run = binary(run_of)
    del run.frame["probability"]

    with pytest.raises(OptionError, match="no column 'probability' any more"):
        asked(run)


@pytest.mark.parametrize(
    "odd",
    [b"\xff\xfe", "\ud800", 2**70, 3 + 2j, [1, 2], {"a": 1}],
    ids=["bytes", "half a sign", "huge", "complex", "list", "dict"],
)
def test_values_that_are_no_text_hide_none_that_are(odd: object) -> None:
    values = pd.Series([odd, "an apple", None], dtype=object)

    assert contains(values, "apple").tolist() == [False, True, False]
    assert contains(values, "\ud800apple").tolist() == [False, False, False]
    assert not contains(pd.Series([odd], dtype=object), "apple").any()
