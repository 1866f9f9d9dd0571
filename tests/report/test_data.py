import json
import math

import pandas as pd
import pytest

from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.data import MIME, VERSION
from kumo_magic.report.record import ended_record, record

pytestmark = pytest.mark.usefixtures("plain_schema")


def test_a_full_record_carries_scores_curve_and_thresholds_as_json(make_run) -> None:
    made = record(make_run())
    data = json.loads(json.dumps(made.bundle[MIME], allow_nan=False))

    assert list(made.bundle) == [MIME, "text/html", "text/plain"]
    assert data["version"] == VERSION
    assert data["metrics"] == [
        {"name": "AUROC", "higher_is_better": True},
        {"name": "Brier", "higher_is_better": False},
    ]
    assert data["learners"][0] == {
        "learner": "blend",
        "kind": "model",
        "values": [0.78, 0.18],
        "shown": ["0.780", "0.180"],
        "is_best": [True, False],
    }
    assert data["curve"]["scores"] == [[10, 0.65], [20, 0.75]]
    assert data["curve"]["baseline"] == ["past mean", 0.7]
    cuts = data["cuts"]
    assert cuts["thresholds"] == [0.1, 0.2, 0.3, 0.4, 0.8]
    assert cuts["num_predicted"] == [4, 3, 2, 1, 1]
    assert cuts["num_hits"] == [2, 2, 2, 1, 1]
    assert cuts["thresholds"][cuts["chosen"]] == 0.4
    assert (cuts["num_rows"], cuts["num_true"], cuts["num_decided"], cuts["split"]) == (4, 2, 1, "test")


def test_a_short_record_carries_the_scores_alone(make_run) -> None:
    data = record(make_run(), length="short").bundle[MIME]

    assert len(data["learners"]) == 5
    assert data["curve"] is None
    assert data["cuts"] is None


def test_unknown_numbers_are_null(make_run, events) -> None:
    run = make_run(events=(*events[:-1], type(events[-1])(**{**_fields(events[-1]), "loss": math.nan})))
    run.evaluation.metrics.loc["constant", "AUROC"] = math.nan
    data = json.loads(json.dumps(record(run).bundle[MIME], allow_nan=False))

    assert data["learners"][3]["values"] == [None, 0.25]
    assert [step for step, _ in data["curve"]["losses"]] == [5, 10]


def test_a_capacity_leaves_the_thresholds_without_a_chosen_one(make_run) -> None:
    cuts = record(make_run(threshold=None)).bundle[MIME]["cuts"]

    assert cuts["chosen"] is None
    assert cuts["thresholds"] == [0.1, 0.2, 0.3, 0.8]


def test_a_question_of_classes_has_no_thresholds(make_run) -> None:
    run = make_run(threshold=None)
    object.__setattr__(run.evaluation, "task_type", TaskType.MULTICLASS)

    assert run.evaluation.cuts(0.5) is None
    assert record(run).bundle[MIME]["cuts"] is None


def test_a_run_that_ended_early_has_no_data() -> None:
    assert list(ended_record("Stopped.").bundle) == ["text/html", "text/plain"]


def test_the_whole_bundle_of_a_long_run_stays_under_300_kb(make_run, events) -> None:
    many = tuple(type(events[-1])(**{**_fields(events[-1]), "step": step, "score": step / 3}) for step in range(20_000))
    run = make_run(events=(*events, *many))
    object.__setattr__(
        run.evaluation, "frame", pd.concat([run.evaluation.frame] * 5000, ignore_index=True).assign(anchor_time=pd.NaT)
    )

    assert len(json.dumps(record(run).bundle).encode()) < 300_000


def _fields(event) -> dict:
    return {name: getattr(event, name) for name in type(event).__dataclass_fields__}
