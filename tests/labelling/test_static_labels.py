"""Column targets: rows with a value teach, rows without one are predicted."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table, build_population
from kumo_magic.plan import bind
from kumo_magic.query import parse


def people(has_time: bool, has_gaps: bool = True) -> Graph:
    """100 people aged 0 to 99, number n created on day n; every tenth has no age. Three follow a channel each."""
    ages = [None if has_gaps and number % 10 == 5 else float(number) for number in range(100)]
    frame = pd.DataFrame(
        {
            "person_id": range(100),
            "age": ages,
            "tier": ["gold" if number % 3 else "tin" for number in range(100)],
            "created": pd.Timestamp("2024-01-01") + pd.to_timedelta(range(100), unit="D"),
        }
    )
    follows = pd.DataFrame({"follow_id": range(90), "person_id": range(90), "channel_id": np.arange(90) % 3})
    return Graph.from_data(
        {"people": frame, "channels": pd.DataFrame({"channel_id": [0, 1]}), "follows": follows},
        infer=False,
        keys={"people": "person_id", "channels": "channel_id", "follows": "follow_id"},
        times={"people": "created"} if has_time else {},
        links=[("follows", "person_id", "people"), ("follows", "channel_id", "channels")],
        stypes={("people", "age"): "numerical", ("people", "tier"): "categorical"},
    )


AGE = "PREDICT people.age FOR EACH people.person_id"


def test_rows_with_a_time_split_by_it_and_see_up_to_it() -> None:
    table = build_label_table(bind(parse(AGE), people(has_time=True)))
    last = table.frame.groupby("split")["anchor_time"].max()
    first = table.frame.groupby("split")["anchor_time"].min()

    assert table.frame["split"].value_counts().to_dict() == {"train": 72, "val": 9, "test": 9}
    assert last["train"] < first["val"] < last["val"] < first["test"]
    assert (table.closed_us == table.anchor_us).all()
    assert table.dropped == {"the value is missing": 10}


def test_rows_without_a_time_split_at_random_by_key() -> None:
    table = build_label_table(bind(parse(AGE), people(has_time=False)))

    assert table.frame["split"].value_counts().to_dict() == {"train": 72, "val": 9, "test": 9}
    assert table.frame["anchor_time"].isna().all()
    assert any("at random" in note for note in table.notes)


def test_rows_without_a_value_are_predicted() -> None:
    population = build_population(bind(parse(AGE), people(has_time=True)))

    assert population.frame["person_id"].tolist() == list(range(5, 100, 10))


def test_the_test_split_is_predicted_where_no_value_is_missing() -> None:
    plan = bind(parse(AGE), people(has_time=False, has_gaps=False))
    table, population = build_label_table(plan), build_population(plan)

    tests = table.frame.loc[table.frame["split"] == "test", "person_id"]
    assert population.frame["person_id"].tolist() == sorted(tests)
    assert any("test split" in note for note in population.notes)


def test_for_names_rows_whatever_they_hold() -> None:
    text = "PREDICT people.age FOR people.person_id IN (7, 5)"

    assert build_population(bind(parse(text), people(has_time=False))).frame["person_id"].tolist() == [5, 7]


def test_the_larger_of_two_values_counts_as_true() -> None:
    plan = bind(parse("PREDICT people.tier FOR EACH people.person_id"), people(has_time=True))
    table = build_label_table(plan)

    assert plan.positive_class == "tin"
    assert table.frame["label"].dtype == bool
    assert table.frame["label"].sum() == 34


def test_a_condition_on_columns_is_labelled_where_it_is_defined() -> None:
    text = "PREDICT people.age > 40 AND people.tier = 'gold' FOR EACH people.person_id"
    table = build_label_table(bind(parse(text), people(has_time=True)))

    assert len(table.frame) == 90
    assert table.frame["label"].sum() == sum(n > 40 and n % 3 > 0 and n % 10 != 5 for n in range(100))


def test_static_links_are_lists_of_items_that_exist() -> None:
    text = "PREDICT LIST_DISTINCT(follows.channel_id) RANK TOP 2 FOR EACH people.person_id"
    plan = bind(parse(text), people(has_time=False))
    table = build_label_table(plan)

    assert len(table.frame) == 60  # people 0 to 89, but for those who follow the unknown channel 2
    assert table.frame["label"].iloc[0] in ([0], [1])
    assert len(build_population(plan).frame) == 100


def test_a_column_without_values_is_refused() -> None:
    with pytest.raises(TooFewLabelsError, match="No row"):
        build_label_table(bind(parse(f"{AGE} WHERE people.age > 200"), people(has_time=True)))
