"""A time, a date known ahead or a date kept: said of one run, and of no other."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.errors import OptionError
from kumo_magic.finding import Severity

ASK = "PREDICT COUNT(visits.*, 0, 30) > 0 FOR EACH members.member_id WHERE EXISTS(visits.*, -INF, 0)"
FEW = {"budget": "10s", "preset": "fast", "learners": ["linear"]}


@pytest.fixture
def club() -> km.Graph:
    """Members of a club, their visits with a day and their lessons, whose day nobody has named a time."""
    random = np.random.default_rng(7)
    start = pd.Timestamp("2022-01-01")
    tables = {
        name: pd.DataFrame(
            {
                "member_id": random.integers(1, 61, 1200),
                "day": start + pd.to_timedelta(np.sort(random.integers(0, 400, 1200)), unit="D"),
            }
        )
        for name in ("visits", "lessons")
    }
    members = pd.DataFrame({"member_id": np.arange(1, 61), "age": random.integers(20, 70, 60)})
    return km.Graph.from_data({"members": members, **tables}, name="club", times={"visits": "day", "lessons": None})


def test_a_time_that_one_run_names_ends_the_warning_and_changes_no_graph(club: km.Graph) -> None:
    plain = km.predict(ASK, club, **FEW)
    dated = km.predict(ASK, club, times={"lessons": "day"}, **FEW)

    assert [one.about for one in plain.warnings if one.severity is Severity.LEAK] == ["lessons"]
    assert [one.about for one in dated.warnings if one.severity is Severity.LEAK] == []
    assert dated.plan.graph["lessons"].time_column == "day"
    assert club["lessons"].time_column is None


def test_a_run_as_of_another_day_reads_the_tables_as_the_first_did(club: km.Graph) -> None:
    run = km.predict(ASK, club, times={"lessons": "day"}, **FEW)

    assert run.at("2022-12-01").plan.graph["lessons"].time_column == "day"


def test_labels_can_be_asked_of_a_table_that_gets_its_time_for_the_question(club: km.Graph) -> None:
    asked = ASK.replace("visits", "lessons")
    with pytest.raises(km.QueryError, match="lessons"):
        km.labels(asked, club)

    assert len(km.labels(asked, club, times={"lessons": "day"}))


def test_a_trained_model_takes_no_other_reading(club: km.Graph) -> None:
    model = km.fit(ASK, club, **FEW)

    with pytest.raises(OptionError, match="leave out times"):
        km.predict(ASK, club, model=model, times={"lessons": "day"})
