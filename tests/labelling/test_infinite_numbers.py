"""Infinite numbers: refused in a target, missing elsewhere and said so, never a surprise later."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import DataError
from kumo_magic.finding import Severity
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table
from kumo_magic.labelling.own_labels import own_label_table
from kumo_magic.plan import bind
from kumo_magic.query import parse

SUM = "PREDICT SUM(rides.fare, 0, 20, days) FOR EACH riders.rider"


def frames() -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(2)
    riders = pd.DataFrame({"rider": np.arange(1, 21), "age": random.normal(40, 5, 20)})
    dates = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(random.integers(0, 200, 600)), unit="D")
    rides = pd.DataFrame({"rider": random.integers(1, 21, 600), "date": dates, "fare": random.gamma(2, 9, 600)})
    return {"riders": riders, "rides": rides}


def labels_of(tables: dict[str, pd.DataFrame], text: str = SUM, **params: object) -> pd.DataFrame:
    return build_label_table(bind(parse(text), Graph.from_data(tables, keys={"riders": "rider"}), params)).frame


@pytest.mark.parametrize("value", [np.inf, -np.inf])
@pytest.mark.parametrize(
    "target",
    [
        "SUM(rides.fare, 0, 20, days)",
        "AVG(rides.fare, 0, 20, days) > 5",
        "MAX(rides.fare, 0, 20, days)",
        "COUNT(rides.* WHERE rides.fare > 5, 0, 20, days)",
        "COUNT_DISTINCT(rides.fare, 0, 20, days)",
    ],
)
def test_a_target_over_infinite_numbers_is_refused_with_code_that_helps(value: float, target: str) -> None:
    tables = frames()
    tables["rides"].loc[[7, 300], "fare"] = value

    with pytest.raises(DataError) as refused:
        labels_of(tables, f"PREDICT {target} FOR EACH riders.rider")
    error = refused.value
    exec(error.hint.split(": ")[1], {"rides": tables["rides"]})

    assert (error.table, error.column, error.example) == ("rides", "fare", f"{value} in row 7")
    assert len(labels_of(tables, f"PREDICT {target} FOR EACH riders.rider"))


def test_infinite_numbers_elsewhere_are_missing_and_named() -> None:
    tables = frames()
    tables["riders"].loc[3, "age"] = np.inf
    graph = Graph.from_data(tables, keys={"riders": "rider"})

    (finding,) = [found for found in graph.findings if found.about == "riders.age"]

    assert graph["riders"].frame["age"].isna().tolist() == [row == 3 for row in range(20)]
    assert finding.severity is Severity.GUESS
    assert "1 infinite value (inf in row 3), read as missing" in finding.says
    assert len(build_label_table(bind(parse(SUM + " WHERE riders.age > 0"), graph)).frame)


def test_rows_that_come_later_are_read_the_same_way() -> None:
    tables = frames()
    graph = Graph.from_data(tables, keys={"riders": "rider"})

    graph.update({"rides": tables["rides"].tail(3).assign(fare=[1.0, np.inf, 2.0])})

    assert graph["rides"].frame["fare"].isna().sum() == 1
    with pytest.raises(DataError, match="1 infinite value"):
        build_label_table(bind(parse(SUM), graph))


@pytest.mark.parametrize("huge", [1e308, -1e308, 1e200])
def test_sums_beyond_what_learners_calculate_with_are_refused_by_name(huge: float) -> None:
    tables = frames()
    tables["rides"].loc[tables["rides"]["rider"] == 4, "fare"] = huge

    with pytest.raises(DataError, match="The label of 4 at") as refused:
        labels_of(tables)
    exec(refused.value.hint.split("values: ")[1], {"rides": tables["rides"]})

    assert refused.value.column == "fare"
    assert np.isfinite(labels_of(tables)["label"]).all()


def test_infinity_is_a_bound_like_any_number() -> None:
    tables = frames()

    bounded = labels_of(tables, SUM + " WHERE riders.age < :most AND riders.age > :least", most=np.inf, least=-np.inf)

    pd.testing.assert_frame_equal(bounded, labels_of(tables))


def test_an_infinite_own_label_is_refused() -> None:
    graph = Graph.from_data(frames(), keys={"riders": "rider"})
    own = pd.DataFrame({"rider": [1, 2], "anchor_time": pd.Timestamp("2024-03-01"), "label": [1.0, np.inf]})

    with pytest.raises(DataError, match="inf is not a number"):
        own_label_table(bind(parse(SUM), graph), own)


def test_a_key_of_infinite_numbers_is_refused() -> None:
    tables = frames()
    tables["riders"]["rider"] = tables["riders"]["rider"].astype(float)
    tables["riders"].loc[2, "rider"] = np.inf

    with pytest.raises(DataError, match="cannot be the primary key"):
        labels_of(tables)
