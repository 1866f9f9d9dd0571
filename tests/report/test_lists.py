import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from kumo_magic.evaluation import Evaluation
from kumo_magic.learn.list_scores import ListParts, Segment
from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.lists import lists_html
from kumo_magic.report.record import record
from kumo_magic.report.run_list import run_comparison

SCORES = {"MAP@2": 0.25, "recall@2": 0.5, "repeat recall@2": math.nan, "explore recall@2": 0.5}
LEARNERS = ("ranker", "recent popularity")


def ranked(evaluation: Evaluation) -> Evaluation:
    """Four rows without a past, so that there is neither a repeat nor a heavy row."""
    cold = Segment(num_rows=4, fewest_events=0, scores=dict.fromkeys(LEARNERS, SCORES))
    return replace(
        evaluation,
        task_type=TaskType.LINK_PREDICTION,
        primary_metric="MAP@2",
        metrics=pd.DataFrame([SCORES | {"coverage@2": 0.75}] * 2, index=list(LEARNERS)),
        frame=evaluation.frame[["user_id", "anchor_time", "label"]],
        row_scores=evaluation.frame[["user_id", "anchor_time"]].assign(**dict.fromkeys(LEARNERS, 0.25)),
        kinds={"ranker": "model", "recent popularity": "baseline"},
        parts=ListParts(segments={"cold": cold}, repeat_shares=dict.fromkeys(("labels", *LEARNERS), 0.0)),
    )


@pytest.fixture
def ranking_run(make_run) -> Any:
    run = make_run()
    frame = run.frame[["user_id", "anchor_time"]].assign(rank=1, item_id="a", score=0.5)
    run.plan.task_type = TaskType.LINK_PREDICTION
    run.labels.frame["label"] = [["a"]] * len(run.labels.frame)
    return make_run(plan=run.plan, labels=run.labels, frame=frame, evaluation=ranked(run.evaluation))


def test_a_split_without_repeats_shows_a_dash_and_no_reason_below_the_scores(ranking_run) -> None:
    evaluation = ranking_run.evaluation

    html = lists_html(evaluation, evaluation.repeat_shares, evaluation.by_segment)

    assert "0% of the true items are repeats" in html
    assert ">–</td>" in html
    assert "here none is." in html
    assert evaluation.unknown == ""


def test_the_main_table_and_the_comparison_of_runs_stay_short(ranking_run) -> None:
    for text in (record(ranking_run, length="short").text, run_comparison({1: ranking_run, 2: ranking_run}).text):
        assert "recall@2" in text
        assert "repeat recall@2" not in text
        assert "coverage@2" not in text
