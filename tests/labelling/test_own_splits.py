"""Splits that a user's label table says: which may be missing, and which say less than they seem to."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.finding import Severity
from kumo_magic.graph import Graph
from kumo_magic.labelling import LabelTable, build_label_table, build_population, own_label_table
from kumo_magic.labelling.label_warnings import label_warnings
from kumo_magic.plan import PredictionPlan, bind
from kumo_magic.query import parse

WEEK = "PREDICT COUNT(visits.*, 0, 7) FOR EACH members.member_id"
AGE = "PREDICT members.age FOR EACH members.member_id"


def plan_of(query: str = WEEK) -> PredictionPlan:
    """Thirty members; member n visits on every (n % 4 + 1)-th day of 200."""
    members = pd.DataFrame({"member_id": range(30), "age": np.arange(30.0) + 20})
    visits = pd.DataFrame(
        [
            (member, pd.Timestamp("2024-01-01") + pd.Timedelta(days=day))
            for member in range(30)
            for day in range(0, 200, member % 4 + 1)
        ],
        columns=["member_id", "date"],
    )
    graph = Graph.from_data(
        {"members": members, "visits": visits},
        infer=False,
        keys={"members": "member_id"},
        times={"visits": "date"},
        links=[("visits", "member_id", "members")],
        stypes={("members", "age"): "numerical"},
    )
    return bind(parse(query), graph)


def labels_of(plan: PredictionPlan, *splits: str) -> pd.DataFrame:
    frame = build_label_table(plan).frame
    return frame[frame["split"].isin(splits)]


def told(plan: PredictionPlan, table: LabelTable) -> list[str]:
    return [f"{one.says} {one.next_step}" for one in label_warnings(plan, table) if one.about.startswith("labels.")]


@pytest.mark.parametrize("query", [WEEK, AGE])
def test_a_table_without_test_rows_validates_and_says_that_nothing_is_tested(query: str) -> None:
    plan = plan_of(query)

    table = own_label_table(plan, labels_of(plan, "train", "val"))

    assert set(table.frame["split"]) == {"train", "val"}
    assert "no test rows" in table.regime_words
    assert not told(plan, table)


@pytest.mark.parametrize("query", [WEEK, AGE])
@pytest.mark.parametrize("splits", [["train"], ["train", "test"]])
def test_validation_rows_are_drawn_from_the_training_rows_where_there_are_none(query: str, splits: list[str]) -> None:
    plan = plan_of(query)

    table = own_label_table(plan, labels_of(plan, *splits))

    assert set(table.frame["split"]) == {"val", *splits}
    assert any(note.startswith("Your label table has no validation rows: of its") for note in table.notes)
    first_val = table.anchor_us[table.frame["split"] == "val"].min()
    if plan.is_temporal:
        assert (table.closed_us[table.frame["split"] == "train"] <= first_val).all()
    assert not told(plan, table)


def test_one_training_anchor_validates_on_entities_drawn_by_their_keys() -> None:
    plan = plan_of()
    given = labels_of(plan, "train")
    given = given[given["anchor_time"] == given["anchor_time"].min()]

    table = own_label_table(plan, given)

    assert table.frame["split"].value_counts().to_dict() == {"train": 24, "val": 6}
    assert any("those of 6 members, drawn by their keys, validate" in note for note in table.notes)


def test_a_table_of_validation_rows_alone_is_refused() -> None:
    plan = plan_of()
    with pytest.raises(TooFewLabelsError, match=r"too few for two splits \(train 0, val "):
        own_label_table(plan, labels_of(plan, "val"))


def test_training_rows_that_end_after_the_first_scored_row_are_told() -> None:
    plan = plan_of()
    swapped = labels_of(plan, "train", "val", "test")
    swapped = swapped.assign(split=swapped["split"].map({"train": "val", "val": "train", "test": "test"}))

    table = own_label_table(plan, swapped)

    (words,) = told(plan, table)
    assert "train rows have windows that end after 2024-01-04, the first validation row" in words
    assert "may be too good" in words
    assert table.findings[0].severity is Severity.HOLLOW


def test_labels_that_are_asked_long_after_the_tables_end_are_told() -> None:
    plan = plan_of()
    given = labels_of(plan, "train", "val", "test")
    late = given[given["split"] == "test"]
    late = late.assign(anchor_time=late["anchor_time"] + pd.Timedelta(days=60))

    (words,) = told(plan, table := own_label_table(plan, pd.concat([given, late])))

    assert "labelled rows are asked more than 7 days after 2024-07-18, where visits end" in words
    assert table.prediction_anchor == pd.Timestamp("2024-07-18")


def test_a_column_is_predicted_for_the_validation_rows_where_no_value_is_missing_and_nothing_tests() -> None:
    plan = plan_of(AGE)
    table = own_label_table(plan, labels_of(plan, "train", "val"))
    everyone = own_label_table(
        plan,
        pd.DataFrame({"member_id": range(30), "label": 1.0 + np.arange(30), "split": ["train"] * 24 + ["val"] * 6}),
    )

    missing, validating = (build_population(plan, labels=one) for one in (table, everyone))

    assert len(missing.frame) == 30 - len(table.frame)
    assert validating.frame["member_id"].tolist() == list(range(24, 30))
    assert "No value is missing, so the rows of the validation split are predicted." in validating.notes
