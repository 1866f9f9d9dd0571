"""Columns of two values are yes or no, and say which value is yes; quantities stay numbers."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.finding import Severity
from kumo_magic.plan import TaskType

NUM_ROWS = 40


def clinic(values: Any, name: str = "readmitted", stypes: dict[tuple[str, str], str] | None = None) -> km.Graph:
    """Patients, each with a stay on every one of ten days, and the column in both tables."""
    patients = pd.DataFrame({"patient_id": range(NUM_ROWS)}).assign(**{name: values})
    stays = pd.DataFrame({"stay_id": range(NUM_ROWS), "patient_id": np.arange(NUM_ROWS) % 4}).assign(**{name: values})
    stays["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(NUM_ROWS) // 4, unit="D")
    return km.Graph.from_data({"patients": patients, "stays": stays}, stypes=stypes)  # pyright: ignore[reportArgumentType]


def bare(graph: km.Graph, name: str = "readmitted") -> Any:
    return km.bind(f"PREDICT patients.{name} FOR EACH patients.patient_id", graph)


def over(function: str, graph: km.Graph, name: str = "readmitted") -> Any:
    return km.bind(f"PREDICT {function}(stays.{name}, 0, 2, days) FOR EACH patients.patient_id", graph)


BITS = np.arange(NUM_ROWS) % 2
ZERO_ONE = {
    "whole": BITS,
    "float": BITS.astype(float),
    "small": BITS.astype("int8"),
    "with gaps": np.where(np.arange(NUM_ROWS) % 7, BITS, np.nan),
    "nullable": pd.array([None, *BITS[1:]], dtype="Int64"),
}


@pytest.mark.parametrize("values", ZERO_ONE.values(), ids=ZERO_ONE)
@pytest.mark.parametrize("name", ["readmitted", "is_readmitted"])
def test_zero_and_one_are_no_and_yes_bare_and_as_first_or_last(values: Any, name: str) -> None:
    graph = clinic(values, name)

    for plan in (bare(graph, name), over("LAST", graph, name), over("FIRST", graph, name)):
        assert plan.task_type is TaskType.BINARY
        assert plan.positive_class == 1
        assert any(f"{name} has two values: true stands for 1. --stype" in note for note in plan.notes)


@pytest.mark.parametrize("function", ["SUM", "AVG", "MIN", "MAX", "COUNT"])
@pytest.mark.parametrize("name", ["readmitted", "is_readmitted"])
def test_what_adds_up_zeros_and_ones_is_a_number(function: str, name: str) -> None:
    assert over(function, clinic(BITS, name), name).task_type is TaskType.REGRESSION


def test_a_flag_that_is_added_up_has_right_labels() -> None:
    graph = clinic(BITS, "is_readmitted")
    query = "PREDICT SUM(stays.is_readmitted, 0, 2, days) FOR EACH patients.patient_id WHERE EXISTS(stays.*, -INF, 0)"

    labels = km.labels(query, graph)

    stays = graph["stays"].frame
    for row in labels.head(20).itertuples():
        inside = (stays["day"] > row.anchor_time) & (stays["day"] <= row.anchor_time + pd.Timedelta(days=2))
        assert row.label == stays.loc[inside & (stays["patient_id"] == row.patient_id), "is_readmitted"].sum()


def test_the_user_may_say_that_it_is_a_quantity() -> None:
    graph = clinic(BITS, stypes={("patients", "readmitted"): "numerical"})

    assert bare(graph).task_type is TaskType.REGRESSION


def test_a_forecast_of_zeros_and_ones_stays_a_forecast() -> None:
    text = "PREDICT LAST(stays.readmitted, 0, 1, days) FORECAST 2 TIMEFRAMES FOR EACH patients.patient_id"

    assert km.bind(text, clinic(BITS)).task_type is TaskType.FORECASTING


@pytest.mark.parametrize(
    ("no", "yes"), [("no", "yes"), ("N", "Y"), ("no", "Yes"), ("Nein", "Ja"), ("false", "true"), ("gold", "tin")]
)
def test_what_means_no_is_false_and_otherwise_the_order_decides(no: str, yes: str) -> None:
    values = np.where(BITS > 0, yes, no)

    assert bare(clinic(values)).positive_class == yes
    assert over("LAST", clinic(values)).positive_class == yes
    assert over("LAST", clinic(values)).task_type is TaskType.BINARY


@pytest.mark.parametrize("pair", [(1, 2), (-1, 1), (0, 5), (9.99, 19.99)])
def test_two_other_numbers_stay_numbers_and_an_option_is_named(pair: tuple[float, float]) -> None:
    plan = bare(clinic(np.where(BITS > 0, *pair)))

    assert plan.task_type is TaskType.REGRESSION
    (finding,) = plan.findings
    assert finding.severity is Severity.GUESS
    assert "--stype patients.readmitted=categorical" in str(finding)
    chosen = clinic(np.where(BITS > 0, *pair), stypes={("patients", "readmitted"): "categorical"})
    assert bare(chosen).task_type is TaskType.BINARY


def test_numbers_that_hold_more_say_nothing() -> None:
    plan = bare(clinic(np.arange(NUM_ROWS) % 3))

    assert plan.task_type is TaskType.REGRESSION
    assert plan.findings == ()


def test_last_of_zero_and_one_is_told_in_plain_words() -> None:
    assert "will the last stays.readmitted in the next 2 days be 1" in over("LAST", clinic(BITS)).describe()


def test_labels_of_zero_and_one_are_truth_values() -> None:
    graph = clinic(ZERO_ONE["with gaps"])

    labels = km.labels("PREDICT patients.readmitted FOR EACH patients.patient_id", graph)

    known = graph["patients"].frame.set_index("patient_id")["readmitted"]
    assert labels["label"].dtype == bool
    assert (labels["label"] == labels["patient_id"].map(known).eq(1)).all()
    assert len(labels) == known.notna().sum()
