"""The answer of a scores view: numbers that can be counted in the frame, and little enough for a notebook."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import OptionError
from kumo_magic.learners.schedule import RankerSchedule, Schedule, TreeSchedule, TreeSettings
from kumo_magic.prediction import Prediction

TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(), num_rounds=10))
RANKER = Schedule(ranker=RankerSchedule(num_rounds=10, most_rows=400))
QUERIES = {
    "truths": ("PREDICT COUNT(orders.*, 0, 20) = 0 FOR EACH users.user_id", TREES),
    "classes": ("PREDICT LAST(orders.status, 0, 20) FOR EACH users.user_id", TREES),
    "numbers": ("PREDICT SUM(orders.amount, 0, 20) FOR EACH users.user_id", TREES),
    "lists": ("PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 3 FOR EACH users.user_id", RANKER),
}
HOSTILE = "<img src=x onerror=alert(1)>" + "x" * 10_000


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    """Ninety users who order at rates of their own, over three hundred days; a tier has a hostile name."""
    random = np.random.default_rng(1)
    rate = random.gamma(0.7, size=90)
    orders = pd.DataFrame(
        {
            "user_id": random.choice(90, 1500, p=rate / rate.sum()),
            "item_id": random.integers(9, size=1500),
            "amount": random.gamma(2.0, 10.0, 1500),
            "status": random.choice(["paid", "open", "sent"], 1500),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, 1500), unit="h"),
        }
    )
    users = pd.DataFrame({"user_id": np.arange(90), "tier": random.choice(["gold", HOSTILE], 90)})
    graph = km.Graph.from_data({"users": users, "items": pd.DataFrame({"item_id": range(9)}), "orders": orders})
    graph["users"]["tier"].stype = "categorical"
    return graph


@pytest.fixture(scope="module")
def run_of(shop: km.Graph) -> Callable[[str], Prediction]:
    """The run of a task, fitted on first use."""
    runs: dict[str, Prediction] = {}

    def run(task: str) -> Prediction:
        if task not in runs:
            query, schedule = QUERIES[task]
            runs[task] = km.predict(query, shop, schedule=schedule)
        return runs[task]

    return run


def answered(run: Prediction) -> dict[str, Any]:
    """The answer as a front end reads it; JSON has no NaN."""
    return json.loads(json.dumps(run.view("scores").answer(), allow_nan=False))


@pytest.mark.parametrize("task", QUERIES)
def test_every_answer_has_its_groups_and_stays_small(run_of: Callable[[str], Prediction], task: str) -> None:
    run = run_of(task)
    answer = answered(run)
    everyone, *others = answer["groups"]

    assert answer["task"] == task
    assert answer["title"] == run.evaluation.sentence
    assert (everyone["kind"], everyone["num_rows"]) == ("all", run.evaluation.num_rows)
    assert everyone["score"] == pytest.approx(run.evaluation.score(run.evaluation.model), rel=1e-4)
    anchors = [group for group in others if group["kind"] == "anchor"]
    assert sum(group["num_rows"] for group in anchors) == run.evaluation.num_rows
    tiers = [group for group in others if group["column"] == "tier"]
    assert sum(group["num_rows"] for group in tiers) == run.evaluation.num_rows
    assert all(len(group["name"]) <= 200 for group in answer["groups"])
    assert len(json.dumps(answer)) < 150_000


def test_truths_have_cuts_that_can_be_counted_in_the_frame(run_of: Callable[[str], Prediction]) -> None:
    run = run_of("truths")
    evaluation = run.evaluation
    drawn = answered(run)["groups"][0]["drawn"]
    curve = drawn["curves"][0]
    label, probability = evaluation.frame["label"], evaluation.frame["probability"]

    assert [each["learner"] for each in drawn["curves"]] == list(evaluation.kinds)
    assert (curve["num_predicted"][0], curve["num_predicted"][-1]) == (0, evaluation.num_rows)
    assert curve["num_hits"][-1] == drawn["num_true"] == label.sum()
    assert len(curve["num_predicted"]) == len(drawn["thresholds"]) + 1 <= 200
    for threshold, predicted, hits in zip(
        drawn["thresholds"], curve["num_predicted"][1:], curve["num_hits"][1:], strict=True
    ):
        chosen = probability >= threshold * (1 - 1e-4)
        assert abs(chosen.sum() - predicted) <= 1
        assert abs((chosen & label).sum() - hits) <= 1
    assert sum(drawn["bins"][0]["rows"]) == evaluation.num_rows


def test_classes_have_the_matrix_of_the_frame(run_of: Callable[[str], Prediction]) -> None:
    run = run_of("classes")
    frame = run.evaluation.frame
    drawn = answered(run)["groups"][0]["drawn"]

    expected = pd.crosstab(frame["label"], frame["prediction"]).reindex(
        index=drawn["classes"], columns=drawn["classes"], fill_value=0
    )
    assert drawn["matrices"][0]["counts"] == expected.to_numpy().tolist()


def test_numbers_have_points_and_errors_by_size(run_of: Callable[[str], Prediction]) -> None:
    run = run_of("numbers")
    frame = run.evaluation.frame
    drawn = answered(run)["groups"][0]["drawn"]

    assert len(drawn["points"]["label"]) == min(200, len(frame))
    sizes = drawn["sizes"]
    assert sum(sizes["rows"]) == len(frame)
    mean = np.average(sizes["error"], weights=sizes["rows"])
    assert mean == pytest.approx(run.evaluation.metrics.at[run.evaluation.model, "MAE"], rel=1e-3)


def test_a_ranking_has_curves_that_end_in_its_scores(run_of: Callable[[str], Prediction]) -> None:
    run = run_of("lists")
    evaluation = run.evaluation
    answer = answered(run)
    drawn = answer["groups"][0]["drawn"]

    assert drawn["ks"] == [1, 2, 3]
    for curve in drawn["curves"]:
        expected = evaluation.metrics.at[curve["learner"], f"{curve['metric']}@3"]
        assert curve["values"][-1] == pytest.approx(expected, rel=1e-4)
    assert answer["parts"]["metrics"] == ["repeat recall@3", "explore recall@3", "coverage@3"]
    past = {group["name"]: group for group in answer["groups"] if group["column"] == "past events"}
    assert sum(group["num_rows"] for group in past.values()) == evaluation.num_rows
    assert all(group["drawn"]["ks"] == [1, 2, 3] for group in past.values())


@pytest.mark.parametrize("task", QUERIES)
def test_a_scores_view_has_figures_for_papers(run_of: Callable[[str], Prediction], task: str) -> None:
    view = run_of(task).view("scores")

    for kind in run_of(task).evaluation.pictures:
        assert view.plot(kind).axes
    assert view.plot().axes
    with pytest.raises(OptionError, match="Choose from"):
        view.plot("pie")
