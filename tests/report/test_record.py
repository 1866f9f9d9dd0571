import dataclasses
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest

from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.answer import answer
from kumo_magic.report.record import record
from kumo_magic.report.run_list import run_comparison, run_list

pytestmark = pytest.mark.usefixtures("plain_schema")


class Tags(HTMLParser):
    """Every tag with its attributes; checks that tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def test_the_record_begins_with_the_answer_then_the_comparison_then_the_scores(make_run) -> None:
    text = record(make_run(), number_of_run=3).text

    assert text.splitlines()[:2] == [
        "True for 1 of 4 users (25%) as of 2024-03-01, at a probability of 0.400 or more (as asked).",
        "On 4 test rows at 2024-03-01 (rolling) the blend reaches AUROC 0.780, the best baseline (past mean) 0.710.",
    ]
    assert "Run 3 · 58 s of 1 min · seed 7" in text


def test_the_html_uses_only_what_sanitizers_keep(make_run) -> None:
    tags = Tags(record(make_run()).html).found

    assert {tag for tag, _ in tags}.isdisjoint({"style", "svg", "script", "link", "iframe"})
    assert {name for _, attributes in tags for name in attributes} <= {"style", "class", "scope", "alt", "src", "width"}
    images = [attributes for tag, attributes in tags if tag == "img"]
    assert [image["src"][:26] for image in images] == ["data:image/svg+xml;base64,"] * 2
    assert "AUROC on validation rows goes from 0.650" in images[0]["alt"]


def test_the_best_of_each_column_is_bold_or_starred(make_run) -> None:
    made = record(make_run(), length="short")

    assert re.findall(r"<b>([\d.]+)</b>", made.html) == ["0.780", "0.170"]
    assert re.findall(r"([\d.]+)\*", made.text) == ["0.780", "0.170"]


def test_a_note_that_is_told_twice_is_shown_once(make_run) -> None:
    assert record(make_run()).text.count("A note.") == 1


def test_hostile_names_stay_text(make_run) -> None:
    hostile = '<img src=x onerror="alert(1)">'
    run = make_run(query=hostile, notes=(hostile,))
    run.plan.entity_table = hostile
    run.threshold_words = hostile
    html = record(run, warnings=[hostile]).html

    assert hostile not in html
    assert [tag for tag, attributes in Tags(html).found if "onerror" in attributes] == []
    assert "&lt;img src=x" in html


def test_warnings_come_first(make_run) -> None:
    made = record(make_run(), warnings=["'orders' changed."])

    assert made.text.splitlines()[0] == "Note: 'orders' changed."


def test_a_long_run_makes_a_record_under_300_kb(make_run, events) -> None:
    many = tuple(dataclasses.replace(events[-1], step=step) for step in range(20_000))
    days = pd.date_range("2000-01-01", periods=2000)
    run = make_run(events=(*events, *many), notes=("n" * 200,) * 30)
    run.labels.frame = pd.DataFrame({"user_id": 1, "anchor_time": days, "label": True, "split": "train"})
    run.labels.anchors = pd.DataFrame({"anchor_time": days, "split": "train", "num_rows": 1})

    assert len(record(run).html.encode()) < 300_000


def test_the_short_record_has_nothing_to_open(make_run) -> None:
    assert "<details" not in record(make_run(), length="short").html


def test_a_stopped_run_says_so(make_run) -> None:
    assert "stopped by you" in record(make_run(stopped=True)).text


@pytest.mark.parametrize(
    ("task_type", "frame", "said"),
    [
        (TaskType.REGRESSION, {"prediction": [1.0, 2.0, 3.0], "low": 0.0, "high": 9.0}, "A median of 2.00 for 3 users"),
        (
            TaskType.MULTICLASS,
            {"prediction": ["a", "b", "a"], "probability": 0.5},
            "'a' is predicted most often: for 2",
        ),
        (
            TaskType.LINK_PREDICTION,
            {"rank": [1, 1, 1], "item_id": ["x", "x", "y"], "score": 1.0},
            "'x' is ranked first",
        ),
    ],
)
def test_the_answer_is_a_sentence_of_its_task(make_run, task_type, frame, said) -> None:
    run = make_run(frame=pd.DataFrame({"user_id": [1, 2, 3], "anchor_time": pd.Timestamp("2024-03-01"), **frame}))
    run.plan.task_type = task_type

    assert answer(run).startswith(said) or said in answer(run)


def test_an_empty_frame_says_that_nobody_is_eligible(make_run) -> None:
    run = make_run()

    assert answer(make_run(frame=run.frame.iloc[:0])).startswith("Nobody to predict for")


def test_the_run_list_has_a_line_per_run_and_the_comparison_marks_what_differs(make_run) -> None:
    runs = {1: make_run(), 2: make_run(seed=8)}

    assert len(run_list(runs).text.splitlines()) == 4
    marked = [line.split("≠")[0].strip() for line in run_comparison(runs).text.splitlines() if "≠" in line]
    assert marked == ["seed"]


def test_no_runs_yet_says_what_to_do() -> None:
    assert "%%predict" in run_list({}).text


def test_a_run_without_training_events_has_no_curve(make_run) -> None:
    run = make_run(events=())
    run.labels = SimpleNamespace(**vars(run.labels))

    assert "Learning curve" not in record(run).html
    assert "What was tried" not in record(run).html


def test_the_model_comes_first_then_its_learners_with_their_weights_then_the_baselines(make_run) -> None:
    lines = record(make_run()).text.splitlines()[4:9]

    assert [re.split(r"  +", line)[:2] for line in lines] == [
        ["blend", "model"],
        ["boosted trees", "100% of the model"],
        ["graph network", "0% of the model"],
        ["constant", "baseline"],
        ["past mean", "baseline"],
    ]


def test_the_table_names_the_regime_the_certainty_and_the_base_rate(make_run) -> None:
    text = record(make_run(), length="short").text

    assert "4 test rows, rolling: each row saw what was known at its own anchor." in text
    assert "95% bootstrap interval of the AUROC: " in text
    assert "50% of these rows are true, the average precision of a guess. Predicted true: 1" in text


def test_frozen_scores_are_called_frozen(make_run) -> None:
    frozen = dataclasses.replace(make_run().evaluation, regime="frozen")

    made = record(make_run(evaluation=frozen))

    assert "4 test rows, frozen: every row saw what was known at one cut" in made.text
    assert "frozen, with its 95% bootstrap interval" in made.html


def test_scores_of_validation_rows_say_that_they_flatter(make_run) -> None:
    validated = dataclasses.replace(make_run().evaluation, split="val")

    assert "The same rows chose and calibrated the model" in record(make_run(evaluation=validated)).text


def test_scores_without_a_value_are_dashes_with_a_reason(make_run) -> None:
    evaluation = make_run().evaluation
    alike = dataclasses.replace(
        evaluation, frame=evaluation.frame.assign(label=False), metrics=evaluation.metrics.assign(AUROC=float("nan"))
    )

    made = record(make_run(evaluation=alike))

    assert "No AUROC: the labels of these rows are all False" in made.text
    assert "AUROC has no value" in made.text
    assert re.search(r"past mean +baseline +– ", made.text)


def test_what_was_tried_is_a_table_of_scores_and_times(make_run, events, trees_scored) -> None:
    html = record(make_run(events=(*events[:5], trees_scored, *events[5:]))).html

    section = html[html.index("What was tried (2)") :]
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", section)[4:12]
    assert cells == [
        "boosted trees",
        "7 leaves",
        "0.790",
        "1.2 s",
        "graph network",
        "20 steps, 2.0 epochs",
        "0.750",
        "1.3 s",
    ]


def test_the_time_of_imports_stands_before_that_of_the_clock(make_run) -> None:
    html = record(make_run(), seconds_of_imports=3.4).html

    section = html[html.index("Time and schedule") :]
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", section)
    assert cells[2:6] == ["imports, before the clock", "3.4 s", "Labels", "0.5 s"]
    assert "imports, before the clock" not in record(make_run()).html


def test_calibration_is_a_picture_and_its_numbers(make_run) -> None:
    html = record(make_run()).html

    alts = [attributes["alt"] or "" for tag, attributes in Tags(html).found if tag == "img"]
    section = html[html.index("share that came true</th>") :]
    assert re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", section)[:3] == ["1", "0.100", "0.000"]
    assert any("Predicted and observed differ by" in alt for alt in alts)


def test_rows_without_a_time_have_no_scores_by_anchor_time(make_run) -> None:
    evaluation = make_run().evaluation
    timeless = dataclasses.replace(evaluation, frame=evaluation.frame.assign(anchor_time=pd.NaT))

    assert "Scores by anchor time" in record(make_run()).html
    assert "Scores by anchor time" not in record(make_run(evaluation=timeless)).html


def test_numbers_have_their_coverage_at_each_anchor(make_run) -> None:
    evaluation = make_run().evaluation
    frame = evaluation.frame.assign(label=[1.0, 2.0, 3.0, 9.0], prediction=2.0, low=0.0, high=4.0)
    numbers = dataclasses.replace(
        evaluation,
        task_type=TaskType.REGRESSION,
        primary_metric="MAE",
        frame=frame.drop(columns="probability"),
        metrics=pd.DataFrame({"MAE": 2.25}, index=list(evaluation.kinds)),
    )

    html = record(make_run(evaluation=numbers)).html

    assert "Calibration" not in html
    assert "75% of 4 labels lay inside their 80% interval (rolling)" in html
